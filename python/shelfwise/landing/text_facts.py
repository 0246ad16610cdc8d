"""What the bytes of a text file tell before anything is parsed."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from shelfwise.files import sha256_of
from shelfwise.landing.compression import is_gzip, open_unpacked
from shelfwise.landing.errors import LandingError

CHUNK_BYTES = 1 << 20
WINDOWS_1252_HOLES = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True)
class TextFacts:
    """The hash of a file's bytes; the encoding of its text as Python calls it, and how that ends.

    ``is_plain`` says that it is UTF-8 without quotes, in lines that end in LF or CR LF.
    """

    sha256: str
    encoding: str
    ends_mid_character: bool
    ends_with_line_end: bool
    is_plain: bool


def examine_text(path: Path, label: str) -> TextFacts:
    """Hash a file and tell its encoding (UTF-8, or else Windows-1252), holding one chunk in memory.

    A file packed with gzip is unpacked on the way. ``label`` is what messages call the file.
    Raises LandingError when the file is empty, no text, or cannot be read.
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_holes, is_plain = True, False, True
    last = b""
    with open_unpacked(path, label) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            if b"\0" in chunk:
                raise _not_text(label, start=chunk if not last else b"")
            digest.update(chunk)
            has_holes = has_holes or any(hole in chunk for hole in WINDOWS_1252_HOLES)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
            is_plain = is_plain and _is_plain(chunk, last)
            last = chunk
    if not last:
        raise LandingError("it is empty (0 bytes)", file=label, remedy="Export the file again, or leave it out.")
    if not is_utf8 and has_holes:
        raise LandingError("it is neither UTF-8 nor Windows-1252 text", file=label, remedy="Save it as CSV in UTF-8.")
    return TextFacts(
        sha256=sha256_of(path) if is_gzip(path) else digest.hexdigest(),
        encoding="utf-8-sig" if is_utf8 else "cp1252",
        ends_mid_character=is_utf8 and bool(decoder.getstate()[0]),
        ends_with_line_end=last.endswith((b"\n", b"\r")),
        is_plain=is_utf8 and is_plain and not last.endswith(b"\r"),
    )


def _is_plain(chunk: bytes, before: bytes) -> bool:
    """Tell whether a chunk has neither quotes nor a CR that no LF follows; one at its end is for the next to judge."""
    if b'"' in chunk or (before.endswith(b"\r") and not chunk.startswith(b"\n")):
        return False
    return chunk.count(b"\r") == chunk.count(b"\r\n") + chunk.endswith(b"\r")


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _not_text(label: str, start: bytes) -> LandingError:
    """Return the error for binary content, with a remedy for the kinds people mistake for CSV."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return LandingError("it is UTF-16 text", file=label, remedy="Save it as CSV in UTF-8.")
    if start.startswith(b"PK\x03\x04"):
        return LandingError(
            "it is a zip archive or an Excel workbook, not CSV",
            file=label,
            remedy="Give it its right ending (.zip, .xlsx) and import it by its path.",
        )
    if start.startswith(b"\x1f\x8b"):
        return LandingError("it is packed with gzip", file=label, remedy="Let its name end in .csv.gz.")
    return LandingError("it is binary, not CSV text", file=label, remedy="Save the table as CSV in UTF-8.")
