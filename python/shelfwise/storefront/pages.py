"""The shop's pages: home, category, search, product, cart, checkout."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from shelfwise.storefront.forms import read_form
from shelfwise.storefront.shop import Shop, ShopPage
from shelfwise.web.problems import ProblemError

PER_PAGE = 24
OTHERS_AT_HOME = 12
Text = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
NOT_FOUND = HTTPStatus.NOT_FOUND


def pages_router(shop: Shop) -> APIRouter:
    """Return the routes of pages that are read."""
    router = APIRouter(prefix="/shop", include_in_schema=False)

    @router.get("/")
    async def home(request: Request) -> Response:
        page = await shop.open(request)
        shelf = await page.shelf("home")
        shown = {suggestion.product.product_id for suggestion in shelf.suggestions}
        others = [product for product in page.catalogue.products if product.product_id not in shown]
        return page.show("home.html", shelf=shelf, others=others[:OTHERS_AT_HOME])

    @router.get("/categories/{path:path}")
    async def category(request: Request, path: str, number: Annotated[PageNumber, Query(alias="page")] = 1) -> Response:
        page = await shop.open(request)
        found = page.catalogue.category(path)
        if found is None:
            return not_found(page, "There is no such category")
        events = [("Product List Viewed", {"list_id": path, "category": path})]
        return page.show("category.html", events, category=found, **paged(found.products, number))

    @router.get("/search")
    async def search(
        request: Request, q: Text = "", number: Annotated[PageNumber, Query(alias="page")] = 1
    ) -> Response:
        page = await shop.open(request)
        found = page.catalogue.search(q)
        events = [("Products Searched", {"query": q.strip()})] if q.strip() else []
        return page.show("search.html", events, q=q, **paged(found, number))

    @router.get("/products/{product_id:path}")
    async def product(request: Request, product_id: str) -> Response:
        page = await shop.open(request)
        found = page.catalogue.by_id.get(product_id)
        if found is None:
            return not_found(page, "This product is not in the shop")
        shelf = await page.shelf("product", product_id)
        page.visitor = page.visitor.looking_at(product_id)
        return page.show("product.html", [("Product Viewed", page.facts(found))], product=found, shelf=shelf)

    @router.get("/cart")
    async def cart(request: Request) -> Response:
        page = await shop.open(request)
        return page.show("cart.html", shelf=await page.shelf("cart"), lines=page.cart_lines())

    @router.get("/checkout")
    async def checkout(request: Request) -> Response:
        page = await shop.open(request)
        if not page.visitor.cart:
            return RedirectResponse("/shop/cart", HTTPStatus.SEE_OTHER)
        events = [("Checkout Started", {"currency": page.currency(), "products": page.lines_told()})]
        return page.show("checkout.html", events, lines=page.cart_lines())

    @router.get("/order")
    async def order(request: Request) -> Response:
        page = await shop.open(request)
        placed = page.placed_order()
        if placed is None:
            return RedirectResponse("/shop/", HTTPStatus.SEE_OTHER)
        return page.show("order.html", [("Order Completed", placed)], order_id=placed["order_id"])

    return router


def forms_router(shop: Shop) -> APIRouter:
    """Return the routes of what a visitor does; each leads on to a page."""
    router = APIRouter(prefix="/shop", include_in_schema=False)

    def form(path: str) -> Callable[[Callable[[ShopPage, dict[str, str]], str]], None]:
        """Register what a form does: it changes the page's visitor and returns where to go."""

        def register(handle: Callable[[ShopPage, dict[str, str]], str]) -> None:
            async def submit(request: Request) -> Response:
                fields = await read_form(request)
                page = await shop.open(request)
                return page.lead_to(await run_in_threadpool(handle, page, fields))

            router.post(path, name=handle.__name__)(submit)

        return register

    @form("/cart")
    def change_cart(page: ShopPage, fields: dict[str, str]) -> str:
        product = page.catalogue.by_id.get(fields.get("product_id", ""))
        if product is None:
            raise ProblemError(NOT_FOUND, "this product is not in the shop", "Choose another one.")
        units = fields.get("units", "")
        now = page.visitor.cart.get(product.product_id, 0)
        wanted = int(units) if units.isascii() and units.isdecimal() and len(units) < 5 else now + 1
        page.visitor = page.visitor.with_units(product.product_id, wanted)
        return "/shop/cart"

    @form("/dismiss")
    def dismiss(page: ShopPage, fields: dict[str, str]) -> str:
        if fields.get("product_id", "") in page.catalogue.by_id:
            page.visitor = page.visitor.dismissing(fields["product_id"])
        return page.back(fields.get("back", ""))

    @form("/checkout")
    def place_order(page: ShopPage, _fields: dict[str, str]) -> str:
        if not page.visitor.cart:
            return "/shop/cart"
        page.place_order(f"W{secrets.token_hex(6)}")
        return "/shop/order"

    @form("/sign-in")
    def sign_in(page: ShopPage, fields: dict[str, str]) -> str:
        page.sign_in(fields.get("customer_id", ""))
        return "/shop/"

    @form("/sign-out")
    def sign_out(page: ShopPage, _fields: dict[str, str]) -> str:
        page.sign_out()
        return "/shop/"

    return router


def not_found(page: ShopPage, message: str) -> Response:
    """Return the page of what is not there."""
    return page.show("not_found.html", message=message, status=NOT_FOUND)


def paged(products: list[Any], number: int) -> dict[str, Any]:
    """Return the products of a page, and which page it is of how many."""
    pages = max(1, -(-len(products) // PER_PAGE))
    number = min(number, pages)
    return {
        "products": products[(number - 1) * PER_PAGE : number * PER_PAGE],
        "product_count": len(products),
        "page_number": number,
        "page_count": pages,
    }
