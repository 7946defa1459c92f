"""Figures over time as Feishu's own chart, which opens full screen on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

POINTS_MOST = 100


def chart(points: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """A line through the latest points; each has the time as people read it, and the figure.

    Of several under one time the last counts.
    """
    values = [{"at": at, "figure": figure} for at, figure in dict(points[-POINTS_MOST:]).items()]
    spec = {
        "type": "line",
        "data": {"values": values},
        "xField": "at",
        "yField": "figure",
        "label": {"visible": len(values) <= 6},
    }
    return {"tag": "chart", "aspect_ratio": "2:1", "chart_spec": spec}
