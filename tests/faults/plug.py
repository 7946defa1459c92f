"""Pulling the plug after any step: a step is a commit that wrote something, or a call that took effect."""

from __future__ import annotations

import sqlite3
from random import Random
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Engine, event


class PlugPulled(Exception):
    """The process is dead: whatever it still tries to do has no effect."""


class Plug:
    """Counts the steps that took effect, and is out after step `pull_at`; 0 is before the first.

    What lies between two steps leaves no trace outside the process, so one place to pull the plug there is enough:
    the step is done, and nobody in the process has heard of it.
    """

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.pull_at: int | None = None
        self.pulled = 0

    @property
    def out(self) -> bool:
        """Nothing reaches the outside any more."""
        return self.pull_at is not None and len(self.steps) >= self.pull_at

    def need(self) -> None:
        """Raises PlugPulled when there is no current."""
        if self.out:
            raise PlugPulled

    def step(self, name: str) -> None:
        """This has taken effect. Raises PlugPulled when it was the last that could."""
        self.steps.append(name)
        self.need()

    def pull_after(self, steps: int) -> None:
        """Let so many further steps happen."""
        self.pull_at = len(self.steps) + steps

    def put_in(self) -> None:
        """There is current again."""
        self.pulled += self.out
        self.pull_at = None


class Disk:
    """How commits fare: well, until a seed says otherwise. Half of those that fail have been done all the same."""

    def __init__(self, seed: int = 0, rate: float = 0.0) -> None:
        self._random, self.rate = Random(seed), rate
        self.failed = 0

    def fails(self) -> bool:
        """Whether this one does, before or after it is done."""
        failed = self._random.random() < self.rate / 2
        self.failed += failed
        return failed


def plug_into(engine: Engine, plug: Plug, disk: Disk) -> None:
    """Let every commit on this engine need the plug: below our own code, where the driver talks to the database."""
    connect = _sqlite(plug, disk) if engine.dialect.name == "sqlite" else _postgresql(plug, disk)
    event.listen(engine, "do_connect", connect)


def _disk_error() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def _sqlite(plug: Plug, disk: Disk) -> Any:
    class Wire(sqlite3.Connection):
        """Commits while there is current, and while the disk is well."""

        written = 0

        def commit(self) -> None:
            plug.need()
            wrote = self.total_changes > self.written
            if wrote and disk.fails():
                raise _disk_error()
            super().commit()
            self.written = self.total_changes
            if wrote:
                plug.step("commit")
            if wrote and disk.fails():
                raise _disk_error()

    def connect(_dialect: Any, _record: Any, cargs: Any, cparams: Any) -> Wire:
        wire = sqlite3.connect(*cargs, **cparams, factory=Wire)
        # Processes die here, machines do not: what the system was given is not lost.
        wire.execute("PRAGMA synchronous=OFF")
        return wire

    return connect


def _postgresql(plug: Plug, disk: Disk) -> Any:
    class Wire(psycopg.Connection[Any]):
        """Commits while there is current, and while the server is well."""

        def commit(self) -> None:
            plug.need()
            wrote = self.info.transaction_status == pq.TransactionStatus.INTRANS
            if wrote and disk.fails():
                raise psycopg.OperationalError("server closed the connection")
            super().commit()
            if wrote:
                plug.step("commit")
            if wrote and disk.fails():
                raise psycopg.OperationalError("server closed the connection")

    def connect(_dialect: Any, _record: Any, cargs: Any, cparams: Any) -> Wire:
        return Wire.connect(*cargs, **cparams)

    return connect
