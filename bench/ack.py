"""How soon a request is answered, committed and synced to disk, beside a server that only answers.

On Slack that is `/crisis` beside a stock Bolt, on Feishu a press in a card beside a bare handler.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Line, percentile
from bench.load import Plan, Seen, run
from bench.platforms import Local, local_feishu, local_slack
from bench.processes import Server, make_database, ours, rival, serving

ROUNDS = 4
WARM_UP = {"senders": 4, "rate": 100.0, "seconds": 2.0}
ONE = {"senders": 1, "rate": 0.0, "seconds": 2.0, "in_turn": True}
SELDOM = {"senders": 1, "rate": 40.0, "seconds": 3.0, "even": True}
MANY = {"senders": 50, "rate": 200.0, "seconds": 4.0}
STOCK = "stock Bolt AsyncApp, acks only"
BARE = "bare Starlette handler, verifies and decrypts only"
MOST = 200.0
"""Milliseconds for a press on Feishu."""

Rounds = tuple[list[Seen], list[Seen]]
"""Of ours and of the rival, in turn."""


async def measure() -> list[Line]:
    """One sender's median and fifty senders' 99th percentile; ours and the rival's in turn, on each platform."""
    slack = await _compared(local_slack, "stock", {"one": ONE, "seldom": SELDOM, "many": MANY})
    feishu = await _compared(local_feishu, "bare", {"one": ONE, "many": MANY})
    return [
        _one(*slack["one"], "in turn"),
        _one(*slack["seldom"], "every 25 ms"),
        _many(*slack["many"]),
        _pressed("Feishu press p50, 1 sender, in turn", *feishu["one"], 0.5),
        _pressed("Feishu press p99, 50 senders, 200/s", *feishu["many"], 0.99),
    ]


async def _compared(
    local: Callable[[], AbstractAsyncContextManager[Local]], name: str, loads: Mapping[str, dict[str, Any]]
) -> dict[str, Rounds]:
    """What came back under each load, once both are warm."""
    with tempfile.TemporaryDirectory() as folder:
        database = make_database(Path(folder))
        async with (
            local() as platform,
            serving(ours(), platform, database, prefix="knock") as us,
            serving(rival(name), platform, database, prefix="knock") as them,
        ):
            servers = us, them
            warm = await _rounds("warm", WARM_UP, servers, 1)
            seen = {name: await _rounds(name, load, servers, ROUNDS) for name, load in loads.items()}
        _tell_what_was_kept(database, [*warm[0], *(each for rounds in seen.values() for each in rounds[0])])
    return seen


async def _rounds(name: str, load: dict[str, Any], servers: tuple[Server, Server], rounds: int) -> Rounds:
    seen: Rounds = [], []
    for number in range(rounds):
        for server, found in zip(servers, seen, strict=True):
            prefix = f"{name}-{number}"
            plan = Plan(platform=server.platform, port=server.port, seed=number, prefix=prefix, **load)
            found.append(await run(plan))
    return seen


def _one(us: list[Seen], them: list[Seen], how: str) -> Line:
    ours, theirs = _median(us, 0.5), _median(them, 0.5)
    return Line(f"ack p50, 1 sender, {how}", ours, theirs, "ms", STOCK, "<= 1/4", ours <= theirs / 4)


def _many(us: list[Seen], them: list[Seen]) -> Line:
    ours, theirs = _median(us, 0.99), _median(them, 0.99)
    return Line("ack p99, 50 senders, 200/s", ours, theirs, "ms", STOCK, "no more", ours <= theirs)


def _pressed(what: str, us: list[Seen], them: list[Seen], share: float) -> Line:
    ours, theirs = _median(us, share), _median(them, share)
    return Line(what, ours, theirs, "ms", BARE, f"< {MOST:.0f} ms", ours < MOST)


def _median(rounds: list[Seen], share: float) -> float:
    return median(percentile(seen.latencies, share) for seen in rounds)


def _tell_what_was_kept(database: Path, seen: list[Seen]) -> None:
    """What was answered with 200 has to be in the database; and nobody may have been turned away."""
    answered, failed = sum(len(each.latencies) for each in seen), sum(each.failures for each in seen)
    connection = sqlite3.connect(database)
    query = "SELECT count(*) FROM inbox WHERE key NOT LIKE '%:knock%'"
    (kept,) = connection.execute(query).fetchone()
    connection.close()
    print(f"  answered {answered}, committed {kept}, failed {failed}", file=sys.stderr)
    if kept < answered:
        raise RuntimeError(f"{answered} requests were answered and only {kept} are in the database")
