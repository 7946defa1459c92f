"""A card's line chart as a drawing; of VChart's many kinds only this one."""

from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 400, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 16, 24
STEPS = (1, 2, 2.5, 5, 10)
LINES = 4


@dataclass(frozen=True)
class Dot:
    """One reading: where it is drawn, and what it says."""

    x: float
    y: float
    at: str
    figure: str


@dataclass(frozen=True)
class Line:
    """A chart ready to be drawn. levels: the lines across, each with its height and words; named: whether dots are."""

    dots: tuple[Dot, ...]
    levels: tuple[tuple[float, str], ...]
    named: bool

    @property
    def points(self) -> str:
        """The line as SVG takes it."""
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)

    @property
    def times(self) -> tuple[Dot, ...]:
        """The dots whose time stands below: the first, the last, and one between where there is room."""
        chosen = (
            {0, len(self.dots) // 2, len(self.dots) - 1} if len(self.dots) > 2 else set(range(len(self.dots)))
        )
        return tuple(self.dots[number] for number in sorted(chosen))


def line(spec: dict[str, Any]) -> Line | None:
    """The drawing of a VChart specification; None when it is no line chart, or has nothing to draw."""
    rows = (spec.get("data") or {}).get("values") if isinstance(spec.get("data"), dict) else None
    if spec.get("type") != "line" or not rows:
        return None
    try:
        readings = [(str(row[spec["xField"]]), float(row[spec["yField"]])) for row in rows]
    except (LookupError, TypeError, ValueError):
        return None
    step = _step(max(figure for _, figure in readings))
    top = step * LINES
    dots = tuple(
        Dot(_across(number, len(readings)), _up(figure, top), at, short(figure))
        for number, (at, figure) in enumerate(readings)
    )
    levels = tuple((_up(step * number, top), short(step * number)) for number in range(LINES + 1))
    return Line(dots, levels, bool((spec.get("label") or {}).get("visible")))


def short(figure: float) -> str:
    """A figure in few letters: 1.2M, 350k, 42."""
    for least, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(figure) >= least:
            return f"{figure / least:.3g}{letter}"
    return f"{figure:g}"


def _step(highest: float) -> float:
    """The distance between two lines across: a round figure, so that the highest reading is below the top."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(highest / LINES))) - 1)
    return next(step * power for step in (*STEPS, 20) if step * power * LINES >= highest)


def _across(number: int, count: int) -> float:
    room = WIDTH - LEFT - RIGHT
    return LEFT + (room / 2 if count == 1 else room * number / (count - 1))


def _up(figure: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(figure, 0) / top
