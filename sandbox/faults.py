"""What may go wrong between the bot and its platform: planned call by call, or by chance with a seed."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Moment = Literal["before", "after"]

BAD_DAY: Mapping[str, float] = {
    "reset_after": 0.04,
    "500_after": 0.02,
    "503": 0.03,
    "reset_before": 0.03,
    "429": 0.04,
    "late": 0.02,
}
"""18 of 100 calls go wrong, in every way that makes naive clients lose or repeat."""

WORSE_DAY: Mapping[str, float] = {**BAD_DAY, "bad_json": 0.02, "hang": 0.01, "error:fatal_error": 0.01}
"""The same, with answers nobody can read and calls that are never answered."""

CARRIED_OUT = frozenset({"reset_after", "500_after", "bad_json", "late", "slow"})

LATEST = 3.0
"""Seconds after which a call that comes late by chance has taken effect."""


@dataclass(frozen=True)
class Fault:
    """The `nth` call (from 1) of `method` ("*" for any) goes wrong in this `kind`.

    Not carried out: "429", "500", "502", "503" (an HTML page), "reset_before" (connection cut), "hang" (no
    answer for `seconds`), "error:<code>", in Feishu also "error200:<code>" (with HTTP status 200 all the same).
    Carried out, yet the bot does not learn it: "reset_after", "500_after", "bad_json",
    and "late": the connection is cut, the call takes effect `seconds` afterwards.
    Carried out, but the answer takes `seconds`: "slow".
    """

    method: str
    nth: int
    kind: str
    seconds: float = 1.0

    @property
    def carried_out(self) -> bool:
        """Whether the call takes effect all the same."""
        return self.kind in CARRIED_OUT


async def _unwatched(_number: int, _method: str, _moment: Moment) -> None:
    """Nobody looks."""


@dataclass
class Faults:
    """The plan, and how often each method has been called; `latency` delays every call.

    rates: share of calls, by kind, that go wrong besides what was planned; `chance` decides which. watch: awaited
    with the number of the call and its method, before the call is carried out and after it was, yet before the answer.
    """

    latency: float = 0.0
    planned: list[Fault] = field(default_factory=list)
    happened: list[Fault] = field(default_factory=list)
    rates: Mapping[str, float] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - no secret
    watch: Callable[[int, str, Moment], Awaitable[None]] = _unwatched
    _calls: Counter[str] = field(default_factory=Counter)

    @property
    def calls(self) -> int:
        """How many calls have come so far, of all methods."""
        return self._calls["*"]

    def plan(self, method: str, nth: int, kind: str, seconds: float = 1.0) -> None:
        """One more thing that will go wrong."""
        self.planned.append(Fault(method, nth, kind, seconds))

    def plan_next(self, method: str, kind: str, seconds: float = 1.0, times: int = 1) -> None:
        """The same, counted from the calls that have already come."""
        for step in range(1, times + 1):
            self.plan(method, self._calls[method] + step, kind, seconds)

    def strike(self, method: str) -> Fault | None:
        """Counts this call and says what happens to it, if anything was planned or chance has it so."""
        self._calls.update((method, "*"))
        fault = next(
            (f for f in self.planned if self._calls[f.method] == f.nth and f.method in (method, "*")), None
        )
        fault = fault or self._by_chance(method)
        if fault:
            self.happened.append(fault)
        return fault

    def _by_chance(self, method: str) -> Fault | None:
        left = self.chance.random() if self.rates else 1.0
        for kind, share in self.rates.items():
            left -= share
            if left < 0:
                seconds = self.chance.uniform(0, LATEST) if kind == "late" else 1.0
                return Fault(method, self._calls[method], kind, seconds)
        return None
