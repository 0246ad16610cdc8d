from __future__ import annotations

import json
from pathlib import Path

from shelfwise.warehouse.lineage import write_lineage


def model(name: str, layer: str, description: str, *reads: str) -> dict[str, object]:
    return {
        "resource_type": "model",
        "name": name,
        "path": f"{layer}/shop/{name}.sql",
        "description": description,
        "depends_on": {"nodes": list(reads)},
    }


def test_tells_of_each_model_its_layer_its_grain_and_what_it_reads(tmp_path: Path) -> None:
    manifest = {
        "sources": {
            "source.s.web.events": {
                "resource_type": "source", "source_name": "web", "name": "events", "description": "One row per event.",
            },
        },
        "nodes": {
            "seed.s.names": {"resource_type": "seed", "name": "names", "description": "One row per name."},
            "model.s.stg": model("stg", "staging", "One row per event; cast.", "source.s.web.events"),
            "model.s.fct": model("fct", "marts", "One row per event: the rest. More.", "model.s.stg", "seed.s.names"),
            "test.s.t": {"resource_type": "test", "name": "t", "depends_on": {"nodes": ["model.s.fct"]}},
        },
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    write_lineage(tmp_path / "manifest.json", tmp_path / "lineage.json")
    assert json.loads((tmp_path / "lineage.json").read_text()) == {
        "web.events": {"layer": "landing", "grain": "One row per event", "reads": []},
        "names": {"layer": "seeds", "grain": "One row per name", "reads": []},
        "stg": {"layer": "staging", "grain": "One row per event; cast", "reads": ["web.events"]},
        "fct": {"layer": "marts", "grain": "One row per event", "reads": ["names", "stg"]},
    }
