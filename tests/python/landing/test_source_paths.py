from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from shelfwise.landing.errors import LandingError
from shelfwise.landing.source_paths import Formats, open_sources

FORMATS = Formats(by_path=(".csv", ".csv.gz", ".xlsx"), in_folders=(".csv", ".csv.gz"))


def names_of(path: Path, scratch: Path) -> list[str]:
    with open_sources(path, scratch, FORMATS) as sources:
        return [source.name for source in sources]


def archive(path: Path, *members: str) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        for member in members:
            opened.writestr(member, f"content of {member}")
    return path


def test_a_folder_gives_its_csv_files_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.CSV", ".hidden.csv", "._b.csv", "notes.txt", "a.xlsx"):
        (tmp_path / name).write_text("x")
    assert names_of(tmp_path, tmp_path) == ["a.CSV", "b.csv"]


def test_a_file_gives_itself(tmp_path: Path) -> None:
    for name in ("a.csv", "a.xlsx"):
        (tmp_path / name).write_text("x")
        assert names_of(tmp_path / name, tmp_path) == [name]


def test_an_archive_is_unpacked_for_the_time_of_the_import(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", "Online Retail.xlsx", "x/a.csv", "y/a.csv", "__MACOSX/x/._a.csv", "readme.txt")
    scratch = tmp_path / "scratch"
    with open_sources(path, scratch, FORMATS) as sources:
        assert [source.path.read_text() for source in sources] == [
            "content of Online Retail.xlsx",
            "content of x/a.csv",
            "content of y/a.csv",
        ]
        assert sources[1].label == f"{path}, x/a.csv"
    assert list(scratch.iterdir()) == []


def test_a_member_cannot_leave_the_folder_it_is_unpacked_in(tmp_path: Path) -> None:
    scratch = tmp_path / "a" / "b" / "scratch"
    with open_sources(archive(tmp_path / "a.zip", "../../../../evil.csv"), scratch, FORMATS) as sources:
        assert scratch in sources[0].path.parents
        assert sources[0].path.resolve() == sources[0].path
    assert not list(tmp_path.rglob("evil.csv"))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.csv", r"absent\.csv: there is no such file or folder\. Check the path"),
        ("empty_folder", r"there is no \.csv or \.csv\.gz file in this folder\. Give the folder that holds the files"),
        (
            "excel_folder",
            r"there is no \.csv or \.csv\.gz file in this folder\. Import .*excel_folder/a\.xlsx by its path",
        ),
        ("old.xls", r"a file ending in `\.xls` cannot be imported\. Give a \.csv, \.csv\.gz or \.xlsx file"),
        ("other.zip", r"there is no \.csv, \.csv\.gz or \.xlsx file in it"),
        ("cut.zip", r"it cannot be unpacked .*Download it again"),
    ],
)
def test_says_what_cannot_be_imported(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty_folder").mkdir()
    (tmp_path / "excel_folder").mkdir()
    (tmp_path / "excel_folder" / "a.xlsx").write_text("x")
    (tmp_path / "old.xls").write_text("x")
    archive(tmp_path / "other.zip", "readme.txt")
    whole = archive(tmp_path / "whole.zip", "a.csv").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LandingError, match=message), open_sources(tmp_path / name, tmp_path / "scratch", FORMATS):
        pytest.fail("there is nothing to import")
