"""A shop at one place whose data folder can be put aside and brought back, and the questions asked after a fault."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import duckdb
import pyarrow.parquet as pq
from live_server import serving

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.intake import framed, take_call
from shelfwise.collector.rows import Receipt
from shelfwise.collector.segments import SEGMENT_SUFFIX, segments_folder
from shelfwise.recovery.doctor.examination import Diagnosis, examine
from shelfwise.recovery.doctor.finding import Finding
from shelfwise.sample_shop.land import MARKER, land_sample_shop
from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_current, resolve_current

DAYS = 24
CUSTOMERS = 200
LAST_NIGHT = "dt=2026-09-30"
TIMEOUT_SECONDS = 1500
SEED = 7


@dataclass(frozen=True)
class Shop:
    """A shop of two sources: a sample shop that lands by night, and web events that a collector has taken."""

    settings: Settings
    #: folder of data folders that were put aside, and of the backups
    shelf: Path

    @property
    def data(self) -> Path:
        return self.settings.data_path

    @property
    def backups(self) -> Path:
        return self.shelf / "backups"

    def become(self, state: Path) -> None:
        """Make the data folder equal to one that was put aside."""
        empty(self.data)
        subprocess.run(["cp", "-a", "--reflink=auto", f"{state}/.", str(self.data)], check=True)

    def keep(self, name: str) -> Path:
        """Put the data folder aside as it is."""
        state = self.shelf / name
        if state.exists():
            shutil.rmtree(state)
        subprocess.run(["cp", "-a", "--reflink=auto", str(self.data), str(state)], check=True)
        return state

    def environment(self, **changes: str) -> dict[str, str]:
        scripts = str(Path(sys.executable).parent)
        environment = self.settings.environment() | {"PATH": f"{scripts}:{os.environ['PATH']}"}
        environment.pop("SHELFWISE_SOURCES")  # what has landed, as a night's timer has it
        return environment | changes

    def start(self, *arguments: str, prefix: tuple[str, ...] = (), **options: object) -> subprocess.Popen[str]:
        """Start `shelfwise …`; its screen goes to a file of the shelf."""
        return subprocess.Popen(
            [*prefix, sys.executable, "-m", "shelfwise.cli", *arguments],
            cwd=self.settings.project_dir,
            env=self.environment(),
            text=True,
            stdout=self.screen("a"),
            stderr=subprocess.STDOUT,
            **options,  # type: ignore[call-overload]
        )

    def screen(self, mode: str = "r") -> IO[str]:
        return (self.shelf / "screen.txt").open(mode)

    def finish(self, *arguments: str, prefix: tuple[str, ...] = ()) -> None:
        """Run to the end, which has to be a good one."""
        done = self.start("run", *arguments, prefix=prefix).wait(TIMEOUT_SECONDS)
        assert done == 0, self.screen().read()[-6000:]

    def follow(self, finding: Finding) -> None:
        """Type the command that the doctor said."""
        command = finding.remedy.replace("BACKUP", shlex.quote(str(self.backups)))
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.settings.project_dir,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"

    def collect(self, number: int, count: int = 40) -> None:
        """Leave a closed segment of page views, as a collector does."""
        received = datetime(2026, 9, 28 + number, 12, tzinfo=UTC).replace(tzinfo=None)
        rows = []
        for position in range(count):
            body = json.dumps(
                {
                    "type": "page",
                    "messageId": f"m{number}-{position}",
                    "anonymousId": f"d{position % 7}",
                    "timestamp": f"2026-09-{28 + number}T10:{position:02d}:00Z",
                    "context": {"page": {"url": "https://shop.example/"}, "userAgent": "Mozilla/5.0"},
                }
            ).encode()
            rows += take_call(body, None, Receipt(received, None, "Mozilla/5.0", None), event_bytes=32768).rows
        assert len(rows) == count
        file = AppendFile(segments_folder(self.settings), SEGMENT_SUFFIX)
        file.append(framed(rows))
        file.close()


def empty(folder: Path) -> None:
    """Remove everything in a folder, which may be a mounted disk."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def open_shop(settings: Settings, shelf: Path) -> Shop:
    """A shop whose nights up to the last but one are landed, with web events beside."""
    shop = Shop(settings, shelf)
    land_sample_shop(settings, seed=SEED, days=DAYS, size=CUSTOMERS)
    hold_last_night_back(shop)
    shop.collect(0)
    return shop


def held(shop: Shop) -> Path:
    return shop.shelf / "held"


