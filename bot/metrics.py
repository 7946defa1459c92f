"""What is counted, for Prometheus: figures by deed, code and part; never a word, a name or an incident."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

from bot.meter import Meter
from bot.store.health import Health

RANKS = ("page", "people", "words", "cosmetic")
SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 3600)
LAGS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)

MOST_CODES = 60
"""So many different codes are told apart; a platform that invents more does not fill the operator's disk."""


class Codes:
    """Codes as label values: few, and shaped like codes, so that no sentence ever becomes one."""

    def __init__(self, most: int = MOST_CODES) -> None:
        self._most = most
        self._known: set[str] = set()

    def label(self, code: str) -> str:
        """The code itself, or `other`."""
        if code not in self._known:
            if len(self._known) >= self._most or not re.fullmatch(
                r"[A-Za-z][A-Za-z_:]{0,39}|(site:)?http_\d{3}", code
            ):
                return "other"
            self._known.add(code)
        return code


class Metrics(Meter):
    """A Meter that counts. To be used from one event loop; `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._codes = Codes()
        self._rounds: dict[str, float] = {}
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._sends = _counter(registry, "sends", "Sends that came to rest.", "deed", "outcome")
        self._retries = _counter(registry, "send_retries", "Sends put off to be tried again.", "deed")
        self._faults = _counter(registry, "send_faults", "Calls that failed, by code.", "code")
        self._lookups = _counter(registry, "lookups", "Sends in doubt that were looked for.", "found")
        self._findings = _counter(registry, "audit_findings", "What the auditor found, by kind.", "kind")
        self._limited = _counter(registry, "rate_limited", "Answers with status 429.", "method")
        self._send_seconds = _histogram(
            registry, "send_delay_seconds", "From asked for to done.", SECONDS, "rank"
        )
        self._ring_seconds = _histogram(registry, "ring_late_seconds", "From due to asked for.", SECONDS)
        self._lag_seconds = _histogram(registry, "loop_lag_seconds", "How late the event loop woke up.", LAGS)
        self._queue = _gauge(registry, "queue", "Sends not yet done.", "state")
        self._late = _gauge(registry, "oldest_due_seconds", "How late the oldest due thing is.", "kind")
        self._troubles = _gauge(registry, "trouble_seconds", "How long a part has been in trouble.", "part")
        for found in ("yes", "no"):
            self._lookups.labels(found)

    def sent(self, deed: str, rank: int, seconds: float) -> None:
        """As `Meter.sent`."""
        self._sends.labels(deed, "sent").inc()
        self._send_seconds.labels(RANKS[rank]).observe(max(0.0, seconds))

    def ended(self, deed: str, outcome: str) -> None:
        """As `Meter.ended`."""
        self._sends.labels(deed, outcome).inc()

    def retried(self, deed: str, code: str) -> None:
        """As `Meter.retried`."""
        self._retries.labels(deed).inc()
        self._faults.labels(self._codes.label(code)).inc()

    def dead(self, deed: str, code: str) -> None:
        """As `Meter.dead`."""
        self._sends.labels(deed, "dead").inc()
        self._faults.labels(self._codes.label(code)).inc()

    def looked_up(self, found: bool) -> None:
        """As `Meter.looked_up`."""
        self._lookups.labels("yes" if found else "no").inc()

    def limited(self, method: str) -> None:
        """As `Meter.limited`."""
        self._limited.labels(method).inc()

    def rang(self, late_seconds: float) -> None:
        """As `Meter.rang`."""
        self._ring_seconds.observe(max(0.0, late_seconds))

    def found(self, kind: str) -> None:
        """As `Meter.found`."""
        self._findings.labels(kind).inc()

    def went_round(self, loop: str) -> None:
        """As `Meter.went_round`."""
        self._rounds[loop] = self._clock()

    def lagged(self, seconds: float) -> None:
        """The event loop woke up so much later than it was asked to."""
        self._lag_seconds.observe(max(0.0, seconds))

    def silence(self) -> Mapping[str, float]:
        """Seconds since each loop last went round; one that was never seen may not run in this process."""
        return {loop: self._clock() - at for loop, at in self._rounds.items()}

    def in_trouble(self, parts: Mapping[str, float]) -> None:
        """Every part that is watched, and for how many seconds it has been in trouble."""
        for part, seconds in parts.items():
            self._troubles.labels(part).set(seconds)

    def exposition(self, health: Health | None) -> bytes:
        """Everything, as Prometheus reads it. health: what the database says; None when it is away."""
        unknown = float("nan")
        states = health.states if health else {}
        for state in ("pending", "claimed", "in_doubt", "dead"):
            self._queue.labels(state).set(states.get(state, 0) if health else unknown)
        self._late.labels("send").set(health.send_late if health else unknown)
        self._late.labels("reminder").set(health.reminder_late if health else unknown)
        return generate_latest(self._registry)


def _counter(registry: CollectorRegistry, name: str, about: str, *labels: str) -> Counter:
    return Counter(f"goldenhour_{name}", about, labels, registry=registry)


def _gauge(registry: CollectorRegistry, name: str, about: str, *labels: str) -> Gauge:
    return Gauge(f"goldenhour_{name}", about, labels, registry=registry)


def _histogram(
    registry: CollectorRegistry, name: str, about: str, buckets: tuple[float, ...], *labels: str
) -> Histogram:
    return Histogram(f"goldenhour_{name}", about, labels, buckets=buckets, registry=registry)
