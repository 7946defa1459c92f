"""One after another where Feishu bears no two at once: changes of one message, members of one chat."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Locks:
    """A lock for each name, for as long as somebody holds it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        """The same for the same name."""
        return self._locks.setdefault(name, asyncio.Lock())
