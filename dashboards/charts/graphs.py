"""Drawings of what hangs together with what: places are computed here, the chart draws dots and lines."""

from __future__ import annotations

import math
from typing import Literal

import altair as alt
import pandas as pd

from dashboards.charts.frame import MUTED, Drawing, layered, text

# Of a circle, and how a name beside it is aligned.
SIDES: tuple[tuple[str, Literal["left", "right"]], ...] = (("right", "left"), ("left", "right"))
LAYERS = ["landing", "seeds", "staging", "intermediate", "marts"]


def network(frame: pd.DataFrame) -> Drawing | None:
    """Draw things in a circle and a line for each pair, the thicker the more. Columns: name, other, weight, note."""
    if frame.empty:
        return None
    names = list(dict.fromkeys([*frame["name"], *frame["other"]]))
    angle = {name: 2 * math.pi * place / len(names) - math.pi / 2 for place, name in enumerate(names)}
    dots = pd.DataFrame(
        {
            "name": names,
            "x": [math.cos(angle[name]) for name in names],
            "y": [math.sin(angle[name]) for name in names],
            "label_x": [1.09 * math.cos(angle[name]) for name in names],
            "label_y": [1.09 * math.sin(angle[name]) for name in names],
            "side": ["right" if math.cos(angle[name]) >= 0 else "left" for name in names],
        }
    )
    places = dots.set_index("name")
    lines = frame.assign(
        x=list(places.loc[frame["name"], "x"]),
        y=list(places.loc[frame["name"], "y"]),
        x2=list(places.loc[frame["other"], "x"]),
        y2=list(places.loc[frame["other"], "y"]),
    )
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-2.1, 2.1]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1.25, 1.25]))
    labels = [
        alt.Chart(dots)
        .transform_filter(f"datum.side == '{side}'")
        .mark_text(align=align, fontSize=12, limit=150, color=MUTED)
        .encode(x=alt.X("label_x:Q", axis=None), y=alt.Y("label_y:Q", axis=None), text="name:N")
        for side, align in SIDES
    ]
    return layered(
        480,
        alt.Chart(lines)
        .mark_rule(opacity=0.65, color=MUTED)
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("weight:Q", legend=None, scale=alt.Scale(range=[0.8, 6])),
            tooltip=[text("name", "Product"), text("other", "With"), text("note", "Together")],
        ),
        alt.Chart(dots).mark_circle(size=110, opacity=1).encode(x=x, y=y, tooltip=[text("name", "Product")]),
        *labels,
    )


def lineage(nodes: pd.DataFrame, edges: pd.DataFrame, chosen: str) -> Drawing | None:
    """Draw what a table is made from, from left to right. Columns: name, layer, grain; of edges: name, reads."""
    if nodes.empty:
        return None
    reads = {str(name): list(group["reads"]) for name, group in edges.groupby("name")}
    # Each table has a row of its own, so that no name stands over another, on a phone as well.
    placed = nodes.assign(x=nodes["name"].map(depths(reads, list(nodes["name"])))).sort_values(["x", "layer", "name"])
    placed["y"] = [-float(row) for row in range(len(placed))]
    placed["is_chosen"] = placed["name"] == chosen
    places = placed.set_index("name")
    lines = edges.assign(
        x=list(places.loc[edges["reads"], "x"]),
        y=list(places.loc[edges["reads"], "y"]),
        x2=list(places.loc[edges["name"], "x"]),
        y2=list(places.loc[edges["name"], "y"]),
    )
    deepest = int(placed["x"].max())
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.2, deepest + max(2.5, 0.7 * deepest)]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0.5 - len(placed), 0.5]))
    layers = [layer for layer in LAYERS if layer in set(nodes["layer"])]
    return layered(
        21 * len(placed) + 90,
        alt.Chart(lines).mark_rule(opacity=0.35, color=MUTED).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        alt.Chart(placed)
        .mark_circle(opacity=1)
        .encode(
            x=x,
            y=y,
            size=alt.condition("datum.is_chosen", alt.value(240), alt.value(80)),
            color=alt.Color("layer:N", title=None, sort=layers, legend=alt.Legend(orient="top", columns=3)),
            tooltip=[text("name", "Table"), text("layer", "Layer"), text("grain", "What it is")],
        ),
        alt.Chart(placed).mark_text(align="left", dx=10, fontSize=12, color=MUTED).encode(x=x, y=y, text="name:N"),
    )


def depths(reads: dict[str, list[str]], names: list[str]) -> dict[str, int]:
    """Return of each table how many stand one after another before it."""
    found: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in found:
            found[name] = max((depth(other) + 1 for other in reads.get(name, [])), default=0)
        return found[name]

    return {name: depth(name) for name in names}
