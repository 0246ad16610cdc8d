"""No e-mail address and no postal address lands, whatever door it is pushed through."""

from __future__ import annotations

import ast
import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from searching import places

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.compaction import compact
from shelfwise.collector.dead_letter_box import LETTER_SUFFIX, DeadLetterBox
from shelfwise.collector.intake import take_batch, take_call
from shelfwise.collector.replay import replay
from shelfwise.collector.rows import Receipt
from shelfwise.collector.segments import SEGMENT_SUFFIX, segments_folder
from shelfwise.landing.ga4 import import_ga4
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.landing.rees46 import import_rees46
from shelfwise.landing.shop import import_shop
from shelfwise.redaction import without_contacts
from shelfwise.settings import Settings
from shelfwise.storefront.orders import land_order

PROJECT = Path(__file__).resolve().parents[3]
MAIL, STREET = "jo.doe+shop@mail.example.org", "Hollow Lane 7"
NEVER = (MAIL, "jo.doe", "mail.example", STREET, "Hollow")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project_dir=PROJECT, data_dir=tmp_path / "data", memory_limit="500MB", threads=1)


def nothing_kept(settings: Settings, tmp_path: Path) -> None:
    assert any(path.is_file() for path in settings.data_path.rglob("*")), "nothing was kept at all"
    assert places(settings.data_path, NEVER) == set()


def collect(settings: Settings, *calls: dict[str, object] | bytes) -> None:
    """Take calls as the collector does; each goes to a segment or the dead letter."""
    receipt = Receipt(datetime(2026, 1, 2), "shop", f"Bot ({MAIL})")
    for call in calls:
        body = call if isinstance(call, bytes) else json.dumps(call).encode()
        intake = take_call(body, "track", receipt, event_bytes=100_000)
        for folder, suffix, data in (
            (segments_folder(settings), SEGMENT_SUFFIX, intake.row_frame),
            (settings.collector_path / "dead-letter", LETTER_SUFFIX, intake.rejected_frame),
        ):
            if data:
                file = AppendFile(folder, suffix)
                file.append(data)
                file.close()


def call(**changes: object) -> dict[str, object]:
    properties = {
        "product_id": "P1",
        "query": f"mail to {MAIL}",
        "email": MAIL,
        "shipping_address": {"street": STREET, "city": "x"},
        "products": [{"product_id": "P1", "name": f"gift for {MAIL}"}],
        "list_id": MAIL,
        "order_id": MAIL,
    }
    return {
        "event": "Order Completed",
        "anonymousId": MAIL,
        "userId": MAIL,
        "messageId": f"m-{MAIL}",
        "properties": properties,
        "context": {
            "page": {"url": f"https://shop.example/account/{MAIL.replace('@', '%40')}?q={MAIL}#{MAIL}"},
            "traits": {"address": STREET, "email": MAIL},
            "ip": "203.0.113.9",
            "userAgent": f"Mozilla {MAIL}",
        },
        "traits": {"email": MAIL, "address": {"street": STREET}},
        **changes,
    }


def test_the_collectors_segments_and_what_lands_of_them(settings: Settings, tmp_path: Path) -> None:
    collect(settings, call())
    nothing_kept(settings, tmp_path)
    assert compact(settings) == 1
    nothing_kept(settings, tmp_path)
    (path,) = settings.landing_path.glob("web/events/*/*.parquet")
    (row,) = pq.ParquetFile(path).read().to_pylist()
    assert row["user_id"].startswith("email-")
    assert row["anonymous_id"] == row["user_id"], "one address is one person"
    assert json.loads(row["products"]) == [{"product_id": "P1", "name": "gift for [e-mail]"}]


def test_escaped_as_json_may_have_it(settings: Settings, tmp_path: Path) -> None:
    collect(settings, json.dumps(call()).replace("@", "\\u0040").encode())
    assert compact(settings) == 1
    nothing_kept(settings, tmp_path)
    (path,) = settings.landing_path.glob("web/events/*/*.parquet")
    (row,) = pq.ParquetFile(path).read().to_pylist()
    assert "@" not in str(json.loads(row["products"]))


