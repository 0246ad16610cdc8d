"""What people say about what they see: that an unusual day was none, that a recommendation is a bad one.

A mark is a landed row like any other, a small file each, so that it survives a rebuild and reaches the models with the
next run. Marks are read by every run, whatever its sources are (`models/staging/people`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, get_args
from uuid import uuid4

import pyarrow as pa

from shelfwise.errors import ShelfwiseError
from shelfwise.landing.files import add_provenance, landing_file_path, write_landing_file
from shelfwise.privacy.landing_guard import LandingGuard
from shelfwise.settings import Settings

SOURCE, TABLE = "people", "marks"
MarkKind = Literal["false_alarm", "bad_recommendation"]
LONGEST_NOTE = 1_000
#: as models/staging/people/_people__marks.yml says; a test holds the two together
MARK_SCHEMA = pa.schema(
    [
        ("mark_id", pa.string()),
        ("mark", pa.string()),
        ("is_withdrawn", pa.bool_()),
        ("metric_date", pa.date32()),
        ("namespace", pa.string()),
        ("source_name", pa.string()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("metric", pa.string()),
        ("segment_type", pa.string()),
        ("segment_value", pa.string()),
        ("customer_id", pa.string()),
        ("product_id", pa.string()),
        ("note", pa.string()),
        ("marked_at", pa.timestamp("us")),
    ]
)
_SERIES = ("namespace", "source_name", "table_name", "column_name", "metric", "segment_type", "segment_value")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What somebody says, and of what.

    ``false_alarm`` is of a day, and of a series as `daily_anomalies` names it: give its ``namespace``, ``source_name``,
    ``table_name``, ``column_name``, ``metric``, ``segment_type`` and ``segment_value`` as they stand in its row, None
    where that is null. Without a ``metric`` it is of every series of the day whose namespace, source and table are as
    given: None there means any, so an incident is marked by its day and its namespace or source.

    ``bad_recommendation`` is of a ``product_id``, and of the ``customer_id`` to whom it was recommended where there is
    one; both as the marts name them, ``namespace:id``.

    A later mark of the same subject replaces an earlier one; ``is_withdrawn`` takes it back. ``note`` is for people.
    Raises ShelfwiseError for a mark of nothing.
    """

    mark: MarkKind
    metric_date: date | None = None
    namespace: str | None = None
    source_name: str | None = None
    table_name: str | None = None
    column_name: str | None = None
    metric: str | None = None
    segment_type: str | None = None
    segment_value: str | None = None
    customer_id: str | None = None
    product_id: str | None = None
    is_withdrawn: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what no model could read."""
        if self.mark not in get_args(MarkKind):
            raise ShelfwiseError(
                f"there is no mark {self.mark!r}", remedy=f"Choose one of {', '.join(get_args(MarkKind))}"
            )
        if len(self.note) > LONGEST_NOTE:
            raise ShelfwiseError(
                f"the note has {len(self.note):,} characters", remedy=f"Say it in {LONGEST_NOTE:,} at most"
            )
        if self.mark == "false_alarm":
            self._be_of_a_day()
        else:
            self._be_of_a_product()

    def _be_of_a_day(self) -> None:
        if self.metric_date is None or not (self.namespace or self.source_name):
            raise ShelfwiseError(
                "a false alarm is of a day and of a namespace or a source",
                remedy="Give them as they stand in `daily_anomalies`",
            )
        if self.product_id or self.customer_id:
            raise ShelfwiseError("a false alarm is of no product or customer", remedy="Leave them away")
        if not self.metric and (self.column_name or self.segment_type or self.segment_value):
            raise ShelfwiseError(
                "a column or a segment without a metric is no series", remedy="Give the metric too, or neither"
            )
        if (self.segment_type is None) != (self.segment_value is None):
            raise ShelfwiseError("half a segment is none", remedy="Give its type and its value")

    def _be_of_a_product(self) -> None:
        if self.metric_date or any(getattr(self, name) for name in _SERIES):
            raise ShelfwiseError("a bad recommendation is of no series", remedy="Give a product and a customer alone")
        for name, value in {"product": self.product_id, "customer": self.customer_id}.items():
            if (value or name == "product") and ":" not in (value or ""):
                raise ShelfwiseError(
                    f"{value or 'nothing'} is no {name} of the marts",
                    remedy="Its id is its namespace, a colon and the shop's own id",
                )


def land_mark(settings: Settings, mark: Mark) -> Path:
    """Land a mark and return its file; it holds from the next run on.

    ``land_mark(settings, Mark(mark="false_alarm", metric_date=date(2026, 8, 31), namespace="sample_shop",
    table_name="daily_metrics", metric="session_count", segment_type="all", segment_value="all"))``

    Raises ShelfwiseError when landing does not take it.
    """
    marked_at = datetime.now(UTC).replace(tzinfo=None)
    row = {"mark_id": uuid4().hex, **asdict(mark), "note": mark.note.strip() or None, "marked_at": marked_at}
    digest = hashlib.sha256(json.dumps(row, default=str, sort_keys=True).encode()).hexdigest()
    name = f"{mark.mark.replace('_', '-')}-{marked_at:%H%M%S%f}-{row['mark_id']}"
    table = add_provenance(
        pa.Table.from_pylist([row], schema=MARK_SCHEMA), source_file=name, file_sha256=digest, loaded_at=marked_at
    )
    path = landing_file_path(settings.landing_path, SOURCE, TABLE, marked_at.date(), name)
    try:
        guard = LandingGuard.of(settings, SOURCE)
        return write_landing_file(table, path, source_file=name, file_sha256=digest, guard=guard)
    except OSError as error:
        raise ShelfwiseError(
            f"the mark cannot be written to {path.parent} ({error})", remedy="Make room or allow writing there"
        ) from error
