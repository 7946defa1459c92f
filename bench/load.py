"""The load generator, in a process of its own: `python -m bench.load` reads a plan and prints what it saw.

Open loop: every arrival has its time beforehand, and a late answer counts from then, so that a slow server
cannot slow the load down.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import sys
import threading
import time
from dataclasses import asdict, dataclass, field

from bench.requests import crisis_command


@dataclass(frozen=True)
class Plan:
    """Who asks how often. rate: requests per second of all senders together. prefix: of the trigger ids.

    even: at equal distances, for one sender who is never to wait for himself; else at random as people come.
    """

    port: int
    senders: int
    rate: float
    seconds: float
    seed: int
    prefix: str
    even: bool = False


@dataclass
class Seen:
    """What came back: milliseconds from the planned arrival to the whole answer, and how many were no 200."""

    latencies: list[float] = field(default_factory=list)
    failures: int = 0


def arrivals(plan: Plan) -> list[float]:
    """Seconds after the start; the same for the same seed."""
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
    threads = [
        threading.Thread(target=_send_all, args=(plan, number, times[number :: plan.senders], start, seen))
        for number in range(plan.senders)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _send_all(plan: Plan, sender: int, times: list[float], start: float, seen: Seen) -> None:
    """One sender, on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", plan.port, timeout=30)
    connection.connect()
    for number, at in enumerate(times):
        request = crisis_command(f"{plan.prefix}-{sender}-{number}")
        time.sleep(max(0.0, start + at - time.monotonic()))
        connection.request("POST", "/slack/events", *request)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            seen.latencies.append((time.monotonic() - start - at) * 1000)
        else:
            seen.failures += 1
    connection.close()


if __name__ == "__main__":
    main()
