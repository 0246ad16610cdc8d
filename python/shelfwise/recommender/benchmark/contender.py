"""What became of one method: its lists, and what they cost."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

LIST_LENGTH = 20


@dataclass(frozen=True)
class Outcome:
    """Lists of products by slice of the truth they are for, (n_asked, LIST_LENGTH) each, and their cost.

    ``fit_s`` and ``predict_s`` are seconds with the settings chosen, ``tune_s`` those of choosing them among
    ``tried`` settings; ``peak_gb`` the most resident memory of the process.
    """

    name: str
    role: str
    lists: dict[str, NDArray[np.int64]]
    settings: dict[str, Any]
    tried: int
    fit_s: float
    predict_s: float
    tune_s: float
    peak_gb: float = field(default_factory=lambda: peak_gb())

    def save(self, folder: Path) -> None:
        """Write the lists and the rest into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = dict(self.lists)
        np.savez_compressed(folder / f"{self.name}.npz", **arrays)
        words = {key: value for key, value in asdict(self).items() if key != "lists"}
        (folder / f"{self.name}.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Read what `save` wrote."""
        words = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
            return cls(lists={key: stored[key] for key in stored.files}, **words)


def peak_gb() -> float:
    """Return the most memory this process has had resident, in GB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e9
