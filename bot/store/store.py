"""Running units of work off the event loop, each in one transaction.

SQLite has one writer thread, which takes what has queued up into one commit, each unit under its own savepoint:
one sync to disk serves them all. PostgreSQL has a small pool of threads, a transaction each.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, text

from bot.store.away import Away, plainly
from bot.store.work import Consequences, Moments, Work

log = structlog.get_logger(__name__)

T = TypeVar("T")
Unit = tuple[Callable[[Work], Any], "Future[Any]"]

TOGETHER = 64
"""At most so many units share a commit, so that none waits long."""


class Store:
    """The bot's memory. `on_change` is called after each commit that left something to do, from any thread."""

    def __init__(
        self, engine: Engine, consequences: Consequences, moments: Callable[[], Moments], *, threads: int = 8
    ) -> None:
        self._engine = engine
        self._consequences = consequences
        self._moments = moments
        self.on_change: Callable[[], None] = lambda: None
        self._writer = _Writer(self._run_together) if engine.dialect.name == "sqlite" else None
        self._pool = None if self._writer else ThreadPoolExecutor(threads, thread_name_prefix="store")

    @property
    def alone(self) -> bool:
        """Whether no other process works with this database: on SQLite there is one (`bot.store.lock`)."""
        return self._writer is not None

    async def run(self, unit: Callable[[Work], T]) -> T:
        """Do this in one transaction, committed when it returns. What it raises undoes it and comes out here.

        Raises Away when the database cannot be reached or takes nothing.
        """
        return await asyncio.wrap_future(self._submit(unit))

    def run_now(self, unit: Callable[[Work], T]) -> T:
        """The same, for the command line: waits in place."""
        return self._submit(unit).result()

    def _submit(self, unit: Callable[[Work], T]) -> Future[T]:
        if self._writer is not None:
            return self._writer.submit(unit)
        assert self._pool is not None
        return self._pool.submit(self._run_alone, unit)

    def _ring(self) -> None:
        """Say that there is something to do. Nobody hears it on a loop that is closing; that is no error of ours."""
        try:
            self.on_change()
        except RuntimeError:
            log.exception("bell_broken")

    def _run_alone(self, unit: Callable[[Work], T]) -> T:
        with plainly(), self._engine.begin() as connection:
            result, changed = self._in_transaction(connection, unit)
        if changed:
            self._ring()
        return result

    def _in_transaction(self, connection: Connection, unit: Callable[[Work], T]) -> tuple[T, bool]:
        work = Work(connection, self._moments(), self._consequences)
        result = unit(work)
        return result, work.finish()

    def _run_together(self, units: list[Unit]) -> None:
        """One commit for all; a unit that fails is rolled back alone, and told after the commit like the others."""
        if len(units) == 1:
            self._run_single(*units[0])
            return
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        changed = False
        try:
            with plainly(), self._engine.begin() as connection:
                for unit, future in units:
                    result, error, news = self._in_savepoint(connection, unit)
                    outcomes.append((future, result, error))
                    changed = changed or news
        except Exception as error:  # noqa: BLE001 - whatever the database says belongs to those who wait
            outcomes = [(future, None, error) for _, future in units]
            changed = False
        for future, result, error in outcomes:
            _tell(future, result, error)
        if changed:
            self._ring()

    def _run_single(self, unit: Callable[[Work], Any], future: Future[Any]) -> None:
        """Nobody shares the commit, so the transaction itself is what a failure undoes."""
        try:
            with plainly(), self._engine.begin() as connection:
                result, changed = self._in_transaction(connection, unit)
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            _tell(future, None, error)
            return
        _tell(future, result, None)
        if changed:
            self._ring()

    def _in_savepoint(
        self, connection: Connection, unit: Callable[[Work], T]
    ) -> tuple[T | None, BaseException | None, bool]:
        """A unit that fails takes nobody with it, unless the database does: it may have undone all of us."""
        savepoint = connection.begin_nested()
        try:
            with plainly():
                result, changed = self._in_transaction(connection, unit)
        except Away:
            raise
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            savepoint.rollback()
            return None, error, False
        savepoint.commit()
        return result, None, changed

    def ping(self) -> None:
        """Ask the database for a sign of life. Raises SQLAlchemy's error when there is none."""
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Finish what was submitted, then let go of the database."""
        if self._writer is not None:
            self._writer.close()
        if self._pool is not None:
            self._pool.shutdown()
        self._engine.dispose()


def _tell(future: Future[Any], result: Any, error: BaseException | None) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


class _Writer:
    """A thread that takes whatever has queued up in one go."""

    def __init__(self, run: Callable[[list[Unit]], None]) -> None:
        self._run = run
        self._queue: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    def submit(self, unit: Callable[[Work], T]) -> Future[T]:
        """Queue a unit; the future is told after the commit."""
        future: Future[T] = Future()
        self._queue.put((unit, future))
        return future

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._queue.put(None)
        self._thread.join(timeout=20)

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            units, ending = [first], False
            with suppress(queue.Empty):
                while len(units) < TOGETHER and not ending:
                    further = self._queue.get_nowait()
                    ending = further is None
                    units.extend([further] if further is not None else [])
            self._run(units)
            if ending:
                return
