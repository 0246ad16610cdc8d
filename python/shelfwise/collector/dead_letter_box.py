"""The dead letter on disk: files that collectors append to, and a list of the letters taken out since."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from shelfwise.collector.append_file import taken
from shelfwise.collector.dead_letters import DeadLetter
from shelfwise.collector.frames import frame, read_frames
from shelfwise.errors import ShelfwiseError
from shelfwise.files import write_bytes_atomically, write_text_atomically
from shelfwise.locks import LockHeldError, exclusive_lock
from shelfwise.settings import Settings

logger = logging.getLogger(__name__)

LETTER_SUFFIX = ".rejected"
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(DeadLetter)


class Dropped(msgspec.Struct):
    """Letters given up because the dead letter was full: how many, and when last."""

    count: int = 0
    latest_at: datetime | None = None


class DeadLetterBox:
    """The rejected events of all collectors on a data folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.collector_path / "dead-letter"
        self._most_bytes = settings.collector_dead_letter_bytes

    def letters(self) -> Iterator[DeadLetter]:
        """Give the letters in the box, oldest first; whoever appends meanwhile is not waited for."""
        removed = self._removed_ids()
        for path in self._files():
            with suppress(FileNotFoundError):  # emptied, or given up, since it was listed
                yield from (letter for letter in letters_in(path) if letter.id not in removed)

    def dropped(self) -> Dropped:
        """Return what had to be given up so far."""
        try:
            return msgspec.json.decode(self._dropped_path.read_bytes(), type=Dropped)
        except FileNotFoundError:
            return Dropped()

    def remove(self, ids: Iterable[str]) -> None:
        """Take letters out for good, durably; files in which none is left go."""
        with exclusive_lock(self.folder / ".lock", holder="replay", wait=True):
            removed = self._removed_ids() | set(ids)
            self._write_removed(removed)
            for path in self._files():
                with taken(path) as free:
                    if free and all(letter.id in removed for letter in letters_in(path)):
                        path.unlink()
            left = {letter.id for path in self._files() for letter in letters_in(path)}
            self._write_removed(removed & left)

    def erase(self, pattern: re.Pattern[str]) -> int:
        """Rewrite the files without letters in whose text something of ``pattern`` stands; return how many went.

        Raises ShelfwiseError while a collector appends to one that has any.
        """
        count = 0
        with exclusive_lock(self.folder / ".lock", holder="erasure", wait=True):
            removed = self._removed_ids()
            for path in self._files():
                letters = list(letters_in(path))
                kept = [letter for letter in letters if letter.id not in removed and not pattern.search(letter.text)]
                if len(kept) == len(letters):
                    continue
                with taken(path) as free:
                    if not free:
                        raise ShelfwiseError(
                            f"a collector goes on writing {path.name}",
                            remedy="Stop the collector, and give the command again",
                        )
                    count += sum(bool(pattern.search(letter.text)) for letter in letters)
                    write_bytes_atomically(path, frame(_encoder.encode_lines(kept)) if kept else b"")
                    path.chmod(0o600)
                    if not kept:
                        path.unlink()
        return count

    def make_room(self) -> int:
        """Give up the oldest files while the box is larger than it may be; return how many letters that were."""
        sizes = {path: path.stat().st_size for path in self._files()}
        if sum(sizes.values()) <= self._most_bytes:
            return 0
        with suppress(LockHeldError), exclusive_lock(self.folder / ".lock", holder="make room"), ExitStack() as stack:
            excess = sum(sizes.values()) - self._most_bytes
            given_up = []
            for path, size in sizes.items():
                if excess > 0 and stack.enter_context(taken(path)):
                    given_up.append(path)
                    excess -= size
            removed = self._removed_ids()
            count = sum(letter.id not in removed for path in given_up for letter in letters_in(path))
            if count:
                self._note_dropped(count)
            for path in given_up:
                path.unlink()
            return count
        return 0

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{LETTER_SUFFIX}"))

    def _removed_ids(self) -> set[str]:
        try:
            return set(self._removed_path.read_text(encoding="utf-8").split())
        except FileNotFoundError:
            return set()

    def _write_removed(self, ids: set[str]) -> None:
        write_text_atomically(self._removed_path, "".join(f"{id_}\n" for id_ in sorted(ids)))

    def _note_dropped(self, count: int) -> None:
        logger.warning("the dead letter is full: its %d oldest events are given up", count)
        dropped = Dropped(self.dropped().count + count, datetime.now(UTC))
        write_text_atomically(self._dropped_path, msgspec.json.encode(dropped).decode())

    @property
    def _removed_path(self) -> Path:
        return self.folder / "removed"

    @property
    def _dropped_path(self) -> Path:
        return self.folder / "dropped.json"


def letters_in(path: Path) -> Iterator[DeadLetter]:
    """Give the letters of a file, without those that were being written when it was read."""
    for payload in read_frames(path.read_bytes()).payloads:
        yield from (_decoder.decode(line) for line in payload.splitlines())
