"""Writing down what has arrived: all that came in meanwhile in one transaction, for one by one costs more than to send.

Nothing else is decided here, so nothing can go wrong with one that would undo the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from bot.store import Store, Work
from bot.store.outbox import Claimed

LONGEST = 1.0
"""Seconds: where a connection hangs, the next batch goes by another."""

Arrived = tuple[Claimed, str]
"""A send, and the platform's id of what it became."""


class Arrivals:
    """Many may wait here at a time; each is told about its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batch: list[Arrived] = []
        self._writing: asyncio.Task[set[int]] | None = None
        self._next: asyncio.Task[set[int]] | None = None

    async def sent(self, claimed: Claimed, provider_id: str) -> bool:
        """Keep that it was sent. False when the claim was lost meanwhile. Raises Away as `Store.run`."""
        self._batch.append((claimed, provider_id))
        if self._next is None:
            self._next = asyncio.create_task(self._write(self._writing), name="arrivals")
        # Whoever is told to stop waiting must not keep the others from being written down.
        return claimed.id in await asyncio.shield(self._next)

    async def _write(self, before: asyncio.Task[set[int]] | None) -> set[int]:
        """All that has gathered until the batch before is written."""
        if before is not None and not before.done():
            await asyncio.wait({before}, timeout=LONGEST)
        batch, self._batch = self._batch, []
        self._writing, self._next = self._next, None
        return await self._store.run(partial(_write_down, batch=batch))


def _write_down(work: Work, batch: Sequence[Arrived]) -> set[int]:
    return work.outbox.all_sent(batch)
