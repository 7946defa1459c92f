"""The same story on the local Feishu, over real HTTP in virtual time: every call of its API needs the plug."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine

from bot.chat import Card, Chat, Plain, Platform, Reply, Room
from bot.feishu.calls import Calls
from bot.feishu.cards import mark
from bot.feishu.client import FeishuChat
from bot.feishu.limits import Limiter
from bot.feishu.methods import FIND_PEOPLE
from sandbox.faults import Faults
from sandbox.feishu import make_app, make_world
from sandbox.feishu.world import Message
from sandbox.server import SandboxServer
from tests.faults.plug import Plug
from tests.faults.theatre import Stage
from tests.makers import a_roster, person
from tests.memory_chat import Said, Waiting
from tests.scene import Scene

SECRET = "s"
NO_BOT = "http://127.0.0.1:9"
TROUBLES = ("reset_before", "503", "429", "reset_after", "500_after", "bad_json")
"""Each as likely as the others; the last three are carried out, and the bot does not hear of it."""


class BadLine:
    """How calls to Feishu fare: well, until a seed says otherwise. rate: the share that meets trouble."""

    def __init__(self, seed: int = 0, rate: float = 0.0) -> None:
        rates = dict.fromkeys(TROUBLES, rate / len(TROUBLES)) if rate else {}
        self.faults = Faults(rates=rates, chance=Random(seed))

    @property
    def troubles(self) -> Mapping[str, int]:
        """How many calls met some."""
        return {"calls": len(self.faults.happened)}


class PluggedCalls(Calls):
    """Calls that need the plug. One that changed something is a step, in the middle of a deed as well."""

    def __init__(self, plug: Plug, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._plug = plug

    async def ask(self, method: str, **more: Any) -> Mapping[str, Any]:
        """As ever, while there is current."""
        self._plug.need()
        answer = await super().ask(method, **more)
        if method != FIND_PEOPLE and not method.startswith("GET"):
            self._plug.step(method)
        return answer


class Town:
    """The local Feishu as the world of a scene: a Chat, and what came of all that was asked of it.

    Each life of the bot has a client of its own, for a bot that was killed remembers nothing.
    """

    waiting: Mapping[str, Waiting] = {}
    bookmarks: Mapping[str, str] = {}

    def __init__(self, now: Callable[[], datetime], plug: Plug, line: BadLine) -> None:
        self._now, self._plug, self._line = now, plug, line
        self._keys: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        self._clients: list[Calls] = []
        self._chat: Chat | None = None

    async def open(self) -> None:
        """Ready for calls, and for a first life."""
        self._world = make_world(self._now, clock=lambda: self._now().timestamp())
        faults = self._line.faults
        faults.watch = self._look
        app = make_app(
            self._world, app_secret=SECRET, verification_token=SECRET, bot_url=NO_BOT, faults=faults
        )
        self._server = await SandboxServer(app).__aenter__()
        await self.begin()

    async def begin(self) -> None:
        """Another life of the bot."""
        app, url, clock = self._world.app_id, self._server.url, self._world.clock
        calls = PluggedCalls(self._plug, app, SECRET, url, limiter=Limiter(clock), clock=clock)
        self._clients.append(calls)
        self._chat = FeishuChat(calls, a_roster().person)

    async def close(self) -> None:
        """Nobody calls any more."""
        for calls in self._clients:
            await calls.close()
        await self._server.__aexit__()

    def __getattr__(self, name: str) -> Any:
        """Whatever else a Chat can do."""
        return getattr(self._chat, name)

    def near(self, platform: Platform) -> Town:
        """There is only this one."""
        return self

    async def post(self, room: str, card: Card, key: str) -> str:
        """Noted under its key, for `said`."""
        assert self._chat is not None
        return await self._chat.post(room, card, self._noted(key))

    async def direct(self, person: str, card: Card, key: str) -> str:
        """Noted under its key, for `said`."""
        assert self._chat is not None
        return await self._chat.direct(person, card, self._noted(key))

    def _noted(self, key: str) -> str:
        self._keys[mark(key)] = key.partition(" ")[0]
        return key

    async def _look(self, _number: int, method: str, moment: str) -> None:
        """Keep by which mark a message came, before it may be changed."""
        if (method, moment) == ("messages.create", "after"):
            for message in self._told():
                assert message.card is not None
                self._marks.setdefault(message.id, message.card["body"]["elements"][0]["element_id"])

    def _told(self) -> list[Message]:
        """All that the bot has said, in the order in which it came."""
        everything = [message for told in self._world.messages.values() for message in told]
        ours = [message for message in everything if message.sender == self._world.app_id]
        return sorted(ours, key=lambda message: message.created)

    @property
    def said(self) -> dict[str, Said]:
        """Every message by its id; of its words, what a locked phone shows."""
        return {message.id: self._as_said(message) for message in self._told()}

    def _as_said(self, message: Message) -> Said:
        assert message.card is not None
        title = Plain(message.card["config"]["summary"]["content"])
        return Said(message.chat, self._keys[self._marks[message.id]], Card((title,)))

    @property
    def _groups(self) -> Mapping[str, Any]:
        """Chats that the bot has made."""
        chats = self._world.chats.items()
        return {id: chat for id, chat in chats if chat.kind == "group" and chat.owner == self._world.app_id}

    @property
    def rooms(self) -> dict[str, Room]:
        return {id: Room(id, chat.name) for id, chat in self._groups.items()}

    @property
    def members(self) -> dict[str, list[str]]:
        return {id: list(chat.members) for id, chat in self._groups.items()}

    @property
    def topics(self) -> dict[str, str]:
        return {id: chat.description for id, chat in self._groups.items()}

    @property
    def pinned(self) -> list[str]:
        """Among the pins, and over the conversation."""
        groups = self._groups.values()
        return [chat.top_notice["message_id"] for chat in groups if chat.top_notice] + [
            message for chat in groups for message in chat.pins
        ]

    @property
    def archived(self) -> list[str]:
        return [id for id, chat in self._groups.items() if chat.may_speak == "only_owner"]

    def fall_due(self, now: datetime) -> None:
        """Nothing is left with Feishu for later."""


class SceneOnFeishu(Scene):
    """People type, press and send as in any scene, as people of Feishu."""

    def __init__(self, engine: Engine, plug: Plug, line: BadLine) -> None:
        self._town = Town(lambda: self.now, plug, line)
        super().__init__(engine, chat=self._town)

    def __enter__(self) -> Self:
        self._runner.run(self._town.open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._town.close())
        super().__exit__(kind, error, trace)

    def restart(self) -> None:
        """Pull the plug and start again."""
        self._runner.run(self._town.begin())
        super().restart()

    def command(self, kind: Any, name: str, user: str, **more: Any) -> Reply:
        """From Feishu; the roster knows who it is."""
        return super().command(kind, name, person(user), platform="feishu", **more)


class StageOnFeishu(Stage):
    """A stage behind the local Feishu; `weather` is that of the line to it."""

    weather = BadLine

    def _scene(self, engine: Engine, weather: BadLine, chat: object = None) -> Scene:
        return SceneOnFeishu(engine, self.plug, weather)
