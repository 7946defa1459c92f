"""What importing the Feishu side adds to a bot that has everything else, beside what the Slack side adds."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from statistics import median

from bench.figures import Line
from bench.processes import REPO, fresh_environment

ROUNDS = 9
OURS, RIVAL = "bot.feishu.side", "bot.slack.side"
NAMED = "the Slack side, with Bolt"
MOST_SECONDS, MOST_MEGABYTES = 0.2, 25.0


async def measure() -> list[Line]:
    """Imports of both in turn, each in a fresh interpreter."""
    return await asyncio.to_thread(_measured)


def _measured() -> list[Line]:
    rounds = [(_weighed(OURS), _weighed(RIVAL)) for _ in range(1 + ROUNDS)]
    # The first of each may have had to compile.
    us, them = zip(*rounds[1:], strict=True)
    seconds, megabytes = (median(values) for values in zip(*us, strict=True))
    their_seconds, their_megabytes = (median(values) for values in zip(*them, strict=True))
    return [
        Line(
            "import of the Feishu side",
            seconds,
            their_seconds,
            "s",
            NAMED,
            f"< {MOST_SECONDS} s",
            seconds < MOST_SECONDS,
        ),
        Line(
            "memory it adds",
            megabytes,
            their_megabytes,
            "MB",
            NAMED,
            f"< {MOST_MEGABYTES:.0f} MB",
            megabytes < MOST_MEGABYTES,
        ),
    ]


def _weighed(module: str) -> tuple[float, float]:
    """Seconds and megabytes of one import."""
    command = [sys.executable, "-m", "bench.weigh", module]
    done = subprocess.run(
        command, cwd=REPO, env=fresh_environment(), check=True, capture_output=True, text=True
    )
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes
