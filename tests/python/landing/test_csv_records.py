from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from shelfwise.landing.csv_records import Record, read_records

WIDTH = 3
# A value has commas or line ends, not both: else the inside of a cut quoted value can look like a row of its own.
values = st.one_of(st.text(alphabet='ab", é£', max_size=6), st.text(alphabet='ab"\né', max_size=6))
tables = st.lists(st.lists(values, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=6)


def records_of(text: str) -> list[Record]:
    return list(read_records(io.StringIO(text, newline="")))


def whole_rows(text: str) -> list[list[str]]:
    return [record.values for record in records_of(text) if len(record.values) == WIDTH]


def _without_line_ends(text: str) -> str:
    """Blank lines are no records, unless they stand in quotes."""
    return text.replace("\r", "").replace("\n", "")


@given(st.text(alphabet='ab,"\r\n', max_size=40))
def test_no_line_is_lost_and_none_read_twice(text: str) -> None:
    read = "".join(record.text for record in records_of(text))
    assert _without_line_ends(read) == _without_line_ends(text)


@given(tables, st.sampled_from(["\n", "\r\n"]))
def test_reads_what_a_csv_writer_wrote(table: list[list[str]], line_end: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=line_end).writerows(table)
    assert whole_rows(written.getvalue()) == table


@given(tables, st.data())
def test_a_cut_costs_no_row_before_it(table: list[list[str]], data: st.DataObject) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(table)
    text = written.getvalue()
    cut = data.draw(st.integers(0, len(text)))
    ends = [len("".join(record.text for record in records_of(text)[: index + 1])) for index in range(len(table))]
    before = sum(end <= cut for end in ends)
    assert whole_rows(text[:cut])[:before] == table[:before]


def test_an_open_quote_costs_its_own_line_only() -> None:
    text = 'a,b,c\nd,"e,f\ng,h,i\nj,"k, l",m\nn,o,p\n'
    assert whole_rows(text) == [["a", "b", "c"], ["g", "h", "i"], ["j", "k, l", "m"], ["n", "o", "p"]]
    (broken,) = [record for record in records_of(text) if record.problem]
    assert broken == Record([], 'd,"e,f\n', "stray_quote")


def test_a_quote_open_to_the_end_is_told() -> None:
    *_, first, second = records_of('a,b,c\nd,"e,f\ng,h,i\n')
    assert first == Record([], 'd,"e,f\n', "unclosed_quote")
    assert second == Record(["g", "h", "i"], "g,h,i\n", "")


def test_line_ends_inside_quotes_belong_to_the_value() -> None:
    assert whole_rows('a,"b\r\nb",c\r\n\r\nd,e,f\r\n') == [["a", "b\r\nb", "c"], ["d", "e", "f"]]
