"""How soon a new process acknowledges, and what it weighs, beside a Bolt that imports the same libraries."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from statistics import median

from bench.figures import Line
from bench.platforms import local_slack
from bench.processes import make_database, memory, ours, rival, serving

ROUNDS = 5
REST = 1.5
"""Seconds of idleness before a process is weighed."""

NAMED = "stock Bolt, same libraries imported"


async def measure() -> list[Line]:
    """Starts of ours and of the rival in turn."""
    us, them = [], []
    with tempfile.TemporaryDirectory() as folder:
        database = make_database(Path(folder))
        async with local_slack() as slack:
            await _start(ours(), slack, database, "warm")
            await _start(rival("eager"), slack, database, "warm")
            for number in range(ROUNDS):
                us.append(await _start(ours(), slack, database, f"start-{number}"))
                them.append(await _start(rival("eager"), slack, database, f"start-{number}"))
    seconds, megabytes = (median(values) for values in zip(*us, strict=True))
    their_seconds, their_megabytes = (median(values) for values in zip(*them, strict=True))
    return [
        Line("start to first ack", seconds, their_seconds, "s", NAMED, "< 1 s", seconds < 1),
        Line("memory at rest", megabytes, their_megabytes, "MB", NAMED, "< 100 MB", megabytes < 100),
    ]


async def _start(command: list[str], slack: str, database: Path, prefix: str) -> tuple[float, float]:
    """Seconds and megabytes of one start."""
    async with serving(command, slack, database, prefix=prefix) as server:
        await asyncio.sleep(REST)
        return server.answered_at - server.started_at, memory(server.pid)
