"""How the rows of a shop arrive: late, twice, in any order, and corrected afterwards."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from hypothesis import strategies as st
from shops import LandedFile, Row

LOADS = 6
# A corrected catalogue and a file that is gone have the facts built anew. That hides what earlier loads did wrong, so
# both happen in this load alone, and what the later ones do stands on its own.
LOAD_WITH_A_REBUILD = 2


@st.composite
def arrivals(draw: st.DrawFn, rows: list[Row]) -> tuple[LandedFile, ...]:
    """Files in which `rows` and copies of some of them land, with corrections and files that land twice."""
    files = draw(cut([*rows, *draw(copies(rows))]))
    for number in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        position = draw(st.integers(0, len(files) - 1))
        if files[position].name:
            continue
        original = files[position] = LandedFile(files[position].batch, files[position].rows, f"file{number}")
        if draw(st.booleans()):
            files.append(LandedFile(draw(st.integers(1, LOADS)), original.rows, f"file{number}-again"))
            continue
        # a corrected catalogue has the facts built anew
        last_load = LOAD_WITH_A_REBUILD if original.table == "shop.products" else LOADS
        if original.batch > last_load:
            continue
        newest = original
        for correction in range(draw(st.integers(1, 2))):
            name = f"file{number}-corrected{correction}"
            if corrected := draw(corrections(original.rows)):
                newest = LandedFile(draw(st.integers(1, last_load)), corrected, name, newest.name)
                files.append(newest)
    return tuple(files)


@st.composite
def cut(draw: st.DrawFn, rows: list[Row]) -> list[LandedFile]:
    """Cut rows into loads: as they happened, the other way round, or without any order."""
    order = draw(st.sampled_from(["any", "any", "any", "as they happened", "the other way round"]))
    by_file: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for position, row in enumerate(rows):
        place = position * LOADS // len(rows)
        batch = {"as they happened": place + 1, "the other way round": LOADS - place}.get(order) or draw(
            st.integers(1, LOADS)
        )
        by_file[batch, row.table].append(row)
    return [LandedFile(batch, tuple(of_file)) for (batch, _), of_file in by_file.items()]


@st.composite
def copies(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Rows that are told again: alike, or with one id and other content."""
    return [
        draw(retold(row)) if draw(st.booleans()) else row for row in draw(st.lists(st.sampled_from(rows), max_size=4))
    ]


@st.composite
def corrections(draw: st.DrawFn, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows of a file put right: some left out, some changed; perhaps none are left."""
    corrected = []
    for row in rows:
        fate = draw(st.sampled_from(["kept", "kept", "changed", "left out"]))
        if fate != "left out":
            corrected.append(draw(retold(row)) if fate == "changed" else row)
    return tuple(corrected)


@st.composite
def retold(draw: st.DrawFn, row: Row) -> Row:
    """The row with another value in one column that matters."""
    return row.changed(**draw(st.sampled_from(OTHER_VALUES[row.table])))


# Of a retold event the earlier received one wins, so half of them are received before anything else is.
LONG_BEFORE, LONG_AFTER = datetime(2026, 2, 27, 0, 0, 1), datetime(2026, 3, 7)
OTHER_VALUES: dict[str, list[dict[str, object]]] = {
    "web.events": [
        {"received_at": LONG_BEFORE},
        {"received_at": LONG_BEFORE, "anonymous_id": "d2"},
        {"received_at": LONG_BEFORE, "occurred_at": datetime(2026, 2, 27, 0, 10)},
        {"received_at": LONG_BEFORE, "type": "identify", "event": None, "user_id": "c2"},
        {"received_at": LONG_BEFORE, "anonymous_id": None},
        {"received_at": LONG_AFTER, "anonymous_id": "d3"},
        {"received_at": LONG_AFTER, "product_id": "p2"},
        {"received_at": LONG_BEFORE, "recommendation_id": "r2"},
        {"anonymous_id": "d2"},
        {"occurred_at": datetime(2026, 2, 28, 23, 59, 59)},
        {"price": -1},
    ],
    "rees46.events": [
        {"price": "7.00"},
        {"user_id": "72"},
        {"event_type": "purchase"},
        {"event_time": "2026-03-01 00:10:00 UTC"},
        {"brand": "renamed"},
        {"category_code": "home.kitchen"},
        {"user_session": "another"},
        {"product_id": "1003"},
    ],
    "shop.products": [
        {"title": "Renamed"},
        {"price": "-1"},
        {"updated_at": "2026-03-01 00:00:00"},
        {"product_id": "p2"},
    ],
    "shop.customers": [{"country": "FR"}, {"updated_at": "2026-03-01 00:00:00"}, {"customer_id": "c2"}],
    "shop.orders": [
        {"customer_id": "c2"},
        {"is_test": "true"},
        {"ordered_at": "2026-03-02 10:00:00"},
        {"updated_at": "2026-03-08 00:00:00", "customer_id": "c3"},
        {"updated_at": "2026-03-08 00:00:00", "is_test": "true"},
        {"order_id": "o2"},
    ],
    "shop.order_lines": [
        {"quantity": "3"},
        {"product_id": "p2"},
        {"updated_at": "2026-03-08 00:00:00", "unit_price": "7.00"},
        {"updated_at": "2026-03-08 00:00:00", "occurred_at": "2026-03-03 00:30:00"},
        {"order_id": "o2"},
        {"unit_price": "-1.00"},
    ],
}
