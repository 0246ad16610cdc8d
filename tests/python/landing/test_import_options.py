"""Files of several shops, and files that correct others."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inbox import Inbox

from shelfwise.landing.errors import LandingError
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.landing.registry import LandedFile, landed_files
from shelfwise.landing.results import ImportResult
from shelfwise.settings import Settings

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
LINE = "700001,9001,PAPER LANTERN,{},2024-02-01 09:15:00,1.25,18001.0,Norway"
CUT = "700009,9009,PAP"


def land(path: Path, settings: Settings, namespace: str | None = None, *, supersede: bool = False) -> ImportResult:
    return import_online_retail(path, settings, None, ImportOptions(namespace, supersede))


def landed(settings: Settings, table: str = "order_lines") -> list[LandedFile]:
    return landed_files(settings, "online_retail", table)


def place(settings: Settings, file: LandedFile) -> str:
    return file.path.relative_to(settings.landing_path).as_posix()


@pytest.mark.parametrize("name", ["Uk", "u:k", "u k", "ü", "", "x" * 64, "uk\n"])
def test_a_namespace_that_could_not_stand_in_an_id_is_refused(name: str) -> None:
    with pytest.raises(LandingError, match=r"is no namespace.*lower case letters, digits and _"):
        ImportOptions(name)


def test_rows_say_which_shop_they_are_of(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1), CUT)
    assert land(path, settings, "shop_2").files_landed == 1
    (file,), (rejected,) = landed(settings), landed(settings, "rejected_lines")
    for each in (file, rejected):
        assert each.namespace == "shop_2"
        assert pq.ParquetFile(each.path).read().column("namespace").to_pylist() == ["shop_2"]
    assert file.path.name == f"shop_2.a-{file.file_sha256[:12]}.parquet"


def test_the_same_bytes_land_once_for_each_shop(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1), CUT)
    for namespace in (None, "uk", "ie"):
        assert land(path, settings, namespace).files_landed == 1
        assert land(path, settings, namespace).files_skipped == 1
    assert sorted(file.namespace for file in landed(settings)) == ["", "ie", "uk"]
    assert sorted(file.namespace for file in landed(settings, "rejected_lines")) == ["", "ie", "uk"]


def test_a_changed_file_of_the_same_name_is_further_rows_and_says_so(settings: Settings, inbox: Inbox) -> None:
    land(inbox.put("a.csv", inbox.line(1)), settings)
    inbox.put("a.csv.csv", inbox.line(3))  # another file, whose name begins alike
    result = land(inbox.put("a.csv", inbox.line(2)), settings)
    assert "a file of this name landed before with other content, and both count; --supersede" in result.summary()
    assert [file.supersedes for file in landed(settings)] == ["", ""]
    assert "both count" not in land(inbox.path / "a.csv.csv", settings).summary()


def test_a_corrected_file_names_the_one_it_supersedes(settings: Settings, inbox: Inbox) -> None:
    land(inbox.put("a.csv", inbox.line(1)), settings)
    land(inbox.put("b.csv", inbox.line(7)), settings)
    (first,) = (file for file in landed(settings) if file.source_file == "a.csv")
    result = land(inbox.put("a.csv", inbox.line(2)), settings, supersede=True)
    assert "supersedes the file of this name that landed before" in result.summary()
    (second,) = (file for file in landed(settings) if file.supersedes)
    assert (second.source_file, second.supersedes) == ("a.csv", place(settings, first))
    land(inbox.put("a.csv", inbox.line(3)), settings, supersede=True)
    assert [file.supersedes for file in landed(settings) if file.supersedes == place(settings, second)]
    assert land(inbox.path, settings, supersede=True).files_skipped == 2


def test_a_correction_concerns_its_own_shop_only(settings: Settings, inbox: Inbox) -> None:
    land(inbox.put("a.csv", inbox.line(1)), settings, "uk")
    result = land(inbox.put("a.csv", inbox.line(2)), settings, "ie", supersede=True)
    assert "supersedes nothing: no file of this name had landed" in result.summary()
    assert [file.supersedes for file in landed(settings)] == ["", ""]


def test_what_was_superseded_comes_back_only_when_asked(settings: Settings, inbox: Inbox) -> None:
    old, new = (inbox.line(1), CUT), (inbox.line(2),)
    land(inbox.put("a.csv", *old), settings)
    land(inbox.put("a.csv", *new), settings, supersede=True)
    path = inbox.put("a.csv", *old)
    skipped = land(path, settings)
    assert skipped.files_skipped == 1
    assert "landed before and was superseded since; --supersede makes it count again" in skipped.summary()
    assert land(path, settings, supersede=True).files_landed == 1
    superseded = {file.supersedes for file in landed(settings)}
    assert [file.row_count for file in landed(settings) if place(settings, file) not in superseded] == [1]
    assert len(landed(settings)) == 3
    assert land(path, settings, supersede=True).files_skipped == 1
    # The same for the line that was no row: rejected, corrected away, and rejected again.
    rejected = landed(settings, "rejected_lines")
    superseded = {file.supersedes for file in rejected}
    assert sorted(file.row_count for file in rejected) == [0, 1, 1]
    assert [file.row_count for file in rejected if place(settings, file) not in superseded] == [1]


def test_which_of_two_files_is_corrected_must_be_clear(settings: Settings, inbox: Inbox) -> None:
    land(inbox.put("a.csv", inbox.line(1)), settings)
    land(inbox.put("a.csv", inbox.line(2)), settings)
    (error,) = land(inbox.put("a.csv", inbox.line(3)), settings, supersede=True).errors
    assert "2 files of this name have landed and count: which one it corrects cannot be told" in str(error)
    assert all(place(settings, file) in error.remedy for file in landed(settings))


@hypothesis.settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 4), st.booleans()), max_size=8))
def test_any_sequence_of_imports_leaves_in_force_what_the_rules_say(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("sequence")
    settings = Settings(data_dir=folder / "data")
    in_force: list[tuple[str, int]] = []
    ever_landed: set[int] = set()
    for name, content, supersede in steps:
        path = folder / f"{name}.csv"
        path.write_text(f"{HEADER}\n{LINE.format(content)}\n")
        (outcome,) = land(path, settings, supersede=supersede).outcomes
        namesakes = [(other, held) for other, held in in_force if other == name]
        if content in {held for _, held in in_force} or (content in ever_landed and not supersede):
            assert outcome.status == "already_landed"
        elif supersede and len(namesakes) > 1:
            assert outcome.status == "failed"
        else:
            assert outcome.status == "landed"
            ever_landed.add(content)
            in_force = [each for each in in_force if not (supersede and each in namesakes)] + [(name, content)]
    files = landed(settings)
    superseded = {file.supersedes for file in files}
    counting = [file for file in files if place(settings, file) not in superseded]
    contents = [int(pq.ParquetFile(file.path).read(["quantity"]).column(0)[0].as_py()) for file in counting]
    assert sorted(zip((file.source_file[0] for file in counting), contents, strict=True)) == sorted(in_force)
