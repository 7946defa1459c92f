"""What the bot costs while nothing happens, beside an APScheduler that looks at its job store once a second."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bench.figures import Line
from bench.platforms import local_slack
from bench.processes import REPO, make_database, ours, serving

REST = 3.0
SECONDS = 30.0
NAMED = "APScheduler, one job a second from its store"
TICKS = os.sysconf("SC_CLK_TCK")


async def measure() -> list[Line]:
    """Both rest at the same time, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = make_database(Path(folder))
        rival = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.rivals.ticking", f"sqlite:///{folder}/rival.db", cwd=REPO
        )
        try:
            async with local_slack() as slack, serving(ours(), slack, database, prefix="idle") as server:
                await asyncio.sleep(REST)
                before = _used(server.pid), _used(rival.pid)
                await asyncio.sleep(SECONDS)
                us, them = _used(server.pid) - before[0], _used(rival.pid) - before[1]
        finally:
            rival.terminate()
            await rival.wait()
    share, theirs = us / SECONDS * 100, them / SECONDS * 100
    return [Line("CPU while idle", share, theirs, "%", NAMED, "<= 0.5 %", share <= 0.5)]


def _used(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
