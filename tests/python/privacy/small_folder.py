"""A data folder of a few rows with everything in it that a person may stand in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.dead_letter_box import LETTER_SUFFIX
from shelfwise.collector.intake import take_call
from shelfwise.collector.rows import Receipt
from shelfwise.collector.segments import SEGMENT_SUFFIX, segments_folder
from shelfwise.landing.marks import Mark, land_mark
from shelfwise.landing.shop import import_shop
from shelfwise.pipeline.history import RunOptions, save_record, start_record
from shelfwise.settings import Settings
from shelfwise.warehouse.publish import checksums, make_current
from shelfwise.warehouse.published import Manifest, RowCounts

ADA = ("ada-77", "dev-ada", "ORD-ada", "5f0b6b1dd7c8ada")
"""Her id, her device, her order and the hash of her address."""
EVE = ("eve-12", "dev-eve", "ORD-eve")
SHARED = "dev-shared"

EXPORTS = {
    "products": "product_id,title,category_path,price,currency,updated_at\nP1,Lamp,Home,9.50,EUR,2026-01-02\n",
    "customers": (
        "customer_id,created_at,country,contact_hash,updated_at\n"
        f"ada-77,2026-01-02,DE,{ADA[3]:0<64},2026-01-02\neve-12,2026-01-02,DE,{'e' * 64},2026-01-02\n"
    ),
    "orders": (
        "order_id,customer_id,device_id,ordered_at,country,currency,updated_at\n"
        "ORD-ada,ada-77,dev-ada,2026-01-02,DE,EUR,2026-01-02\nORD-eve,eve-12,dev-eve,2026-01-02,DE,EUR,2026-01-02\n"
        "cut-line,ada-77\n"
    ),
    "order_lines": (
        "order_line_id,order_id,product_id,occurred_at,quantity,unit_price,currency,updated_at\n"
        "L1,ORD-ada,P1,2026-01-02,1,9.50,EUR,2026-01-02\nL2,ORD-eve,P1,2026-01-02,2,9.50,EUR,2026-01-02\n"
    ),
}
PUBLISHED = """
create table dim_customers as select 'shop:' || id as customer_id, id as source_customer_id, 'shop' as namespace
    from (values ('ada-77'), ('eve-12')) as t (id);
comment on table dim_customers is 'One row per customer.';
comment on column dim_customers.customer_id is 'Customer.';
create table dim_device_customers as select 'shop:' || device as device_id, 'shop:' || id as customer_id
    from (values ('dev-ada', 'ada-77'), ('dev-eve', 'eve-12'), ('dev-shared', 'ada-77'), ('dev-shared', 'eve-12'))
    as t (device, id);
create table fct_orders as select 'shop:ORD-' || n as order_id, 'shop:' || id as customer_id
    from (values ('ada', 'ada-77'), ('eve', 'eve-12')) as t (n, id);
create table fct_order_lines as select 'shop:L' || l as order_line_id, 'shop:ORD-' || n as order_id
    from (values (1, 'ada'), (2, 'eve')) as t (l, n);
create table fct_sessions as select 'shop:' || device || '/1767312000' as session_id, 'shop:' || device as device_id
    from (values ('dev-ada'), ('dev-eve'), ('dev-shared')) as t (device);
create table experiment_exposures as select 'shop:' || unit as unit_id
    from (values ('dev-ada'), ('ada-77'), ('dev-eve')) as t (unit);
create table dim_products as select 'shop:ada-77' as product_id, 'a product may have the number of a customer' as title;
"""


def make_folder(settings: Settings, exports: Path) -> None:
    """Fill the data folder."""
    exports.mkdir()
    for table, text in EXPORTS.items():
        (exports / f"{table}.csv").write_text(text)
    assert import_shop(exports, settings).succeeded
    events_of(settings)
    for customer_id in ("shop:ada-77", "shop:eve-12"):
        land_mark(settings, Mark(mark="bad_recommendation", product_id="shop:p1", customer_id=customer_id))
    for number in (1, 2):
        make_version(settings, f"2026010{number}T000000000Z-aaaa")
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute(PUBLISHED)
    settings.model_output_path.mkdir()
    scores = pa.table({"customer_id": ["shop:ada-77", "shop:eve-12"], "score": [1.0, 2.0]})
    pq.write_table(scores, settings.model_output_path / "customer_scores.parquet")
    make_run(settings)


def events_of(settings: Settings) -> None:
    """Collect events of everybody, and reject one of each."""
    receipt = Receipt(datetime(2026, 1, 2), "shop", "Mozilla/5.0")
    rows, letters = b"", b""
    for user, device in ((ADA[0], ADA[1]), (None, ADA[1]), (EVE[0], EVE[1]), (ADA[0], SHARED), (EVE[0], SHARED)):
        call = {"event": "Product Viewed", "anonymousId": device, "userId": user, "properties": {"product_id": "P1"}}
        rows += take_call(json.dumps(call).encode(), "track", receipt, event_bytes=9999).row_frame
        bad = {**call, "timestamp": "never"}
        letters += take_call(json.dumps(bad).encode(), "track", receipt, event_bytes=9999).rejected_frame
    for folder, suffix, data in (
        (segments_folder(settings), SEGMENT_SUFFIX, rows),
        (settings.collector_path / "dead-letter", LETTER_SUFFIX, letters),
    ):
        file = AppendFile(folder, suffix)
        file.append(data)
        file.close()


def make_version(settings: Settings, run_id: str) -> None:
    """Publish a version as a run does."""
    folder = settings.published_path / "versions" / run_id
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "model_card.json").write_text(json.dumps({"example": "shop:ada-77", "rows": 2}))
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(PUBLISHED)
    manifest = Manifest(
        run_id=run_id,
        published_at=datetime.now(UTC),
        data_until=None,
        row_counts=RowCounts(landing={"shop": 8}, marts={"dim_customers": 2, "fct_orders": 2}),
        gate="passed",
        model_version=None,
        versions={},
        checksums=checksums(folder),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json())
    make_current(settings, run_id)


def make_run(settings: Settings) -> None:
    """Leave a run's folder whose logs, reports and gate name people."""
    record = start_record(settings, sources=("shop",), options=RunOptions(), step_names=["land"])
    record.mark_failed("order ORD-ada of shop:ada-77 is odd, and 77 others")
    save_record(settings, record)
    folder = settings.runs_path / record.run_id
    (folder / "gate").mkdir()
    (folder / "gate" / "marts.jsonl").write_text(json.dumps({"failing_rows": [{"order_id": "shop:ORD-ada"}]}) + "\n")
    (folder / "error.log").write_text("KeyError: 'dev-ada'\n")
