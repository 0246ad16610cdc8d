"""One simple drawing for each group of the catalogue, in a box of 100 by 100.

`M` stands for the main colour, `A` for the accent and `L` for the light one; `pictures` puts the colours in.
"""

# ruff: noqa: E501 (a drawing is one line)
from __future__ import annotations

ICONS: dict[str, str] = {
    "Coffee": '<path fill="M" d="M20 38h48v26a18 18 0 0 1-18 18H38a18 18 0 0 1-18-18z"/><path fill="none" stroke="M" stroke-width="7" d="M68 45h8a10 10 0 0 1 0 20h-8"/><path fill="none" stroke="A" stroke-width="5" stroke-linecap="round" d="M34 28q-5-6 0-12M47 28q-5-6 0-12M60 28q-5-6 0-12"/>',
    "Cookware": '<circle cx="40" cy="50" r="28" fill="M"/><circle cx="40" cy="50" r="20" fill="A"/><rect x="66" y="45" width="30" height="10" rx="5" fill="M"/>',
    "Textiles": '<rect x="18" y="58" width="64" height="16" rx="8" fill="M"/><rect x="22" y="42" width="56" height="16" rx="8" fill="A"/><rect x="18" y="26" width="64" height="16" rx="8" fill="M"/>',
    "Hot Drinks": '<path fill="M" d="M24 22h52l-5 60H29z"/><rect x="20" y="16" width="60" height="10" rx="5" fill="A"/><ellipse cx="50" cy="54" rx="11" ry="15" fill="L" transform="rotate(25 50 54)"/><path fill="none" stroke="M" stroke-width="3" d="M46 42q8 11 7 25"/>',
    "Pantry": '<rect x="30" y="32" width="40" height="52" rx="8" fill="M"/><rect x="34" y="18" width="32" height="12" rx="4" fill="A"/><rect x="30" y="48" width="40" height="20" fill="L"/>',
    "Breakfast": '<path fill="M" d="M14 48h72a36 36 0 0 1-72 0z"/><circle cx="38" cy="42" r="8" fill="A"/><circle cx="54" cy="38" r="9" fill="A"/><circle cx="66" cy="44" r="6" fill="A"/><rect x="36" y="82" width="28" height="6" rx="3" fill="M"/>',
    "Skin": '<rect x="24" y="48" width="52" height="36" rx="8" fill="M"/><rect x="20" y="34" width="60" height="14" rx="5" fill="A"/><circle cx="50" cy="66" r="9" fill="L"/>',
    "Hair": '<rect x="34" y="36" width="32" height="50" rx="8" fill="M"/><rect x="44" y="22" width="12" height="14" fill="A"/><path fill="A" d="M44 14h26v9H44z"/><rect x="34" y="52" width="32" height="16" fill="L"/>',
    "Bath": '<rect x="16" y="42" width="68" height="36" rx="18" fill="M"/><rect x="30" y="54" width="40" height="12" rx="6" fill="L"/><circle cx="32" cy="28" r="8" fill="A"/><circle cx="52" cy="22" r="6" fill="A"/><circle cx="68" cy="30" r="9" fill="A"/>',
    "Dogs": '<path fill="M" d="M34 43h32v14H34z"/><circle cx="30" cy="40" r="11" fill="M"/><circle cx="30" cy="60" r="11" fill="M"/><circle cx="70" cy="40" r="11" fill="M"/><circle cx="70" cy="60" r="11" fill="M"/><circle cx="50" cy="82" r="5" fill="A"/><circle cx="50" cy="18" r="5" fill="A"/>',
    "Cats": '<path fill="M" d="M22 78V20l18 16h20l18-16v58a28 20 0 0 1-56 0z"/><circle cx="39" cy="56" r="5" fill="L"/><circle cx="61" cy="56" r="5" fill="L"/><path fill="A" d="M45 68h10l-5 6z"/>',
    "Wild Birds": '<path fill="M" d="M16 60q10-30 40-24l26-8-12 18q-4 34-34 34-14 0-20-20z"/><circle cx="66" cy="42" r="4" fill="L"/><path fill="A" d="M82 28l12 4-12 6z"/><path fill="A" d="M28 60q16-10 30 2-14 14-30-2z"/>',
    "Audio": '<path fill="none" stroke="M" stroke-width="9" d="M20 62V50a30 30 0 0 1 60 0v12"/><rect x="14" y="54" width="18" height="30" rx="8" fill="A"/><rect x="68" y="54" width="18" height="30" rx="8" fill="A"/>',
    "Power": '<rect x="30" y="24" width="40" height="60" rx="8" fill="M"/><rect x="42" y="14" width="16" height="10" rx="3" fill="A"/><path fill="L" d="M54 34 38 58h10l-4 18 18-26H51z"/>',
    "Printing": '<rect x="16" y="42" width="68" height="30" rx="7" fill="M"/><rect x="30" y="18" width="40" height="24" fill="A"/><rect x="30" y="60" width="40" height="26" rx="3" fill="L"/><circle cx="74" cy="51" r="4" fill="L"/>',
    "Growing": '<path fill="A" d="M32 62h36l-5 26H37z"/><path fill="none" stroke="M" stroke-width="5" d="M50 62V32"/><path fill="M" d="M50 44Q26 44 24 22q24 0 26 22zM50 36q2-22 26-22-2 22-26 22z"/>',
    "Patio": '<path fill="M" d="M10 44a40 30 0 0 1 80 0z"/><rect x="47" y="40" width="6" height="46" fill="A"/><rect x="30" y="84" width="40" height="6" rx="3" fill="M"/>',
    "Camping": '<path fill="M" d="M50 18 90 82H10z"/><path fill="L" d="M50 44 68 82H32z"/><circle cx="80" cy="24" r="9" fill="A"/>',
    "Running": '<path fill="M" d="M12 66V40l14 6 12-10q10 18 30 20 20 2 20 14v8H12z"/><rect x="12" y="76" width="76" height="8" rx="4" fill="A"/><path stroke="L" stroke-width="4" d="m42 48 8-6M50 54l8-6"/>',
    "Gym": '<rect x="30" y="45" width="40" height="10" fill="A"/><rect x="18" y="28" width="14" height="44" rx="5" fill="M"/><rect x="68" y="28" width="14" height="44" rx="5" fill="M"/><rect x="8" y="38" width="10" height="24" rx="4" fill="M"/><rect x="82" y="38" width="10" height="24" rx="4" fill="M"/>',
    "Cycling": '<circle cx="26" cy="62" r="18" fill="none" stroke="M" stroke-width="6"/><circle cx="74" cy="62" r="18" fill="none" stroke="M" stroke-width="6"/><path fill="none" stroke="A" stroke-width="6" stroke-linejoin="round" d="m26 62 14-28h24l10 28M40 34l12 28 12-28M34 28h12"/>',
    "Writing": '<rect x="22" y="18" width="48" height="66" rx="6" fill="M"/><path stroke="L" stroke-width="4" d="M32 36h28M32 48h28M32 60h18"/><path fill="A" d="m84 30-6-6-26 40-2 12 10-6z"/>',
    "Art": '<path fill="M" d="M50 16c-22 0-38 15-38 34s16 34 36 34c8 0 8-8 5-12-4-6 0-12 8-12h12c10 0 15-6 15-14 0-17-16-30-38-30z"/><circle cx="34" cy="40" r="7" fill="A"/><circle cx="54" cy="32" r="7" fill="L"/><circle cx="72" cy="44" r="6" fill="A"/><circle cx="30" cy="60" r="6" fill="L"/>',
    "Knitting": '<circle cx="48" cy="56" r="30" fill="M"/><path fill="none" stroke="L" stroke-width="4" d="M24 46q22-14 46 2M22 60q26-10 54 2M38 30q-10 30 12 54"/><path stroke="A" stroke-width="6" stroke-linecap="round" d="m60 40 26-28M70 46l18-26"/>',
}
OTHER_ICON = '<path fill="M" d="M16 20h36l34 34-32 32L16 52z"/><circle cx="34" cy="36" r="7" fill="L"/>'
