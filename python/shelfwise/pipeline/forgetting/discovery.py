"""By which ids a person is known: their devices and orders, wherever something still tells of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shelfwise.collector.rows import device_of_server
from shelfwise.errors import ShelfwiseError
from shelfwise.privacy.erasures import Person, read_erased
from shelfwise.privacy.landing_guard import canonical_ids, impersonal_id, rows_matching
from shelfwise.privacy.personal_columns import CUSTOMER_IS_DEVICE, columns_of_kind
from shelfwise.privacy.pseudonyms import default_namespace, default_namespaces, pseudonym
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_file
from shelfwise.warehouse.published import WAREHOUSE_FILE
from shelfwise.warehouse.retention import version_folders

# A device or an order that others have used, too, is not the person's alone: only rows that name them are.
DEVICES_OF = """
select device_id from dim_device_customers where device_id in (
    select device_id from dim_device_customers where list_contains(?, customer_id)
)
group by device_id having count(distinct customer_id) = 1
"""
PUBLIC_IDS = (
    ("dim_customers", "customer_id", "customer"),
    ("fct_orders", "customer_id", "customer"),
    ("fct_sessions", "device_id", "device"),
    ("dim_device_customers", "device_id", "device"),
    ("fct_orders", "order_id", "order"),
)
ORDERS_OF = "select order_id from fct_orders where list_contains(?, customer_id)"


def person_asked(settings: Settings, given: str, namespace: str | None, *, is_device: bool) -> Person:
    """Return whom a request names: ``<namespace>:<id>``, or a bare id with its namespace.

    An id that landing keeps in another form (a pseudonym, the hash of an address) is known by both.
    Raises ShelfwiseError when no shop is named.
    """
    shops = {default_namespace(settings, source) for source in settings.known_sources}
    before, colon, after = given.partition(":")
    if namespace is None and colon and (before in shops or not default_namespaces(settings.project_dir)):
        namespace, given = before, after
    if namespace is None:
        raise ShelfwiseError(
            "which shop's is this id?",
            remedy=f"Write it as NAMESPACE:ID, or give --namespace: {', '.join(sorted(shops))}",
        )
    id_ = given.removeprefix(f"{namespace}:").strip()
    if not id_:
        raise ShelfwiseError("an empty id names nobody", remedy="Give the id as the shop knows it")
    forms = {id_, impersonal_id(id_)}
    if settings.pseudonym_key is not None and not is_device:
        forms |= {pseudonym(settings.pseudonym_key.get_secret_value(), namespace, form) for form in forms}
    return Person(namespace, devices=frozenset(forms)) if is_device else Person(namespace, customers=frozenset(forms))


def with_all_ids(settings: Settings, person: Person, report: Callable[[str], None]) -> Person:
    """Return the person with the devices and orders that landing, the build database and the versions know of."""
    devices = set(person.devices) | {device_of_server(id_) for id_ in person.customers}
    orders: set[str] = set()
    for database in databases(settings):
        report(f"looking into {database.parent.name}/{database.name}")
        found_devices, found_orders = ids_in_database(settings, database, person)
        devices |= found_devices
        orders |= found_orders
    report("looking into landing")
    tables = list(landed_tables(settings))
    devices |= own_ids(tables, person, "device", others_than="customer")
    known = replace(person, devices=frozenset(devices))
    orders |= own_ids(tables, known, "order", others_than="customer")
    return replace(known, orders=frozenset(orders))


def databases(settings: Settings) -> list[Path]:
    """Return the databases that tell of devices and orders: the build database, and each version's."""
    versions = [folder / WAREHOUSE_FILE for folder in version_folders(settings)]
    return [path for path in (settings.build_database, *versions) if path.is_file()]


def ids_in_database(settings: Settings, database: Path, person: Person) -> tuple[set[str], set[str]]:
    """Return (devices, orders) of a person's customers, without the shop's prefix; none where it has no such mart."""
    found: list[set[str]] = []
    with connect_file(settings, database) as connection:
        for query in (DEVICES_OF, ORDERS_OF):
            try:
                rows = connection.execute(query, [person.namespaced("customer")]).fetchall()
            except duckdb.CatalogException:
                rows = []
            found.append({value.removeprefix(f"{person.namespace}:") for (value,) in rows if value})
    return found[0], found[1]


LandedTable = tuple[str, str, list[Path]]


def landed_tables(settings: Settings) -> Iterator[LandedTable]:
    """Yield (source, its own namespace, files) for each landed table."""
    for folder in sorted(settings.landing_path.glob("*/*/")):
        paths = sorted(folder.glob("dt=*/*.parquet"))
        if paths:
            source = folder.parent.name
            yield source, default_namespace(settings, source), paths


