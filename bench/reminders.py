"""Reminders due in one second: how late the last of them are, how long the loop stands still, what each costs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench import seeds
from bench.burst import Plan
from bench.databases import emptied, postgres, sqlite
from bench.figures import Line
from bench.processes import REPO

ROUNDS = 3
NAMED = "APScheduler 3 and its job store, a job that says nothing"
HOWS = {"machine": "outbox to call", "words": "with its words", "crises": "from the clock's ring"}
BLOCK = "longest block of the loop"


async def measure() -> list[Line]:
    """A thousand on both databases, in three depths; ten thousand with pages among them; a thousand overdue."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        for name, fresh in (("SQLite", sqlite(Path(folder))), ("PostgreSQL", emptied(server))):
            lines += await asyncio.to_thread(_database, name, fresh)
    return lines


def _database(name: str, fresh: Callable[[], str]) -> list[Line]:
    most = 100 if name == "SQLite" else 200
    rival = _rounds(lambda: _rival(fresh(), 1000))
    lines = []
    for how, said in HOWS.items():
        ours = _rounds(lambda how=how: _ours(fresh(), how, 1000))  # type: ignore[misc]
        lines += _compared(f"1,000 due, {name}, {said}", ours, rival, most)
    rival = _rounds(lambda: _rival(fresh(), 10_000), 1)
    ours = _rounds(lambda: _ours(fresh(), "words", 10_000, pages=100), 1)
    late, theirs = ours["pages"] / 1000, rival["p99"] / 1000
    what = f"10,000 due, {name}, p99 of 100 pages among them"
    lines.append(Line(what, late, theirs, "s", NAMED, "< 1 s", late < 1))
    for said, key in (("p99 of all", "p99"), (BLOCK, "block"), ("CPU each", "cpu")):
        lines.append(_line(f"10,000 due, {name}, {said}", ours[key], rival[key], "ms", "", True))
    overdue = _rounds(lambda: _overdue(fresh()))
    first, last = overdue["first"] / 1000, overdue["last"] / 1000
    theirs = rival["last"] / 10_000
    what = f"start with 1,000 overdue, {name}"
    lines.append(Line(f"{what}, first sent", first, theirs, "s", NAMED, "< 1 s", first < 1))
    lines.append(Line(f"{what}, all sent", last, theirs, "s", NAMED, "< 1.5 s", last < 1.5))
    return lines


def _compared(what: str, ours: dict[str, float], rival: dict[str, float], most: float) -> list[Line]:
    p99, block = ours["p99"], ours["block"]
    reached = p99 <= most and p99 <= rival["p99"] / 8
    return [
        _line(f"{what}, p99", p99, rival["p99"], "ms", f"<= {most} ms, <= 1/8", reached),
        _line(f"{what}, {BLOCK}", block, rival["block"], "ms", "<= 25 ms", block <= 25),
        _line(f"{what}, CPU each", ours["cpu"], rival["cpu"], "ms", "", True),
    ]


def _line(what: str, ours: float, rival: float, unit: str, goal: str, reached: bool) -> Line:
    return Line(what, ours, rival, unit, NAMED, goal or "(no goal)", reached)


def _rounds(run: Callable[[], dict[str, float]], rounds: int = ROUNDS) -> dict[str, float]:
    found = [run() for _ in range(rounds)]
    return {name: median(each[name] for each in found) for name in found[0]}


def _ours(url: str, how: str, number: int, pages: int = 0) -> dict[str, float]:
    if how == "crises":
        seeds.crises(url, number)
    else:
        seeds.outbox(url, number, pages)
    return _run("bench.burst", json.dumps(asdict(Plan(url, seeds.DUE.isoformat(), number, how))))


def _overdue(url: str) -> dict[str, float]:
    seeds.outbox(url, 1000, 0)
    plan = Plan(url, seeds.DUE.isoformat(), 1000, "words", at_once=True, started_at=time.time())
    return _run("bench.burst", json.dumps(asdict(plan)))


def _rival(url: str, number: int) -> dict[str, float]:
    return _run("bench.rivals.jobs", url, str(number))


def _run(module: str, *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=REPO, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
