"""Figures and how they are shown."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import zip_longest


@dataclass(frozen=True)
class Line:
    """One line of the table: smaller is better. goal: in words; reached: whether these figures meet it."""

    what: str
    ours: float
    rival: float
    unit: str
    named: str
    goal: str
    reached: bool

    @property
    def ratio(self) -> float:
        """Ours as a part of the rival's."""
        return self.ours / self.rival


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def table(lines: Sequence[Line]) -> str:
    """The lines in columns."""
    rows = [("what", "ours", "rival", "ratio", "goal", "", "rival is")]
    rows += [
        (
            line.what,
            f"{line.ours:.3g} {line.unit}",
            f"{line.rival:.3g} {line.unit}",
            f"{line.ratio:.2f}",
            line.goal,
            "reached" if line.reached else "MISSED",
            line.named,
        )
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def machine() -> str:
    """What it was measured on."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("slack-bolt", "sqlalchemy", "uvicorn", "uvloop")
    )
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {packages}"
    )
