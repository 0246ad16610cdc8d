"""What every page has around its content: title, stamp, news of the last run, empty states, downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboards import formats
from dashboards.charts import Drawing
from dashboards.data import Database, Row, Version, records
from dashboards.downloads import to_csv, to_parquet
from dashboards.filters import Selection
from shelfwise.errors import ShelfwiseError
from shelfwise.warehouse.published import Manifest

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

CONTEXT_KEY = "shelfwise_context"
OLD = timedelta(hours=36)  # a nightly run has then been missed
FAILED_WHILE = {
    "land": "while landing the data",
    "gate_landing": "at the gate for landed data",
    "dbt_build": "while building the warehouse",
    "gate_marts": "at the gate for the marts",
    "train": "while training the recommender",
    "forecast": "while foretelling demand and customers",
    "dbt_after_training": "while adding the recommendations to the warehouse",
    "gate_recommendations": "at the gate for the recommendations",
    "publish": "while publishing",
}


@dataclass(frozen=True)
class Context:
    """What a page is drawn from in one rerun."""

    version: Version | None
    operations: Database | None
    selection: Selection | None
    problem: ShelfwiseError | None = None  # why the version cannot be read


@dataclass(frozen=True)
class Shop:
    """A published version with data in it, and what of it is asked for."""

    warehouse: Database
    manifest: Manifest
    selection: Selection
    currency: formats.Currency


def begin(title: str, lead: str) -> Context:
    """Draw the title with what the page is for and the stamp; return the page's context."""
    context: Context = st.session_state[CONTEXT_KEY]
    st.title(title, anchor=False)
    st.caption(lead)
    if context.version is not None:
        _stamp(context.version.manifest, context.selection)
        _say_when_old(context.version.manifest)
    return context


