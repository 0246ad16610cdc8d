"""Who has been erased: ``data/erasures/``, keyed hashes of ids, so that nobody comes back by a file or a backup.

The list must not be a list of persons. Its key lies beside it: somebody who has both can test guesses. In the
environment the key would have to be there at every import for ever, and its loss would bring people back unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from shelfwise.files import fsync_path, write_bytes_atomically, write_text_atomically

HASHED_KINDS = ("customer", "device", "order")


@dataclass(frozen=True)
class Person:
    """The ids by which a person is known in one shop, without its prefix."""

    namespace: str
    customers: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()

    def ids(self, kind: str) -> frozenset[str]:
        """Return the ids of a kind."""
        return {"customer": self.customers, "device": self.devices, "order": self.orders}[kind]

    def namespaced(self, kind: str) -> list[str]:
        """Return the ids of a kind as the warehouse has them."""
        return sorted(f"{self.namespace}:{id_}" for id_ in self.ids(kind))


@dataclass(frozen=True)
class ErasedIds:
    """The list, read: {(kind, namespace): hashes}, and the key to compare with."""

    key: bytes = field(repr=False, default=b"")
    hashes: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anybody has been erased."""
        return bool(self.hashes)

    def matching(self, kind: str, namespace: str, ids: Iterable[str]) -> set[str]:
        """Return those of the ids that belong to somebody erased."""
        known = self.hashes.get((kind, namespace))
        return {id_ for id_ in ids if keyed_hash(self.key, kind, namespace, id_) in known} if known else set()


def erasures_path(data: Path) -> Path:
    """Return the folder of the list."""
    return data / "erasures"


def read_erased(data: Path) -> ErasedIds:
    """Read the list; empty where nobody has been erased."""
    folder = erasures_path(data)
    hashes: dict[tuple[str, str], set[str]] = {}
    for path in sorted(folder.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        for kind in HASHED_KINDS:
            hashes.setdefault((kind, entry["namespace"]), set()).update(entry[kind])
    if not hashes:
        return ErasedIds()
    return ErasedIds((folder / "key").read_bytes(), {name: frozenset(found) for name, found in hashes.items() if found})


def note_erasure(data: Path, person: Person) -> Path:
    """Add a person to the list, durably; the same person makes the same entry."""
    folder = erasures_path(data)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = erasure_key(folder)
    hashed = {
        kind: sorted(keyed_hash(key, kind, person.namespace, id_) for id_ in person.ids(kind)) for kind in HASHED_KINDS
    }
    name = hashlib.sha256(json.dumps(hashed, sort_keys=True).encode()).hexdigest()[:16]
    path = folder / f"{name}.json"
    entry = {"erased_at": datetime.now(UTC).isoformat(timespec="seconds"), "namespace": person.namespace, **hashed}
    if not path.exists():
        write_text_atomically(path, json.dumps(entry, indent=1) + "\n")
    return path


def erasure_key(folder: Path) -> bytes:
    """Return the list's key, made at the first erasure."""
    path = folder / "key"
    if not path.exists():
        write_bytes_atomically(path, secrets.token_bytes(32))
        path.chmod(0o600)
    return path.read_bytes()


def keyed_hash(key: bytes, kind: str, namespace: str, id_: str) -> str:
    """Return what stands for an id in the list."""
    return hmac.new(key, f"{kind}\x1f{namespace}\x1f{id_.strip()}".encode(), hashlib.sha256).hexdigest()


def pending_path(data: Path) -> Path:
    """Return where the ids of an erasure stand while it is under way, and nowhere else."""
    return erasures_path(data) / "under-way"


def note_pending(data: Path, person: Person) -> None:
    """Write down whom an erasure is about, so that one that is killed can be finished: later nothing tells any more."""
    path = pending_path(data)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fields = {"namespace": person.namespace, **{kind: sorted(person.ids(kind)) for kind in HASHED_KINDS}}
    write_text_atomically(path, json.dumps(fields))  # in a folder that nobody else may enter


def read_pending(data: Path) -> Person | None:
    """Return the person of an erasure that did not come to its end."""
    path = pending_path(data)
    if not path.is_file():
        return None
    noted = json.loads(path.read_text(encoding="utf-8"))
    customers, devices, orders = (frozenset(noted[kind]) for kind in HASHED_KINDS)
    return Person(noted["namespace"], customers, devices, orders)


def clear_pending(data: Path) -> None:
    """Forget whom the erasure was about."""
    pending_path(data).unlink(missing_ok=True)
    fsync_path(erasures_path(data))
