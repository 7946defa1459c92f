"""What the settings say reaches the parts they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import make_store
from bot.crisis.events import BOT, RoomOpened
from bot.settings import Settings
from bot.store import Moments, Work
from tests.databases import empty_sqlite
from tests.makers import NINE, a_playbook, an_incident


def a_crisis_with_a_room(work: Work) -> None:
    """Opened at nine, its room there at once."""
    work.incidents.new_id(NINE)
    incident = an_incident()
    incident.record(RoomOpened("C1", "crisis-1"), BOT, NINE)
    work.incidents.add(incident)


@pytest.mark.parametrize(("switch", "left"), [("on", 6), ("off", 0)])
def test_the_safety_net_can_be_switched_off(
    switch: str, left: int, migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GOLDENHOUR_SAFETY_NET", switch)
    settings = Settings(_env_file=None, database_url=empty_sqlite(migrated_file, tmp_path))
    store = make_store(settings, a_playbook(), lambda: Moments(NINE, NINE))
    store.run_now(a_crisis_with_a_room)
    keys = [one.key for one in store.run_now(lambda work: work.outbox.listed("pending"))]
    store.close()
    assert len([key for key in keys if "/net/" in key]) == left
    assert "1/state/0" in keys
