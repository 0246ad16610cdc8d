from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelfwise.landing.errors import LandingError
from shelfwise.landing.json_lines_source import JsonLinesSource, json_text, parse_object
from shelfwise.landing.tabular import Field, RejectedRow, Row

FIELDS = (Field("event_name", ("event_name",)), Field("items", ("items",), optional=True))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def source(folder: Path, content: bytes, name: str = "a.jsonl") -> JsonLinesSource:
    path = folder / name
    path.write_bytes(content)
    return JsonLinesSource(path, name)


def test_strings_land_as_they_are_and_nested_parts_as_json(tmp_path: Path) -> None:
    lines = b"""
        {"event_name": "purchase", "items": [{"item_id": "P\\u00e91", "price": 2.50, "quantity": null}], "other": 1}

        {"items": {}, "event_name": null}
        {"Event_Name": 7, "items": true}
    """
    rows = list(source(tmp_path, lines).read(FIELDS))
    assert rows == [
        Row(1, ["purchase", '[{"item_id":"Pé1","price":2.5,"quantity":null}]']),
        Row(2, [None, "{}"]),
        Row(3, ["7", "true"]),
    ]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["event_name", "items"]), json_values))
def test_what_lands_says_the_same_as_the_line(values: dict[str, object]) -> None:
    line = json.dumps(values).encode()
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        assert parse_object(line) == "not_json"
        return
    parsed = parse_object(line)
    assert parsed == values
    for value in values.values():
        text = json_text(value)
        assert text == value if value is None or isinstance(value, str) else json.loads(text or "") == value


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{'event_name': 'purchase'}", "not_json"),
        (b'{"event_name": "purchase"', "not_json"),
        (b'{"event_name": NaN}', "not_json"),
        (b'{"event_name": "\\ud800"}', "not_json"),
        (b'{"event_name": "caf\xe9"}', "not_json"),
        (b'{"event_name":' + b"[" * 100_000, "not_json"),
        (b'["purchase"]', "not_an_object"),
    ],
)
def test_a_line_that_is_no_object_is_rejected(tmp_path: Path, line: bytes, reason: str) -> None:
    good = b'{"event_name": "view_item"}\n'
    rows = list(source(tmp_path, good + line + b"\n" + good).read(FIELDS))
    assert rows == [
        Row(1, ["view_item", None]),
        RejectedRow(2, reason, line.decode(errors="replace")),
        Row(3, ["view_item", None]),
    ]


@settings(deadline=None)
@given(st.integers(min_value=0))
def test_a_cut_at_any_place_loses_no_line(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    content = "".join(json.dumps({"event_name": f"é{n}"}, ensure_ascii=False) + "\n" for n in range(4)).encode()
    left = content[: cut % (len(content) + 1)]
    rows = list(source(tmp_path_factory.mktemp("cut"), left).read(FIELDS))
    whole = [row for row in rows if isinstance(row, Row)]
    rejected = [row for row in rows if isinstance(row, RejectedRow)]
    assert len(rows) == left.count(b"\n") + (left != b"" and not left.endswith(b"\n"))
    assert [row.values[0] for row in whole] == [f"é{n}" for n in range(len(whole))]
    assert all(row.reason == "cut_mid_line" and row.number == len(rows) for row in rejected)


def test_columns_are_those_that_the_first_objects_name(tmp_path: Path) -> None:
    lines = b'{"items": []}\n{"event_name": "purchase", "privacy_info": {}}\n'
    assert source(tmp_path, lines).check(FIELDS) == ("columns not landed: privacy_info",)
    packed = source(tmp_path, gzip.compress(lines), "a.json.gz")
    assert packed.check(FIELDS) == ("columns not landed: privacy_info",)
    assert len(list(packed.read(FIELDS))) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"a\.jsonl: it is empty"),
        (b"\n\n", r"a\.jsonl: it is empty"),
        (b'\xef\xbb\xbf\n [{"event_name": "purchase"}]', r"it is one JSON array\. Export it as JSON Lines"),
        (
            b'{\n  "event_name": "purchase"\n}\n',
            r"none of its first 3 lines is a JSON object\. Export",
        ),
        (b"event_name,items\n", r"none of its first 1 lines is a JSON object"),
        (b'{"name": "purchase"}\n', r"field event_name: column event_name missing; found name.*Its objects must name"),
    ],
)
def test_says_what_is_wrong_with_a_file(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(LandingError, match=message):
        source(tmp_path, content).check(FIELDS)
