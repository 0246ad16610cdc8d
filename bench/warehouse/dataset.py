"""The simulator's fast path: days of a web shop made in SQL, as landed Parquet, without a loop over rows in Python.

Every day follows from the seed and its number alone, so the days of a longer history are added to those already there.
Files are kept below ``build/bench/dataset/`` and linked into a data folder's landing when it is their turn.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path

import duckdb

from shelfwise.landing.files import landing_file_path
from shelfwise.sample_shop.user_agents import BOT_USER_AGENTS, USER_AGENTS
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_memory, quote_text

FIRST_DATE = date(2025, 1, 6)  # a Monday: the days after 10, 100 and 365 others are all ordinary working days
EVENTS_PER_SESSION = 7.65  # retried deliveries and bots included
DAYS_IN_FLIGHT = 7  # after so many days the last event of a day has arrived
DAYS_UNTIL_RETURN = 13
EVENTS_AT_ONCE = 2_000_000
RECIPE = ("draws.sql", "sessions.sql", "events.sql", "shop.sql")


@dataclass(frozen=True)
class Dataset:
    """A shop of `events_per_day` landed events, from the first day on."""

    folder: Path
    seed: int
    events_per_day: int

    @property
    def landing(self) -> Path:
        """Where its files are: a folder for each recipe, size and seed, since equal ones make equal files."""
        return self.folder / f"{recipe_fingerprint()[:12]}-{self.events_per_day}-a-day-seed-{self.seed}" / "landing"

    @property
    def sessions_per_day(self) -> int:
        """People's visits on an average day."""
        return max(20, round(self.events_per_day / EVENTS_PER_SESSION))

    @property
    def category_count(self) -> int:
        """Categories of 100 products: 200 of them from 200,000 events a day on."""
        return min(200, max(10, self.events_per_day // 1_000))

    def events_file(self, day: int) -> Path:
        """The file of events that landed on a day counted from 0."""
        return self.file("web", "events", day)

    def file(self, source: str, table: str, day: int) -> Path:
        """The file of a table and a landing day counted from 0."""
        landed = FIRST_DATE + timedelta(days=day)
        return landing_file_path(self.landing, source, table, landed, f"{table}-{landed}")

    def files_of(self, day: int) -> list[Path]:
        """Every file of a landing day, that of the events last."""
        shop = ("products", "customers", "orders", "order_lines")
        return [*(self.file("shop", table, day) for table in shop), self.events_file(day)]


def recipe_fingerprint() -> str:
    """Return a hash of the SQL and the constants that the files follow from."""
    texts = [recipe(name) for name in RECIPE] + [duckdb.__version__, str(FIRST_DATE), str(EVENTS_PER_SESSION)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def recipe(name: str) -> str:
    """Return the text of a SQL file of this package."""
    return (files("bench.warehouse") / "sql" / name).read_text(encoding="utf-8")


def make_days(dataset: Dataset, days: int, settings: Settings) -> Iterator[int]:
    """Make what is missing of the first `days` landing days, and yield the number of each day made."""
    missing = [day for day in range(days) if not dataset.events_file(day).exists()]
    if not missing:
        return
    at_once = max(1, min(30, EVENTS_AT_ONCE // dataset.events_per_day))
    with connect_memory(settings) as connection, ThreadPoolExecutor(settings.threads) as writers:
        connection.execute("set preserve_insertion_order = true")  # equal shops make equal files, rows in order
        set_variables(connection, dataset)
        for name in RECIPE:
            connection.execute(recipe(name))
        for first in range(max(0, missing[0] - DAYS_IN_FLIGHT), missing[-1] + 1, at_once):
            made = range(first, min(first + at_once, missing[-1] + 1))
            make_events(connection, made)
            wanted = [day for day in made if day >= missing[0]]
            yield from writers.map(partial(write_day, connection, dataset), wanted)
            connection.execute("delete from in_flight where landed_day <= $last", {"last": made[-1]})


def set_variables(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Set what the recipe asks for: each connection to a database has its own."""
    variables = {
        "seed": dataset.seed,
        "first_date": datetime.combine(FIRST_DATE, datetime.min.time()),
        "sessions_per_day": dataset.sessions_per_day,
        "category_count": dataset.category_count,
        "user_agents": [agent for _, agent in USER_AGENTS],
        "crawler_agents": list(BOT_USER_AGENTS),
    }
    for name, value in variables.items():
        connection.execute(f"set variable {name} = $value", {"value": value})


def make_events(connection: duckdb.DuckDBPyConnection, days: range) -> None:
    """Send the events of these days on their way, and make the orders that the shop tells of on them."""
    first, last = days[0], days[-1]
    known = max(0, first - DAYS_UNTIL_RETURN)
    for statement in (
        f"create or replace table sessions as from sessions_of({first}, {last})",
        "create or replace table order_lines as from order_lines_of('sessions')",
        "create table if not exists in_flight as from events_of('sessions', 'order_lines') limit 0",
        "insert into in_flight from events_of('sessions', 'order_lines')",
        f"create or replace table recent_orders as from sessions_of({known}, {last}) where is_order",
        "create or replace table recent_order_lines as from order_lines_of('recent_orders')",
    ):
        connection.execute(statement)


def write_day(connection: duckdb.DuckDBPyConnection, dataset: Dataset, day: int) -> int:
    """Land what the shop's database exports on the night of a day, and the events that arrived on it; return the day.

    The events, in the order of their arrival, come last: where they are, the day is whole.
    """
    exports = {
        "products": (f"from products_on({day})", "product_id"),
        "customers": (f"from customers_on({day})", "customer_id"),
        "orders": (f"from orders_on({day}, 'recent_orders')", "order_id"),
        "order_lines": (f"from order_lines_on({day}, 'recent_order_lines')", "order_line_id"),
    }
    arrived = f"select * exclude (landed_day) from in_flight where landed_day = {day}"
    with connection.cursor() as cursor:
        set_variables(cursor, dataset)
        for table, (rows, order_by) in exports.items():
            write_file(cursor, dataset.file("shop", table, day), rows, order_by=order_by, day=day)
        write_file(cursor, dataset.events_file(day), arrived, order_by="received_at, message_id, occurred_at", day=day)
    return day


def write_file(connection: duckdb.DuckDBPyConnection, path: Path, rows: str, *, order_by: str, day: int) -> None:
    """Write rows with their provenance under a temporary name, and give it its name.

    No file came before, so the file's SHA-256 is that of what it follows from: the recipe and its own path.
    """
    digest = hashlib.sha256(f"{recipe_fingerprint()} {'/'.join(path.parts[-5:])}".encode()).hexdigest()
    source_file, temporary = quote_text(path.name), path.with_name(path.name + ".tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"""
        copy (
            select
                *,
                {source_file} as source_file,
                row_number() over () as source_row,
                '{digest}' as file_sha256,
                day_start({day + 1}) + interval 20 minute as loaded_at
            from ({rows} order by {order_by})
        ) to {quote_text(str(temporary))} (
            format parquet, compression zstd, compression_level 1,
            kv_metadata {{source_file: {source_file}, file_sha256: '{digest}'}}
        )
    """)
    temporary.rename(path)


def land_days(dataset: Dataset, days: range, settings: Settings) -> int:
    """Link the files of these landing days into the settings' landing folder; return the number of events."""
    for day in days:
        for file in dataset.files_of(day):
            target = settings.landing_path / file.relative_to(dataset.landing)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                os.link(file, target)
    return count_events(dataset, days)


def count_events(dataset: Dataset, days: range) -> int:
    """Return how many events landed on these days."""
    if not days:
        return 0
    paths = ", ".join(quote_text(str(dataset.events_file(day))) for day in days)
    with duckdb.connect() as connection:
        row = connection.execute(f"select sum(num_rows) from parquet_file_metadata([{paths}])").fetchone()
    return int(row[0]) if row else 0
