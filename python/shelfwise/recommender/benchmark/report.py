"""The benchmark's figures for people: a table on screen, and a chart as a page and a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from shelfwise.files import write_text_atomically

# The measure that a kind of question is judged by first.
HEADLINE = {"sessions": "mrr20", "purchases": "ndcg20"}
TITLES = {"hr20": "HR@20", "mrr20": "MRR@20", "ndcg20": "NDCG@20", "recall20": "Recall@20"}
SHOWN = {"sessions": ("hr20", "mrr20", "ndcg20"), "purchases": ("ndcg20", "recall20", "hr20")}
SLICE_TITLES = {
    "all": "all",
    "new": "new (not had before)",
    "cold": "cold (nothing or one step known)",
    "rare": "rare (seldom seen before)",
}


def write_results(results: Mapping[str, Any], path: Path, console: Console) -> None:
    """Print the tables and write the JSON, and the charts beside it where they can be drawn."""
    datasets = results.get("datasets") or {results["data"]["name"]: results}
    for name, measured in datasets.items():
        console.rule(name)
        show_results(measured, console)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomically(path, json.dumps(results, indent=2) + "\n")
    written = [path]
    if can_draw():
        draw(datasets, path.with_suffix(".html"), path.with_suffix(".png"))
        written += [path.with_suffix(".html"), path.with_suffix(".png")]
    else:
        console.print("No charts: vl-convert-python is not installed (it comes with the extra `benchmark`).")
    console.print(f"Written: {', '.join(str(of) for of in written)}", soft_wrap=True, highlight=False)


def show_results(results: Mapping[str, Any], console: Console) -> None:
    """Print a table of the methods, one for each other slice, and the gain over the best peer."""
    kind = results["data"]["kind"]
    console.print(_scores("all", results["models"], kind, results["asked"]["all"]))
    for name, models in results["slices"].items():
        rows = [{**models[model["name"]], "name": model["name"], "role": model["role"]} for model in results["models"]]
        console.print(_scores(name, rows, kind, results["asked"][name]))
    console.print(_costs(results["models"]))
    for line in gain_lines(results):
        console.print(line, highlight=False)


def gain_lines(results: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each slice: ours beside the best peer, with the paired interval."""
    lines = []
    for name, peers in results["paired"].items():
        if not peers:
            continue
        by_name = {m["name"]: m for m in results["models"]} if name == "all" else results["slices"][name]
        for key in SHOWN[results["data"]["kind"]][:2]:
            best = max(peers, key=lambda peer: by_name[peer][key])
            gain = peers[best][key]
            ratio = "" if gain["ratio"] is None else f", {gain['ratio']:.3f} x"
            lines.append(
                f"{SLICE_TITLES[name]}: {TITLES[key]} {gain['gain']:+.4f} over {best}{ratio} "
                f"(95% {gain['ci'][0]:+.4f} to {gain['ci'][1]:+.4f})"
            )
    return lines


def _scores(name: str, models: Sequence[Mapping[str, Any]], kind: str, asked: Mapping[str, int]) -> Table:
    table = Table(title=f"{SLICE_TITLES[name]}: {asked['questions']:,} questions", title_justify="left")
    table.add_column("Method", no_wrap=True)
    for key in SHOWN[kind]:
        table.add_column(f"{TITLES[key]} ± 95%", justify="right", no_wrap=True)
    for model in sorted(models, key=lambda model: -model[HEADLINE[kind]]):
        table.add_row(model["name"], *(_with_interval(model, key) for key in SHOWN[kind]), style=_style(model))
    return table


def _costs(models: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="beside accuracy", title_justify="left")
    table.add_column("Method", no_wrap=True)
    for title in ("Fit s", "Predict s", "Peak GB", "Coverage", "Popularity", "Diversity"):
        table.add_column(title, justify="right", no_wrap=True)
    for model in models:
        table.add_row(
            model["name"],
            f"{model['fit_s']:.1f}",
            f"{model['predict_s']:.1f}",
            f"{model['peak_gb']:.2f}",
            f"{model['coverage20']:.3f}",
            f"{model['popularity_percentile20']:.3f}",
            f"{model['diversity20']:.3f}",
            style=_style(model),
        )
    return table


def _style(model: Mapping[str, Any]) -> str | None:
    return "bold" if model["role"] == "ours" else None


def _with_interval(model: Mapping[str, Any], key: str) -> str:
    low, high = model["ci"][key]
    return f"{model[key]:.4f} ±{(high - low) / 2:.4f}"


def can_draw() -> bool:
    """Return whether the library that draws without a browser is installed."""
    return find_spec("vl_convert") is not None


def draw(datasets: Mapping[str, Mapping[str, Any]], page: Path, picture: Path) -> None:
    """Draw the headline measure of each method with its interval, as one page and one picture."""
    import altair as alt
    import pandas as pd

    charts = []
    for name, results in datasets.items():
        key = HEADLINE[results["data"]["kind"]]
        frame = pd.DataFrame(
            {
                "method": [model["name"] for model in results["models"]],
                "value": [model[key] for model in results["models"]],
                "low": [model["ci"][key][0] for model in results["models"]],
                "high": [model["ci"][key][1] for model in results["models"]],
                "role": ["ours" if model["role"] == "ours" else "compared with" for model in results["models"]],
            }
        )
        base = alt.Chart(frame, title=f"{name}: {TITLES[key]}, 95% interval").encode(
            y=alt.Y("method:N", sort="-x", title=None)
        )
        bars = base.mark_bar(height=14).encode(
            x=alt.X("value:Q", title=TITLES[key], scale=alt.Scale(zero=True)),
            color=alt.Color(
                "role:N", title=None, scale=alt.Scale(domain=["ours", "compared with"], range=["#0b6e4f", "#a9b4c2"])
            ),
        )
        intervals = base.mark_rule(color="#222222").encode(x="low:Q", x2="high:Q")
        values = base.mark_text(align="left", dx=6).encode(x="high:Q", text=alt.Text("value:Q", format=".3f"))
        charts.append((bars + intervals + values).properties(width=560))
    chart = alt.vconcat(*charts).resolve_scale(x="independent", y="independent")
    chart.save(str(page), format="html", inline=True, embed_options={"actions": False})
    chart.save(str(picture), format="png", scale_factor=2)
