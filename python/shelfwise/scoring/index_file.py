"""The session index as a file of plain arrays (`index.npz`): nothing in it can run, unlike a pickle.

Arrays are those of `SessionIndex`; ``pair_weights.<name>`` and ``product_features.<name>`` hold its dictionaries.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from shelfwise.scoring.index import SessionIndex


def save_session_index(index: SessionIndex, path: Path) -> None:
    """Write an index; not compressed, for it is read at the start of a server."""
    arrays: dict[str, Any] = {}
    for field in fields(index):
        value = getattr(index, field.name)
        if isinstance(value, dict):
            arrays |= {f"{field.name}.{name}": column for name, column in value.items()}
        elif field.name == "product_ids":
            arrays[field.name] = value.astype(np.str_)
        elif value is not None:
            arrays[field.name] = value
    np.savez(path, **arrays)


def load_session_index(path: Path) -> SessionIndex:
    """Read a file of `save_session_index`; refuses anything but plain arrays."""
    parts: dict[str, Any] = {}
    with np.load(path, allow_pickle=False) as stored:
        for name in stored.files:
            field, _, key = name.partition(".")
            if key:
                parts.setdefault(field, {})[key] = stored[name]
            else:
                parts[field] = stored[name]
    parts["product_ids"] = parts["product_ids"].astype(object)
    return SessionIndex(**parts)
