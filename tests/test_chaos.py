"""Who judges `make chaos` sees what is wrong: a judge who is blind would find every run sound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, delete, insert, update

from bot.store.tables import history, incidents, sends
from chaos.oracle import Verdict, judge, remembered, shapes
from chaos.people import Story
from chaos.town import Town, town
from sandbox.world import Channel
from tests.databases import empty_sqlite

THEN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SAID = ("1/state/0", "1/tasks/0", "1/closed/9")
Spoil = Callable[[Town, Connection], object]


def say(here: Town, room: Channel, key: str) -> None:
    """The bot says in the room what it keeps under this key."""
    metadata = {"event_type": "goldenhour", "event_payload": {"key": f"{key} 20260302010000"}}
    here.world.post(room.id, here.world.bot_id, key, metadata=metadata)


def a_sound_crisis(here: Town, connection: Connection) -> None:
    """One room, three messages in order, one answered page, nothing left to do."""
    room = here.world.create_channel("crisis-1-s1", here.world.bot_id, is_private=True)
    room.members.add("U15")
    connection.execute(insert(incidents), {"id": 1, "room": room.id, "declared_at": THEN})
    for number, key in enumerate(SAID, start=1):
        say(here, room, key)
        a_send(connection, number, key, "sent")
    room.pins.append(here.world.messages[room.id][0].ts)
    an_answer(connection, 0)


def a_send(connection: Connection, number: int, key: str, state: str) -> None:
    """A post that came to this end after two seconds."""
    about = {"incident_id": 1, "deed": "post", "lane": "1/post", "body": {}, "due_at": THEN}
    times = {"created_at": THEN, "ended_at": THEN + timedelta(seconds=2)}
    connection.execute(insert(sends), {"id": number, "key": key, "state": state, **about, **times})


def an_answer(connection: Connection, seq: int) -> None:
    """An entry of the history: sun is on it."""
    about = {"by": "sun", "kind": "PageAnswered", "data": {"role": "legal_director", "person": "sun"}}
    connection.execute(insert(history), {"incident_id": 1, "seq": seq, "at": THEN, **about})


def judged(database: str, spoil: Spoil, doing: str = "done") -> Verdict:
    """What the judge finds in a sound crisis after this was done to it. doing: how far its people came."""
    engine = create_engine(database)

    async def story() -> Verdict:
        async with town(database) as here:
            with engine.begin() as connection:
                a_sound_crisis(here, connection)
            expected = shapes(here, remembered(database), 1)
            with engine.begin() as connection:
                spoil(here, connection)
            lived = Story(1, "U15", doing=doing, crisis=1, answered={"sun"})
            return judge(here, database, [lived], expected)

    verdict = asyncio.run(story())
    engine.dispose()
    return verdict


def room_of(here: Town) -> Channel:
    """The room of the crisis."""
    return here.rooms()[0]


def found(verdict: Verdict) -> set[str]:
    """Of which kind the findings are."""
    return {name for name in ("lost", "doubled", "disordered", "stuck") if getattr(verdict, name)}


def nothing(here: Town, connection: Connection) -> None:
    """All is as it should be."""


def test_in_a_sound_crisis_it_finds_nothing_and_counts_what_was_delivered(
    migrated_file: Path, tmp_path: Path
):
    verdict = judged(empty_sqlite(migrated_file, tmp_path), nothing)
    assert (found(verdict), verdict.clean, verdict.deliveries, verdict.longest) == (set(), True, 3, 2.0)


SPOILED: dict[str, tuple[Spoil, set[str]]] = {
    "a message is not there": (lambda here, _: here.world.messages[room_of(here).id].pop(), {"lost"}),
    "a message is there twice": (lambda here, _: say(here, room_of(here), "1/closed/9"), {"doubled"}),
    "messages stand in another order": (
        lambda here, _: here.world.messages[room_of(here).id].reverse(),
        {"disordered"},
    ),
    "the pin is not there": (lambda here, _: room_of(here).pins.clear(), {"lost"}),
    "whoever opened it is not in the room": (lambda here, _: room_of(here).members.remove("U15"), {"lost"}),
    "there is a second room": (
        lambda here, _: here.world.create_channel("crisis-1-s1-2", here.world.bot_id, is_private=True),
        {"doubled"},
    ),
    "somebody answered 200 is not in the history": (lambda _, to: to.execute(delete(history)), {"lost"}),
    "an answer is in the history twice": (lambda _, to: an_answer(to, 1), {"doubled"}),
    "there is a crisis that nobody opened": (
        lambda _, to: to.execute(insert(incidents), {"id": 2, "declared_at": THEN}),
        {"doubled"},
    ),
    "a send still waits": (lambda _, to: a_send(to, 4, "1/x", "pending"), {"stuck"}),
    "a send is in somebody's hands": (lambda _, to: a_send(to, 4, "1/x", "claimed"), {"stuck"}),
    "a send was given up": (lambda _, to: a_send(to, 4, "1/x", "dead"), {"stuck"}),
    "one that is recorded as sent was never said": (lambda _, to: a_send(to, 4, "1/x", "sent"), {"lost"}),
}


@pytest.mark.parametrize(("spoil", "kinds"), SPOILED.values(), ids=SPOILED)
def test_it_finds_each_thing_that_may_go_wrong(
    spoil: Spoil, kinds: set[str], migrated_file: Path, tmp_path: Path
):
    assert found(judged(empty_sqlite(migrated_file, tmp_path), spoil)) == kinds


def test_a_crisis_whose_people_were_left_waiting_is_stuck(migrated_file: Path, tmp_path: Path):
    verdict = judged(empty_sqlite(migrated_file, tmp_path), nothing, doing="answering pages")
    assert verdict.stuck == ["crisis 1: answering pages, 1 answers"]


def test_cancelled_in_place_of_being_said_is_lost(migrated_file: Path, tmp_path: Path):
    """What should have been said and was taken for untrue is missed all the same."""

    def spoil(here: Town, connection: Connection) -> None:
        here.world.messages[room_of(here).id].pop()
        connection.execute(update(sends).where(sends.c.key == "1/closed/9").values(state="cancelled"))

    verdict = judged(empty_sqlite(migrated_file, tmp_path), spoil)
    assert verdict.lost == ["crisis 1: closed/# is there 0 times, not 1"]
