"""What collectors have taken and not landed, and what they rejected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from shelfwise.collector.append_file import is_held
from shelfwise.collector.compaction import Plan, plan_path
from shelfwise.collector.dead_letter_box import DeadLetterBox
from shelfwise.collector.frames import read_frames
from shelfwise.collector.segments import segments
from shelfwise.recovery.doctor.finding import Finding, Findings, Patient, modified_at, quoted
from shelfwise.settings import Settings
from shelfwise.wording import counted

#: a closed segment lands with the next run, and there is one every night
LEFT_LYING = timedelta(hours=36)


def check_collector(patient: Patient) -> Findings:
    """Look at segments, at those that were set aside, at the plan of a landing under way, and at the dead letter."""
    settings = patient.settings
    waiting = segments(settings)
    found = (
        *left_lying(patient),
        *damaged_segments(settings, quick=patient.quick),
        *unreadable_plan(settings),
        *dead_letter(settings, quick=patient.quick),
    )
    held = sum(is_held(path) for path in waiting)
    return Findings(f"{counted(len(waiting), 'segment')} waiting, {held} being written", found)


def left_lying(patient: Patient) -> Iterator[Finding]:
    """Give segments that no collector writes and no run has landed."""
    for path in segments(patient.settings):
        since = modified_at(path)
        if since and patient.now - since > LEFT_LYING and not is_held(path):
            yield Finding(
                f"events have been waiting to land in {path}",
                "shelfwise run",
                "warning",
                since,
                "it lands what was collected; where SHELFWISE_SOURCES is set, `web` must be among them",
            )
            return


def damaged_segments(settings: Settings, *, quick: bool) -> Iterator[Finding]:
    """Give segments that the disk has changed, and those that were set aside for it."""
    for path in [] if quick else segments(settings):
        if frames := read_frames(path.read_bytes()).damaged_bytes:
            yield Finding(
                f"{frames:,} bytes of {path} were changed by the disk; all else of it lands",
                "shelfwise run",
                "warning",
                modified_at(path),
                f"a copy of the segment is kept in {settings.collector_path / 'damaged'}",
            )
    kept = sorted((settings.collector_path / "damaged").glob("*"))
    if kept:
        yield Finding(
            f"{counted(len(kept), 'segment')} that the disk had changed are kept in {kept[0].parent}; "
            "what could be read has landed",
            f"rm -r {quoted(kept[0].parent)}",
            "warning",
            modified_at(kept[0]),
            "after a look at what was in them",
        )


def unreadable_plan(settings: Settings) -> Iterator[Finding]:
    """Give a note of a landing under way that cannot be read, so that nothing lands any more."""
    path = plan_path(settings)
    if not path.exists():
        return
    try:
        msgspec.json.decode(path.read_bytes(), type=Plan)
    except msgspec.DecodeError as error:
        yield Finding(
            f"{path} cannot be read ({error}), so collected events do not land",
            f"rm {quoted(path)} && shelfwise run",
            since=modified_at(path),
            hint="events that had landed already count as duplicates",
        )


def dead_letter(settings: Settings, *, quick: bool) -> Iterator[Finding]:
    """Say when rejected events had to be given up, and that there are some."""
    box = DeadLetterBox(settings)
    if not box.folder.is_dir():
        return
    dropped = box.dropped()
    if dropped.count:
        yield Finding(
            f"the dead letter was full: {counted(dropped.count, 'rejected event')} had to be given up",
            "shelfwise dead-letter list",
            "warning",
            dropped.latest_at,
            "mend the sender, then `shelfwise dead-letter replay --all`; "
            "SHELFWISE_COLLECTOR_DEAD_LETTER_BYTES makes it larger",
        )
    if not quick and (count := sum(1 for _ in box.letters())):
        oldest = next(box.letters()).received_at
        yield Finding(
            f"{counted(count, 'rejected event')} in the dead letter",
            "shelfwise dead-letter list",
            "warning",
            oldest,
        )
