"""The guard at landing's door: every row passes it, whoever writes it.

It takes e-mail addresses out, puts pseudonyms in place of customers' ids where that is asked, and leaves out rows of
persons who have been erased.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from shelfwise.privacy.erasures import ErasedIds, read_erased
from shelfwise.privacy.personal_columns import CUSTOMER_IS_DEVICE, KINDS, NAMES_AS_MARTS
from shelfwise.privacy.pseudonyms import default_namespace, pseudonym
from shelfwise.redaction import EMAIL_ADDRESS, without_contacts
from shelfwise.settings import Settings

REJECTED_TEXT = "raw_text"
#: columns that say where a row came from, not what is in it
PROVENANCE = frozenset({"namespace", "source_file", "file_sha256"})


@dataclass(frozen=True)
class LandingGuard:
    """What holds for the rows of a source, as the settings and the list of erasures are now.

    `key` is None where the source is not pseudonymised.
    """

    source: str
    namespace: str
    erased: ErasedIds
    key: str | None

    @classmethod
    def of(cls, settings: Settings, source: str) -> LandingGuard:
        """Return the guard of a source."""
        is_asked = source in settings.pseudonymise and settings.pseudonym_key is not None
        return cls(
            source,
            default_namespace(settings, source),
            read_erased(settings.data_path),
            settings.pseudonym_key.get_secret_value() if is_asked and settings.pseudonym_key else None,
        )

    def pass_on(self, table: pa.Table) -> pa.Table:
        """Return the rows that may land, as they may land; the columns and their types stay."""
        for position, field in enumerate(table.schema):
            if pa.types.is_string(field.type) and field.name not in PROVENANCE:
                column = without_addresses(table.column(position), is_id=field.name in KINDS)
                if column is not None:
                    table = table.set_column(position, field, column)
        if self.key is not None:
            table = self._pseudonymised(table, self.key)
        return self._without_erased(table) if self.erased else table

    def _pseudonymised(self, table: pa.Table, key: str) -> pa.Table:
        for position, field in enumerate(table.schema):
            if field.name == REJECTED_TEXT:  # an id may stand anywhere in it
                table = table.set_column(position, field, pa.nulls(table.num_rows, field.type))
            elif KINDS.get(field.name) == "customer" and pa.types.is_string(field.type):
                columns = [self._namespaces(table).to_pylist(), table.column(position).to_pylist()]
                known: dict[tuple[str, str], str] = {}
                values = [
                    value and (known.get((shop, value)) or known.setdefault((shop, value), pseudonym(key, shop, value)))
                    for shop, value in zip(*columns, strict=True)
                ]
                table = table.set_column(position, field, pa.array(values, field.type))
        return table

    def _without_erased(self, table: pa.Table) -> pa.Table:
        kept = pc.invert(self.erased_rows(table))
        return table if pc.all(kept).as_py() in (True, None) else table.filter(kept)

    def erased_rows(self, table: pa.Table) -> pa.Array | pa.ChunkedArray:
        """Return for each row whether it is of somebody erased, by any of its ids."""
        return rows_matching(table, self.source, self._namespaces(table), self.erased.matching)

    def _namespaces(self, table: pa.Table) -> pa.ChunkedArray:
        if "namespace" not in table.column_names:
            return pa.chunked_array([pa.repeat(pa.scalar(self.namespace, pa.string()), table.num_rows)])
        return pc.fill_null(table.column("namespace").cast(pa.string()), self.namespace)


Matcher = Callable[[str, str, Iterable[str]], set[str]]


def rows_matching(table: pa.Table, source: str, namespaces: pa.ChunkedArray, matching: Matcher) -> pa.ChunkedArray:
    """Return for each row whether one of its ids is matched; ``matching`` gives those of a kind and shop that are."""
    found: pa.ChunkedArray = pa.chunked_array([pa.repeat(pa.scalar(False), table.num_rows)])
    for name in table.column_names:
        kind = KINDS.get(name)
        values = table.column(name)
        if kind not in ("customer", "device", "order") or not pa.types.is_string(values.type):
            continue
        kinds = [kind, "device"] if kind == "customer" and source in CUSTOMER_IS_DEVICE else [kind]
        ids = canonical_ids(values, source)
        if source in NAMES_AS_MARTS:
            namespaces, ids = parts_of(ids)
        for namespace in pc.unique(namespaces).to_pylist():
            for each in kinds:
                matches = matching(each, namespace, (id_ for id_ in pc.unique(ids).to_pylist() if id_))
                if matches:
                    is_match = pc.is_in(ids, value_set=pa.array(sorted(matches), pa.string()))
                    found = pc.or_(found, pc.and_(is_match, pc.equal(namespaces, namespace)))
    return found


def parts_of(ids: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Return the namespaces of ids such as `shop:17`, and the shops' own ids; empty where an id is none of these."""
    parts = pc.extract_regex(ids, pattern=r"^(?P<namespace>[^:]+):(?P<id>.*)$")
    return tuple(pc.fill_null(pc.struct_field(parts, name), "") for name in ("namespace", "id"))


def canonical_ids(values: pa.ChunkedArray, source: str) -> pa.ChunkedArray:
    """Return ids as the warehouse reads them: without blanks around; 17850.0 of Online Retail's files is 17850."""
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.replace_substring_regex(trimmed, r"\.0+$", "") if source == "online_retail" else trimmed


def without_addresses(column: pa.ChunkedArray, *, is_id: bool) -> pa.ChunkedArray | None:
    """Return a column of text in which e-mail addresses are taken out; None where there is none.

    An id that is an address becomes a hash, so that it goes on telling people apart.
    """
    if not any(pc.any(pc.match_substring(column, mark)).as_py() for mark in ("@", "%40", "u0040")):
        return None
    clean = impersonal_id if is_id else without_contacts
    values = [value and clean(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(values, column.type)])


def impersonal_id(value: str) -> str:
    """Return an id; one in which an address stands as the hash of the address, whatever its case."""
    if not EMAIL_ADDRESS.search(value):
        return value
    return f"email-{hashlib.sha256(value.strip().lower().encode()).hexdigest()[:32]}"
