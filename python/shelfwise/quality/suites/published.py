"""What the version that is current lets expect of the next one."""

from __future__ import annotations

from great_expectations.expectations import core as gxe

from shelfwise.quality.suites.rules import no_rows
from shelfwise.quality.suites.vocabulary import DATA_ENGINEERING
from shelfwise.quality.tables import ERROR, WARN, TableSuite

MIN_DIFFERENCE = 20  # a shop with five products may lose two
CHANGED = f"""
    select namespace, table_name, figure, published, now, {{severity}}_low as lowest_accepted,
        {{severity}}_high as highest_accepted, accept
    from published_figures
    where abs(now - published) >= {MIN_DIFFERENCE} and {{outside}}
"""
FAR, OUT = (f"(now < {severity}_low or coalesce(now > {severity}_high, false))" for severity in ("error", "warn"))

PUBLISHED_VERSION = TableSuite(
    "published_version",
    DATA_ENGINEERING,
    ("run_id",),
    (
        gxe.ExpectColumnValuesToBeNull(
            column="problem",
            severity=WARN,
            description="The current version can be read and compared with; `shelfwise rollback` serves another",
        ),
    ),
)

PUBLISHED_FIGURES = TableSuite(
    "published_figures",
    DATA_ENGINEERING,
    ("namespace", "table_name", "figure"),
    (
        no_rows(
            CHANGED.format(severity="error", outside=f"{FAR} and not is_accepted"),
            "What is published has not vanished or changed behind everybody's back; if this is how it is, run once "
            "with SHELFWISE_GATE_ACCEPT set to `accept`",
            severity=ERROR,
        ),
        no_rows(
            CHANGED.format(severity="warn", outside=f"{OUT} and (is_accepted or not {FAR})"),
            "What is published stays about as it was",
            severity=WARN,
        ),
    ),
)

SUITES = (PUBLISHED_VERSION, PUBLISHED_FIGURES)
