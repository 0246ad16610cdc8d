"""The weekly report: what is in it, and what never is."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from published_week import publish
from typer.testing import CliRunner

from shelfwise.cli import app
from shelfwise.errors import ShelfwiseError
from shelfwise.reports.weekly import write_weekly_report
from shelfwise.settings import Settings, get_settings
from shelfwise.warehouse.published import NothingPublishedError


@pytest.fixture
def settings(tmp_path: Path, project_dir: Path) -> Settings:
    return Settings(project_dir=project_dir, data_dir=tmp_path / "data", threads=1)


class Words(HTMLParser):
    """The text of a page, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data + " "

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def read(path: Path) -> Words:
    return Words(path.read_text(encoding="utf-8"))


def test_the_last_whole_week_against_the_one_before(settings: Settings) -> None:
    publish(settings)
    path = write_weekly_report(settings)
    assert path == settings.data_path / "reports" / "week-2026-09-21.html"
    text = re.sub(r"\s+", " ", read(path).text)
    for told in (
        "Week of 21 September to 27 September 2026",
        "Net revenue 1,050 GBP +50.0%",
        "Orders 28 +0.0%",
        "Average order 40.00 GBP +60.0%",
        "Visits that order 10.00% +0.00 points",
        "Returned, of sales 6.25% +6.25 points",
        "1 of 1 missed.",
        "2026-09-23 daily_metrics session count warning 40 90 to 150",
        "Mug & Saucer 150.00 GBP 8",
        "home 50 2.00% +1.00 points 1 30.00 GBP",
        "trained conversion rate better 1,200 0.1 +12.0% 0.010",
        "whole shop 2026-09-28 1,000 GBP 800.00 GBP to 1,200 GBP",
        "Likely to buy 3 60.00 GBP",
    ):
        assert told in text


def test_a_day_names_its_week(settings: Settings) -> None:
    publish(settings)
    assert write_weekly_report(settings, date(2026, 9, 20)).name == "week-2026-09-14.html"
    with pytest.raises(ShelfwiseError, match="nothing is known of the week of 2026-09-28") as raised:
        write_weekly_report(settings, date(2026, 9, 28))
    assert "2026-09-27" in raised.value.remedy


def test_what_a_stranger_wrote_is_text(settings: Settings) -> None:
    publish(settings)
    page = read(write_weekly_report(settings))
    assert {"img", "script", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in page.elements)
    assert not any(name.startswith("on") or name in ("src", "href") for _, of in page.elements for name in of)
    assert '<img src="https://elsewhere.example/x.png"' in page.text


def test_an_empty_shop_says_so(settings: Settings) -> None:
    publish(settings, is_empty=True)
    assert "there is no shop to report on" in read(write_weekly_report(settings)).text


def test_a_version_from_before_forecasts_has_none(settings: Settings) -> None:
    publish(settings, without=("category_forecasts", "customer_predictions", "forecast_status"))
    assert "No forecast." in read(write_weekly_report(settings)).text


def test_before_the_first_publish_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(NothingPublishedError):
        write_weekly_report(settings)


def test_the_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(settings)
    monkeypatch.setenv("SHELFWISE_DATA_DIR", str(settings.data_path))
    monkeypatch.setenv("SHELFWISE_PROJECT_DIR", str(settings.project_dir))
    get_settings.cache_clear()
    written = CliRunner().invoke(app, ["report", "--week"])
    wrong = CliRunner().invoke(app, ["report", "--week", "2020-01-01"])
    get_settings.cache_clear()
    assert (written.exit_code, wrong.exit_code) == (0, 1)
    assert "week-2026-09-21.html" in written.output.replace("\n", "")


def test_it_is_sent_where_alerts_go(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    publish(settings)
    monkeypatch.setenv("SHELFWISE_DATA_DIR", str(settings.data_path))
    get_settings.cache_clear()
    nowhere = CliRunner().invoke(app, ["report", "--week", "--send"])
    monkeypatch.setenv("SHELFWISE_ALERT_FILE", str(tmp_path / "told.jsonl"))
    get_settings.cache_clear()
    sent = CliRunner().invoke(app, ["report", "--week", "--send"])
    get_settings.cache_clear()
    assert (nowhere.exit_code, sent.exit_code) == (1, 0)
    assert "no channel is configured" in nowhere.output
    told = (tmp_path / "told.jsonl").read_text(encoding="utf-8")
    assert "net revenue 1,050 GBP (+50.0%), orders 28 (+0.0%), 1 of 1 objectives missed, 1 unusual figures" in told


@pytest.mark.browser
def test_it_fits_a_phone_and_asks_for_nothing(settings: Settings, browser: Browser) -> None:
    publish(settings)
    path = write_weekly_report(settings)
    page = browser.new_page(viewport={"width": 390, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("svg").count() == 2
    page.close()
