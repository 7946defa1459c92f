"""`python -m bench [name ...]`: measures, and prints ratios. Nothing here passes or fails on a time."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping

from bench import ack, idle, imports, opening, reminders, start, statements, ticks
from bench.figures import Line, machine, table

BENCHES: Mapping[str, Callable[[], Awaitable[list[Line]]]] = {
    "ack": ack.measure,
    "opening": opening.measure,
    "start": start.measure,
    "imports": imports.measure,
    "reminders": reminders.measure,
    "ticks": ticks.measure,
    "idle": idle.measure,
    "statements": statements.measure,
}


async def _measure(names: list[str]) -> list[Line]:
    lines: list[Line] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        lines += await BENCHES[name]()
    return lines


def main() -> int:
    """Run the benches named, or all."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"No bench called {', '.join(unknown)}; there are {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    began = time.monotonic()
    lines = asyncio.run(_measure(names))
    print(f"{table(lines)}\n{machine()}; {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
