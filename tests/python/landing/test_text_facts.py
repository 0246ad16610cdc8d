from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shelfwise.landing import text_facts
from shelfwise.landing.errors import LandingError
from shelfwise.landing.text_facts import TextFacts, examine_text


def examine(path: Path, content: bytes) -> TextFacts:
    path.write_bytes(content)
    return examine_text(path, path.name)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain\n", "utf-8-sig"),
        ("£40 voucher\n".encode(), "utf-8-sig"),
        ("\ufeffInvoiceNo\n".encode(), "utf-8-sig"),
        ("£40 voucher\n".encode("cp1252"), "cp1252"),
    ],
)
def test_tells_the_encoding(tmp_path: Path, content: bytes, encoding: str) -> None:
    facts = examine(tmp_path / "a.csv", content)
    assert facts == TextFacts(hashlib.sha256(content).hexdigest(), encoding, False, True, encoding != "cp1252")


def test_a_character_may_lie_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_facts, "CHUNK_BYTES", 1)
    assert examine(tmp_path / "a.csv", "a£€b".encode()).encoding == "utf-8-sig"


def test_a_cut_character_does_not_make_it_another_encoding(tmp_path: Path) -> None:
    facts = examine(tmp_path / "a.csv", "£40\n£".encode()[:-1])
    assert (facts.encoding, facts.ends_mid_character, facts.ends_with_line_end) == ("utf-8-sig", True, False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"a\.csv: it is empty \(0 bytes\)\. Export the file again"),
        (b"a\x00b", r"a\.csv: it is binary, not CSV text\. Save the table as CSV"),
        ("a,b".encode("utf-16"), r"it is UTF-16 text\. Save it as CSV in UTF-8"),
        (b"PK\x03\x04\x00\x00", r"zip archive or an Excel workbook.*right ending"),
        (b"caf\xe9 \x81\n", r"neither UTF-8 nor Windows-1252"),
    ],
)
def test_refuses_what_is_no_text(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(LandingError, match=message):
        examine(tmp_path / "a.csv", content)
