"""The project's graph as dbt's manifest has it: what is made from what, and who reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

KINDS = ("source", "seed", "model", "exposure")
LANDING = "landing"


@dataclass(frozen=True)
class Node:
    """A landed table, a seed, a model or a reader. `folder` is where a model lies below models/, or a source's name."""

    unique_id: str
    kind: str
    name: str
    folder: str
    description: str
    label: str = ""
    owner: str = ""
    is_public: bool = False
    parents: tuple[str, ...] = ()
    schema: str = ""

    @property
    def is_mart(self) -> bool:
        """Whether people may query it."""
        return self.kind == "model" and self.is_public


@dataclass(frozen=True)
class Graph:
    """All nodes by their id in the manifest."""

    nodes: Mapping[str, Node] = field(repr=False)

    def of_kind(self, kind: str) -> list[Node]:
        """Return the nodes of a kind, by folder and name."""
        return sorted((node for node in self.nodes.values() if node.kind == kind), key=lambda n: (n.folder, n.name))

    def parents(self, node: Node) -> list[Node]:
        """Return what a node is made from directly, by name."""
        found = (self.nodes[parent] for parent in node.parents if parent in self.nodes)
        return sorted(found, key=lambda parent: parent.name)

    def ancestors(self, nodes: Iterable[Node]) -> set[Node]:
        """Return all that the nodes are made from, themselves left out."""
        found: dict[str, Node] = {}
        waiting = [parent for node in nodes for parent in node.parents]
        while waiting:
            unique_id = waiting.pop()
            if unique_id in self.nodes and unique_id not in found:
                found[unique_id] = self.nodes[unique_id]
                waiting.extend(self.nodes[unique_id].parents)
        return set(found.values())

    @cached_property
    def readers(self) -> Mapping[str, list[Node]]:
        """For each node's id the models and exposures that read it directly, by name."""
        readers: dict[str, list[Node]] = {}
        for node in sorted(self.nodes.values(), key=lambda node: node.name):
            for parent in node.parents:
                readers.setdefault(parent, []).append(node)
        return readers


def read_graph(manifest: Path) -> Graph:
    """Read a manifest that `dbt parse` has written."""
    read = json.loads(manifest.read_bytes())
    listed = [*read["nodes"].values(), *read["sources"].values(), *read["exposures"].values()]
    nodes = (as_node(entry) for entry in listed if entry["resource_type"] in KINDS)
    return Graph({node.unique_id: node for node in nodes})


def as_node(entry: Mapping[str, Any]) -> Node:
    """Return an entry of the manifest as a node."""
    kind = entry["resource_type"]
    path = Path(entry["original_file_path"])
    return Node(
        unique_id=entry["unique_id"],
        kind=kind,
        name=entry["name"],
        folder=entry["source_name"] if kind == "source" else "/".join(path.parts[1:-1]),
        description=" ".join((entry.get("description") or "").split()),
        label=entry.get("label") or "",
        owner=(entry.get("owner") or {}).get("name") or "",
        is_public=entry.get("config", {}).get("access") == "public",
        parents=tuple(entry.get("depends_on", {}).get("nodes", ())),
        schema=entry.get("schema") or "",
    )
