"""The public marts as their ymls declare them, to be made empty and filled by a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def declared_marts(project_dir: Path) -> list[dict[str, Any]]:
    """Return every mart as its yml declares it."""
    return [
        model
        for path in sorted((project_dir / "models" / "marts").rglob("*.yml"))
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    ]


def declared_columns(relation: dict[str, Any]) -> str:
    """Return a relation's columns and types as SQL."""
    return ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in relation["columns"])
