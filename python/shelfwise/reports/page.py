"""The week's report as one page: everything inline, and every word of the shop's escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from importlib.resources import files
from string import Template

from shelfwise.html_tables import html_table
from shelfwise.reports.charts import bars_of_days, line_with_bands
from shelfwise.reports.week import Row, ShopWeek
from shelfwise.reports.words import MISSING, amount, change

FIGURES = (
    ("net_revenue", "Net revenue", "money"),
    ("order_count", "Orders", "count"),
    ("average_order_value", "Average order", "money"),
    ("unit_count", "Units sold", "count"),
    ("new_customer_count", "New customers", "count"),
    ("session_count", "Visits", "count"),
    ("conversion_rate", "Visits that order", "share"),
    ("return_rate", "Returned, of sales", "share"),
)
KINDS = {name: kind for name, _, kind in FIGURES} | {
    "gross_revenue": "money",
    "click_through_rate": "share",
    "list_conversion_rate": "share",
    "revenue_per_list": "money",
}
OUTLOOKS = {
    "likely_to_buy": "Likely to buy",
    "may_buy": "May buy",
    "likely_to_lapse": "Likely to lapse",
    "lapsed": "Lapsed",
}


def render(weeks: Sequence[ShopWeek], first: date, currency: str, stamp: str, footer: str) -> str:
    """Return the page of a week, shop by shop."""
    template = Template(files("shelfwise.reports").joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(f"Week of {_day(first)} to {_day(first + timedelta(days=6))} {first + timedelta(days=6):%Y}"),
        stamp=escape(stamp),
        shops="\n".join(_shop(week, currency) for week in weeks)
        or "<p>Nothing has been sold or looked at yet: there is no shop to report on.</p>",
        footer=escape(footer),
    )


def summary_of(week: ShopWeek, currency: str) -> str:
    """Return what a shop's week comes to in a line, as plain text."""
    if week.metrics is None:
        return f"{week.namespace}: no data of this week."
    before = week.metrics_before or {}
    parts = []
    for name, title, kind in FIGURES[:2]:
        value = week.metrics[name]
        parts.append(f"{title.lower()} {amount(value, kind, currency)} ({change(value, before.get(name), kind)})")
    missed = sum(row["status"] == "missed" for row in week.objectives)
    if week.objectives:
        parts.append(f"{missed} of {len(week.objectives)} objectives missed")
    if week.anomalies:
        parts.append(f"{len(week.anomalies)} unusual figures")
    return f"{week.namespace}: {', '.join(parts)}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _shop(week: ShopWeek, currency: str) -> str:
    parts = [f'<section class="shop"><h2>{escape(week.namespace)}</h2>']
    if week.metrics is None:
        parts.append("<p>The shop has no data of this week.</p></section>")
        return "\n".join(parts)
    if week.days_known < 7:
        parts.append(f'<p class="bad">Only {week.days_known} of the week\'s 7 days are known.</p>')
    parts += [
        _figures(week, currency),
        bars_of_days(
            [_weekday(week.first + timedelta(days=n)) for n in range(7)],
            _by_day(week.days, week.first),
            _by_day(week.days_before, week.first - timedelta(days=7)),
            f"Net revenue by day in {currency}, the week before in grey",
        ),
        f'<p class="muted">Net revenue by day in {escape(currency)}; grey: the week before.</p>',
        _objectives(week.objectives, currency),
        _anomalies(week.anomalies),
        _sold(week, currency),
        _recommendations(week, currency),
        _experiments(week.experiments),
        _forecast(week, currency),
        "</section>",
    ]
    return "\n".join(parts)


def _weekday(day: date) -> str:
    return f"{day:%a} {day.day}"


def _by_day(days: Sequence[Row], first: date) -> list[float | None]:
    known = {day["metric_date"]: day["net_revenue"] for day in days}
    return [known.get(first + timedelta(days=n)) for n in range(7)]


