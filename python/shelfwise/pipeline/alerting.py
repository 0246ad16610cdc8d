"""Alerts at the end of a run, and by a timer for the run that did not come."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import duckdb
from rich.console import Console

from shelfwise.alerts.channels import channels
from shelfwise.alerts.delivery import Delivery, described, send_test
from shelfwise.alerts.messages import Cause
from shelfwise.alerts.telling import tell
from shelfwise.alerts.told import read_state
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.causes import causes_of, topics_of
from shelfwise.pipeline.history import RunRecord, read_records
from shelfwise.pipeline.status import notice_interrupted
from shelfwise.settings import Settings
from shelfwise.warehouse.published import NothingPublishedError, connect_current

logger = logging.getLogger(__name__)

LATE_RUN, OLD_DATA = "check/run", "check/data"
NO_CHANNEL = "no channel is configured: set SHELFWISE_ALERT_WEBHOOK, SHELFWISE_ALERT_MAIL_TO or SHELFWISE_ALERT_FILE"
OLDEST_TABLE = """
select source_name, table_name, latest_occurred_at
from table_freshness
where latest_occurred_at is not null
order by latest_occurred_at desc
limit 1
"""


def alert_of_run(settings: Settings, record: RunRecord) -> list[Delivery]:
    """Tell of what a finished run found; a run that published also ends the alarm that none came.

    Raises nothing: what is wrong with alerts must not be what is wrong with the night.
    """
    published = {LATE_RUN} if record.published else set()
    try:
        return tell(settings, causes_of(settings, record), looked_at=topics_of(record) | published)
    except Exception as error:
        logger.exception("alerts failed")
        return [Delivery("any channel", datetime.now(UTC), 0, described(error))]


def failed_lines(deliveries: list[Delivery]) -> list[str]:
    """Return a line for each message that did not go."""
    return [
        f"An alert could not be sent by {each.channel} ({each.problem}); the next run tries again."
        for each in deliveries
        if not each.went
    ]


def check(settings: Settings, console: Console, *, now: datetime | None = None) -> bool:
    """Tell of a run that did not come, of one that was killed, and of old data; return whether all is well.

    For a timer of its own: whatever keeps runs from starting keeps them from telling, too.
    """
    moment = now or datetime.now(UTC)
    notice_interrupted(settings)
    records = read_records(settings)
    causes = [*late_run(settings, records, moment), *old_data(settings, moment)]
    looked_at = {LATE_RUN, OLD_DATA}
    if records and records[-1].status == "failed":  # killed before it could tell, or its channels were down
        causes += causes_of(settings, records[-1])
        looked_at |= topics_of(records[-1])
    for cause in causes:
        console.print(f"{cause.severity}  {cause.title}: {cause.text}", highlight=False, soft_wrap=True, markup=False)
    if not causes:
        console.print("All is well.")
    show(settings, console, tell(settings, causes, looked_at=looked_at, now=moment))
    return not any(cause.severity == "error" for cause in causes)


def late_run(settings: Settings, records: list[RunRecord], now: datetime) -> list[Cause]:
    """Return a cause where no run has published for longer than the settings allow."""
    ends = [record.finished_at for record in records if record.published and record.finished_at]
    latest = max(ends, default=None)
    if latest is not None and now - latest < timedelta(hours=settings.alert_stale_hours):
        return []
    since = f"the last one ended {latest:%Y-%m-%d %H:%M} UTC" if latest else "there has been none"
    return [
        Cause(
            key=LATE_RUN,
            topic=LATE_RUN,
            severity="error",
            title=f"no run has published for {settings.alert_stale_hours:g} hours",
            text=f"{since}; the dashboards and the API show old figures",
            owner=settings.alert_owner,
            command="shelfwise status; systemctl status shelfwise.timer; shelfwise run",
        )
    ]


def old_data(settings: Settings, now: datetime) -> list[Cause]:
    """Return a cause where the newest rows of the published version are older than the settings allow."""
    try:
        _, connection = connect_current(settings)
        with connection:
            rows = connection.execute(OLDEST_TABLE).fetchall()
    except (NothingPublishedError, duckdb.CatalogException):  # nothing yet, or a project without that mart
        return []
    except (ShelfwiseError, duckdb.Error) as error:
        return [
            Cause(
                key=f"{OLD_DATA}/unreadable",
                topic=OLD_DATA,
                severity="error",
                title="the published version cannot be read",
                text=type(error).__name__,
                owner=settings.alert_owner,
                command="shelfwise status; shelfwise rollback",
            )
        ]
    if not rows or now.replace(tzinfo=None) - rows[0][2] < timedelta(hours=settings.alert_data_hours):
        return []
    source, table, latest = rows[0]
    return [
        Cause(
            key=OLD_DATA,
            topic=OLD_DATA,
            severity="error",
            title=f"the newest rows are older than {settings.alert_data_hours:g} hours",
            text=f"the latest is of {latest:%Y-%m-%d %H:%M} UTC, in {source}.{table}: nothing newer has landed",
            owner=settings.alert_owner,
            command="shelfwise status; select * from table_freshness",
        )
    ]


def try_channels(settings: Settings, console: Console) -> bool:
    """Send a test message; return whether every channel took it. Raises ShelfwiseError where there is no channel."""
    return show_deliveries(send_test(settings), console)


def show_deliveries(deliveries: Sequence[Delivery], console: Console) -> bool:
    """Show what became of a message; return whether every channel took it.

    Raises ShelfwiseError where there is no channel.
    """
    if not deliveries:
        raise ShelfwiseError("no channel is configured", remedy=NO_CHANNEL.partition(": ")[2].capitalize())
    for each in deliveries:
        console.print(f"{each.channel:<10}{'sent' if each.went else each.problem}", highlight=False, markup=False)
    return all(each.went for each in deliveries)


def print_open(settings: Settings, console: Console) -> None:
    """Show the causes that are open, since when, who was told, and the channels that are down."""
    state = read_state(settings)
    lines = [
        f"{cause.severity:<8}{cause.title}, since {cause.first_seen:%Y-%m-%d %H:%M} UTC; "
        f"told by {', '.join(sorted(cause.told)) or 'nobody yet'}"
        for cause in state.open.values()
    ]
    lines += [
        f"down    {name} since its attempt of {failure.at:%Y-%m-%d %H:%M} UTC: {failure.problem}"
        for name, failure in state.failures.items()
    ]
    for line in lines or ["Nothing is open."]:
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def show(settings: Settings, console: Console, deliveries: list[Delivery]) -> None:
    """Say what was sent and what was not."""
    if not channels(settings):
        console.print(f"Nobody was told: {NO_CHANNEL}", style="yellow", highlight=False)
    for each in deliveries:
        line = f"told by {each.channel}" if each.went else f"{each.channel} is down: {each.problem}"
        console.print(line, style=None if each.went else "yellow", highlight=False, markup=False)
