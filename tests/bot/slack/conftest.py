"""The local Slack beside our own door, both real servers in one loop."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.routing import Route

from bot.chat import Card, Command, Plain, Reply
from bot.crisis.people import Person, Roster
from bot.slack import inbound
from bot.slack.calls import Calls
from bot.slack.client import SlackChat, web_client
from bot.slack.limiter import Limiter
from bot.tasks import Tasks
from sandbox.driver import Driver, Result
from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import Message, World, make_world

SECRET, TOKEN = "shh", "xoxb-sandbox"

ROSTER = Roster(
    people={
        "wang": Person("wang", "王敏", "zh", slack="U04", email="wang.min@example.com"),
        "emma": Person("emma", "Emma Clarke", "en", slack="U10"),
        "liu": Person("liu", "刘洋", "zh", email="liu.yang@example.com"),
        "gone": Person("gone", "Gone", "en", email="gone@example.com"),
        "ghost": Person("ghost", "Ghost", "en", slack="U99"),
        "nameless": Person("nameless", "Nameless", "en"),
        "CEO": Person("CEO", "陈志远", "zh", slack="U01"),
    }
)


@dataclass
class Here:
    """Everything a test may touch: the world, the people's hands, our client, and what was asked of us.

    app: our door, as Bolt has it. limits: Slack's, off unless a test wants them. ahead: seconds by which the clock
    that both they and our limiter go by is ahead of the real one.
    """

    world: World
    driver: Driver
    web: Calls
    chat: SlackChat
    tasks: Tasks
    faults: Faults
    limits: Limits
    bot_url: str
    asked: list[Command] = field(default_factory=list)
    answer: Callable[[Command], Reply] = lambda command: Reply()
    seconds: float = 0.0
    ahead: float = 0.0
    app: AsyncApp | None = None

    async def dispatch(self, command: Command) -> Reply:
        """Stands where the handlers will: remembers the command and answers as the test wants."""
        self.asked.append(command)
        await asyncio.sleep(self.seconds)
        return self.answer(command)

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of each call of one method."""
        return [call.args for call in self.world.calls if call.method == method]

    @property
    def general(self) -> str:
        """The id of the channel everybody is in."""
        channel = self.world.channel_named("general")
        assert channel is not None
        return channel.id

    async def says(self, text: str, user: str = "U04") -> Result:
        """Somebody types in #general."""
        return await self.driver.say(user, self.general, text)

    def last(self, channel: str = "", user: str = "U04") -> Message:
        """The newest line somebody sees, in #general unless told otherwise."""
        return self.world.visible_messages(channel or self.general, user)[-1]

    async def until(self, true: Callable[[], Any]) -> None:
        """Wait for what Slack does in its own time."""
        async with asyncio.timeout(5):
            while not true():  # noqa: ASYNC110 - what Slack does has no event of its own
                await asyncio.sleep(0.005)


def sorry(user: str) -> Card:
    """The apology a person reads."""
    return Card((Plain(f"Sorry {user}, please try again."),))


@contextlib.asynccontextmanager
async def a_sandbox(
    *, faults: Faults | None = None, call_seconds: float = 2.0, patience: float = 2.5, scopes: Any = None
) -> AsyncIterator[Here]:
    """Starts both servers; `patience` is how long an answer may take, `call_seconds` how long a call."""
    world, faults = make_world(lambda: datetime.now(UTC)), faults or Faults()
    ours = Starlette()

    def clock() -> float:
        return time.monotonic() + here.ahead

    limits = Limits(clock=clock)
    async with SandboxServer(ours) as bot_server:
        slack = make_app(
            world,
            signing_secret=SECRET,
            token=TOKEN,
            bot_url=bot_server.url,
            faults=faults,
            limits=limits,
            scopes=scopes,
        )
        async with SandboxServer(slack) as server:
            web = web_client(TOKEN, f"{server.url}/api/", timeout=call_seconds, limiter=Limiter(clock))
            chat = SlackChat(web, ROSTER.person)
            here = Here(world, slack.state.driver, web, chat, Tasks(), faults, limits, bot_server.url)
            here.app = inbound.build(
                here.dispatch,
                signing_secret=SECRET,
                client=web,
                team_id=world.team_id,
                people=ROSTER.person,
                sorry=sorry,
                tasks=here.tasks,
                patience=patience,
            )
            ours.routes.append(Route("/slack/events", inbound.endpoint(here.app, SECRET), methods=["POST"]))
            try:
                yield here
            finally:
                await here.tasks.drain(2)
                await chat.drain(2)
                await web.session.close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Slack SDK would send even loopback calls through a proxy of the environment."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def run() -> Callable[..., None]:
    """Runs one async story against a fresh sandbox."""

    def running(story: Callable[[Here], Coroutine[Any, Any, None]], **options: Any) -> None:
        async def whole() -> None:
            async with a_sandbox(**options) as here:
                await story(here)

        asyncio.run(whole())

    return running
