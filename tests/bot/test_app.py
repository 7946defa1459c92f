"""The parts are joined: every loop runs where it should, and what the settings say reaches what they are about."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.app import Parts, make_store, make_voice
from bot.crisis.events import BOT, RoomOpened
from bot.demo.stage import stage
from bot.settings import Settings
from bot.store import Moments, Work, make_engine
from bot.store.tables import incidents, sends
from tests.databases import emptied_postgres, empty_sqlite
from tests.makers import NINE, a_playbook, a_roster, an_incident


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


def test_a_companys_own_texts_lie_over_ours(tmp_path: Path):
    own = tmp_path / "en/apology.md.j2"
    own.parent.mkdir()
    own.write_text("---\ntitle: Sorry\n---\nWe are sorry.\n")
    settings = Settings(_env_file=None, templates=tmp_path)
    public = make_voice(settings, a_playbook(), a_roster()).public
    assert public.get("en", "apology").path == own
    assert public.get("zh", "apology").path != own


@pytest.mark.parametrize(
    ("clock", "loops"),
    [
        (True, {"delivery", "emergency", "watch", "lag", "audit"}),
        (False, {"delivery", "emergency", "watch", "lag"}),
    ],
    ids=["serve", "web"],
)
def test_every_loop_is_at_work_and_an_ear_is_open_for_the_other_processes(
    clock: bool, loops: set[str], postgres: str, tmp_path: Path
):
    async def story() -> tuple[set[str], set[str]]:
        async with stage(tmp_path, database=emptied_postgres(postgres), parts=Parts(clock=clock)):
            return (
                {task.get_name() for task in asyncio.all_tasks()},
                {thread.name for thread in threading.enumerate()},
            )

    tasks, threads = asyncio.run(story())
    assert tasks & {"delivery", "emergency", "watch", "lag", "audit"} == loops
    assert "hints" in threads


def held_by_the_dead(url: str) -> None:
    """A send that was in the hands of a process when it died, a moment ago."""
    engine, now = make_engine(url), datetime.now(UTC)
    with engine.begin() as connection:
        connection.execute(insert(incidents), {"declared_at": now, "closed_at": now})
        held = {"state": "claimed", "owner": "dead", "lease_until": now + timedelta(seconds=600), "fence": 1}
        about = {"key": "1/x", "incident_id": 1, "deed": "post", "lane": "1", "body": {}, **held}
        connection.execute(insert(sends), {**about, "due_at": now, "created_at": now, "in_doubt": False})
    engine.dispose()


def test_what_the_last_process_held_is_in_doubt_and_settles_before_it_is_looked_for(
    migrated_file: Path, tmp_path: Path
):
    """The platform may still accept what that process had sent; who looks at once sees nothing and says it again."""
    url = empty_sqlite(migrated_file, tmp_path)
    held_by_the_dead(url)
    before = datetime.now(UTC)

    async def story() -> tuple[str, bool, datetime]:
        async with stage(tmp_path, database=url, parts=Parts(clock=False)):
            engine = make_engine(url)
            with engine.connect() as connection:
                row = connection.execute(select(sends.c.state, sends.c.in_doubt, sends.c.due_at)).one()
            engine.dispose()
            return row.state, row.in_doubt, row.due_at

    state, in_doubt, due_at = asyncio.run(story())
    assert (state, in_doubt) == ("pending", True)
    assert before + timedelta(seconds=5) <= due_at <= datetime.now(UTC) + timedelta(seconds=5)


def test_where_the_company_says_how_we_are_reached_the_pages_answer(tmp_path: Path):
    async def story() -> set[tuple[str, str]]:
        async with stage(tmp_path, parts=Parts(clock=False)) as on:
            return {(route.path, method) for route in on.bot.web.routes for method in route.methods}

    statement = "/text/{number:int}/{statement:int}/{until:int}/{person}/{seal}"
    assert {
        ("/brief/{number:int}/{seal}", "GET"),
        (statement, "GET"),
        (statement, "POST"),
        (statement + "/{name}", "GET"),
    } <= asyncio.run(story())
