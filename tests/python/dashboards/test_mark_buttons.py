"""The buttons by which people say what they know: a row lands, and the page says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from published import SAMPLE_SHOP, publish
from streamlit.testing.v1 import AppTest


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def landed(published_path: Path) -> list[dict[str, object]]:
    files = sorted((published_path.parent / "landing" / "people" / "marks").rglob("*.parquet"))
    return [row for file in files for row in pq.read_table(file, partitioning=None).to_pylist()]


def test_a_false_alarm(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page("quality", part="Unusual")
    press(app, "False alarm")
    assert not app.exception
    [row] = landed(published_path)
    assert row["mark"] == "false_alarm"
    assert row["metric_date"] == date(2026, 11, 18)
    assert (row["namespace"], row["table_name"], row["metric"]) == ("sample_shop", "daily_metrics", "net_revenue")
    assert (row["segment_type"], row["segment_value"]) == ("all", "all")
    assert any("Marked as a false alarm" in caption.value for caption in app.caption)


def test_a_bad_recommendation(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page("recommendations", part="Explore", customer="sample_shop:C00317")
    press(app, "✗ Bad one")
    assert not app.exception
    [row] = landed(published_path)
    assert (row["mark"], row["customer_id"]) == ("bad_recommendation", "sample_shop:C00317")
    assert str(row["product_id"]).startswith("sample_shop:P")
    assert sum("gone with the next run" in caption.value for caption in app.caption) == 1


def test_what_cannot_land_is_told(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    (published_path.parent / "landing").write_text("a file where the folder should be")
    app = open_page("quality", part="Unusual")
    press(app, "False alarm")
    assert not app.exception
    assert "Not marked" in app.toast[0].value
    assert str(published_path.parent) not in app.toast[0].value
