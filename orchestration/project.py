"""The dbt project as Dagster sees it: its manifest, and an asset for every model, seed and landed table."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from dagster import AssetKey, AssetSpec
from dagster_dbt import DagsterDbtTranslator, build_dbt_asset_specs

from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.dbt import run_dbt
from shelfwise.settings import Settings

LANDING, TRAINED, FORETOLD = "landing", "model_output", "forecast_output"
PARSED = ("models", "macros", "seeds", "tests", "dbt_project.yml")


class Translator(DagsterDbtTranslator):
    """Names and groups of assets: a model by its name, grouped by the folder it lies in."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return e.g. `marts_core`; a landed table's group is `landing`."""
        if dbt_resource_props["resource_type"] == "source":
            return str(dbt_resource_props["schema"])
        return "_".join(dbt_resource_props["fqn"][1:-1]) or "seeds"


TRANSLATOR = Translator()


def manifest_path(settings: Settings) -> Path:
    """Return dbt's manifest, in a folder of Dagster's own; parsed anew when a file of the project has changed."""
    target = settings.project_dir / "target" / "dagster"
    manifest = target / "manifest.json"
    if not manifest.is_file() or manifest.stat().st_mtime < last_change(settings.project_dir):
        settings.data_path.mkdir(parents=True, exist_ok=True)
        events, finished = run_dbt(settings, ["parse"], logs=target, target=target, say=lambda _line: None)
        if finished.exit_code:
            raise ShelfwiseError("dbt cannot parse the project: " + "\n".join(events.errors or events.unparsed[-5:]))
        manifest.touch()
    return manifest


def last_change(project: Path) -> float:
    """Return when a file that dbt parses was last written."""
    files = (path for name in PARSED for path in ([project / name, *(project / name).rglob("*")]))
    return max(path.stat().st_mtime for path in files)


@lru_cache(maxsize=1)
def read_manifest(path: Path) -> Mapping[str, Any]:
    """Return the manifest."""
    read: Mapping[str, Any] = json.loads(path.read_bytes())
    return read


def model_specs(manifest: Mapping[str, Any], *, select: str = "fqn:*", exclude: str = "") -> list[AssetSpec]:
    """Return an asset for each seed and model of a selection of dbt's."""
    specs = build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=TRANSLATOR, select=select, exclude=exclude)
    return list(specs)


def landed_specs(manifest: Mapping[str, Any], sources: Collection[str]) -> list[AssetSpec]:
    """Return an asset for each declared table of the sources."""
    entries = manifest["sources"].values()
    return [source_spec(entry) for entry in entries if entry["schema"] == LANDING and entry["source_name"] in sources]


def trained_specs(manifest: Mapping[str, Any], deps: Sequence[AssetKey], source: str = TRAINED) -> list[AssetSpec]:
    """Return an asset for each table that training (or forecasting, as ``source``) writes, from all of `deps`."""
    return [source_spec(entry, deps) for entry in manifest["sources"].values() if entry["source_name"] == source]


def source_spec(entry: Mapping[str, Any], deps: Sequence[AssetKey] = ()) -> AssetSpec:
    """Return the asset of a table that dbt reads and does not make."""
    return AssetSpec(
        key=TRANSLATOR.get_asset_key(entry),
        deps=list(deps),
        description=entry["description"],
        group_name=TRANSLATOR.get_group_name(entry),
    )


def public_marts(manifest: Mapping[str, Any]) -> list[AssetKey]:
    """Return the marts that are published."""
    return [
        TRANSLATOR.get_asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("access") == "public"
    ]


def features(manifest: Mapping[str, Any]) -> list[AssetKey]:
    """Return what the recommender learns from."""
    return [
        TRANSLATOR.get_asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "features" in node["fqn"]
    ]


def key_of(manifest: Mapping[str, Any], unique_id: str) -> AssetKey:
    """Return the asset of one of dbt's nodes."""
    return TRANSLATOR.get_asset_key({**manifest["nodes"], **manifest["sources"]}[unique_id])
