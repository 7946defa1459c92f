"""A local Feishu with its page, and a bot that says what the test has put into its mouth."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.feishu import make_app, make_world
from sandbox.feishu.content import checked_card
from sandbox.feishu.driver import Driver
from sandbox.feishu.page import routes
from sandbox.feishu.world import Message, World
from sandbox.server import SandboxServer
from tests.sandbox.feishu.conftest import Clock, button, card, form, plain
from tests.sandbox.page.web import Visit, visit_to

WANG, ZHAO, EMMA = "ou_u04", "ou_u05", "ou_u10"
HALL = "oc_001"
MENU = (
    ("open", {"zh": "上报危机", "en": "Open a crisis"}),
    ("help", {"zh": "使用说明", "en": "How it works"}),
)


@dataclass
class Studio:
    """What a test of the page may touch. heard: every event and callback; replies: what the bot answers next."""

    url: str
    world: World
    driver: Driver
    heard: list[dict[str, Any]] = field(default_factory=list)
    replies: list[Any] = field(default_factory=list)

    def says(self, person: str, told: dict[str, Any]) -> Message:
        """The bot sends somebody a card."""
        return self.tells(self.world.p2p_of(person).id, told)

    def tells(self, chat: str, told: dict[str, Any]) -> Message:
        """The bot sends a card to a chat; Feishu would refuse one that is wrong."""
        content = checked_card(self.driver.app, self.world.chats[chat], told)
        rest: dict[str, Any] = {"card": content.card, "calls": content.calls}
        return self.world.post(chat, self.world.app_id, "interactive", content.text, **rest)

    def group(self, *people: str, **rest: Any) -> str:
        """A group of the bot and these people."""
        return self.world.create_chat("危机 1", self.world.app_id, people, **rest).id


@contextlib.asynccontextmanager
async def a_studio() -> AsyncIterator[Studio]:
    """Both servers, until the block ends."""
    clock = Clock()
    world = make_world(clock.now, clock=clock.clock)
    notes: list[Studio] = []

    async def events(request: Request) -> Response:
        studio = notes[0]
        studio.heard.append(await request.json())
        reply = studio.replies.pop(0) if studio.replies else {}
        return reply if isinstance(reply, Response) else JSONResponse(reply)

    bot = Starlette(routes=[Route("/feishu/events", events, methods=["POST"])])
    async with SandboxServer(bot) as bot_server:
        app = make_app(
            world,
            app_secret="s",
            verification_token="t",
            bot_url=bot_server.url,
            page=lambda world, driver: routes(world, driver, MENU),
        )
        async with SandboxServer(app) as server:
            notes.append(Studio(server.url, world, app.state.driver))
            yield notes[0]


def run(visit: Visit) -> None:
    """One visit to a fresh studio."""
    visit_to(a_studio(), visit)


def a_page(level: str = "红色") -> dict[str, Any]:
    """The card by which somebody is called, with the button that answers."""
    return card(
        {"tag": "markdown", "content": f"请您以**CEO**身份到位，级别{level}。"},
        button("我已到位", type="primary"),
        config={"update_multi": True, "summary": {"content": "请您应答"}},
    )


def a_form(**held: str) -> dict[str, Any]:
    """A form with a field of each kind; held: what stands in a field at first, by its name."""
    options = [{"text": plain(words), "value": words[0]} for words in ("L1 局部", "M2 中等")]
    what = {
        "tag": "input",
        "name": "what",
        "required": True,
        "input_type": "multiline_text",
        "max_length": 20,
    }
    views = {"tag": "input", "name": "views", "placeholder": plain("如 1.2万")}
    for field_ in (what, views):
        if field_["name"] in held:
            field_["default_value"] = held[field_["name"]]
    return card(
        form(
            {"tag": "markdown", "content": "**发生了什么？**"},
            what,
            {"tag": "markdown", "content": "**浏览量**"},
            views,
            {"tag": "select_static", "name": "level", "required": True, "options": options},
            {"tag": "multi_select_static", "name": "where", "options": options},
            {"tag": "picker_datetime", "name": "since"},
        )
    )


def words_of(message: Message) -> str:
    """The content of a text message."""
    return str(json.loads(message.content)["text"])
