"""Memory that a version leaves behind."""

from __future__ import annotations

import ctypes


def give_back_memory() -> None:
    """Return freed memory to the system, where the C library can: it keeps what lay between smaller things."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)
