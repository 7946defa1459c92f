"""Running units of work off the event loop, each in one transaction.

SQLite has one writer thread, which takes what has queued up into one commit, each unit under its own savepoint:
one sync to disk serves them all. PostgreSQL has a small pool of threads, a transaction each.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, text

from bot.store.away import Away, plainly
from bot.store.hints import Hints
from bot.store.recent import Recent
from bot.store.shared_clock import SharedClock
from bot.store.work import Consequences, Moments, Work

log = structlog.get_logger(__name__)

T = TypeVar("T")
Unit = tuple[Callable[[Work], Any], "Future[Any]"]

CLOSE_SECONDS = 20.0
"""A close waits at most so long for what was submitted."""

TOGETHER = 64
"""At most so many units share a commit, so that none waits long."""


class Store:
    """The bot's memory. `on_change` is called after each commit that left something to do, from any thread."""

    def __init__(
        self,
        engine: Engine,
        consequences: Consequences,
        moments: Callable[[], Moments],
        *,
        threads: int = 8,
        shared_time: bool = False,
    ) -> None:
        """shared_time: on PostgreSQL, put the moments right by the database's clock, which all replicas share."""
        self._engine = engine
        self._consequences = consequences
        self._recent = Recent()
        self._moments = moments
        self.on_change: Callable[[], None] = lambda: None
        self._writer: _Writer | None = None
        self._pool: _Pool | None = None
        self._hints: Hints | None = None
        self._clock: SharedClock | None = None
        if engine.dialect.name == "sqlite":
            self._writer = _Writer(self._run_together)
        else:
            self._pool, self._hints = _Pool(threads), Hints(engine)
            self._clock = SharedClock() if shared_time else None

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
        return self._pool.submit(partial(self._run_alone, unit))

    def listen(self) -> None:
        """From now on call `on_change` also for what other processes left to do. Nothing on SQLite: there are none."""
        if self._hints is not None:
            self._hints.listen(self._ring)

    def _ring(self) -> None:
        """Say that there is something to do. Nobody hears it on a loop that is closing; that is no error of ours."""
        try:
            self.on_change()
        except RuntimeError:
            log.exception("bell_broken")

    def _run_alone(self, unit: Callable[[Work], T]) -> T:
        with plainly(), self._engine.begin() as connection:
            result, work = self._in_transaction(connection, unit)
        if work.committed():
            self._ring()
        return result

    def _in_transaction(self, connection: Connection, unit: Callable[[Work], T]) -> tuple[T, Work]:
        moments = self._moments()
        if self._clock is not None:
            moments = self._clock.read(connection, moments)
        work = Work(connection, moments, self._consequences, self._recent)
        result = unit(work)
        work.finish()
        if work.outbox.added and self._hints is not None:
            self._hints.tell(connection)
        return result, work

    def _run_together(self, units: list[Unit]) -> None:
        """One commit for all; a unit that fails is rolled back alone, and told after the commit like the others."""
        if len(units) == 1:
            self._run_single(*units[0])
            return
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        works: list[Work] = []
        try:
            with plainly(), self._engine.begin() as connection:
                for unit, future in units:
                    result, error, work = self._in_savepoint(connection, unit)
                    outcomes.append((future, result, error))
                    works += [work] if work is not None else []
        except Exception as error:  # noqa: BLE001 - whatever the database says belongs to those who wait
            outcomes, works = [(future, None, error) for _, future in units], []
        changed = [work for work in works if work.committed()]
        for future, result, error in outcomes:
            _tell(future, result, error)
        if changed:
            self._ring()

    def _run_single(self, unit: Callable[[Work], Any], future: Future[Any]) -> None:
        """Nobody shares the commit, so the transaction itself is what a failure undoes."""
        try:
            with plainly(), self._engine.begin() as connection:
                result, work = self._in_transaction(connection, unit)
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            _tell(future, None, error)
            return
        changed = work.committed()
        _tell(future, result, None)
        if changed:
            self._ring()

    def _in_savepoint(
        self, connection: Connection, unit: Callable[[Work], T]
    ) -> tuple[T | None, BaseException | None, Work | None]:
        """A unit that fails takes nobody with it, unless the database does: it may have undone all of us."""
        savepoint = connection.begin_nested()
        try:
            with plainly():
                result, work = self._in_transaction(connection, unit)
        except Away:
            raise
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            savepoint.rollback()
            return None, error, None
        savepoint.commit()
        return result, None, work

    def ping(self) -> None:
        """Ask the database for a sign of life. Raises SQLAlchemy's error when there is none."""
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Finish what was submitted, for at most CLOSE_SECONDS, then let go of the database."""
        if self._hints is not None:
            self._hints.close()
        if self._writer is not None:
            self._writer.close()
        if self._pool is not None:
            self._pool.close()
        self._engine.dispose()


def _tell(future: Future[Any], result: Any, error: BaseException | None) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


class _Pool:
    """Threads that wait for a database each on its own. A database that is away keeps none of them for long."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._under_way: set[Future[Any]] = set()

    def submit(self, run: Callable[[], T]) -> Future[T]:
        """Queue it; the future is told after the commit."""
        future = self._threads.submit(run)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def close(self) -> None:
        """Finish what is queued, or give it up."""
        self._threads.shutdown(wait=False)
        wait(set(self._under_way), timeout=CLOSE_SECONDS)
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Writer:
    """A thread that takes whatever has queued up in one go."""

    def __init__(self, run: Callable[[list[Unit]], None]) -> None:
        self._run = run
        self._queue: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._door, self._closed = threading.Lock(), False
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    def submit(self, unit: Callable[[Work], T]) -> Future[T]:
        """Queue a unit; the future is told after the commit."""
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                raise RuntimeError("the store is closed")
            self._queue.put((unit, future))
        return future

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        self._thread.join(timeout=CLOSE_SECONDS)

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
