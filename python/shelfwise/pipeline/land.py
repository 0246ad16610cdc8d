"""The first step: see that every source of the run has landed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from shelfwise.collector.compaction import compact
from shelfwise.collector.segments import ask_for_handover, segments
from shelfwise.errors import ShelfwiseError
from shelfwise.landing.registry import landed_row_counts
from shelfwise.pipeline.context import Lander, LandingCheck, RunContext, StepResult
from shelfwise.pipeline.history import RunOptions
from shelfwise.settings import Settings

Progress = Callable[[str], None]
#: a collector looks ten times a second whether a run asks for its events
HANDOVER_SECONDS = 5.0


def land_sources(context: RunContext) -> StepResult:
    """Land what the run makes itself, and check that the rest is there.

    Raises ShelfwiseError when a source has nothing landed.
    """
    settings, sources = context.settings, context.record.sources
    before = len(landed_files(settings, sources))
    for source in sources:
        context.tools.landers[source](settings, context.record.options, context.reporter.progress)
    files = landed_files(settings, sources)
    rows = landed_row_counts(settings, sources)
    new = len(files) - before
    return StepResult(
        row_count=sum(rows.values()),
        detail=f"{sum(rows.values()):,} rows in landing, {f'{new:,} new files' if new else 'no new file'}",
        data={"rows": rows, "fingerprint": landing_fingerprint(settings, sources)},
    )


def land_sample_shop(settings: Settings, options: RunOptions, progress: Progress) -> None:
    """Simulate the sample shop into landing/."""
    from shelfwise.sample_shop.land import land_sample_shop as simulate

    def show(phrase: str, share: float) -> None:
        progress(f"{phrase} {share:.0%}")

    simulate(settings, seed=options.seed, days=options.days, size=options.size, until=options.until, progress=show)


def landed_sample_shop(settings: Settings) -> dict[str, int | str | date]:
    """Return days, size and last day of the sample shop that has landed, if one has."""
    from shelfwise.sample_shop.land import landed_parameters

    landed = landed_parameters(settings)
    return {"days": landed.days, "size": str(landed.customer_count), "until": landed.until} if landed else {}


def land_collected(settings: Settings, options: RunOptions, progress: Progress) -> None:
    """Land what collectors have taken up to now. Raises ShelfwiseError when nothing ever was."""
    for path in ask_for_handover(settings, wait_seconds=HANDOVER_SECONDS):
        progress(f"{path.name} is still being written: its events come with the next run")
    compact(settings)
    expect("web", "Leave web out until the collector has taken events: `shelfwise collect`")(
        settings, options, progress
    )


def check_sample_shop(settings: Settings, options: RunOptions) -> None:
    """Raise ShelfwiseError when no shop can have these options, or another one has landed."""
    from shelfwise.sample_shop.land import require_landable

    require_landable(settings, seed=options.seed, days=options.days, size=options.size, until=options.until)


def expect(source: str, remedy: str) -> Lander:
    """Return what checks that a source has landed; its files are the user's, so a run cannot fetch them."""

    def check(settings: Settings, _options: RunOptions, _progress: Progress) -> None:
        if not landed_files(settings, [source]):
            raise ShelfwiseError(f"nothing landed for {source}", remedy=remedy)

    return check


def default_sources(settings: Settings) -> tuple[str, ...]:
    """Return the sources of a run that names none: those that have landed, and the sample shop where nothing has.

    Events that a collector has taken count as landed: the run is about to land them.
    """
    collected = ["web"] if segments(settings) else []
    landed = [source for source in settings.known_sources if source in collected or landed_files(settings, [source])]
    return tuple(landed) or ("sample_shop",)


LANDERS: dict[str, Lander] = {
    "sample_shop": land_sample_shop,
    "online_retail": expect("online_retail", "Land your files: `shelfwise import online-retail PATH`"),
    "web": land_collected,
    "shop": expect("shop", "Land your exports: `shelfwise import shop PATH`"),
    "rees46": expect("rees46", "Land your files: `shelfwise import rees46 PATH`"),
    "ga4": expect("ga4", "Land your export: `shelfwise import ga4 PATH`"),
}


def landers(settings: Settings) -> dict[str, Lander]:
    """Return what lands each source, or checks that it has landed, sources added to the project included."""
    return {
        source: LANDERS.get(source) or expect(source, f"Land its files: `shelfwise import files {source} PATH`")
        for source in settings.known_sources
    }


LANDING_CHECKS: dict[str, LandingCheck] = {"sample_shop": check_sample_shop}


def landed_files(settings: Settings, sources: Sequence[str]) -> list[Path]:
    """Return the landed files of the sources, sorted."""
    return sorted(path for source in sources for path in (settings.landing_path / source).glob("*/dt=*/*.parquet"))


def landing_fingerprint(settings: Settings, sources: Sequence[str]) -> str:
    """Return a hash of the names and sizes of what has landed; landed files never change, so it tells news."""
    listed = "\n".join(
        f"{path.relative_to(settings.landing_path)} {path.stat().st_size}" for path in landed_files(settings, sources)
    )
    return hashlib.sha256(listed.encode()).hexdigest()
