"""From a line in Feishu to a crisis and back: our door, our handlers and their memory, with nothing in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.store import make_engine
from tests.bot.feishu.standing_in import NOW, event, line, played, press
from tests.databases import empty_sqlite
from tests.memory_chat import MemoryChat
from tests.scene import a_process


@pytest.fixture
def engine(migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a SQLite file: what differs between databases is not tested here."""
    made = make_engine(empty_sqlite(migrated_file, tmp_path))
    yield made
    made.dispose()


def process(engine):
    """The bot's handlers and its memory."""
    return a_process(engine, MemoryChat(), lambda: NOW)


def container(card):
    """The form in a card."""
    return card["body"]["elements"][0]


def button(card):
    """What the button of a form brings back."""
    return container(card)["elements"][-1]["behaviors"][0]["value"]


def filled_in(card, **typed):
    """A form as Feishu reports it once it is filled in and sent."""
    return press(button(card), typed)


FUTURE = "2026-11-21 23:00 +0800"
PAST = "2026-11-21 13:00 +0800"


def test_a_form_is_refused_mended_after_a_restart_and_opens_one_crisis(engine):
    async def story(here):
        first = process(engine)
        here.handlers = first.dispatch
        await here.hears(line("/危机　打开　杭州城西 刹车失灵"))
        ((_, asked),) = here.feishu.said
        refusal = await here.hears(filled_in(asked, what="刹车失灵，一人受伤", time_zero=FUTURE))
        assert refusal["toast"]["type"] == "error"
        first.store.close()

        second = process(engine)
        here.handlers = second.dispatch
        again = refusal["card"]["data"]
        inputs = {one["name"]: one for one in container(again)["elements"] if "name" in one}
        assert inputs["what"]["default_value"] == "刹车失灵，一人受伤"
        assert inputs["time_zero"]["initial_datetime"] == "2026-11-21 23:00"
        sent = filled_in(again, what="刹车失灵，一人受伤", time_zero=PAST)
        done = await here.hears(sent)
        assert (done["toast"]["type"], "card" in done) == ("success", True)
        sent["header"]["event_id"] = "e2"
        assert await here.hears(sent) == done
        incidents = await second.store.run(lambda work: work.incidents.headers(closed=True))
        assert [incident.title for incident in incidents] == ["刹车失灵，一人受伤"]
        second.store.close()

    played(story)


def test_a_form_refused_after_a_restart_still_comes_again(engine):
    async def story(here):
        first = process(engine)
        here.handlers = first.dispatch
        await here.hears(line("打开 刹车失灵"))
        first.store.close()

        second = process(engine)
        here.handlers = second.dispatch
        ((_, asked),) = here.feishu.said
        refusal = await here.hears(filled_in(asked, what="", time_zero=""))
        assert "card" in refusal
        second.store.close()

    played(story)


@pytest.mark.parametrize("entry", ["open", "打开"])
def test_the_menu_asks_as_a_line_does(engine, entry):
    async def story(here):
        bot = process(engine)
        here.handlers = bot.dispatch
        operator = {"operator_id": {"open_id": "ou_wang"}}
        await here.hears(event("application.bot.menu_v6", {"event_key": entry, "operator": operator}))
        ((to, asked),) = here.feishu.said
        assert (to, button(asked)["form"]) == ("ou_wang", "open")
        bot.store.close()

    played(story)
