"""Torn ends and damaged middles are told from what is whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from shelfwise.collector.frames import Frames, frame, read_frames

payloads = st.lists(st.binary(min_size=1, max_size=60) | st.just(b"=00000000 3\n"), max_size=6)


@with_settings(deadline=None)
@given(payloads)
def test_what_was_framed_is_read_back(contents: list[bytes]) -> None:
    assert read_frames(b"".join(map(frame, contents))) == Frames(contents, 0, 0)


@with_settings(deadline=None)
@given(payloads, st.data())
def test_an_interrupted_write_loses_no_earlier_frame(contents: list[bytes], data: st.DataObject) -> None:
    framed = [frame(payload) for payload in [*contents, b'{"message_id":"m1"}\n']]
    cut = data.draw(st.integers(1, len(framed[-1]) - 1))
    torn = b"".join(framed[:-1]) + framed[-1][:cut]
    assert read_frames(torn) == Frames(contents, cut, 0)


@with_settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=60), min_size=2, max_size=6), st.data())
def test_a_changed_byte_costs_its_own_frame_alone(contents: list[bytes], data: st.DataObject) -> None:
    framed = [frame(payload) for payload in contents]
    hit = data.draw(st.integers(0, len(contents) - 2))
    place = data.draw(st.integers(0, len(framed[hit]) - 1))
    changed = bytearray(framed[hit])
    changed[place] ^= 0xFF
    whole = read_frames(b"".join([*framed[:hit], bytes(changed), *framed[hit + 1 :]]))
    assert whole.payloads == [*contents[:hit], *contents[hit + 1 :]]
    assert (whole.torn_bytes, whole.damaged_bytes) == (0, len(framed[hit]))
