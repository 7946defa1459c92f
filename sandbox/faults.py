"""What may go wrong between the bot and Slack, planned beforehand so that a test can say exactly when."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """The `nth` call (from 1) of `method` ("*" for any) goes wrong in this `kind`.

    Not carried out: "429", "500", "502", "503" (an HTML page), "reset_before" (connection cut), "hang" (no
    answer for `seconds`), "error:<code>". Carried out, yet the bot does not learn it: "reset_after",
    "bad_json". Carried out, but the answer takes `seconds`: "slow".
    """

    method: str
    nth: int
    kind: str
    seconds: float = 1.0


@dataclass
class Faults:
    """The plan, and how often each method has been called; `latency` delays every call."""

    latency: float = 0.0
    planned: list[Fault] = field(default_factory=list)
    happened: list[Fault] = field(default_factory=list)
    _calls: Counter[str] = field(default_factory=Counter)

    def plan(self, method: str, nth: int, kind: str, seconds: float = 1.0) -> None:
        """One more thing that will go wrong."""
        self.planned.append(Fault(method, nth, kind, seconds))

    def plan_next(self, method: str, kind: str, seconds: float = 1.0, times: int = 1) -> None:
        """The same, counted from the calls that have already come."""
        for step in range(1, times + 1):
            self.plan(method, self._calls[method] + step, kind, seconds)

    def strike(self, method: str) -> Fault | None:
        """Counts this call and says what happens to it, if anything was planned."""
        self._calls.update((method, "*"))
        fault = next(
            (f for f in self.planned if self._calls[f.method] == f.nth and f.method in (method, "*")), None
        )
        if fault:
            self.happened.append(fault)
        return fault
