"""Whoever starts the bot again when it died, as systemd would, and whoever kills it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chaos.town import Town, free_port

STOP = 30.0
"""Seconds which a process may take to stop when told to; the bot promises 20."""


@dataclass
class Post:
    """One process that is to run, whatever happens to it."""

    command: str
    port: int
    process: Process | None = None

    @property
    def door(self) -> str:
        """The address at which people reach it; "" for one that only delivers."""
        return "" if self.command == "clock" else f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether there is a process now."""
        return self.process is not None and self.process.returncode is None

    def signal(self, number: int) -> None:
        """Send it a signal; one that is gone has no ears."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)


@dataclass
class Keeper:
    """Starts every post, and starts it again when it died. traps: environments of the next starts, each used once."""

    town: Town
    posts: list[Post]
    traps: list[dict[str, str]] = field(default_factory=list)
    deaths: int = 0
    unkept: int = 0
    _watching: list[asyncio.Task[None]] = field(default_factory=list)

    async def kill(self, post: Post) -> None:
        """kill -9, and it is over before this returns."""
        post.signal(signal.SIGKILL)
        if post.process is not None:
            await post.process.wait()

    async def up(self, post: Post) -> None:
        """Return when it answers at its door; one without a door is as soon up as the others."""
        await self.town.asked("/healthz", post.door)

    def start(self) -> None:
        """Begin."""
        self._watching = [asyncio.create_task(self._keep(post)) for post in self.posts]

    async def _keep(self, post: Post) -> None:
        while True:
            trap = self.traps.pop() if self.traps else {}
            post.process = await self.town.starts(
                post.command, module="chaos.victim", quiet=True, PORT=str(post.port), **trap
            )
            if await post.process.wait() == -signal.SIGKILL:
                self.deaths += 1
            else:
                # It gave up by itself: no harm where its database is away, but never in a hurry.
                self.unkept += 1
                await asyncio.sleep(1.0)

    async def stop(self) -> None:
        """Tell every process to stop, and start none again. One that does not stop in time is killed."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        for post in self.posts:
            post.signal(signal.SIGCONT)
            post.signal(signal.SIGTERM)
        await asyncio.gather(*(self._gone(post) for post in self.posts))

    async def _gone(self, post: Post) -> None:
        if post.process is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(post.process.wait(), STOP)
        await self.kill(post)


@asynccontextmanager
async def kept(
    here: Town, commands: Sequence[str], trap: dict[str, str] | None = None
) -> AsyncIterator[Keeper]:
    """These commands at work in the town, and people knocking at whichever door is open."""
    ports = itertools.chain([int(here.settings["PORT"])], iter(free_port, None))
    posts = [Post(command, next(ports)) for command in commands]
    keeper = Keeper(here, posts, [trap] if trap else [])
    keeper.start()
    try:
        await here.asked("/healthz")
        yield keeper
    finally:
        await keeper.stop()


def pause(post: Post) -> None:
    """Freeze a process in the middle of whatever it does."""
    post.signal(signal.SIGSTOP)


def go_on(post: Post) -> None:
    """Let it go on as if nothing had happened."""
    post.signal(signal.SIGCONT)


def loads() -> str:
    """How busy the machine is, for whoever compares figures."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