def choose(label: str, options: Sequence[str], key: str) -> str:
    """Return the option that is chosen by buttons in a row and stands in the address; the first one at first."""
    chosen = st.segmented_control(
        label,
        list(options),
        default=options[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return str(chosen or options[0])


def require_shop(context: Context) -> Shop:
    """Return the published shop, or say what is missing and how to get it, and end the page."""
    if context.problem is not None:
        broken(context.problem)
        st.stop()
    if context.version is None:
        st.info(
            "**No version published yet: run `make run`.** It lands the data, builds and audits the warehouse, "
            "and publishes; this page then fills without a restart."
        )
        st.stop()
    if context.selection is None:
        st.info(
            "**The published version has no orders and no clicks yet.** Land some data, then run `make run`: "
            "`shelfwise import --help` says how."
        )
        st.stop()
    warehouse = context.version.warehouse
    code = str(warehouse.query("reporting_currency")["reporting_currency"].iloc[0])
    return Shop(warehouse, context.version.manifest, context.selection, formats.Currency(code))


def last_run(context: Context) -> bool:
    """Say how the last run went, and what serves when it failed or is still under way.

    Return whether there is a run history that can be read.
    """
    if context.operations is None:
        return False
    try:
        runs = records(context.operations.query("last_run"))
    except ShelfwiseError as error:
        broken(error)
        return False
    if not runs:
        return True
    run = runs[0]
    started = formats.moment(run["started_at"])
    if run["status"] == "failed":
        step = str(run["failed_step"])
        st.error(
            f"**Last run failed {FAILED_WHILE.get(step, f'at {formats.step(step)}')}** ({started}). "
            f"{_why(context.operations, run)} {_serving(context)}"
        )
    elif run["status"] == "running":
        st.info(f"A run is under way since {started}. {_serving(context)}")
    else:
        st.markdown(f":green-badge[✓ Last run succeeded] :small[{started}, in {formats.seconds(run['seconds'])}]")
    return True


def broken(problem: ShelfwiseError) -> None:
    """Say that a published file cannot be used, and what to do about it."""
    st.error(f"**{problem.message}.** {problem.remedy}.")


def chart(drawing: Drawing | None, text: str, empty: str = "No rows in this period.") -> None:
    """Show a chart; ``text`` says what it shows to those who do not see it. None shows ``empty``."""
    if drawing is None:
        st.info(empty)
    else:
        st.altair_chart(drawing, alt=text)


def table(frame: pd.DataFrame, **options: Any) -> None:
    """Show a table without its index; a missing value is a dash."""
    st.dataframe(frame, hide_index=True, placeholder=formats.MISSING, **options)


def download(frame: pd.DataFrame, name: str, note: str = "") -> None:
    """Offer a table's rows as CSV and Parquet, made when they are asked for; ``name`` is unique on the page."""
    kinds = (("CSV", "csv", "text/csv", to_csv), ("Parquet", "parquet", "application/vnd.apache.parquet", to_parquet))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if note:
            st.caption(note, width="content")
        for label, ending, mime, write in kinds:
            st.download_button(
                f"↓ {label}",
                partial(write, frame),
                f"{name}.{ending}",
                mime,
                key=f"download_{name}_{ending}",
                on_click="ignore",
                type="tertiary",
                help=f"{name.replace('_', ' ')} as {label}",
            )


def cards(rows: list[Row], column_count: int, draw: Callable[[Row], None]) -> None:
    """Draw each row with ``draw`` on a card of its own; cards of one line are equally high."""
    for start in range(0, len(rows), column_count):
        for column, row in zip(st.columns(column_count), rows[start : start + column_count], strict=False):
            with column.container(border=True, height="stretch"):
                draw(row)


def money_column(label: str, currency: formats.Currency, decimals: int = 2) -> ColumnConfig:
    """Return the configuration of a table's money column."""
    return st.column_config.NumberColumn(label, format=f"{currency.sign}%,.{decimals}f")


def percent_column(label: str) -> ColumnConfig:
    """Return the configuration of a table's column of fractions."""
    return st.column_config.NumberColumn(label, format="percent")


def count_column(label: str) -> ColumnConfig:
    """Return the configuration of a table's column of whole numbers."""
    return st.column_config.NumberColumn(label, format="localized")


def date_column(label: str) -> ColumnConfig:
    """Return the configuration of a table's date column."""
    return st.column_config.DateColumn(label, format="D MMM YYYY")


def moment_column(label: str) -> ColumnConfig:
    """Return the configuration of a table's column of timestamps in UTC."""
    return st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm", timezone="UTC", width=150)


def _stamp(manifest: Manifest, selection: Selection | None) -> None:
    """Say what is on the page: which part of the data, and which version of it."""
    facts = {
        "Showing": str(selection or "nothing yet"),
        "Data until": formats.moment(manifest.data_until),
        "Run": manifest.run_id,
        "Published": formats.moment(manifest.published_at),
        "Model": manifest.model_version or "none yet",
    }
    st.caption(" · ".join(f"{name} **{value}**" for name, value in facts.items()))


def _say_when_old(manifest: Manifest) -> None:
    """Say so where no version has been published for longer than a night and a day."""
    age = datetime.now(UTC) - manifest.published_at.astimezone(UTC)
    if age > OLD:
        st.warning(
            f"**The published version is {formats.counted(age.days, 'day')} old.** Runs are missing or failing: "
            "`shelfwise status` says which, `make run` makes a new one."
        )


def _why(operations: Database, run: Row) -> str:
    """Say why a run failed: the check that stopped it and who owns that, or else the run's own message."""
    door = str(run["failed_step"]).removeprefix("gate_")
    for check in records(operations.query("first_failure", run_id=run["run_id"], door=door)):
        place = [str(check[name]) for name in ("table_name", "column_name") if not formats.is_missing(check[name])]
        rows = f"{formats.count(check['unexpected_count'])} of {formats.count(check['element_count'])} rows of "
        others = int(check["failure_count"]) - 1
        return (
            f"The check “{formats.plain(str(check['description'] or check['expectation']).rstrip('.'))}” failed on "
            f"{'' if formats.is_missing(check['unexpected_count']) else rows}`{'.'.join(place)}`. "
            f"Owner: **{formats.plain(check['owner'])}**."
            + (f" {formats.counted(others, 'other check')} failed as well." if others else "")
        )
    return "" if formats.is_missing(run["message"]) else formats.plain(_sentence(str(run["message"])))


def _sentence(message: str) -> str:
    return f"{formats.without_folders(message).rstrip('.')}."


def _serving(context: Context) -> str:
    if context.problem is not None:
        return "The published version cannot be read."
    if context.version is None:
        return "No version is published yet."
    return f"The version of {formats.moment(context.version.manifest.published_at)} goes on serving."
