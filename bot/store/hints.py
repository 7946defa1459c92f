"""Waking other processes: on PostgreSQL one tells the rest that there is something to do, and hears it from them.

Only a hint: whoever missed it finds the same by asking, as every process does once a second.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)

CHANNEL = "goldenhour"
RARELY = 0.1
"""Seconds between two hints of one process: all commits that notify wait for each other."""

LISTEN_SECONDS = 0.5
"""How soon a listener hears that it shall stop."""

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before the next try to connect."""

_TELL = text("SELECT pg_notify(:channel, :by)")


class Hints:
    """One process's ear and voice."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._name = secrets.token_hex(8)
        self._told_at = float("-inf")
        self._closing = threading.Event()
        self._listener: threading.Thread | None = None

    def tell(self, connection: Connection) -> None:
        """The others hear of it when this transaction commits."""
        now = time.monotonic()
        if now - self._told_at >= RARELY:
            self._told_at = now
            connection.execute(_TELL, {"channel": CHANNEL, "by": self._name})

    def listen(self, ring: Callable[[], None]) -> None:
        """Call `ring`, from a thread of our own, when another process has something to do, until `close`."""
        self._listener = threading.Thread(target=self._work, args=(ring,), name="hints", daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Hear nothing more."""
        self._closing.set()
        if self._listener is not None:
            self._listener.join(timeout=4 * LISTEN_SECONDS)

    def _work(self, ring: Callable[[], None]) -> None:
        failures = 0
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                self._hear(ring)
            except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
                failures = 0 if time.monotonic() - began > PAUSES[-1] else failures + 1
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                log.warning("hints_not_heard", reason=type(error).__name__, again_in=pause)
                self._closing.wait(pause)

    def _hear(self, ring: Callable[[], None]) -> None:
        """On a connection of our own, which the pool replaces. Something may have been said while we were deaf."""
        ours = self._engine.raw_connection()
        driver: Any = ours.driver_connection
        ours.detach()
        try:
            driver.autocommit = True
            driver.execute(f"LISTEN {CHANNEL}")
            ring()
            while not self._closing.is_set():
                if any(
                    hint.payload != self._name
                    for hint in driver.notifies(timeout=LISTEN_SECONDS, stop_after=1)
                ):
                    ring()
        finally:
            driver.close()
