"""From a word in Feishu to a crisis and back: the local Feishu, our door and our handlers, over real HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.routing import Route

from bot.chat import Command, Reply
from bot.crisis.people import Person
from bot.feishu import door
from bot.feishu.answers import Answers
from bot.feishu.calls import Calls
from bot.feishu.crypt import Keys
from bot.feishu.messages import Messages
from bot.feishu.text import Whereabouts
from bot.store import make_engine
from bot.tasks import Tasks
from sandbox.feishu import make_app, make_world
from sandbox.feishu.driver import Driver
from sandbox.feishu.world import World
from sandbox.server import SandboxServer
from tests.bot.feishu.standing_in import told
from tests.databases import empty_sqlite
from tests.memory_chat import MemoryChat
from tests.scene import Process, a_process

WANG, LIU, GENERAL = "ou_u04", "ou_u06", "oc_001"


@dataclass
class Here:
    """What a story may touch: Feishu, its people's hands, and our handlers, which can be taken away and come back."""

    world: World
    driver: Driver
    tasks: Tasks
    engine: Engine
    bot: Process

    async def dispatch(self, command: Command) -> Reply:
        """To the handlers of today."""
        return await self.bot.dispatch(command)

    def restart(self) -> None:
        """Another process, which remembers what is in the database."""
        self.bot.store.close()
        self.bot = a_process(self.engine, MemoryChat(), lambda: datetime.now(UTC))

    async def last(self, person: str = WANG) -> Any:
        """The newest message to this person in private, once all that is under way is done."""
        await self.tasks.drain(5)
        return self.world.messages[self.world.p2p_of(person).id][-1]

    async def titles(self) -> list[str]:
        """The crises there are."""
        headers = await self.bot.store.run(lambda work: work.incidents.headers(closed=True))
        return [header.title for header in headers]


@contextlib.asynccontextmanager
async def a_company(engine: Engine) -> AsyncIterator[Here]:
    """Both servers, in one loop."""
    world, ours = make_world(lambda: datetime.now(UTC)), Starlette()
    async with SandboxServer(ours) as bot_server:
        app = make_app(
            world, app_secret="s", verification_token="v", bot_url=bot_server.url, encrypt_key="a key"
        )
        async with SandboxServer(app) as server:
            calls, tasks = Calls(world.app_id, "s", server.url), Tasks()
            where = Whereabouts(lambda person: Person(person, person, "zh", feishu=person, known=False))
            answers = Answers(Messages(calls), where, told, ZoneInfo("Asia/Shanghai"), pause=0)
            bot = a_process(engine, MemoryChat(), lambda: datetime.now(UTC))
            here = Here(world, app.state.driver, tasks, engine, bot)
            endpoint = door.build(
                here.dispatch,
                keys=Keys("v", "a key"),
                us=world.bot_id,
                answers=answers,
                tasks=tasks,
                now=lambda: datetime.now(UTC),
            )
            ours.routes.append(Route("/feishu/events", endpoint, methods=["POST"]))
            try:
                yield here
            finally:
                await tasks.drain(2)
                await calls.close()
                here.bot.store.close()


