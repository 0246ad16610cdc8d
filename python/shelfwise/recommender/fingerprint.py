"""The name of a model: a short hash of what it was made of, so that the same data and settings give the same name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from shelfwise.recommender.dataset import Examples

# Part of every version: raise it when code changes what the same data and parameters come to.
ALGORITHM = "two-stage-1"


def model_version(
    examples: Iterable[Examples], parameters: Mapping[str, Any], session_digests: Sequence[str] = ()
) -> str:
    """Return 12 hexadecimal digits over the features, the parameters, all training rows and the session indexes."""
    digest = hashlib.sha256(f"{ALGORITHM}\n{json.dumps(parameters, sort_keys=True)}\n".encode())
    digest.update("\n".join(session_digests).encode())
    for part in examples:
        digest.update("\n".join((part.cutoff.cutoff_id, *part.feature_names)).encode())
        digest.update("\n".join(part.customer_ids).encode())
        for array in (part.customers, part.products, part.features, part.bought):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:12]
