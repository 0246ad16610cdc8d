"""Makes a failing shop small: many smaller shops are tried at once, as namespaces of one warehouse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from random import Random

from shops import LandedFile, Shop

Fails = Callable[[Sequence[Shop]], Collection[str]]
Place = tuple[int, int]  # of a file in its shop, of a row in that file


def shrink(shop: Shop, fails: Fails, *, rounds: int = 3, variants: int = 250) -> Shop:
    """Return the smallest shop found that `fails` like `shop`.

    `fails` loads many shops together and returns the namespaces of those that differ. Each round tries the best shop
    so far without each of its parts; what can be missed one by one is then left out together, in many combinations.
    """
    best = shop
    for number in range(rounds):
        alone = failing(without_one_part(best)[:variants], fails)
        if not alone:
            break
        expendable = sorted(place for place in places(best) if without(best, {place}) in alone)
        together = failing(without_many(best, expendable, Random(number), variants), fails)  # noqa: S311
        best = min([*alone, *together], key=size)
    return best


def failing(shops: Sequence[Shop], fails: Fails) -> list[Shop]:
    named = {f"v{number:04}": shop for number, shop in enumerate(shops)}
    return [named[name] for name in fails([replace(shop, namespace=name) for name, shop in named.items()])]


def size(shop: Shop) -> tuple[int, int, int]:
    return shop.row_count, len({file.batch for file in shop.files}), len(shop.files)


def places(shop: Shop) -> list[Place]:
    return [(number, row) for number, file in enumerate(shop.files) for row in range(len(file.rows))]


def without_one_part(shop: Shop) -> list[Shop]:
    """The shop with two loads as one, and the shop without each of its rows."""
    later_loads = sorted({file.batch for file in shop.files})[1:]
    return [fewer_loads(shop, load) for load in later_loads] + [without(shop, {place}) for place in places(shop)]


def without_many(shop: Shop, expendable: Sequence[Place], random: Random, count: int) -> list[Shop]:
    """The shop without the rows at so many chosen places, few of them or most."""
    shares = [random.choice([0.3, 0.5, 0.7, 0.85, 0.95, 1.0]) for _ in range(count if len(expendable) > 1 else 0)]
    return [without(shop, {place for place in expendable if random.random() < share}) for share in shares]


def without(shop: Shop, places: Collection[Place]) -> Shop:
    """The shop without the rows at `places`, without files that lose all rows, and without references to those."""
    files = []
    for number, file in enumerate(shop.files):
        rows = tuple(row for position, row in enumerate(file.rows) if (number, position) not in places)
        if rows:
            files.append(replace(file, rows=rows))
    names = {(file.table, file.name) for file in files}
    return replace(shop, files=tuple(with_known_reference(file, names) for file in files))


def with_known_reference(file: LandedFile, names: Collection[tuple[str, str]]) -> LandedFile:
    return file if (file.table, file.supersedes) in names else replace(file, supersedes="")


def fewer_loads(shop: Shop, batch: int) -> Shop:
    """The shop with the files of one load landing together with those of the load before."""
    before = max(file.batch for file in shop.files if file.batch < batch)
    moved = (replace(file, batch=before) if file.batch == batch else file for file in shop.files)
    return replace(shop, files=tuple(moved))
