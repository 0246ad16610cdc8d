"""Where a product's picture is."""

from __future__ import annotations

from urllib.parse import quote

from shelfwise.serving.lookups import Product


def picture_path(product_id: str) -> str:
    """Return the path of a product's picture on this server."""
    return f"/pictures/{quote(product_id, safe=':')}.svg"


def image_address(product: Product) -> str:
    """Return the shop's picture when its address names a host, else the path of our drawing.

    A path alone is one of the shop's own site, which a client of this API cannot know.
    """
    address = product.image_url or ""
    return address if address.startswith(("https://", "http://")) else picture_path(product.product_id)
