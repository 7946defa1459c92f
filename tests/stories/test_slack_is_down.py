"""Slack is away for a day and a half: when it is back the room hears what counts now, once, without a flood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat import ChatError
from bot.store import make_engine
from tests.databases import empty_sqlite
from tests.makers import at
from tests.memory_chat import MemoryChat, Said
from tests.scene import Scene, text


class Outage:
    """Stands between the bot and the platform; while it lasts nothing gets through."""

    def __init__(self) -> None:
        self.lasts = False
        self.world = MemoryChat()

    def __getattr__(self, name: str) -> Any:
        if name in ("leaves", "pace", "called"):
            return getattr(self.world, name)
        if name == "near":
            return lambda platform: self

        async def call(*args: Any, **more: Any) -> Any:
            if self.lasts:
                raise ChatError("connection_refused")
            return await getattr(self.world, name)(*args, **more)

        return call


@pytest.fixture
def outage() -> Outage:
    """Over until a test begins it."""
    return Outage()


@pytest.fixture
def scene(migrated_file: Path, tmp_path: Path, outage: Outage) -> Iterator[Scene]:
    """A whole bot that speaks through the outage; on one database, as a day of trying again takes a while."""
    engine = make_engine(empty_sqlite(migrated_file, tmp_path))
    with Scene(engine, chat=outage.world, line=lambda chat, scene: outage) as made:
        yield made


def an_orange_crisis(scene: Scene, on_it: tuple[str, ...]) -> None:
    """Opened and graded, with these people on it."""
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    for user in on_it:
        scene.presses(user, "on_it")


EVERYBODY = ("U07", "U09", "U05", "U08")


def heard(scene: Scene, outage: Outage, *, until: str) -> list[Said]:
    """What the bot says within a quarter of an hour after an outage from minute 10 until then."""
    scene.at("+10 min")
    before = len(ours(scene))
    outage.lasts = True
    scene.at(until)
    assert len(ours(scene)) == before
    outage.lasts = False
    scene.wait(timedelta(minutes=15))
    return ours(scene)[before:]


def ours(scene: Scene) -> list[Said]:
    """What the bot said itself; what was left with the platform is said by that."""
    return [said for said in scene.chat.said.values() if not said.key.startswith("left:")]


def keys(said: list[Said], name: str) -> list[str]:
    """Those of a kind, in the order in which they came."""
    return [one.key.removeprefix("1/") for one in said if f"1/{name}" in one.key]


def test_one_checkpoint_names_all_that_came_meanwhile(scene: Scene, outage: Outage) -> None:
    an_orange_crisis(scene, EVERYBODY)
    said = heard(scene, outage, until="+25 h")
    (card,) = [one.card for one in said if "checkpoint/" in one.key]
    words = text(card)
    for name in ("15分钟节点", "30分钟节点", "60分钟节点", "4小时节点", "24小时节点"):
        assert name in words
    assert words.count("补报") == 5
    assert keys(said, "decisions") == ["decisions"]
    assert [key for key in keys(said, "before/") if not key.startswith("before/orange/")] == []
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_of_a_day_and_a_half_of_updates_the_newest_is_told(scene: Scene, outage: Outage) -> None:
    an_orange_crisis(scene, EVERYBODY)
    said = heard(scene, outage, until="+41 h")
    assert keys(said, "update/") == ["update/40h"]
    assert len(keys(said, "checkpoint/")) == 1
    assert keys(said, "reading/")[1:] == []
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_only_whoever_is_called_now_is_called(scene: Scene, outage: Outage) -> None:
    """Nobody has picked up for hours; who was called in vain meanwhile is not woken for what others have now."""
    an_orange_crisis(scene, ())
    said = heard(scene, outage, until="+90 min")
    paged = [one.key.split("/")[2:] for one in said if "/page/" in one.key]
    assert paged
    assert [[person, n] for person, n in paged if int(n) < called(scene, person, "+90 min")] == []
    assert len(keys(said, "escalated/")) <= 1
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def called(scene: Scene, person: str, until: str) -> int:
    """How often a person was called until then."""
    incident = scene.incident()
    entries = len([entry for entry in incident.history if entry.at <= at(until)])
    return incident.times_called(person, entries)


def test_a_page_that_was_answered_meanwhile_by_another_way_is_not_sent(scene: Scene, outage: Outage) -> None:
    """Buttons work while posting does not."""
    scene.opens()
    scene.at("+1 min")
    outage.lasts = True
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+3 min")
    for user in EVERYBODY:
        scene.presses(user, "on_it")
    outage.lasts = False
    scene.at("+20 min")
    assert scene.posted("page/") == []


def test_a_short_outage_sums_nothing_up(scene: Scene, outage: Outage) -> None:
    """Half a minute is nothing anybody notices."""
    an_orange_crisis(scene, EVERYBODY)
    scene.at("+14.9 min")
    outage.lasts = True
    scene.at("+15.5 min")
    outage.lasts = False
    scene.at("+31 min")
    assert [said.key for said in scene.posted("checkpoint/")] == [
        "1/checkpoint/5min",
        "1/checkpoint/15min",
        "1/checkpoint/30min",
    ]
    assert "补报" not in text(scene.posted("checkpoint/15min")[0].card)
