"""Charts as inline SVG: no script, no font, no outside request; colours are those of the page, in print too."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640, 210
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 10, 26

Value = float | None


def bars_of_days(labels: Sequence[str], now: Sequence[Value], before: Sequence[Value], title: str) -> str:
    """Return two bars a day, the week before behind this one; a day that is not known has none."""
    highest = max([0.0, *(value for value in (*now, *before) if value is not None)]) or 1.0
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    marks = []
    for number, label in enumerate(labels):
        x = LEFT + step * number
        for value, kind, offset, width in ((before[number], "before", 0.12, 0.36), (now[number], "now", 0.5, 0.36)):
            if value is not None and value > 0:
                y = _y(value, highest)
                marks.append(
                    f'<rect class="{kind}" x="{x + step * offset:.1f}" y="{y:.1f}" width="{step * width:.1f}" '
                    f'height="{_y(0, highest) - y:.1f}"/>'
                )
        marks.append(_text(x + step / 2, HEIGHT - 8, label, "middle"))
    return _svg(title, _axis(highest) + "".join(marks))


def line_with_bands(
    labels: Sequence[str],
    past: Sequence[Value],
    ahead: Sequence[Value],
    narrow: Sequence[tuple[Value, Value]],
    wide: Sequence[tuple[Value, Value]],
    title: str,
) -> str:
    """Return what was as a line, what is foretold as a dashed one, with its two intervals; ``labels`` of all weeks."""
    ends = [value for pair in (*narrow, *wide) for value in pair if value is not None]
    highest = max([0.0, *ends, *(value for value in (*past, *ahead) if value is not None)]) or 1.0
    step = (WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1)
    start = len(past)

    def at(number: int, value: float) -> str:
        return f"{LEFT + step * number:.1f},{_y(value, highest):.1f}"

    marks = []
    for kind, pairs in (("wide", wide), ("narrow", narrow)):
        known = [(start + n, lower, upper) for n, (lower, upper) in enumerate(pairs) if None not in (lower, upper)]
        if known:
            top = [at(n, upper or 0.0) for n, _, upper in known]
            bottom = [at(n, lower or 0.0) for n, lower, _ in reversed(known)]
            marks.append(f'<polygon class="{kind}" points="{" ".join(top + bottom)}"/>')
    line = [at(n, value) for n, value in enumerate(past) if value is not None]
    marks.append(f'<polyline class="line" points="{" ".join(line)}"/>')
    foretold = [at(start + n, value) for n, value in enumerate(ahead) if value is not None]
    marks.append(f'<polyline class="line ahead" points="{" ".join([*line[-1:], *foretold])}"/>')
    every = max(1, len(labels) // 7)
    for number in range(len(labels) - 1, -1, -every):
        anchor = "end" if number == len(labels) - 1 else "middle"
        marks.append(_text(LEFT + step * number, HEIGHT - 8, labels[number], anchor))
    return _svg(title, _axis(highest) + "".join(marks))


def _y(value: float, highest: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / highest)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _axis(highest: float) -> str:
    marks = []
    for share in (0.0, 0.5, 1.0):
        y = _y(highest * share, highest)
        marks.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        marks.append(_text(LEFT - 6, y + 4, short(highest * share), "end"))
    return "".join(marks)


def short(value: float) -> str:
    """Return a number in few characters: ``12.3k``, ``1.2M``."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.1f}".removesuffix(".0") + letter
    return f"{value:.0f}"


def _svg(title: str, marks: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(title)}</title>{marks}</svg>"
    )