def _figures(week: ShopWeek, currency: str) -> str:
    now, before = week.metrics or {}, week.metrics_before or {}
    cards = [
        f'<div class="figure"><span class="muted">{escape(title)}</span>'
        f"<b>{escape(amount(now[name], kind, currency))}</b>"
        f'<span class="muted">{escape(change(now[name], before.get(name), kind))}</span></div>'
        for name, title, kind in FIGURES
        if now[name] is not None
    ]
    return (
        f'<div class="figures">{"".join(cards)}</div>'
        '<p class="muted">Below each figure: how it changed against the week before.</p>'
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> str:
    return f'<div class="wide-content">{html_table(header, rows, numbers)}</div>'


def _objectives(objectives: Sequence[Row], currency: str) -> str:
    if not objectives:
        return _section("Objectives", "<p>None is set: seeds/objectives.csv.</p>")
    missed = sum(row["status"] == "missed" for row in objectives)
    told = (
        f'<p class="bad">{missed} of {len(objectives)} missed.</p>' if missed else '<p class="good">None is missed.</p>'
    )
    rows = [
        (
            str(row["objective_id"]).replace("_", " "),
            str(row["status"]).replace("_", " "),
            str(row["owner"] or MISSING),
            amount(row["actual_value"], KINDS.get(row["metric"], "count"), currency),
            ("at least " if row["direction"] == "at_least" else "at most ")
            + amount(row["target_value"], KINDS.get(row["metric"], "count"), currency),
            f"{row['window_days']} days",
            MISSING if row["due_date"] is None else row["due_date"].isoformat(),
        )
        for row in objectives
    ]
    header = ("Objective", "Status", "Owner", "Is", "Should be", "Of the last", "Due")
    return _section(
        "Objectives", told + '<p class="muted">As the published version has them.</p>' + _table(header, rows, 3)
    )


def _anomalies(anomalies: Sequence[Row]) -> str:
    if not anomalies:
        return _section("What was unusual", "<p>Nothing.</p>")
    rows = [
        (
            row["metric_date"].isoformat(),
            " ".join(filter(None, (row["table_name"], row["column_name"], row["metric"].replace("_", " ")))),
            row["severity"],
            amount(row["observed_value"], "count", ""),
            f"{amount(row['lower_value'], 'count', '')} to {amount(row['upper_value'], 'count', '')}",
        )
        for row in anomalies
    ]
    return _section("What was unusual", _table(("Day", "Of what", "Severity", "Was", "Expected"), rows, 3))


def _sold(week: ShopWeek, currency: str) -> str:
    categories = [
        (
            row["category"],
            amount(row["net_revenue"], "money", currency),
            MISSING if row["net_revenue_change_1_week"] is None else f"{row['net_revenue_change_1_week']:+.1%}",
            amount(row["unit_count"], "count", currency),
        )
        for row in week.categories
    ]
    products = [
        (row["title"], amount(row["net_revenue"], "money", currency), amount(row["unit_count"], "count", currency))
        for row in week.products
    ]
    header = ("Category", "Net revenue", "Against the week before", "Units")
    return _section(
        "What was sold",
        (_table(header, categories, 1) if len(categories) > 1 else "")
        + ("<h3>Best sellers</h3>" + _table(("Product", "Net revenue", "Units"), products, 1) if products else ""),
    )


def _recommendations(week: ShopWeek, currency: str) -> str:
    if not week.recommendations:
        return _section("Recommendations", "<p>None were shown, or nobody said so: docs/collect-events.md.</p>")
    before = {row["placement"]: row for row in week.recommendations_before}
    rows = [
        (
            row["placement"],
            amount(row["list_count"], "count", currency),
            amount(row["click_through_rate"], "share", currency),
            change(row["click_through_rate"], before.get(row["placement"], {}).get("click_through_rate"), "share"),
            amount(row["attributed_order_count"], "count", currency),
            amount(row["attributed_revenue"], "money", currency),
        )
        for row in week.recommendations
    ]
    header = ("Placement", "Lists shown", "Clicked, of shown", "Change", "Orders they led to", "Revenue")
    return _section(
        "Recommendations",
        _table(header, rows, 1) + '<p class="muted">Orders of lists of the last seven days may still come.</p>',
    )


def _experiments(experiments: Sequence[Row]) -> str:
    if not experiments:
        return _section("Experiments", "<p>None ran.</p>")
    rows = [
        (
            row["experiment_name"],
            row["arm"] + (" (control)" if row["is_control"] else ""),
            row["metric"].replace("_", " "),
            str(row["verdict"] or MISSING).replace("_", " "),
            amount(row["unit_count"], "count", ""),
            MISSING if row["metric_value"] is None else f"{float(row['metric_value']):.4g}",
            MISSING if row["relative_lift"] is None else f"{row['relative_lift']:+.1%}",
            MISSING if row["p_value"] is None else f"{row['p_value']:.3f}",
        )
        for row in experiments
    ]
    return _section(
        "Experiments", _table(("Experiment", "Arm", "Metric", "Verdict", "Units", "Value", "Lift", "p"), rows, 4)
    )


def _forecast(week: ShopWeek, currency: str) -> str:
    whole = [row for row in week.forecasts if row["category"] == "all" and row["metric"] == "net_revenue"]
    if not whole:
        why = next((row["reason"] for row in week.forecast_status if row["status"] == "not_enough_history"), "")
        return _section("What lies ahead", f"<p>No forecast. {escape(why)}</p>{_outlook(week.outlook, currency)}")
    known = [row for row in week.lately if row["week_start_date"] < whole[0]["week_start_date"]]
    chart = line_with_bands(
        [f"{row['week_start_date'].day} {row['week_start_date']:%b}" for row in (*known, *whole)],
        [row["net_revenue"] for row in known],
        [row["forecast_value"] for row in whole],
        [(row["lower_80"], row["upper_80"]) for row in whole],
        [(row["lower_95"], row["upper_95"]) for row in whole],
        f"Net revenue by week in {currency}, and what is foretold",
    )
    rows = [
        (
            "whole shop" if row["category"] == "all" else row["category"],
            row["week_start_date"].isoformat(),
            amount(row["forecast_value"], "money", currency),
            MISSING
            if row["lower_80"] is None
            else f"{amount(row['lower_80'], 'money', currency)} to {amount(row['upper_80'], 'money', currency)}",
        )
        for row in week.forecasts
        if row["metric"] == "net_revenue"
        and (row["category"] == "all" or row["week_start_date"] == whole[0]["week_start_date"])
    ]
    model = escape(whole[0]["model_name"].replace("_", " "))
    return _section(
        "What lies ahead",
        f'{chart}<p class="muted">Net revenue by week; dashed: foretold by {model}, with its 80% and 95% intervals.</p>'
        + _table(("Of", "Week from", "Net revenue", "80% interval"), rows, 2)
        + _outlook(week.outlook, currency),
    )


def _outlook(outlook: Sequence[Row], currency: str) -> str:
    if not outlook:
        return ""
    rows = [
        (
            OUTLOOKS.get(str(row["outlook"]), str(row["outlook"])),
            amount(row["customer_count"], "count", currency),
            amount(row["expected_value"], "money", currency),
        )
        for row in outlook
    ]
    days, purchase_days = outlook[0]["days"], outlook[0]["purchase_days"]
    return (
        "<h3>Customers</h3>"
        + _table(("Outlook", "Customers", f"Expected of them in {days} days"), rows, 1)
        + f'<p class="muted">Likely to buy: within {purchase_days} days, rather than not. Likely to lapse: were here '
        f"within {days} days, and rather will not be back within as many.</p>"
    )


def _section(title: str, content: str) -> str:
    return f"<h3>{escape(title)}</h3>{content}"
