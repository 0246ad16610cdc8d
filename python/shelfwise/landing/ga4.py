"""Google Analytics 4, as its BigQuery export has it: https://support.google.com/analytics/answer/7029846."""

from __future__ import annotations

from pathlib import Path

from shelfwise.landing.import_check import Progress, TargetTable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import Formats
from shelfwise.landing.tabular import fields_named
from shelfwise.landing.tabular_import import import_table
from shelfwise.settings import Settings

# Writers leave out what is null, so only what no event can do without is required.
EVENTS = TargetTable(
    source="ga4",
    table="events",
    fields=(
        *fields_named("event_date", optional=True),
        *fields_named("event_timestamp"),
        *fields_named("event_server_timestamp_offset", optional=True),
        *fields_named("event_name"),
        *fields_named(
            "event_params",
            "event_bundle_sequence_id",
            "batch_page_id",
            "batch_ordering_id",
            "batch_event_index",
            "user_id",
            "user_pseudo_id",
            "device",
            "geo",
            "ecommerce",
            "items",
            optional=True,
        ),
    ),
)
ENDINGS = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".json", ".json.gz", ".parquet")
FORMATS = Formats(by_path=ENDINGS, in_folders=ENDINGS)


def import_ga4(
    path: Path, settings: Settings, progress: Progress | None = None, options: ImportOptions | None = None
) -> ImportResult:
    """Land GA4 events from a folder of JSON Lines or Parquet files, a single one, or a zip archive.

    Nested parts land as JSON text. Raises LandingError when nothing can be imported at all; see `import_table`.
    """
    return import_table(path, EVENTS, FORMATS, settings, progress, options)
