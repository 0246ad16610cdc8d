"""Every page in every state that the published directory can be in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from published import ONLINE_RETAIL, SAMPLE_SHOP, publish, publish_operations, swap
from streamlit.testing.v1 import AppTest

VIEWS = sorted(path.stem for path in (Path(__file__).resolve().parents[3] / "dashboards" / "views").glob("*.py"))
PARTS = {
    "recommendations": ["In the shop", "Offline score", "Experiments", "Coverage", "Explore"],
    "forecast": ["Demand", "Products", "Customers", "Back-test"],
    "quality": ["A run", "Over time", "Data", "Unusual", "Service", "Lineage"],
}
EVERYTHING = [(view, part) for view in VIEWS for part in PARTS.get(view, [""])]
# Of tables and cards alone.
WITHOUT_CHART = {"Experiments", "Explore", "Unusual"}


def address(part: str) -> dict[str, str]:
    """Return the query string that opens a part of a page."""
    return {"part": part} if part else {}


def words(app: AppTest) -> str:
    """Return all text of a page."""
    blocks = (app.markdown, app.caption, app.info, app.error, app.warning, app.success, app.title, app.subheader)
    return "\n".join(str(element.value) for elements in blocks for element in elements)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize(("view", "part"), EVERYTHING)
def test_full(view: str, part: str, published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    publish_operations(published_path, "run_1")
    app = open_page(view, **address(part))
    assert not app.exception
    assert not app.error
    assert charts(app) > 0 or part in WITHOUT_CHART or view in ("ask", "forecast")
    assert "Run **run_1**" in words(app)
    assert "Model **fixture-model**" in words(app)
    assert " days old" not in words(app)


@pytest.mark.parametrize("view", VIEWS)
def test_a_version_that_is_old_is_told(view: str, published_path: Path, open_page) -> None:
    publish(published_path, "run_1", published_at=datetime(2026, 1, 5, 4, 10, tzinfo=UTC))
    app = open_page(view)
    assert "Published **5 Jan 2026, 04:10 UTC**" in words(app)
    assert re.search(r"The published version is [\d,]+ days old", app.warning[0].value)
    assert "`make run`" in app.warning[0].value


@pytest.mark.parametrize(("view", "part"), EVERYTHING)
def test_nothing_published(view: str, part: str, published_path: Path, open_page) -> None:
    app = open_page(view, **address(part))
    assert not app.exception
    assert not app.error
    assert "run `make run`" in words(app)


@pytest.mark.parametrize(("view", "part"), EVERYTHING)
def test_source_without_clicks(view: str, part: str, published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(ONLINE_RETAIL,))
    publish_operations(published_path, "run_1")
    app = open_page(view, **address(part))
    assert not app.exception
    assert not app.error
    if view == "behaviour":
        assert "**Online retail has no clicks**, only orders" in words(app)
        assert charts(app) == 0
    if view == "today":
        assert metrics(app)["Conversion"] == "—"
        assert "Sessions" not in app.segmented_control(key="figure").options


@pytest.mark.parametrize(("view", "part"), EVERYTHING)
def test_empty_shop(view: str, part: str, published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=())
    publish_operations(published_path, "run_1")
    app = open_page(view, **address(part))
    assert not app.exception
    assert not app.error
    assert "no orders and no clicks yet" in words(app) or part in ("A run", "Over time")


@pytest.mark.parametrize("view", ["today", "quality"])
def test_failed_last_run(view: str, published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    publish_operations(published_path, "run_2", failed_step="gate_marts")
    app = open_page(view)
    assert not app.exception
    [error] = app.error
    assert error.value.startswith("**Last run failed at the gate for the marts** (22 Nov 2026, 04:00 UTC).")
    assert (
        "“Net revenue of a day is not negative” failed on 1 of 270 rows of `daily_metrics.net_revenue`" in error.value
    )
    assert "Owner: **Analytics**." in error.value
    assert re.search(r"The version of .* UTC goes on serving\.", error.value)
    if view == "quality":
        assert metrics(app)["Errors"] == "1"
        assert app.expander[0].label.startswith("! warning")
        assert next(box for box in app.expander if "error" in box.label).dataframe[0].value["net_revenue"].tolist() == [
            -310.5
        ]


def test_unusual_days_are_listed(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    [row] = next(
        frame.value.to_dict("records")
        for frame in open_page("quality", part="Unusual").dataframe
        if "is_marked" in frame.value.columns
    )
    assert (row["origin"], row["metric"], row["severity"]) == ("sample_shop", "net_revenue", "critical")
    assert row["expected_value"] == pytest.approx(3 * row["observed_value"])


def test_a_failed_run_is_told_without_paths(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    file = publish_operations(published_path, "run_2", failed_step="dbt_build")
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update runs set message = 'no build database at /srv/shop/data/build.duckdb' where run_id = 'run_2'"
        )
    [error] = open_page().error
    assert error.value.startswith("**Last run failed while building the warehouse** (22 Nov 2026, 04:00 UTC).")
    assert "no build database at build.duckdb" in error.value
    assert "/srv" not in error.value
    assert "goes on serving" in error.value


def test_failed_first_run(published_path: Path, open_page) -> None:
    publish_operations(published_path, "run_1", failed_step="gate_marts")
    app = open_page("quality", part="Over time")
    assert not app.exception
    assert "No version is published yet." in app.error[0].value
    assert charts(app) > 0
    assert "run `make run`" in words(app)


@pytest.mark.parametrize("view", ["today", "quality"])
def test_a_new_version_appears_without_restart(view: str, published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    publish_operations(published_path, "run_1")
    app = open_page(view)
    before = metrics(app)
    publish(published_path, "run_2", shops=(ONLINE_RETAIL,))
    publish_operations(published_path, "run_2", failed_step="gate_landing")
    app.run()
    assert not app.exception
    assert "Run **run_2**" in words(app)
    assert "Last run failed at the gate for landed data" in words(app)
    assert metrics(app) != before


def test_an_older_version_after_rollback(published_path: Path, open_page) -> None:
    first = publish(published_path, "run_1")
    app = open_page()
    shown = metrics(app)
    publish(published_path, "run_2", shops=(ONLINE_RETAIL,))
    app.run()
    assert metrics(app) != shown
    swap(published_path / "current", first)
    app.run()
    assert metrics(app) == shown


@pytest.mark.parametrize("view", ["today", "products"])
@pytest.mark.parametrize("damage", ["gone", "garbage", "manifest", "empty"])
def test_a_damaged_version_is_told_in_words(damage: str, view: str, published_path: Path, open_page) -> None:
    version = publish(published_path, "run_1")
    warehouse = version / "warehouse.duckdb"
    if damage == "gone":
        warehouse.unlink()
    elif damage == "garbage":
        warehouse.write_bytes(b"not a database" * 1000)
    elif damage == "manifest":
        (version / "manifest.json").write_text("{}")
    else:
        warehouse.unlink()
        duckdb.connect(str(warehouse)).close()
    app = open_page(view)
    assert not app.exception
    assert "shelfwise" in app.error[0].value or "make run" in app.error[0].value


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "middle": lambda content: content[:4096] + b"\xa5" * 65536 + content[4096 + 65536 :],
    "truncated": lambda content: content[:20_000],
    "header": lambda content: b"\x5a" * 4096 + content[4096:],
}


@pytest.mark.parametrize("view", ["today", "products", "quality"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_bytes_leave_the_run_history_alive(damage: str, view: str, published_path: Path, open_page) -> None:
    file = publish(published_path, "run_1") / "warehouse.duckdb"
    publish_operations(published_path, "run_2", failed_step="gate_marts")
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    app = open_page(view)
    assert not app.exception
    error = app.error[-1].value
    assert error.startswith("**The published version's file is damaged")
    assert "`make run`" in error
    assert "`shelfwise rollback`" in error
    assert str(published_path) not in words(app)
    assert "goes on serving" not in words(app)
    if view == "quality":
        assert metrics(app)["Errors"] == "1"
        assert charts(open_page("quality", part="Over time")) > 0


@pytest.mark.parametrize("view", ["today", "quality"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_history_leaves_the_shop_alive(damage: str, view: str, published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    file = publish_operations(published_path, "run_1")
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    app = open_page(view, **({"part": "Data"} if view == "quality" else {}))
    assert not app.exception
    [error] = app.error
    assert error.value.startswith("**The run history's file is damaged")
    assert charts(app) > 0


def test_kpis_are_the_marts_sums(published_path: Path, open_page) -> None:
    version = publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    with duckdb.connect(str(version / "warehouse.duckdb"), read_only=True) as connection:
        revenue, orders, conversion = connection.execute(
            """
            select sum(net_revenue), sum(order_count), sum(converted_session_count) / sum(session_count)
            from daily_metrics
            where segment_type = 'all' and metric_date > date '2026-11-21' - 90
            """
        ).fetchall()[0]
    app = open_page(period="90 days")
    assert metrics(app)["Net revenue"] == f"£{revenue:,.0f}"
    assert metrics(app)["Orders"] == f"{orders:,}"
    assert metrics(app)["Conversion"] == f"{conversion:.2%}"
    # 120 days of data do not cover the 90 days before: no change is claimed.
    assert [metric.delta for metric in app.metric] == [""] * 6


def test_change_against_the_period_before(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page()
    assert all(metric.delta for metric in app.metric)


def test_filters_come_from_the_url(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    app = open_page(shop="Online retail", period="7 days")
    assert "3 Dec 2011 to 9 Dec 2011" in words(app)


def test_a_period_of_ones_own_comes_from_the_url(published_path: Path, open_page) -> None:
    version = publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    with duckdb.connect(str(version / "warehouse.duckdb"), read_only=True) as connection:
        [(orders,)] = connection.execute(
            """
            select sum(order_count)
            from daily_metrics
            where segment_type = 'all' and metric_date between '2026-11-01' and '2026-11-10'
            """
        ).fetchall()
    app = open_page(period="Custom", dates=["2026-11-01", "2026-11-10"])
    assert "1 Nov 2026 to 10 Nov 2026" in words(app)
    assert metrics(app)["Orders"] == str(orders)


def test_a_period_without_data_is_told(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    for view, part in EVERYTHING:
        app = open_page(view, period="Custom", dates=["2020-01-01", "2020-01-10"], **address(part))
        assert not app.exception
        assert not app.error


def test_the_quality_page_has_a_source_of_its_own(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    publish_operations(published_path, "run_1")
    everything = open_page("quality", shop="Sample shop", part="Data")
    assert everything.selectbox(key="source").options == ["All sources", "Online retail", "Sample shop"]
    one = open_page("quality", shop="Sample shop", source="Online retail", part="Data")
    assert not one.exception
    [books] = [table.value for table in one.dataframe if "unaccounted_count" in table.value]
    assert set(books["source_name"]) == {"online_retail"}


def test_shop_of_the_other_page_is_kept(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    app = open_page()
    app.selectbox(key="shop").select("online_retail").run()
    app.switch_page("views/behaviour.py").run()
    assert "has no clicks" in words(app)


def test_all_sources_together(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    publish_operations(published_path, "run_1")
    for view, part in EVERYTHING:
        app = open_page(view, shop="All shops", period="All time", **address(part))
        assert not app.exception
        assert not app.error


def test_product_search(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    app = open_page("products")
    app.text_input(key="find").input("OAK  mug").run()
    found = app.dataframe[0].value
    assert list(found["title"]) == ["Oak mug No. 36", "Oak mug No. 78"]
    app.text_input(key="find").input("no such thing").run()
    assert "No product has all the words" in words(app)


def test_recommendations_of_a_customer(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    app = open_page("recommendations", part="Explore")
    app.selectbox(key="customer").select("sample_shop:C00317").run()
    assert not app.exception
    assert "Often bought with things you have" in words(app)
    assert len(app.get("image")) >= 10


def test_what_recommendations_bring_in_is_the_marts_sum(published_path: Path, open_page) -> None:
    version = publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    with duckdb.connect(str(version / "warehouse.duckdb"), read_only=True) as connection:
        [(lists, revenue)] = connection.execute(
            """
            select sum(list_count), sum(attributed_revenue) / sum(list_count)
            from recommendation_performance
            where placement = 'cart' and segment_type = 'all' and impression_date > date '2026-11-21' - 28
            """
        ).fetchall()
    app = open_page("recommendations")
    [table] = [table.value for table in app.dataframe if "list_conversion_rate" in table.value]
    cart = table.set_index("placement").loc["Cart"]
    assert cart["list_count"] == lists
    assert cart["revenue_per_list"] == pytest.approx(float(revenue))


def test_an_experiment_is_told_in_words(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page("recommendations", part="Experiments")
    [table] = [table.value for table in app.dataframe if "Verdict" in table.value]
    assert list(table["Verdict"][:2]) == ["Control", "Better"]
    assert list(table["Difference"][:2]) == ["—", "+1.20 pp"]
    assert table["95% interval"][1] == "+0.60 pp to +1.80 pp"
    assert table["95% interval"][5] == "-£0.32 to +£0.48"
    assert list(table["Would be found from"][[1, 5]]) == ["0.86 pp", "£0.57"]
    assert table["Metric"][2] == "Visitors who order (guardrail)"
    assert not app.warning


def test_an_uneven_experiment_is_not_to_be_read(published_path: Path, open_page) -> None:
    version = publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    with duckdb.connect(str(version / "warehouse.duckdb")) as connection:
        connection.execute("update experiment_results set verdict = 'sample ratio is off: do not read'")
    assert "Sample ratio is off" in open_page("recommendations", part="Experiments").warning[0].value


def test_without_feedback_the_page_says_how_to_get_it(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(ONLINE_RETAIL,))
    app = open_page("recommendations")
    assert "No page has told of a list of recommendations" in words(app)
    assert "No experiment is set up" in words(open_page("recommendations", part="Experiments"))


def test_a_customer_comes_from_the_url_sampled_or_not(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    for customer_id in ("sample_shop:C00317", "sample_shop:C00001"):
        app = open_page("recommendations", part="Explore", customer=customer_id)
        assert app.selectbox(key="customer").value == customer_id
    app = open_page("recommendations", part="Explore", customer="nobody")
    assert not app.exception
    assert "There is no customer `sample_shop:nobody`" in app.warning[0].value


def test_a_bare_id_is_completed_where_one_source_is_shown(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    full = open_page("recommendations", part="Explore", shop="Sample shop", customer="sample_shop:C00317")
    bare = open_page("recommendations", part="Explore", shop="Sample shop", customer="C00317")
    assert not bare.warning
    assert words(bare) == words(full)
    assert bare.dataframe[-1].value.equals(full.dataframe[-1].value)
    several = open_page("recommendations", part="Explore", shop="All shops", customer="C00317")
    assert "There is no customer `C00317`" in several.warning[0].value


def test_an_unknown_product_is_told(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    app = open_page("recommendations", part="Explore", of="A product", product="nothing")
    assert not app.exception
    assert "There is no product `sample_shop:nothing`" in app.warning[0].value


def test_segment_list(published_path: Path, open_page) -> None:
    publish(published_path, "run_1")
    app = open_page("customers")
    app.selectbox(key="segment").select("Loyal").run()
    assert not app.exception
    assert app.get("download_button")
    assert list(app.dataframe[-1].value["frequency_score"].unique()) != []
