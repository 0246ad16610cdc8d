"""A small flat picture of each product, drawn from its words: the same words always give the same bytes."""

from __future__ import annotations

import zlib
from xml.sax.saxutils import escape

from shelfwise.sample_shop.icons import ICONS, OTHER_ICON

# Background, main, accent and light colour of each department.
PALETTES: dict[str, tuple[str, str, str, str]] = {
    "Home & Kitchen": ("#f3e7dc", "#7a4b32", "#d98e4a", "#fbf6f0"),
    "Food & Drink": ("#f7ecd0", "#8a5a1f", "#d9a92e", "#fffaf0"),
    "Beauty & Care": ("#f8e3e8", "#a14a6b", "#e39ab0", "#fff6f8"),
    "Pets": ("#e4edda", "#4f6f3a", "#c98f4e", "#f7fbf2"),
    "Electronics": ("#dfe8f3", "#2f4a73", "#4d9bd6", "#f5f9fe"),
    "Garden & Outdoor": ("#dcefe2", "#2f6b4f", "#8fbf4d", "#f3fbf6"),
    "Sport & Fitness": ("#fbe3d6", "#a83f2a", "#f0894f", "#fff7f2"),
    "Office & Craft": ("#e8e2f3", "#55438a", "#b08fd8", "#faf7fe"),
}
OTHER_PALETTES = (*PALETTES.values(), ("#e5e7ea", "#46505c", "#8d9aa8", "#f8f9fa"))


def product_picture_svg(product_id: str, title: str, category_path: str | None) -> str:
    """Return an SVG of 400 by 400 with the category's colours and drawing, and the initials of the title.

    Any text will do: it is escaped, and a category that the sample shop does not know gets a price tag in colours of
    its own.
    """
    parts = [part.strip() for part in (category_path or "").split(">")]
    palette = PALETTES.get(parts[0]) or OTHER_PALETTES[zlib.crc32(parts[0].encode()) % len(OTHER_PALETTES)]
    background, main, accent, light = palette
    icon = next((ICONS[part] for part in parts if part in ICONS), OTHER_ICON)
    for letter, colour in (("M", main), ("A", accent), ("L", light)):
        icon = icon.replace(f'"{letter}"', f'"{colour}"')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img">'
        f"<title>{escape(printable(title))}</title>"
        f'<rect width="400" height="400" fill="{background}"/>'
        f"{backdrop(product_id, light, accent)}"
        f'<g transform="translate(90 70) scale(2.2)">{icon}</g>'
        f'<text x="372" y="372" text-anchor="end" font-family="system-ui, sans-serif" font-size="44" font-weight="700" '
        f'fill="{main}" fill-opacity="0.55">{escape(initials(title))}</text>'
        "</svg>"
    )


def backdrop(product_id: str, light: str, accent: str) -> str:
    """Return the shapes behind the drawing, which differ from product to product."""
    draw = zlib.crc32(product_id.encode())
    x, y, radius = 120 + draw % 160, 120 + draw // 160 % 160, 130 + draw // 25_600 % 50
    spot_x, spot_y, spot = 40 + draw // 7 % 320, 40 + draw // 11 % 320, 18 + draw // 13 % 26
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{light}"/>'
        f'<circle cx="{spot_x}" cy="{spot_y}" r="{spot}" fill="{accent}" fill-opacity="0.25"/>'
    )


def initials(title: str) -> str:
    """Return the first letters of the first two words, in capitals."""
    words = [word for word in printable(title).split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in words[:2])


def printable(text: str) -> str:
    """Return the text without the control characters and surrogates that XML cannot hold."""
    return "".join(character for character in text if character.isprintable())