@pytest.fixture
def run(migrated_file: Path, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Runs one async story on a SQLite file: what differs between databases is not tested here."""
    engine = make_engine(empty_sqlite(migrated_file, tmp_path))

    def running(story: Callable[[Here], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            async with a_company(engine) as here:
                await story(here)

        asyncio.run(whole())

    yield running
    engine.dispose()


def title(message):
    """The headline of a card."""
    return message.card["header"]["title"]["content"]


def inputs(card):
    """What a form asks, by name."""
    return {one["name"]: one for one in card["body"]["elements"][0]["elements"] if "name" in one}


def local(moment):
    """A moment as Feishu's picker shows it in Shanghai."""
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")


def test_feishus_console_accepts_our_address(run):
    async def story(here):
        assert await here.driver.verify_url()

    run(story)


def test_a_form_is_refused_mended_after_a_restart_and_opens_one_crisis(run):
    async def story(here):
        await here.driver.say(WANG, "／危机　打开　杭州城西：刹车失灵")
        form = await here.last()
        assert inputs(form.card)["what"]["default_value"] == "杭州城西：刹车失灵"
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        seen = await here.driver.submit(WANG, form.id, {"what": "一人受伤", "time_zero": local(tomorrow)})
        assert (seen.toast.kind, seen.toast.text) == ("error", "to mend 1 ['计时起点'] u04")
        assert inputs(seen.card)["what"]["default_value"] == "一人受伤"
        here.restart()
        seen = await here.driver.submit(WANG, form.id, {"time_zero": local(tomorrow)})
        assert inputs(seen.card)["time_zero"]["initial_datetime"] == local(tomorrow)
        earlier = datetime.now(UTC) - timedelta(minutes=5)
        seen = await here.driver.submit(WANG, form.id, {"time_zero": local(earlier)})
        assert (seen.toast.kind, seen.card["schema"]) == ("success", "2.0")
        assert await here.titles() == ["一人受伤"]

    run(story)


def test_a_form_sent_twice_opens_one_crisis(run):
    async def story(here):
        await here.driver.say(WANG, "打开 刹车失灵")
        form = await here.last()
        card = form.card
        first = await here.driver.submit(WANG, form.id)
        here.world.show(form, form.content, card)
        second = await here.driver.submit(WANG, form.id)
        assert (first.toast.text, first.card) == (second.toast.text, second.card)
        assert await here.titles() == ["刹车失灵"]

    run(story)


def test_a_message_that_comes_again_as_another_event_does_nothing_more(run):
    async def story(here):
        seen = await here.driver.say(WANG, "立即 4S店维修后车辆自燃")
        await here.last()
        await here.driver.repeat(seen.message.id)
        await here.last()
        assert await here.titles() == ["4S店维修后车辆自燃"]
        assert len(here.world.messages[here.world.p2p_of(WANG).id]) == 2

    run(story)


def test_the_menu_opens_the_same_form(run):
    async def story(here):
        assert (await here.driver.menu(WANG, "open")).status == 200
        assert "what" in inputs((await here.last()).card)

    run(story)


def test_a_picture_gets_a_word_on_what_can_be_typed(run):
    async def story(here):
        await here.driver.sends(WANG, "image", {"image_key": "img_x"})
        assert "私信发“危机”" in (await here.last()).content

    run(story)


def test_in_a_group_the_bot_answers_only_when_it_is_named_and_in_private(run):
    async def story(here):
        here.world.chats[GENERAL].has_bot = True
        await here.driver.say(WANG, "危机 列表", GENERAL)
        await here.driver.say(WANG, "@goldenhour 危机 列表", GENERAL)
        answer = await here.last()
        assert title(answer)
        assert [message.sender for message in here.world.messages[GENERAL][-2:]] == [WANG, WANG]

    run(story)


def test_whoever_the_bot_may_not_write_to_is_told_so_in_the_group(run):
    async def story(here):
        here.world.chats[GENERAL].has_bot = True
        here.world.available = {LIU}
        await here.driver.say(WANG, "@goldenhour 列表", GENERAL)
        await here.tasks.drain(5)
        said = here.world.messages[GENERAL][-1]
        assert (said.sender, "unreachable u04" in said.content) == (here.world.app_id, True)

    run(story)


def test_a_private_card_changes_into_what_its_button_shows(run):
    async def story(here):
        await here.driver.say(WANG, "立即 车辆自燃")
        await here.driver.say(WANG, "/crisis")
        guide = await here.last()
        before = len(here.world.messages[guide.chat])
        seen = await here.driver.press(WANG, guide.id, {"name": "status"})
        assert seen.card and "车辆自燃" in str(seen.card)
        await here.tasks.drain(5)
        assert len(here.world.messages[guide.chat]) == before

    run(story)


def test_a_form_asked_for_in_a_private_card_comes_below_it(run):
    async def story(here):
        await here.driver.say(WANG, "/crisis")
        guide = await here.last()
        seen = await here.driver.press(WANG, guide.id, {"name": "open"})
        assert (seen.toast, seen.card, seen.code) == (None, None, 0)
        assert "what" in inputs((await here.last()).card)

    run(story)


def test_nobody_but_feishu_comes_in(run):
    async def story(here):
        await here.driver.say(WANG, "立即 车辆自燃")
        here.driver.wire.encrypt_key = "another key"
        assert (await here.driver.say(WANG, "立即 轮胎脱落")).status == 401
        here.driver.wire.encrypt_key = ""
        assert (await here.driver.say(WANG, "立即 轮胎脱落")).status == 401
        here.driver.wire.encrypt_key, here.driver.wire.verification_token = "a key", "another"
        assert not await here.driver.verify_url()
        assert await here.titles() == ["车辆自燃"]

    run(story)
