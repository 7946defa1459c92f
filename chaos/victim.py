"""The bot as it is broken on purpose: `python -m chaos.victim serve`, as `python -m bot serve` but for what is asked.

CHAOS_COMMIT: "before:17" or "after:17"; it kills itself with SIGKILL around that commit, counted from the start among
commits that change something. CHAOS_PACE: "off" to speak as fast as the local Slack listens. CHAOS_PATIENCE:
seconds for a call and for a look-up to settle, each half of a lease.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Pool, event

from bot.app import Parts, running
from bot.cli.serve import start
from bot.lease import Patience

HASTY = 1e6
"""Times Slack's own pace: only what Slack says counts then, not what it would say; the local one has no limits."""

READING = ("SELECT", "BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW", "LISTEN")
PARTS = {
    "serve": Parts(web=True, clock=True),
    "web": Parts(web=True, clock=False),
    "clock": Parts(web=False, clock=True),
}


class Trap:
    """Snaps at the n-th writing commit: just before the database is asked for it, or as soon as it was granted."""

    def __init__(self, moment: str, number: int) -> None:
        self._moment, self._number = moment, number
        self._writing: set[int] = set()
        self._commits = 0
        self._is_set = False

    def lay(self) -> None:
        """Listen to every engine of this process."""
        event.listen(Engine, "before_cursor_execute", self._on_statement)
        event.listen(Engine, "commit", self._on_commit)
        event.listen(Engine, "rollback", self._on_rollback)
        event.listen(Pool, "checkin", self._on_checkin)

    def _on_statement(self, connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip().upper().startswith(READING):
            self._writing.add(id(connection))

    def _on_rollback(self, connection: Connection) -> None:
        self._writing.discard(id(connection))

    def _on_commit(self, connection: Connection) -> None:
        if id(connection) not in self._writing:
            return
        self._writing.discard(id(connection))
        self._commits += 1
        if self._commits == self._number:
            if self._moment == "before":
                _die()
            self._is_set = True

    def _on_checkin(self, *_what: Any) -> None:
        """A connection comes back to the pool right after its commit, before anybody has heard of it."""
        if self._is_set:
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _main() -> None:
    moment, _, number = os.environ.get("CHAOS_COMMIT", "").partition(":")
    if moment:
        Trap(moment, int(number)).lay()
    seconds = float(os.environ.get("CHAOS_PATIENCE", "5"))
    patience = Patience(call=seconds, settle=seconds)
    times = HASTY if os.environ.get("CHAOS_PACE") == "off" else 1.0
    work = partial(running, patience=patience, times=times)
    start(PARTS[sys.argv[1]], work)


if __name__ == "__main__":
    _main()
