"""What the dbt project declares about the tables that land: their columns, types and owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from shelfwise.errors import ShelfwiseError


@dataclass(frozen=True)
class SourceTable:
    """A source table as ``models/staging/<source>/_<source>__sources.yml`` declares it.

    `columns` maps each column to its type, in the order of the file. A table whose `config.meta.optional` is true
    may stay without files: the lines that an importer could not read, for one. Likewise `optional_columns` are those
    that a file need not have. `config.meta.continuous` says that rows land all day, so that the newest landing date is
    not whole yet.
    """

    source_name: str
    name: str
    owner: str
    columns: dict[str, str]
    is_optional: bool = False
    is_continuous: bool = False
    optional_columns: frozenset[str] = field(default_factory=frozenset)

    @property
    def table(self) -> str:
        """The relation's name, which is also what results call it."""
        return f"{self.source_name}__{self.name}"


def declared_tables(project_dir: Path, sources: Iterable[str]) -> list[SourceTable]:
    """Return the declared tables of `sources`, in that order.

    Raises ShelfwiseError when a source's yml is missing or does not declare it.
    """
    return [table for source in sources for table in _tables_of(project_dir, source)]


def _tables_of(project_dir: Path, source_name: str) -> list[SourceTable]:
    path = project_dir / "models" / "staging" / source_name / f"_{source_name}__sources.yml"
    try:
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ShelfwiseError(
            f"cannot read the declaration of source {source_name}: {error}",
            remedy=f"Each source needs {path.relative_to(project_dir)}; restore it from version control.",
        ) from error
    for source in document.get("sources", []):
        if source["name"] == source_name:
            owner = source.get("config", {}).get("meta", {}).get("owner", "")
            return [
                SourceTable(
                    source_name=source_name,
                    name=table["name"],
                    owner=owner,
                    columns={column["name"]: column["data_type"] for column in table["columns"]},
                    is_optional=_says(table, "optional"),
                    is_continuous=_says(table, "continuous"),
                    optional_columns=frozenset(c["name"] for c in table["columns"] if _says(c, "optional")),
                )
                for table in source["tables"]
            ]
    raise ShelfwiseError(
        f"{path.relative_to(project_dir)} declares no source {source_name}",
        remedy="Name the source there as its folder is named.",
    )


def _says(declared: dict[str, Any], word: str) -> bool:
    return bool(declared.get("config", {}).get("meta", {}).get(word, False))
