"""Which of the files that landed before have the bytes, or the name, of one that is to land."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from shelfwise.landing.registry import LandedFile, landed_paths, read_landed_file
from shelfwise.settings import Settings


class EarlierFiles:
    """The landed files of a source table in one namespace, looked up by what their names tell.

    A landed file is called ``[<namespace>.]<name of the source file>[-<n>]-<short hash>.parquet``, so that few footers
    are read. Methods raise LandingError for a landed file that is no Parquet.
    """

    def __init__(self, settings: Settings, source: str, table: str, namespace: str | None) -> None:
        self._landing = settings.landing_path
        self._namespace = namespace or ""
        self._footers: dict[Path, LandedFile] = {}
        self._by_hash: dict[str, list[Path]] = defaultdict(list)
        for path in landed_paths(settings, source, table):
            self._by_hash[path.stem.rpartition("-")[2]].append(path)

    def with_bytes(self, sha256: str) -> list[LandedFile]:
        """Return the files that hold what a file of this hash held."""
        return [file for file in self._read(self._by_hash.get(short(sha256), ())) if file.file_sha256 == sha256]

    def with_name(self, name: str) -> list[LandedFile]:
        """Return the files that came from a file of this name."""
        start = _stem(name, self._namespace)
        paths = (path for paths in self._by_hash.values() for path in paths if path.name.startswith(start))
        return [file for file in self._read(paths) if file.source_file == name]

    def in_force(self, files: Iterable[LandedFile]) -> list[LandedFile]:
        """Return those of the files that no later one supersedes."""
        return [file for file in files if self.superseded_by(file) is None]

    def superseded_by(self, file: LandedFile) -> LandedFile | None:
        """Return the file that corrects another, which has the same name."""
        later = (other for other in self.with_name(file.source_file) if other.supersedes == self.landing_file(file))
        return next(later, None)

    def landing_file(self, file: LandedFile) -> str:
        """Return a file's path below landing/, by which the warehouse knows it."""
        return file.path.relative_to(self._landing).as_posix()

    def _read(self, paths: Iterable[Path]) -> list[LandedFile]:
        return [file for file in map(self._footer, paths) if file.namespace == self._namespace]

    def _footer(self, path: Path) -> LandedFile:
        if path not in self._footers:
            self._footers[path] = read_landed_file(path)
        return self._footers[path]


def landed_name(name: str, sha256: str, namespace: str | None, version: int = 1) -> str:
    """Return what a landed file is called; ``version`` counts those of one day that hold the same bytes."""
    return f"{_stem(name, namespace or '')}{f'-{version}' if version > 1 else ''}-{short(sha256)}"


def short(sha256: str) -> str:
    """Return the part of a hash that stands in the names of landed files."""
    return sha256[:12]


def _stem(name: str, namespace: str) -> str:
    stem = re.sub(r"[^a-zA-Z0-9_.-]+", "_", Path(name).stem)[:100]
    return f"{namespace}.{stem}" if namespace else stem
