"""Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

METRICS_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = dict[str, str]
Sample = tuple[str, Labels, float]  # suffix of the name, labels, value


def metric_lines(name: str, kind: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    """Yield the lines of one metric."""
    yield f"# HELP {name} {about}\n# TYPE {name} {kind}\n"
    for suffix, labels, value in samples:
        shown = ",".join(f'{label}="{escaped(text)}"' for label, text in labels.items())
        yield f"{name}{suffix}{{{shown}}} {value:.15g}\n" if shown else f"{name}{suffix} {value:.15g}\n"


def escaped(text: str) -> str:
    """Return a label's value as the format wants it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
