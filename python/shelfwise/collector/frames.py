"""Bytes on disk that tell a whole record from a torn or damaged one.

A frame is a line ``=<CRC-32> <length>`` and so many bytes of payload, which are lines of JSON. Everything of one
request is one frame: it is there in full, or was never acknowledged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

_HEADER = re.compile(rb"=([0-9a-f]{8}) (\d{1,12})\n")


def frame(payload: bytes) -> bytes:
    """Return the bytes that stand for a payload in a file."""
    return b"=%08x %d\n%b" % (crc32(payload), len(payload), payload)


@dataclass(frozen=True)
class Frames:
    """What a file holds.

    ``torn_bytes`` at its end belong to no whole frame: writing them was interrupted, so nobody was told that they are
    kept. ``damaged_bytes`` lie before a whole frame: they were kept once, and the disk has changed them.
    """

    payloads: list[bytes]
    torn_bytes: int
    damaged_bytes: int


def read_frames(data: bytes) -> Frames:
    """Return the payloads of all whole frames, in their order, and how many bytes belong to none."""
    payloads: list[bytes] = []
    damaged_bytes = position = 0
    while position < len(data):
        payload, end = _frame_at(data, position)
        if payload is not None:
            payloads.append(payload)
            position = end
            continue
        following = _next_frame(data, position + 1)
        if following is None:
            return Frames(payloads, torn_bytes=len(data) - position, damaged_bytes=damaged_bytes)
        damaged_bytes += following - position
        position = following
    return Frames(payloads, torn_bytes=0, damaged_bytes=damaged_bytes)


def _frame_at(data: bytes, position: int) -> tuple[bytes | None, int]:
    header = _HEADER.match(data, position)
    if header is None:
        return None, position
    end = header.end() + int(header[2])
    payload = data[header.end() : end]
    if len(data) < end or crc32(payload) != int(header[1], 16):
        return None, position
    return payload, end


def _next_frame(data: bytes, position: int) -> int | None:
    candidates = (header.start() for header in _HEADER.finditer(data, position))
    return next((start for start in candidates if _frame_at(data, start)[0] is not None), None)
