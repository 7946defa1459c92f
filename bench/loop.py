"""How long the event loop was not free: of whatever runs on it."""

from __future__ import annotations

import asyncio
import time

BEAT = 0.001
"""Seconds between two looks."""


async def watch(blocks: list[float]) -> None:
    """Note by how many seconds each look came late, until cancelled."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(BEAT)
        blocks.append(time.perf_counter() - began - BEAT)
