from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelfwise.sample_shop.icons import ICONS
from shelfwise.sample_shop.pictures import PALETTES, product_picture_svg
from shelfwise.sample_shop.vocabulary import LEAVES


@settings(deadline=None)
@given(st.text(), st.text(), st.none() | st.text())
def test_any_words_give_well_formed_xml_without_outside_addresses(
    product_id: str, title: str, category: str | None
) -> None:
    product_id = product_id.encode(errors="ignore").decode()
    category = category.encode(errors="ignore").decode() if category else category
    picture = product_picture_svg(product_id, title, category)
    root = ElementTree.fromstring(picture)  # noqa: S314 (our own text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {element.tag.split("}")[1] for element in root.iter()} <= {
        "svg", "title", "rect", "circle", "ellipse", "g", "path", "text",
    }  # fmt: skip
    assert "href" not in {name for element in root.iter() for name in element.attrib}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.name)
def test_every_category_of_the_shop_has_its_colours_and_drawing(leaf: object) -> None:
    department, group, _ = leaf.path.split(" > ")  # type: ignore[attr-defined]
    assert department in PALETTES
    assert group in ICONS


def test_pictures_are_the_same_for_the_same_product_and_differ_between_products() -> None:
    first = product_picture_svg("P00001", "Hearthline Classic Wok, Beech", "Home & Kitchen > Cookware > Pans")
    assert first == product_picture_svg("P00001", "Hearthline Classic Wok, Beech", "Home & Kitchen > Cookware > Pans")
    assert first != product_picture_svg("P00002", "Hearthline Classic Wok, Beech", "Home & Kitchen > Cookware > Pans")
    assert ">HC</text>" in first
