"""What stays in sight in a group: pins, the top notice, tabs."""

from typing import Any

from sandbox.feishu.codes import FeishuError
from sandbox.feishu.installation import Asked, Installation, Method, chosen, needed, objects, paged, short
from sandbox.feishu.places import known_message, own_chat

TABS_MOST = 20
TAB_NAME_MOST = 30


def pin(app: Installation, asked: Asked) -> dict[str, Any]:
    """Pins a message; one that is pinned stays so."""
    message = known_message(app, needed(asked.body, "message_id"))
    pins = app.world.chats[message.chat].pins
    if message.id not in pins:
        pins.append(message.id)
        app.world.touch()
    return {"pin": _pin_json(app, message.chat, message.id)}


def list_pins(app: Installation, asked: Asked) -> dict[str, Any]:
    """What is pinned in a chat, the latest first."""
    chat = own_chat(app, needed(asked.query, "chat_id"))
    page = paged(chat.pins[::-1], asked, default=20, most=50)
    return page | {"items": [_pin_json(app, chat.id, pinned) for pinned in page["items"]]}


def _pin_json(app: Installation, chat: str, message: str) -> dict[str, Any]:
    shape = {"message_id": message, "chat_id": chat, "operator_id": app.world.app_id}
    return shape | {"operator_id_type": "app_id", "create_time": str(app.world.millis())}


def unpin(app: Installation, asked: Asked) -> dict[str, Any]:
    """Takes a pin away, if there is one."""
    message = known_message(app, asked.path["message_id"])
    chat = app.world.chats[message.chat]
    chat.pins = [pinned for pinned in chat.pins if pinned != message.id]
    app.world.touch()
    return {}


def put_notice(app: Installation, asked: Asked) -> dict[str, Any]:
    """Keeps one message (or the announcement) in sight above everything that is said."""
    chat = own_chat(app, asked.path["chat_id"])
    for notice in objects(asked.body, "chat_top_notice"):
        kind = chosen(notice, "action_type", ("1", "2"))
        if kind == "1" and known_message(app, needed(notice, "message_id")).chat != chat.id:
            raise FeishuError(230001, "the message stands in another chat")
        chat.top_notice = {"action_type": kind, "message_id": str(notice.get("message_id") or "")}
    app.world.touch()
    return {}


def delete_notice(app: Installation, asked: Asked) -> dict[str, Any]:
    """Takes the top notice away."""
    own_chat(app, asked.path["chat_id"]).top_notice = None
    app.world.touch()
    return {}


def add_tabs(app: Installation, asked: Asked) -> dict[str, Any]:
    """Adds tabs that lead to a web address; the same twice is two."""
    chat, wanted = own_chat(app, asked.path["chat_id"]), objects(asked.body, "chat_tabs")
    if len(chat.tabs) + len(wanted) > TABS_MOST:
        raise FeishuError(99992402, f"at most {TABS_MOST} tabs")
    fresh = [_tab(app, tab) for tab in wanted]
    chat.tabs += fresh
    app.world.touch()
    return {"chat_tabs": chat.tabs}


def _tab(app: Installation, tab: dict[str, Any]) -> dict[str, Any]:
    chosen(tab, "tab_type", ("url",))
    url = needed(needed(tab, "tab_content", dict), "url")
    if not url.startswith(("https://", "http://")):
        raise FeishuError(99992402, "tab_content.url is a web address")
    needed(tab, "tab_name")
    name = short(tab, "tab_name", TAB_NAME_MOST)
    return {
        "tab_id": app.world.fresh_id("tab"),
        "tab_name": name,
        "tab_type": "url",
        "tab_content": {"url": url},
    }


def list_tabs(app: Installation, asked: Asked) -> dict[str, Any]:
    """The tabs of a group."""
    return {"chat_tabs": own_chat(app, asked.path["chat_id"]).tabs}


def delete_tabs(app: Installation, asked: Asked) -> dict[str, Any]:
    """Takes tabs away by their ids."""
    chat, gone = own_chat(app, asked.path["chat_id"]), needed(asked.body, "tab_ids", list)
    chat.tabs = [tab for tab in chat.tabs if tab["tab_id"] not in gone]
    app.world.touch()
    return {"chat_tabs": chat.tabs}


PINS = ("im:message", "im:message.pins:write_only")
NOTICE = ("im:chat", "im:chat.top_notice:write_only")
TABS = ("im:chat", "im:chat.tabs:write_only")
ONE = "/im/v1/chats/{chat_id}"
HEADS = (
    Method("pins.create", "POST", "/im/v1/pins", pin, PINS),
    Method(
        "pins.list",
        "GET",
        "/im/v1/pins",
        list_pins,
        ("im:message", "im:message:readonly", "im:message.pins:read"),
    ),
    Method("pins.delete", "DELETE", "/im/v1/pins/{message_id}", unpin, PINS),
    Method("top_notice.put", "POST", f"{ONE}/top_notice/put_top_notice", put_notice, NOTICE),
    Method("top_notice.delete", "POST", f"{ONE}/top_notice/delete_top_notice", delete_notice, NOTICE),
    Method("tabs.create", "POST", f"{ONE}/chat_tabs", add_tabs, TABS),
    Method("tabs.list", "GET", f"{ONE}/chat_tabs/list_tabs", list_tabs, (*TABS, "im:chat.tabs:read")),
    Method("tabs.delete", "DELETE", f"{ONE}/chat_tabs/delete_tabs", delete_tabs, TABS),
)