def own_ids(tables: Iterable[LandedTable], person: Person, kind: str, *, others_than: str) -> set[str]:
    """Return the ids of a kind in rows of the person which no row of another customer has."""
    own: set[str] = set()
    of_others: set[str] = set()
    for source, namespace, paths in tables:
        for path in paths:
            table = read_ids(path)
            columns = columns_of_kind(table.column_names, "device" if kind == "device" else "order")
            if kind == "device" and source in CUSTOMER_IS_DEVICE:
                own |= set(person.customers) if person.namespace == namespace else set()
            if not columns or not table.num_rows:
                continue
            shops = namespaces_of(table, namespace)
            in_shop = pc.equal(shops, person.namespace)
            theirs = rows_of(table, source, shops, person)
            other = pc.and_(pc.and_(in_shop, pc.invert(theirs)), names_customer(table, others_than))
            for name in columns:
                ids = canonical_ids(table.column(name), source)
                own |= set(pc.unique(ids.filter(theirs)).to_pylist())
                of_others |= set(pc.unique(ids.filter(other)).to_pylist())
    return {id_ for id_ in own - of_others if id_}


def read_ids(path: Path) -> pa.Table:
    """Read the columns of a landed file that tell whose its rows are."""
    names = pq.read_schema(path).names
    kinds = ("customer", "device", "order")
    wanted = [name for kind in kinds for name in columns_of_kind(names, kind)]
    return pq.read_table(path, columns=[*wanted, *(["namespace"] if "namespace" in names else [])], partitioning=None)


def namespaces_of(table: pa.Table, default: str) -> pa.ChunkedArray:
    """Return the shop of each row."""
    if "namespace" in table.column_names:
        return pc.fill_null(table.column("namespace").cast(pa.string()), default)
    return pa.chunked_array([pa.repeat(pa.scalar(default, pa.string()), table.num_rows)])


def rows_of(table: pa.Table, source: str, shops: pa.ChunkedArray, person: Person) -> pa.ChunkedArray:
    """Return for each landed row whether it is the person's, by any of its ids."""

    def matching(kind: str, namespace: str, ids: Iterable[str]) -> set[str]:
        return set(ids) & person.ids(kind) if namespace == person.namespace else set()

    return rows_matching(table, source, shops, matching)


def names_customer(table: pa.Table, kind: str) -> pa.ChunkedArray:
    """Return for each row whether it names a customer at all."""
    named = pa.chunked_array([pa.repeat(pa.scalar(False), table.num_rows)])
    for name in columns_of_kind(table.column_names, "customer" if kind == "customer" else "device"):
        values = table.column(name)
        named = pc.or_(named, pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(values), ""), False))
    return named


def returned_persons(settings: Settings, report: Callable[[str], None]) -> list[Person]:
    """Return those on the list of whom something tells again, one a shop: hashes do not say whose ids go together."""
    erased = read_erased(settings.data_path)
    if not erased:
        return []
    found: dict[tuple[str, str], set[str]] = {}
    for kind, namespace, ids in known_ids(settings, report):
        found.setdefault((namespace, kind), set()).update(erased.matching(kind, namespace, ids))
    shops = sorted({namespace for (namespace, _), ids in found.items() if ids})
    return [
        Person(
            shop,
            frozenset(found.get((shop, "customer"), ())),
            frozenset(found.get((shop, "device"), ())),
            frozenset(found.get((shop, "order"), ())),
        )
        for shop in shops
    ]


def known_ids(settings: Settings, report: Callable[[str], None]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (kind, namespace, ids) of whatever landing, the build database and the versions name."""
    for source, default, paths in landed_tables(settings):
        report(f"looking into landing/{source}")
        for path in paths:
            table = read_ids(path)
            shops = namespaces_of(table, default)
            for kind in ("customer", "device", "order"):
                for name in columns_of_kind(table.column_names, kind):
                    ids = canonical_ids(table.column(name), source)
                    for shop in pc.unique(shops).to_pylist():
                        values = pc.unique(ids.filter(pc.equal(shops, shop))).to_pylist()
                        yield kind, shop, [value for value in values if value]
    for database in databases(settings):
        report(f"looking into {database.parent.name}/{database.name}")
        with connect_file(settings, database) as connection:
            for table, column, kind in PUBLIC_IDS:
                try:
                    rows = connection.execute(f"select distinct {column} from {table}").fetchall()
                except duckdb.CatalogException:
                    continue
                by_shop: dict[str, list[str]] = {}
                for (value,) in rows:
                    shop, colon, id_ = (value or "").partition(":")
                    if colon:
                        by_shop.setdefault(shop, []).append(id_)
                yield from ((kind, shop, ids) for shop, ids in by_shop.items())
