"""docs/lineage.md: a picture of the stages, then tables for looking things up in either direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shelfwise.lineage.graph import LANDING, Graph, Node

# Training reads the features and writes these files, in Python: dbt's graph does not know of it.
FEATURES = "marts/recommendations/features"
TRAINED = "model_output/"
HEAD = (
    "# Lineage: from source file to dashboard and API\n\n"
    "Written by `make lineage` from dbt's manifest, its exposures and the dashboard's queries; a test holds that it is "
    "current. For one model in full: `.venv/bin/dbt ls --select +fct_orders` (what it is made from), "
    "`--select fct_orders+` (whom a change reaches), `--select +exposure:dashboard_today` (what a page stands on); "
    "`make docs` makes dbt's own site, with the graph to click through.\n\n"
    "## The stages\n\n"
    "Boxes are sources and folders of models; an arrow means that a model of the one reads a table of the other. What "
    "readers see is a copy that `publish` made.\n\n"
)


def page(graph: Graph, queries: Mapping[str, Sequence[str]]) -> str:
    """Return the page. `queries` are the dashboard's, with the tables each reads."""
    parts = [HEAD + picture(graph), readers_table(graph), queries_table(queries), marts_tables(graph)]
    return "\n".join([*parts, sources_table(graph)]).rstrip() + "\n"


def picture(graph: Graph) -> str:
    """Return the stages as a diagram of Mermaid's."""
    edges = {
        (box(parent), box(node))
        for node in graph.nodes.values()
        for parent in graph.parents(node)
        if box(parent) and box(node) and box(parent) != box(node)
    }
    edges |= {(FEATURES, "training"), ("training", TRAINED)}
    names = sorted({name for edge in edges for name in edge})
    ids = {name: f"n{number}" for number, name in enumerate(names)}
    lines = ["```mermaid", "flowchart LR"]
    lines += [f"    {ids[name]}{shape(name)}" for name in names]
    lines += [f"    {ids[start]} --> {ids[end]}" for start, end in sorted(edges)]
    return "\n".join([*lines, "```", ""])


def box(node: Node) -> str:
    """Return the box of the picture that a node is drawn in; empty for what would only clutter it."""
    if node.kind == "seed" or (node.kind == "source" and node.folder == "registry"):
        return ""
    if node.kind == "source":
        return f"{LANDING}/{node.folder}/" if node.schema == LANDING else f"{node.schema}/"
    return "dashboards" if node.kind == "exposure" and node.label.startswith("Dashboard") else node.label or node.folder


def shape(name: str) -> str:
    """Return a box as Mermaid draws it: files round, readers with a slant, models square."""
    if name.endswith("/"):
        return f'[("{name}")]'
    if name == "training":
        return '[["training"]]'
    return f'["{name}"]' if "/" in name or name in ("intermediate", "staging") else f'[/"{name}"/]'


def readers_table(graph: Graph) -> str:
    """Return who reads what: the exposures, with the marts and the landed tables behind them."""
    rows = [
        (node.label, linked(graph.parents(node)), landed_behind(graph, [node]), node.owner)
        for node in graph.of_kind("exposure")
    ]
    return "## What a page or the API stands on\n\n" + table(("reader", "reads", "made from", "owner"), rows)


def queries_table(queries: Mapping[str, Sequence[str]]) -> str:
    """Return the dashboard's queries with their tables."""
    rows = [(f"`{name}`", ", ".join(f"`{read}`" for read in tables)) for name, tables in queries.items()]
    return "## The dashboard's queries\n\nBelow `dashboards/queries/`.\n\n" + table(("query", "tables"), rows)


def marts_tables(graph: Graph) -> str:
    """Return, folder by folder, what each mart is, is made from, and is read by."""
    parts = ["## The marts\n"]
    marts = [node for node in graph.of_kind("model") if node.is_mart]
    for folder in dict.fromkeys(mart.folder for mart in marts):
        rows = [
            (
                f"`{mart.name}`",
                first_sentence(mart.description),
                linked(graph.parents(mart)),
                landed_behind(graph, [mart]),
                linked(graph.readers.get(mart.unique_id, [])),
            )
            for mart in marts
            if mart.folder == folder
        ]
        parts.append(f"### {folder}\n\n" + table(("mart", "", "is made of", "landed tables behind", "read by"), rows))
    return "\n".join(parts)


def sources_table(graph: Graph) -> str:
    """Return what becomes of each landed table: who reads it first, and the marts that it reaches."""
    reached: dict[str, list[str]] = {}
    for mart in graph.of_kind("model"):
        if mart.is_mart:
            for node in graph.ancestors([mart]):
                reached.setdefault(node.unique_id, []).append(mart.name)
    marts = [node for node in graph.of_kind("model") if node.is_mart]
    rows = [
        (
            f"`{place(node)}`",
            first_sentence(node.description),
            linked(graph.readers.get(node.unique_id, [])),
            reach(reached.get(node.unique_id, []), len(marts)),
        )
        for node in graph.of_kind("source")
    ]
    return "## What becomes of a landed table\n\n" + table(("table", "", "read first by", "reaches"), rows)


def reach(marts: Sequence[str], total: int) -> str:
    """Return the marts by name where they are few, by number where they are many."""
    if len(marts) > 8:
        return f"{len(marts)} of {total} marts"
    return ", ".join(f"`{name}`" for name in sorted(marts))


def landed_behind(graph: Graph, nodes: Sequence[Node]) -> str:
    """Return the landed tables that nodes come from, source by source where all of a source's are among them."""
    behind = {node for node in graph.ancestors(nodes) if node.kind == "source"}
    parts = []
    for folder in sorted({node.folder for node in behind}):
        of_source = {node for node in graph.of_kind("source") if node.folder == folder}
        names = sorted(node.name for node in behind & of_source)
        parts.append(f"`{folder}`" if len(names) == len(of_source) else ", ".join(f"`{folder}.{n}`" for n in names))
    return ", ".join(parts)


def place(node: Node) -> str:
    """Return where the files of a source table lie, below the data folder."""
    if node.folder == "registry":
        return f"landing.{node.name}"
    return f"landing/{node.folder}/{node.name}" if node.schema == LANDING else f"{node.schema}/{node.name}"


def linked(nodes: Iterable[Node]) -> str:
    """Return names of nodes; readers by their label."""
    return ", ".join(node.label if node.kind == "exposure" else f"`{node.name}`" for node in nodes)


def first_sentence(text: str) -> str:
    """Return the grain, which a description starts with."""
    sentence, dot, _ = text.partition(". ")
    return (sentence + dot).strip().rstrip(".").replace("|", "\\|")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown's."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
