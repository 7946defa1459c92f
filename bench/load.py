"""The load generator, in a process of its own: `python -m bench.load` reads a plan and prints what it saw.

Open loop: every arrival has its time beforehand, and a late answer counts from then, so that a slow server
cannot slow the load down. Or one after another: each request as soon as the one before it is answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

from bench.requests import KNOCKS, Request
from bot.chat import Platform

HEAD = re.compile(
    rb"HTTP/1.1 (\d+).*?\r\ncontent-length: (\d+)(?=\r\n).*?\r\n\r\n", re.DOTALL | re.IGNORECASE
)
"""The head of an answer: its status, and the length of what follows."""


MOST_IN_TURN = 5000
"""Requests per second that one sender would never reach; the plan's time ends first."""


@dataclass(frozen=True)
class Plan:
    """Who asks how often. rate: requests per second of all senders together. prefix: of their names.

    even: at equal distances, for one sender who is never to wait for himself; else at random as people come.
    in_turn: no times at all, each request as soon as the one before it is answered.
    """

    platform: Platform
    port: int
    senders: int
    rate: float
    seconds: float
    seed: int
    prefix: str
    even: bool = False
    in_turn: bool = False


@dataclass
class Seen:
    """What came back: milliseconds from the planned arrival to the whole answer, and how many were no 200."""

    latencies: list[float] = field(default_factory=list)
    failures: int = 0


def arrivals(plan: Plan) -> list[float]:
    """Seconds after the start; the same for the same seed."""
    if plan.in_turn:
        return [0.0] * int(MOST_IN_TURN * plan.seconds)
    if plan.even:
        return [number / plan.rate for number in range(int(plan.rate * plan.seconds))]
    chance = random.Random(plan.seed)
    times, at = [], 0.0
    while (at := at + chance.expovariate(plan.rate)) < plan.seconds:
        times.append(at)
    return times


async def run(plan: Plan) -> Seen:
    """Carry the plan out in another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load", json.dumps(asdict(plan)), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the load generator failed")
    return Seen(**json.loads(output))


def main() -> None:
    """Read the plan from the command line, carry it out, print what was seen."""
    plan = Plan(**json.loads(sys.argv[1]))
    print(json.dumps(asdict(_carry_out(plan))))


def _carry_out(plan: Plan) -> Seen:
    seen, times, start = Seen(), arrivals(plan), time.monotonic() + 0.5
    with ThreadPoolExecutor(plan.senders) as people:
        each = [
            people.submit(_send_all, plan, n, times[n :: plan.senders], start, seen)
            for n in range(plan.senders)
        ]
    for person in each:
        person.result()
    return seen


def _send_all(plan: Plan, sender: int, times: list[float], start: float, seen: Seen) -> None:
    """One sender, on one connection that is kept alive."""
    knock = KNOCKS[plan.platform]
    with socket.create_connection(("127.0.0.1", plan.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number, at in enumerate(times):
            request = _as_bytes(knock.path, knock.make(f"{plan.prefix}-{sender}-{number}"))
            time.sleep(max(0.0, start + at - time.monotonic()))
            due = time.monotonic() if plan.in_turn else start + at
            if plan.in_turn and due > start + plan.seconds:
                return
            status = _exchange(connection, request)
            if status == 200:
                seen.latencies.append((time.monotonic() - due) * 1000)
            else:
                seen.failures += 1


def _as_bytes(path: str, request: Request) -> bytes:
    body, headers = request
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _exchange(connection: socket.socket, request: bytes) -> int:
    """The status, once the whole answer is here. By hand, to measure as little of ourselves as we can."""
    connection.sendall(request)
    answer = b""
    while not (found := HEAD.match(answer)) or len(answer) < found.end() + int(found[2]):
        if not (more := connection.recv(65536)):
            raise ConnectionError("the server hung up")
        answer += more
    return int(found[1])


if __name__ == "__main__":
    main()
