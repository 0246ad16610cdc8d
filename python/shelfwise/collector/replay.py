"""Rejected events, judged again by the rules of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.dead_letter_box import LETTER_SUFFIX, DeadLetterBox, Dropped
from shelfwise.collector.dead_letters import DeadLetter
from shelfwise.collector.intake import Intake, framed, take_batch, take_call
from shelfwise.collector.rows import LandingRow
from shelfwise.collector.segments import SEGMENT_SUFFIX, segments_folder
from shelfwise.errors import ShelfwiseError
from shelfwise.privacy.pseudonyms import pseudonymiser
from shelfwise.settings import Settings


@dataclass(frozen=True)
class ReasonGroup:
    """Letters of one reason; `latest` is the youngest of them."""

    reason: str
    count: int
    latest: DeadLetter


@dataclass(frozen=True)
class Replay:
    """How many events went to landing's door, and how many were rejected again."""

    taken: int
    rejected: int


def grouped_by_reason(settings: Settings) -> tuple[list[ReasonGroup], Dropped]:
    """Return the letters by reason, most frequent first, and what was given up for want of room."""
    box = DeadLetterBox(settings)
    counts: dict[str, int] = defaultdict(int)
    latest: dict[str, DeadLetter] = {}
    for letter in box.letters():
        counts[letter.reason] += 1
        if letter.reason not in latest or letter.received_at >= latest[letter.reason].received_at:
            latest[letter.reason] = letter
    groups = [ReasonGroup(reason, count, latest[reason]) for reason, count in counts.items()]
    return sorted(groups, key=lambda group: (-group.count, group.reason)), box.dropped()


def find_letters(settings: Settings, ids: Collection[str]) -> list[DeadLetter]:
    """Return the letters of these ids. Raises ShelfwiseError when one is not in the box."""
    found = {letter.id: letter for letter in DeadLetterBox(settings).letters() if letter.id in ids}
    if missing := [id_ for id_ in ids if id_ not in found]:
        raise ShelfwiseError(
            f"no event {missing[0]} in the dead letter", remedy="`shelfwise dead-letter list` shows what there is"
        )
    return [found[id_] for id_ in ids]


def replay(settings: Settings, ids: Sequence[str] | None = None) -> Replay:
    """Take the rejected events of these ids, or all, that today's rules allow; the next run lands them.

    An interruption may take an event twice, never lose it; the warehouse keeps one of a message id. Raises
    ShelfwiseError when an id is not in the box.
    """
    box = DeadLetterBox(settings)
    rows: list[LandingRow] = []
    split: list[DeadLetter] = []
    done: list[str] = []
    rejected = 0
    for letter in list(box.letters()) if ids is None else find_letters(settings, ids):
        intake = judge(letter, settings)
        rejected += len(intake.rejected)
        if not intake.rows:
            continue
        rows += intake.rows
        split += intake.rejected  # of a body that can now be read, the events that cannot be taken
        done.append(letter.id)
    if done:
        _append(segments_folder(settings), SEGMENT_SUFFIX, framed(rows))
        _append(box.folder, LETTER_SUFFIX, framed(split))
        box.remove(done)
    return Replay(taken=len(rows), rejected=rejected)


def judge(letter: DeadLetter, settings: Settings) -> Intake:
    """Return what today's rules make of a letter."""
    body = letter.text.encode()
    most = settings.collector_event_bytes
    pseudonymise = pseudonymiser(settings, "web", letter.namespace)
    if letter.method == "batch":
        # it was within the limit of its day; a body of more events than are allowed now is still taken
        return take_batch(
            body, letter.receipt, event_bytes=most, most=len(body), letter_id=letter.id, pseudonymise=pseudonymise
        )
    return take_call(
        body, letter.method, letter.receipt, event_bytes=most, letter_id=letter.id, pseudonymise=pseudonymise
    )


def _append(folder: Path, suffix: str, data: bytes) -> None:
    if data:
        file = AppendFile(folder, suffix)
        file.append(data)
        file.close()