def hold_last_night_back(shop: Shop) -> None:
    """Take the last night out of landing, and out of what the marker says has landed."""
    landing = shop.settings.landing_path / "sample_shop"
    shutil.copy(landing / MARKER, shop.shelf / MARKER)
    marker = json.loads((landing / MARKER).read_text())
    for folder in landing.glob(f"*/{LAST_NIGHT}"):
        (held(shop) / folder.parent.name).mkdir(parents=True)
        folder.rename(held(shop) / folder.parent.name / LAST_NIGHT)
    marker["files"] = [name for name in marker["files"] if LAST_NIGHT not in name]
    (landing / MARKER).write_text(json.dumps(marker))


def let_last_night_come(shop: Shop) -> None:
    landing = shop.settings.landing_path / "sample_shop"
    for folder in held(shop).glob(f"*/{LAST_NIGHT}"):
        shutil.copytree(folder, landing / folder.parent.name / LAST_NIGHT)
    shutil.copy(shop.shelf / MARKER, landing / MARKER)
    shop.collect(1)


def serves(settings: Settings, run_id: str) -> None:
    """A reader and the API answer from this version."""
    assert resolve_current(settings).run_id == run_id
    version, connection = connect_current(settings)
    with connection:
        orders = connection.execute("select count(*) from fct_orders").fetchall()[0][0]
        (customer,) = connection.execute("select min(customer_id) from recommendations").fetchall()[0]
    assert version.run_id == run_id
    assert orders > 0
    with serving(settings) as client:
        assert client.get("/v1/version").json()["run_id"] == run_id
        answer = client.get("/v1/recommendations", params={"customer_id": customer})
        assert answer.status_code == 200, answer.text
        assert answer.json()["recommendations"]


def diagnosis(shop: Shop) -> Diagnosis:
    return examine(shop.settings)


def named(found: Diagnosis, check: str, words: str) -> Finding:
    """The finding of a check that says these words."""
    findings = [finding for name, finding in found.found if name == check and words in finding.what]
    assert findings, f"{check} does not say {words!r}: {[(name, finding.what) for name, finding in found.found]}"
    assert findings[0].remedy
    return findings[0]


def landed_rows(settings: Settings) -> int:
    """Rows in all landed files."""
    return sum(pq.read_metadata(path).num_rows for path in settings.landing_path.glob("*/*/dt=*/*.parquet"))


def lost_rows(settings: Settings, expected: int) -> int:
    """How many of the rows that have to be there are in no mart, quarantine or other line of the books."""
    _, connection = connect_current(settings)
    with connection:
        accounted, unaccounted = connection.execute(
            "select sum(row_count), sum(abs(unaccounted_count)) from row_accounting"
        ).fetchall()[0]
    return int(max(0, expected - accounted) + unaccounted)


def accounted_rows(settings: Settings) -> int:
    _, connection = connect_current(settings)
    with connection:
        return int(connection.execute("select sum(row_count) from row_accounting").fetchall()[0][0])


# When something was done; the list of trainings, to which a run that was killed after training adds one; and what the
# API counted, for `serves` asks it.
NOT_COMPARED = {"loaded_at", "processed_at", "latest_loaded_at", "trained_at"}
TABLES_NOT_COMPARED = {"dim_model_versions", "hourly_recommendation_lists", "hourly_requests"}


def differences(settings: Settings, reference: Path) -> list[str]:
    """Public marts of the current version that differ, row for row, from those of another data folder's."""
    found = []
    with duckdb.connect() as connection:
        for name, folder in (("after", settings.published_path), ("reference", reference / "published")):
            path = (folder / "current").resolve() / "warehouse.duckdb"
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = {
            name: dict(
                connection.execute(
                    "select table_name, list(column_name order by column_name) from duckdb_columns() "
                    "where database_name = ? and schema_name = 'main' group by table_name",
                    [name],
                ).fetchall()
            )
            for name in ("after", "reference")
        }
        assert tables["after"] == tables["reference"]
        for table, columns in sorted(tables["after"].items()):
            if table in TABLES_NOT_COMPARED:
                continue
            selected = ", ".join(column for column in columns if column not in NOT_COMPARED)
            rows = connection.execute(
                f"select count(*) from ((select {selected} from after.{table} except all "
                f"select {selected} from reference.{table}) union all "
                f"(select {selected} from reference.{table} except all select {selected} from after.{table}))"
            ).fetchall()[0][0]
            if rows:
                found.append(f"{table}: {rows} rows")
    return found
