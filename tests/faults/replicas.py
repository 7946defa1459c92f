"""Several processes of the bot on one database, each going on when it pleases; one freezes, one dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Engine

from bot.chat import Reply
from bot.lease import Patience
from bot.store import make_engine
from tests.faults.line import Line
from tests.faults.plug import Disk, Plug, PlugPulled, plug_into
from tests.faults.story import Chapter
from tests.scene import Process, Scene, a_process

FROZEN_FOR = 5 * Patience().lease
"""Long enough for others to have taken over, been slow, and be done."""


class Replica:
    """One process. `freeze_after` calls it stops on its way to or from the platform, until it is thawed."""

    def __init__(self, url: str, scene: Replicated, random: Random) -> None:
        self._scene, self._random = scene, random
        self.plug = Plug()
        self.engine: Engine = make_engine(url, pool=2)
        plug_into(self.engine, self.plug, Disk())
        self.frozen_at: datetime | None = None
        self.freezes = 0
        self._freeze_after = random.randrange(20, 200)
        self._thaw = asyncio.Event()
        self._froze = asyncio.Event()
        self.under_way: asyncio.Task[Any] | None = None
        self.boot()

    def boot(self) -> None:
        """Start, or start again after the plug was pulled: only the database remembers."""
        self.plug.put_in()
        self.plug.pull_after(self._random.randrange(30, 300))
        line = Line(self._scene.chat, self.plug, lambda: self._scene.now, hold_up=self._hold_up)
        self.process: Process = a_process(self.engine, line, lambda: self._scene.now)

    async def _hold_up(self) -> None:
        """Others may go first; now and then this process does not go on at all."""
        for _ in range(self._random.randrange(3)):
            await asyncio.sleep(0)
        self._freeze_after -= 1
        if self._freeze_after <= 0 and self._scene.may_freeze and not self.plug.out:
            self.frozen_at, self.freezes = self._scene.now, self.freezes + 1
            self._froze.set()
            await self._thaw.wait()

    async def go(self, deed: Callable[[Process], Coroutine[Any, Any, Any]]) -> None:
        """Do this until it is done, dead or frozen."""
        self.under_way = asyncio.ensure_future(deed(self.process))
        await self._come_to_rest()

    async def thaw(self) -> None:
        """It goes on where it was, and knows nothing of the time that has passed."""
        self.frozen_at = None
        self._freeze_after = self._random.randrange(20, 200)
        self._froze = asyncio.Event()
        self._thaw.set()
        self._thaw = asyncio.Event()
        await self._come_to_rest()

    async def _come_to_rest(self) -> None:
        assert self.under_way is not None
        freezing = asyncio.ensure_future(self._froze.wait())
        await asyncio.wait({self.under_way, freezing}, return_when=asyncio.FIRST_COMPLETED)
        freezing.cancel()
        if self.under_way.done():
            with suppress(PlugPulled):
                self.under_way.result()
        self.boot_if_dead()

    def boot_if_dead(self) -> None:
        """Whoever watches over processes starts it again."""
        if self.plug.out:
            self.close()
            self.boot()

    def close(self) -> None:
        """Let go of the database."""
        self.process.store.close()


class Replicated(Scene):
    """A scene whose bot runs several times. Each command reaches one of those that are awake."""

    def __init__(self, url: str, replicas: int, seed: int) -> None:
        self._url, self._count, self._random = url, replicas, Random(seed)
        self.replicas: list[Replica] = []
        self.restless = True
        self.engine = make_engine(url, pool=2)
        super().__init__(self.engine)

    def _boot(self) -> None:
        super()._boot()
        self.replicas = [Replica(self._url, self, self._random) for _ in range(self._count)]

    def __exit__(self, *error: Any) -> None:
        for replica in self.replicas:
            replica.close()
        super().__exit__(*error)

    @property
    def _awake(self) -> list[Replica]:
        return [replica for replica in self.replicas if replica.frozen_at is None]

    @property
    def may_freeze(self) -> bool:
        """Somebody has to stay awake, and the end of the story is calm."""
        return self.restless and len(self._awake) > 1

    def play(self, chapters: Iterable[Chapter]) -> None:
        """Let all this happen; who was not answered asks again."""
        for chapter in chapters:
            self.occasion = chapter.name
            self.at(chapter.when)
            _until_done(chapter, self)
            self.at(chapter.then)
        self.restless = False
        self.wait(2 * FROZEN_FOR)

    def command(self, *asked: Any, **more: Any) -> Reply:
        """To one of those awake. Raises PlugPulled when that one dies of it."""
        replica = self._random.choice(self._awake)
        self.dispatch = replica.process.dispatch
        try:
            return super().command(*asked, **more)
        finally:
            replica.boot_if_dead()

    def deliver(self) -> int:
        """All at once."""
        self._runner.run(self._all(lambda process: process.delivery.deliver_all()))
        return 0

    def tick(self) -> None:
        """All clocks ring, in whatever order."""
        self.chat.fall_due(self.now)
        self._runner.run(self._all(_round))

    async def _all(self, deed: Callable[[Process], Coroutine[Any, Any, Any]]) -> None:
        thawing = [replica for replica in self.replicas if self._frozen_long_enough(replica)]
        going = [replica.go(deed) for replica in self._awake]
        await asyncio.gather(*(replica.thaw() for replica in thawing), *going)

    def _frozen_long_enough(self, replica: Replica) -> bool:
        return replica.frozen_at is not None and self.now - replica.frozen_at >= FROZEN_FOR


async def _round(process: Process) -> None:
    await process.clock.tick()
    await process.delivery.deliver_all()


def _until_done(chapter: Chapter, scene: Scene) -> None:
    while True:
        try:
            chapter.happens(scene)
        except PlugPulled:
            continue
        return
