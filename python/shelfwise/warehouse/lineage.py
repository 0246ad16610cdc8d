"""What each published mart is made from: dbt's graph, as far as readers need it, beside the marts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LINEAGE_FILE = "lineage.json"
KINDS = ("model", "seed", "source")


def write_lineage(dbt_manifest: Path, target: Path) -> None:
    """Write the graph of dbt's manifest: of each model, seed and source its layer, its grain and what it reads."""
    manifest = json.loads(dbt_manifest.read_bytes())
    nodes = {**manifest["nodes"], **manifest["sources"]}
    kept = {key: node for key, node in nodes.items() if node["resource_type"] in KINDS}
    names = {key: name_of(node) for key, node in kept.items()}
    graph = {
        names[key]: {
            "layer": layer_of(node),
            "grain": node["description"].split(":")[0].split(". ")[0].strip().rstrip("."),
            "reads": sorted(names[other] for other in node.get("depends_on", {}).get("nodes", []) if other in names),
        }
        for key, node in kept.items()
    }
    target.write_text(json.dumps(graph, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def name_of(node: dict[str, Any]) -> str:
    """Return a name that is clear to readers: a source with the folder it lands in."""
    return f"{node['source_name']}.{node['name']}" if node["resource_type"] == "source" else str(node["name"])


def layer_of(node: dict[str, Any]) -> str:
    """Return `landing`, `seeds`, `staging`, `intermediate` or `marts`."""
    if node["resource_type"] == "source":
        return "landing"
    return "seeds" if node["resource_type"] == "seed" else str(node["path"]).split("/")[0]
