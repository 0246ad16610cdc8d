"""What became of one method: its lists, and what they cost."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.evaluation import MEASURES

LIST_LENGTH = 20
# What settings are chosen by.
CHOSEN_BY = MEASURES.index(("ndcg", LIST_LENGTH))


@dataclass(frozen=True)
class Outcome:
    """Lists of products by slice of the truth they are for, (n_asked, LIST_LENGTH) each, and their cost.

    ``fit_s`` and ``predict_s`` are seconds with the settings chosen, ``tune_s`` those of choosing them among
    ``tried`` settings; ``peak_gb``, the most resident memory of its process, is measured by who started that.
    """

    name: str
    role: str
    lists: dict[str, NDArray[np.int64]]
    settings: dict[str, Any]
    tried: int
    fit_s: float
    predict_s: float
    tune_s: float
    peak_gb: float = 0.0

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
