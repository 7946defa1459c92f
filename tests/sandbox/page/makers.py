"""Blocks, forms and a small bot, so that the page can be seen with everything on it."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.forms import open_form
from sandbox.page import routes
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import World, make_world

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
COMMANDS = (
    ("/crisis", "", {"en": "What to do first", "zh": "处置指引"}),
    (
        "/crisis open",
        {"en": "what happened", "zh": "发生了什么"},
        {"en": "Declare a crisis", "zh": "发起危机"},
    ),
    ("/crisis status", "", {"en": "Where the crisis of this room stands", "zh": "查看本群危机的状态"}),
)


def plain(text: str) -> dict[str, Any]:
    """A plain_text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> dict[str, Any]:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str, description: str = "") -> dict[str, Any]:
    """One option, with words below it when given."""
    made: dict[str, Any] = {"text": plain(text), "value": value}
    return made | ({"description": plain(description)} if description else {})


LEVELS = [
    option("L1", "L1 局部", "阅读量低于 1,000，仅限朋友圈或本地论坛"),
    option("L2", "L2 中等", "1,000 至 100,000，微博、抖音转发"),
    option("L3", "L3 广泛", "100,000 至 1,000,000，登上平台热榜，主流媒体跟进"),
    option("L4", "L4 社会事件", "1,000,000 以上，监管主动介入"),
]
PLATFORM_NAMES = ("微博", "抖音", "快手", "小红书", "知乎", "B站", "微信", "车友论坛", "新闻")
PLATFORMS = [option(f"p{number}", name) for number, name in enumerate(PLATFORM_NAMES)]
MOODS = [option("calm", "理性"), option("angry", "愤怒", "辱骂或威胁")]
PROOFS = [option("photo", "照片"), option("video", "视频")]
LATER = [option("a", "转交"), option("b", "稍后提醒")]
WHY = """*为什么是红色*
1. 有人员受伤，至少橙色
2. `阅读量 812,000` 已达 L3
3. <https://example.com/p|国家媒体已跟进>"""
ELEMENTS: list[dict[str, Any]] = [
    {"type": "button", "action_id": "yes", "text": plain("确认收到"), "style": "primary", "value": "1"},
    {
        "type": "button",
        "action_id": "no",
        "text": plain("降级"),
        "style": "danger",
        "value": "2",
        "confirm": {
            "title": plain("确定降级？"),
            "text": mrkdwn("降级后 *不再* 呼叫高管。"),
            "confirm": plain("降级"),
            "deny": plain("再想想"),
            "style": "danger",
        },
    },
    {"type": "button", "action_id": "go", "text": plain("打开看板"), "url": "https://example.com/board"},
    {"type": "static_select", "action_id": "level", "placeholder": plain("选择级别"), "options": LEVELS},
    {"type": "multi_static_select", "action_id": "where", "options": PLATFORMS},
    {"type": "overflow", "action_id": "more", "options": LATER},
    {
        "type": "radio_buttons",
        "action_id": "mood",
        "options": MOODS,
    },
    {
        "type": "checkboxes",
        "action_id": "proof",
        "options": PROOFS,
    },
    {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-01"},
    {"type": "timepicker", "action_id": "hour", "initial_time": "14:05"},
    {"type": "datetimepicker", "action_id": "when", "initial_date_time": 1796097600},
    {"type": "users_select", "action_id": "who", "initial_user": "U04"},
    {"type": "multi_users_select", "action_id": "whom", "initial_users": ["U01", "U05"]},
]
INPUTS: list[dict[str, Any]] = [
    {"type": "plain_text_input", "action_id": "v", "placeholder": plain("一句话说明"), "max_length": 40},
    {
        "type": "plain_text_input",
        "action_id": "v",
        "multiline": True,
        "placeholder": plain("客户在投诉什么？"),
    },
    {"type": "number_input", "action_id": "v", "is_decimal_allowed": False, "min_value": "0"},
    {"type": "email_text_input", "action_id": "v"},
    {"type": "url_text_input", "action_id": "v", "placeholder": plain("https://")},
    *({**e, "action_id": "v"} for e in ELEMENTS if e["type"] not in ("button", "overflow")),
]


def an_input(element: dict[str, Any], label: str, block_id: str, **more: Any) -> dict[str, Any]:
    """An input block."""
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def a_form() -> dict[str, Any]:
    """A form like the bot's own: facts, a level with descriptions, people, a moment."""
    text, long, number = INPUTS[0], INPUTS[1], INPUTS[2]
    choose = {"type": "static_select", "action_id": "v", "options": LEVELS}
    when = {"type": "datetimepicker", "action_id": "v"}
    return {
        "type": "modal",
        "callback_id": "declare",
        "title": plain("发起危机"),
        "submit": plain("提交并定级"),
        "close": plain("取消"),
        "blocks": [
            {
                "type": "context",
                "block_id": "c",
                "elements": [mrkdwn("五分钟内填完；不清楚的可以先 *留空*。")],
            },
            an_input(text, "发生了什么", "what", hint=plain("一句话，写事实，不写判断。")),
            an_input(number, "目前阅读量", "views"),
            an_input(choose, "传播级别", "level", hint=plain("边界值归入更高一级。")),
            an_input({**INPUTS[-2], "initial_user": "U04"}, "指挥官", "ic"),
            an_input(
                {"type": "multi_static_select", "action_id": "v", "options": PLATFORMS}, "平台", "where"
            ),
            an_input({**ELEMENTS[6], "action_id": "v"}, "客户态度", "mood"),
            an_input(when, "首次发布时间", "when", optional=True),
            an_input(long, "投诉内容", "long", optional=True),
        ],
    }


def a_card(colour: str, title: str) -> dict[str, Any]:
    """A grade card: an attachment with a colour."""
    return {
        "id": 1,
        "color": colour,
        "blocks": [
            {"type": "header", "block_id": "h", "text": plain(title)},
            {
                "type": "section",
                "block_id": "s",
                "fields": [
                    mrkdwn("*传播*\nL3 广泛"),
                    mrkdwn("*严重度*\nS3 安全隐患"),
                    mrkdwn("*失控风险*\nC2"),
                    mrkdwn("*下次复核*\n<!date^1796101200^{date_short_pretty} {time}|12-01 13:00>"),
                ],
            },
            {
                "type": "section",
                "block_id": "t",
                "text": mrkdwn(WHY),
            },
            {"type": "context", "block_id": "x", "elements": [mrkdwn("时间零点 12:00 · 指挥官 <@U04>")]},
            {"type": "actions", "block_id": "a", "elements": ELEMENTS[:3]},
        ],
    }


def a_world() -> World:
    """The company at noon, with a clock that stands still."""
    return make_world(lambda: NOON)


@dataclass
class Studio:
    """A running page: where it is, and the world behind it."""

    url: str
    world: World
    heard: list[dict[str, Any]]


def small_bot(world: World, heard: list[dict[str, Any]]) -> Starlette:
    """Opens a form on /crisis open, complains about the word "bad", answers presses in the message."""

    async def endpoint(request: Request) -> Response:
        fields = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        payload = json.loads(fields["payload"]) if "payload" in fields else fields
        heard.append(payload)
        match payload.get("type"):
            case "view_submission":
                return _submitted(world, payload)
            case "block_actions" if "message" in payload:
                message = world.find(payload["channel"]["id"], payload["message"]["ts"])
                assert message
                message.edited = True
                world.post(message.channel, world.bot_id, f"pressed {payload['actions'][0]['action_id']}")
            case None if payload.get("command"):
                if payload.get("text", "").startswith("open"):
                    open_form(world, payload["user_id"], a_form())
                    return Response()
                return JSONResponse({"text": f"heard `{payload.get('text', '')}`"})
        return Response()

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


def _submitted(world: World, payload: dict[str, Any]) -> Response:
    what = payload["view"]["state"]["values"]["what"]["v"]["value"]
    if "bad" in what:
        errors = {"what": "请不要写 bad", "views": "这个数字不对"}
        return JSONResponse({"response_action": "errors", "errors": errors})
    world.post(
        world.im_of(payload["user"]["id"]).id,
        world.bot_id,
        "",
        attachments=[a_card("#d32f2f", f"红色：{what}")],
    )
    return Response()


@contextlib.asynccontextmanager
async def a_studio(world: World | None = None) -> AsyncIterator[Studio]:
    """The page on a free port, its bot beside it."""
    world = world or a_world()
    heard: list[dict[str, Any]] = []
    async with SandboxServer(small_bot(world, heard)) as bot:
        app = make_app(
            world,
            signing_secret="shh",
            token="xoxb-1",
            bot_url=bot.url,
            page=lambda world, driver: routes(world, driver, COMMANDS),
        )
        async with SandboxServer(app) as server:
            yield Studio(server.url, world, heard)