def test_the_dead_letter(settings: Settings, tmp_path: Path) -> None:
    whole = json.dumps(call(timestamp="never"))
    cut = json.dumps({**call(), "address": STREET})[:-40] + ', "email": "' + MAIL
    nobody = call(anonymousId=None, userId=None)
    collect(settings, call(timestamp="never"), nobody, cut.encode(), b"\xff" + whole.encode())
    assert len(list(DeadLetterBox(settings).letters())) == 4
    nothing_kept(settings, tmp_path)
    replay(settings)
    nothing_kept(settings, tmp_path)


def test_a_batch_that_is_none(settings: Settings, tmp_path: Path) -> None:
    body = json.dumps({"batch": {"0": call()}, "sentAt": "2026-01-02T00:00:00Z"}).encode()
    (letter,) = take_batch(body, Receipt(datetime(2026, 1, 2), "shop", None), event_bytes=9999, most=10).rejected
    assert not any(word in letter.text for word in NEVER)
    assert json.loads(letter.text)["batch"]["0"]["event"] == "Order Completed"


def test_importers(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "customers.csv").write_text(
        f"customer_id,created_at,country,email,address,updated_at\n{MAIL},2026-01-02,DE,{MAIL},{STREET},2026-01-02\n"
        f"{MAIL},{STREET}\n"
    )
    (folder / "products.csv").write_text(
        f'product_id,title,category_path,price,currency,updated_at\nP1,"Lamp, ask {MAIL}",Home,9.50,EUR,2026-01-02\n'
    )
    assert import_shop(folder, settings).succeeded
    (tmp_path / "ga4.jsonl").write_text(
        json.dumps(
            {
                "event_timestamp": "1",
                "event_name": "page_view",
                "user_id": MAIL,
                "event_params": [{"key": "page_location", "value": {"string_value": f"https://x.example/?e={MAIL}"}}],
            }
        )
        + f'\n{{"event_timestamp": "{MAIL}", cut\n'
    )
    assert import_ga4(tmp_path / "ga4.jsonl", settings).rows == 1
    header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"
    (tmp_path / "log.csv").write_text(f"{header}2019-10-01,view,1,2,a.b,{MAIL},9.5,{MAIL},s\n{MAIL}\n")
    assert import_rees46(tmp_path / "log.csv", settings).succeeded
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    (tmp_path / "lines.csv").write_text(f"{header}1,A,for {MAIL},1,2010-12-01 08:26:00,1,17850,UK\n1,{MAIL}\n")
    assert import_online_retail(tmp_path / "lines.csv", settings).succeeded
    nothing_kept(settings, tmp_path)
    lines = [pq.ParquetFile(path).read() for path in settings.landing_path.glob("*/rejected_lines/*/*.parquet")]
    assert len(lines) >= 3, "no rejected line was there to look at"


def test_orders_of_the_demo_shop(settings: Settings, tmp_path: Path) -> None:
    line = {"product_id": "P1", "quantity": 1, "price": 2.5, "currency": "EUR"}
    at = datetime(2026, 1, 2)
    land_order(settings, "O1", device_id=MAIL, customer_id=MAIL, country=MAIL, lines=[line], ordered_at=at)
    nothing_kept(settings, tmp_path)


def test_who_writes_landed_files_passes_rows_through_the_guard() -> None:
    for path in (PROJECT / "python" / "shelfwise").rglob("*.py"):
        if path.name == "files.py" and path.parent.name == "landing":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "write_landing_file":
                assert "guard" in {keyword.arg for keyword in node.keywords}, path
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LandingFileWriter":
                assert len(node.args) == 4, path


@pytest.mark.parametrize("text", ["no address", "2019-10-01 00:00:00 UTC", "17850@2019-10-01", "@media (x)", "a @ b"])
def test_what_is_no_address_stays(text: str) -> None:
    assert without_contacts(text) == text


def test_rows_without_anything_of_it_are_untouched(settings: Settings) -> None:
    from shelfwise.privacy.landing_guard import LandingGuard

    table = pa.table({"query": ["red lamp", None], "user_id": ["u1", None], "price": [1.5, 2.0]})
    assert LandingGuard.of(settings, "web").pass_on(table).equals(table)
