"""Segment's own libraries, unchanged but for the host."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from live_collector import KEY, collecting, landed, letters, on_disk, settings_in, wait_until
from pages import shop_of
from playwright.sync_api import Browser
from segment.analytics import Client

from shelfwise.collector.rows import device_of_server
from shelfwise.settings import Settings


@pytest.fixture(scope="module")
def node_folder(project_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the libraries of tests/node as its lock file has them."""

    def absent(reason: str) -> None:
        if os.environ.get("SHELFWISE_REQUIRE_NODE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    if not shutil.which("npm"):
        absent("no npm: install it (apt-get install nodejs npm)")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", "send.mjs"):
        shutil.copy(project_dir / "tests" / "node" / name, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if installed.returncode:
        absent(f"npm ci failed: {installed.stderr[-500:]}")
    return folder


@pytest.mark.parametrize("gzip", [False, True])
def test_python(settings: Settings, gzip: bool) -> None:
    errors: list[object] = []
    with collecting(settings) as client:
        host = str(client.base_url)
        analytics = Client(KEY, host=host, gzip=gzip, on_error=lambda error, _: errors.append(error))
        analytics.identify("c1", {"email": "jane@example.com"}, anonymous_id="d1")
        analytics.page(anonymous_id="d1", properties={"url": "https://shop.example/?token=T"})
        analytics.track("c2", "Product Added", {"product_id": "p2", "quantity": "1", "price": 3.2})
        for number in range(250):
            analytics.track(anonymous_id="d1", event="Product Viewed", properties={"product_id": f"p{number}"})
        analytics.shutdown()
    assert errors == []
    rows = landed(settings)
    assert letters(settings) == []
    assert [row["type"] for row in rows] == ["identify", "page", *["track"] * 251]
    assert rows[1]["page_url"] == "https://shop.example/"
    added = rows[2]
    assert (added["anonymous_id"], added["user_id"]) == (device_of_server("c2"), "c2")
    assert (added["product_id"], added["quantity"], added["price"]) == ("p2", 1, Decimal("3.20"))
    assert added["user_agent"] is None  # that of a server says nothing of the customer
    assert rows[3]["user_agent"].startswith("analytics-python/")
    assert len({row["message_id"] for row in rows}) == 253
    assert all(abs((row["received_at"] - row["occurred_at"]).total_seconds()) < 60 for row in rows)


@pytest.mark.slow
def test_node(settings: Settings, node_folder: Path) -> None:
    with collecting(settings) as client:
        command = ["node", "send.mjs", str(client.base_url), KEY]
        sent = subprocess.run(command, cwd=node_folder, capture_output=True, text=True, check=False, timeout=60)
    assert (sent.returncode, sent.stderr) == (0, "")
    identify, page, order, added = landed(settings)
    assert letters(settings) == []
    assert [row["type"] for row in (identify, page, order, added)] == ["identify", "page", "track", "track"]
    assert page["page_url"] == "https://shop.example/?utm_source=mail"
    assert (order["order_id"], order["products"]) == ("17", '[{"product_id":"p1","price":12.5,"quantity":2}]')
    assert (added["anonymous_id"], added["quantity"], added["price"]) == (device_of_server("c2"), 1, Decimal("3.20"))


PAGE = """<!doctype html><title>Mug</title><link rel="icon" href="data:,">
<script src="/analytics/index.js"></script><script>
const where = {{ apiKey: "{key}", apiHost: "{host}/v1", protocol: "http" }};
const analytics = AnalyticsNext.AnalyticsBrowser.load({{
  writeKey: "{key}", cdnSettings: {{ integrations: {{ "Segment.io": where }} }}
}});
</script>"""


@pytest.mark.slow
@pytest.mark.browser
def test_browser(tmp_path: Path, node_folder: Path, browser: Browser) -> None:
    library = node_folder / "node_modules" / "@segment" / "analytics-next" / "dist" / "umd"
    bundles = {f"/analytics/{path.name}": path.read_bytes() for path in library.glob("*.js")}
    settings = settings_in(tmp_path, cors_origins="*")
    with collecting(settings) as client:
        host = client.base_url.netloc.decode()
        with shop_of({"/mug": PAGE.format(key=KEY, host=host), **bundles}) as shop:
            page = browser.new_page()
            faults = faults_of(page.on)
            page.goto(f"{shop}/mug?utm_campaign=spring&token=T")
            page.evaluate("analytics.page()")
            page.evaluate("analytics.identify('c1', { email: 'jane@example.com' })")
            page.evaluate("analytics.track('Product Viewed', { product_id: 'p1', price: 12.5, currency: 'GBP' })")
            wait_until(lambda: len(on_disk(settings)) >= 3, "the browser's events are on disk")
            page.close()
    assert faults == []
    rows = {row["type"]: row for row in landed(settings)}
    assert letters(settings) == []
    assert set(rows) == {"page", "identify", "track"}
    assert rows["page"]["page_url"] == f"{shop}/mug?utm_campaign=spring"
    assert "Chrome" in rows["page"]["user_agent"]
    assert rows["track"]["user_id"] == "c1"
    assert len({row["anonymous_id"] for row in rows.values()}) == 1


def faults_of(on: Callable[..., None]) -> list[str]:
    """Return a list that gathers whatever goes wrong on a page."""
    faults: list[str] = []
    on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    on("pageerror", lambda error: faults.append(str(error)))
    return faults
