"""Lists of different lengths in flat arrays: list ``i`` is ``values[starts[i]:starts[i + 1]]``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Below the key of any value above 0.
NOT_RANKED = np.int64(-1)
LOW_HALF = np.int64(0xFFFFFFFF)


def starts_of(sorted_owners: NDArray[np.integer], n_lists: int) -> NDArray[np.int64]:
    """Return ``starts`` (n_lists + 1,) of values whose owners (n_values,) are in ascending order."""
    return np.searchsorted(sorted_owners, np.arange(n_lists + 1)).astype(np.int64)


def gather(starts: NDArray[np.int64], lists: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of all values of ``lists`` (n,), one list after the other.

    Two arrays of equal length: which element of ``lists`` a value belongs to, and its place in the flat array.
    """
    return spans(starts[lists], starts[np.asarray(lists) + 1] - starts[lists])


def spans(firsts: NDArray[np.int64], lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of spans of ``lengths`` (n,) that begin at ``firsts`` (n,), one span after the other.

    Two arrays of equal length: which span a place belongs to, and the place.
    """
    owners = np.repeat(np.arange(len(lengths)), lengths)
    return owners, np.arange(len(owners)) + np.repeat(firsts - starts_from(lengths)[:-1], lengths)


def starts_from(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``starts`` (n_lists + 1,) of lists of these lengths (n_lists,)."""
    return np.concatenate([[0], np.cumsum(lengths)])


def ranks_of_best(starts: NDArray[np.int64], values: NDArray[np.float32], k: int) -> NDArray[np.int32]:
    """Return the rank from 1 of each value among the k best of its list, 0 for all others and for values of 0.

    ``values`` must not be negative; of equal ones the earlier is better, whatever other lists there are.
    """
    lengths = np.diff(starts)
    ranks = np.zeros(len(values), dtype=np.int32)
    # What is kept of most lists is all of them: only long ones have to be searched for their best.
    for lists in (np.flatnonzero(lengths > k), np.flatnonzero((lengths > 0) & (lengths <= k))):
        if len(lists):
            _rank_lists(starts, values, k, lists, ranks)
    return ranks


def _rank_lists(
    starts: NDArray[np.int64], values: NDArray[np.float32], k: int, lists: NDArray[np.int64], ranks: NDArray[np.int32]
) -> None:
    """Put the ranks of some lists into ``ranks``."""
    rows, in_flat = gather(starts, lists)
    places = in_flat - starts[lists][rows]
    width = int(places.max()) + 1
    # The bits of a float that is not negative have its order; the place below them makes every key another.
    found = values[in_flat].astype(np.float32)
    keys = (found.view(np.int32).astype(np.int64) << 32) - places
    padded = np.full((len(lists), width), NOT_RANKED)
    padded[rows, places] = np.where(found > 0, keys, NOT_RANKED)
    if width > k:
        padded = np.partition(padded, width - k, axis=1)[:, width - k :]
    best = np.sort(padded, axis=1)[:, ::-1]
    list_of, rank_of = np.nonzero(best > NOT_RANKED)
    # A key's low half is what was taken off for its place.
    ranks[starts[lists][list_of] + (-best[list_of, rank_of] & LOW_HALF)] = rank_of + 1


def grouped(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different keys, ascending, and which of them each key is; keys are not negative.

    As ``np.unique(keys, return_inverse=True)``, and several times as fast: keys with their places are sorted as one
    number, which processors do many at a time.
    """
    n_bits = len(keys).bit_length()
    if len(keys) == 0 or int(keys.max()) >> (63 - n_bits):
        return np.unique(keys, return_inverse=True)
    packed = np.sort((keys << n_bits) | np.arange(len(keys)))
    in_order, places = packed >> n_bits, packed & ((1 << n_bits) - 1)
    is_first = np.empty(len(keys), dtype=np.bool_)
    is_first[0] = True
    np.not_equal(in_order[1:], in_order[:-1], out=is_first[1:])
    group_of = np.empty(len(keys), dtype=np.int64)
    group_of[places] = np.cumsum(is_first) - 1
    return in_order[is_first], group_of
