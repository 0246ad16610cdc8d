"""`python -m shelfwise.lineage [MANIFEST]`: write docs/lineage.md, by default from target/manifest.json."""

from __future__ import annotations

import sys
from pathlib import Path

from shelfwise.files import write_text_atomically
from shelfwise.lineage.graph import read_graph
from shelfwise.lineage.page import page
from shelfwise.lineage.queries import operations_tables, tables_read
from shelfwise.settings import find_project_dir


def lineage(project: Path, manifest: Path) -> str:
    """Return the page for a checkout and the manifest of its dbt project."""
    graph = read_graph(manifest)
    known = {node.name for node in graph.of_kind("model") if node.is_mart} | set(operations_tables())
    return page(graph, tables_read(project / "dashboards" / "queries", known))


def main() -> None:
    """Write the page of the checkout."""
    project = find_project_dir()
    manifest = Path(sys.argv[1]) if len(sys.argv) > 1 else project / "target" / "manifest.json"
    write_text_atomically(project / "docs" / "lineage.md", lineage(project, manifest))


if __name__ == "__main__":
    main()
