"""Something that people look at: whoever shows it may follow every change without asking again and again."""

import asyncio
from collections.abc import AsyncIterator


class Watched:
    """Counts its changes in `version`, and wakes those who wait for the next one."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def touch(self) -> None:
        """Something people can see has changed."""
        self.version += 1
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def changes(self) -> AsyncIterator[int]:
        """The version now, and again after every change; a slow reader skips versions, never the last."""
        while True:
            seen = self.version
            yield seen
            if seen == self.version:
                await self._changed()

    async def _changed(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)
