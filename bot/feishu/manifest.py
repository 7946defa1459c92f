"""What an administrator sets up on our app's page in Feishu's developer console: what the code uses and nothing more.

The console imports scopes as JSON and nothing else, so the rest is a list to go through by hand.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.feishu.methods import (
    ADD_MEMBERS,
    ADD_TAB,
    CHANGE_CHAT,
    CREATE_CHAT,
    FIND_PEOPLE,
    HISTORY,
    LIST_PINS,
    LIST_TABS,
    MODERATE,
    PIN,
    REPLY,
    SEND,
    TOP_NOTICE,
    UPDATE,
    URGE,
)

PATH = "/feishu/events"
"""Where Feishu knocks, for events and for what is pressed in cards."""

ADDED, DELETED = "im.chat.member.bot.added_v1", "im.chat.member.bot.deleted_v1"
DISBANDED, WRITTEN, CHOSEN = "im.chat.disbanded_v1", "im.message.receive_v1", "application.bot.menu_v6"
PRESSED = "card.action.trigger"

EVENTS: Mapping[str, str] = {
    WRITTEN: "接收消息",
    CHOSEN: "机器人自定义菜单事件",
    ADDED: "机器人进群",
    DELETED: "机器人被移出群",
    DISBANDED: "群解散",
}
"""What Feishu is asked to report, by type, as the console names it."""

CALLBACKS: Mapping[str, str] = {PRESSED: "卡片回传交互"}
"""What Feishu asks us while somebody waits, likewise."""

SEES_ITSELF = "application:application:self_manage"
"""With this scope our app may ask Feishu what it is subscribed to."""


@dataclass(frozen=True)
class Scope:
    """A right that our app asks for. why: what it is for.

    methods, events: what of ours needs it. within: a wider scope of older apps, which does as well. level: asked for
    only where people are urged in this way. spare: without it the bot works, only less well.
    """

    name: str
    why: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    within: str = ""
    level: str = ""
    spare: bool = False


SCOPES = (
    Scope("contact:user.id:readonly", "find the roster's people by e-mail", (FIND_PEOPLE,)),
    Scope("im:chat:create", "make the crisis room", (CREATE_CHAT,), within="im:chat"),
    Scope("im:chat:update", "say in the group's description what is known", (CHANGE_CHAT,), within="im:chat"),
    Scope("im:chat.members:write_only", "bring people into the room", (ADD_MEMBERS,), within="im:chat"),
    Scope("im:chat.top_notice:write_only", "keep the state card on top", (TOP_NOTICE,), within="im:chat"),
    Scope(
        "im:chat.tabs:read",
        "see whether the brief's tab is there",
        (LIST_TABS,),
        within="im:chat",
        spare=True,
    ),
    Scope("im:chat.tabs:write_only", "add a tab to the brief", (ADD_TAB,), within="im:chat", spare=True),
    Scope(
        "im:chat:moderation:write_only",
        "close the room to writing after a crisis",
        (MODERATE,),
        within="im:chat",
    ),
    Scope(
        "im:chat:readonly",
        "hear that the bot was brought into a group or put out of it, or that it was dissolved",
        events=(ADDED, DELETED, DISBANDED),
        within="im:chat",
    ),
    Scope("im:message:send_as_bot", "send cards and update them", (SEND, REPLY, UPDATE), within="im:message"),
    Scope(
        "im:message:readonly",
        "after a lost answer look whether the card is there",
        (HISTORY, LIST_PINS),
        within="im:message",
    ),
    Scope("im:message.pins:write_only", "pin the state card", (PIN,), within="im:message"),
    Scope("im:message.p2p_msg:readonly", "read what people write to the bot in private", events=(WRITTEN,)),
    Scope("im:message.group_at_msg:readonly", "read what is said to @bot in groups", events=(WRITTEN,)),
    Scope(
        "im:message.group_msg",
        "look for a card in a group, too: else one in doubt for over an hour is sent again",
        (HISTORY,),
        spare=True,
    ),
    Scope("im:message.urgent", "urge the person who is called, in the app", (URGE["app"],), level="app"),
    Scope("im:message.urgent:sms", "urge by SMS, which Feishu bills", (URGE["sms"],), level="sms"),
    Scope("im:message.urgent:phone", "urge by a call, which Feishu bills", (URGE["phone"],), level="phone"),
    Scope(SEES_ITSELF, "let `goldenhour doctor` see the subscriptions", spare=True),
)
"""Every scope, once."""


@dataclass(frozen=True)
class Entry:
    """One entry of the bot's menu. key: the verb that Feishu reports when it is chosen."""

    key: str
    zh: str
    en: str


MENU = (
    Entry("open", "上报危机", "Open a crisis"),
    Entry("status", "一分钟简报", "One-minute brief"),
    Entry("tasks", "任务清单", "Tasks"),
    Entry("list", "进行中的事件", "Open crises"),
    Entry("help", "使用说明", "How it works"),
)
"""What stands over the line to type in, in the private chat with the bot."""


def scopes(urges: Collection[str]) -> list[Scope]:
    """Those to be asked for where people are urged at these levels."""
    return [scope for scope in SCOPES if not scope.level or scope.level in urges]


def lacking(given: Collection[str], urges: Collection[str]) -> list[Scope]:
    """Those of them that were not granted."""
    return [scope for scope in scopes(urges) if scope.name not in given and scope.within not in given]


def to_import(urges: Collection[str]) -> str:
    """The JSON that the console imports."""
    names = [scope.name for scope in scopes(urges)]
    return json.dumps({"scopes": {"tenant": names, "user": []}}, indent=2)


def page(base_url: str, app_id: str, names: Sequence[str]) -> str:
    """Where the console asks for these scopes at one press."""
    return f"{base_url}/app/{app_id}/auth?q={','.join(names)}&op_from=openapi&token_type=tenant"


def checklist(url: str, urges: Collection[str]) -> str:
    """All that is to be set up, in the console's order. url: the bot's public address, such as https://x.example."""
    return "\n".join(
        [
            "1. Permissions & Scopes (权限管理) > Batch import/export scopes (批量导入/导出权限): paste",
            to_import(urges),
            "",
            "2. Events & Callbacks (事件与回调): send to the developer's server (将事件发送至开发者服务器)",
            f"   request URL, for events and for callbacks: {url.rstrip('/')}{PATH}",
            *(f"   event     {kind}  {name}" for kind, name in EVENTS.items()),
            *(f"   callback  {kind}  {name}" for kind, name in CALLBACKS.items()),
            "",
            "3. Bot (机器人) > Custom menu (机器人自定义菜单): floating (悬浮菜单); each pushes an event (推送事件)",
            *(f"   {entry.key:<8}{entry.zh} / {entry.en}" for entry in MENU),
            "",
            "4. Version Management & Release (版本管理与发布): create a version, name who may use it, publish.",
        ]
    )
