"""How soon `/crisis` is acknowledged, committed and synced to disk, beside a Bolt that only acknowledges."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Line, percentile
from bench.load import Plan, Seen, run
from bench.processes import Server, local_slack, make_database, ours, rival, serving

ROUNDS = 4
ONE = {"senders": 1, "rate": 0.0, "seconds": 2.0, "in_turn": True}
SELDOM = {"senders": 1, "rate": 40.0, "seconds": 3.0, "even": True}
MANY = {"senders": 50, "rate": 200.0, "seconds": 4.0}
WARM_UP = {"senders": 4, "rate": 100.0, "seconds": 2.0}
NAMED = "stock Bolt AsyncApp, acks only"


async def measure() -> list[Line]:
    """One sender's median and fifty senders' 99th percentile; ours and the rival's in turn."""
    with tempfile.TemporaryDirectory() as folder:
        database = make_database(Path(folder))
        async with (
            local_slack() as slack,
            serving(ours(), slack, database, prefix="knock") as us,
            serving(rival("stock"), slack, database, prefix="knock") as them,
        ):
            kept = await _rounds("warm", WARM_UP, (us, them), 1)
            one = await _rounds("one", ONE, (us, them), ROUNDS)
            seldom = await _rounds("seldom", SELDOM, (us, them), ROUNDS)
            many = await _rounds("many", MANY, (us, them), ROUNDS)
        _tell_what_was_kept(database, [*kept[0], *one[0], *seldom[0], *many[0]])
    return [_one(*one, "in turn"), _one(*seldom, "every 25 ms"), _many(*many)]


async def _rounds(
    name: str, load: dict[str, Any], servers: tuple[Server, Server], rounds: int
) -> tuple[list[Seen], list[Seen]]:
    seen: tuple[list[Seen], list[Seen]] = [], []
    for number in range(rounds):
        for server, found in zip(servers, seen, strict=True):
            plan = Plan(port=server.port, seed=number, prefix=f"{name}-{number}", **load)
            found.append(await run(plan))
    return seen


def _one(us: list[Seen], them: list[Seen], how: str) -> Line:
    ours, theirs = _median(us, 0.5), _median(them, 0.5)
    return Line(f"ack p50, 1 sender, {how}", ours, theirs, "ms", NAMED, "<= 1/4", ours <= theirs / 4)


def _many(us: list[Seen], them: list[Seen]) -> Line:
    ours, theirs = _median(us, 0.99), _median(them, 0.99)
    return Line("ack p99, 50 senders, 200/s", ours, theirs, "ms", NAMED, "no more", ours <= theirs)


def _median(rounds: list[Seen], share: float) -> float:
    return median(percentile(seen.latencies, share) for seen in rounds)


def _tell_what_was_kept(database: Path, seen: list[Seen]) -> None:
    """What was answered with 200 has to be in the database; and nobody may have been turned away."""
    answered, failed = sum(len(each.latencies) for each in seen), sum(each.failures for each in seen)
    connection = sqlite3.connect(database)
    query = "SELECT count(*) FROM inbox WHERE key NOT LIKE 'command:knock%'"
    (kept,) = connection.execute(query).fetchone()
    connection.close()
    print(f"  answered {answered}, committed {kept}, failed {failed}", file=sys.stderr)
    if kept < answered:
        raise RuntimeError(f"{answered} commands were answered and only {kept} are in the database")
