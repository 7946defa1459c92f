"""After the database was put back to an earlier time: what was sent since is looked for before it is sent again."""

from __future__ import annotations

import asyncio

from bot.app import make_store
from bot.clock import Clock
from bot.playbooks import load
from bot.rosters import load_roster
from bot.settings import Settings
from bot.store import Store


def catch_up(settings: Settings) -> int:
    """Let happen what fell due meanwhile, and doubt all that waits. Returns how many sends wait.

    Raises BadFile (playbook, roster).
    """
    playbook = load(settings.playbook)
    store = make_store(settings, playbook)
    try:
        clock = Clock(store, playbook, load_roster(settings.roster, playbook.roles))
        return asyncio.run(doubt_what_waits(store, clock))
    finally:
        store.close()


async def doubt_what_waits(store: Store, clock: Clock) -> int:
    """The bot itself must not ring first: what it rang for would count as new, and be said again without a look."""
    since = await store.run(lambda work: work.last_known() or work.real_now)
    while await store.run(lambda work: work.incidents.due(work.now)) and await clock.tick():
        pass
    return await store.run(lambda work: work.look_before_sending(since))
