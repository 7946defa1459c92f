"""im/v1/messages: sending, answering, changing, recalling and reading back, and the update of a pressed card."""

from typing import Any

from sandbox.feishu.codes import FeishuError
from sandbox.feishu.content import Content, card_of, checked_card, content_of
from sandbox.feishu.installation import (
    GROUP_HISTORY,
    Asked,
    Installation,
    Method,
    chosen,
    needed,
    optional,
    paged,
    seconds,
    uuid_of,
)
from sandbox.feishu.places import heard_in, known_message, live_chat, own_message, place_to_speak
from sandbox.feishu.shapes import message_json
from sandbox.feishu.tokens import MESSAGE_SECONDS
from sandbox.feishu.world import Chat, Message

RECEIVERS = ("open_id", "user_id", "union_id", "email", "chat_id")
CARD_CONTENTS = ("", "raw_card_content", "user_card_content")
EDITS_MOST = 20


def send(app: Installation, asked: Asked) -> dict[str, Any]:
    """Sends a message to a chat or a person."""
    kind = chosen(asked.query, "receive_id_type", RECEIVERS)
    receive_id = needed(asked.body, "receive_id")
    return _once(app, asked, lambda: place_to_speak(app, kind, receive_id))


def reply(app: Installation, asked: Asked) -> dict[str, Any]:
    """Answers a message where it stands."""
    first = known_message(app, asked.path["message_id"])
    chat = app.world.chats[first.chat]
    return _once(app, asked, lambda: heard_in(app, chat), root=first.root or first.id, parent=first.id)


def _once(app: Installation, asked: Asked, where: Any, **rest: str) -> dict[str, Any]:
    """One message for one uuid within the hour, whatever the later request says."""
    kind, text, uuid = needed(asked.body, "msg_type"), needed(asked.body, "content"), uuid_of(asked.body)
    made = app.tokens.made_before("message", uuid, MESSAGE_SECONDS) if uuid else None
    before = app.world.find(made) if made else None
    if before:
        return message_json(app.world, before)
    chat: Chat = where()
    content = content_of(app, chat, kind, text)
    app.limits.take_message(chat.id)
    message = _posted(app, chat, kind, content, **rest)
    if uuid:
        app.tokens.remember("message", uuid, message.id)
    return message_json(app.world, message)


def _posted(app: Installation, chat: Chat, kind: str, content: Content, **rest: str) -> Message:
    return app.world.post(
        chat.id,
        app.world.app_id,
        kind,
        content.text,
        calls=content.calls,
        card=content.card,
        mentions=content.mentions,
        **rest,
    )


def update_card(app: Installation, asked: Asked) -> dict[str, Any]:
    """Puts another card in the place of one that the app sent within 14 days."""
    text, message = needed(asked.body, "content"), own_message(app, asked.path["message_id"])
    if message.card is None:
        raise FeishuError(230001, "this message is no card")
    if app.world.too_old(message):
        raise FeishuError(230031)
    content = card_of(app, app.world.chats[message.chat], text)
    app.limits.take_update(message.id)
    app.world.show(message, content.text, content.card)
    return {}


def edit(app: Installation, asked: Asked) -> dict[str, Any]:
    """Changes the words of a text or post, twenty times at most."""
    kind, text = needed(asked.body, "msg_type"), needed(asked.body, "content")
    message = own_message(app, asked.path["message_id"])
    if kind not in ("text", "post") or kind != message.kind:
        raise FeishuError(230001, "only text and post can be edited")
    if message.edits >= EDITS_MOST:
        raise FeishuError(230072)
    content = content_of(app, app.world.chats[message.chat], kind, text)
    message.edits += 1
    app.world.show(message, content.text)
    return message_json(app.world, message)


def recall(app: Installation, asked: Asked) -> dict[str, Any]:
    """Takes back a message of the app's own."""
    app.world.recall(own_message(app, asked.path["message_id"]))
    return {}


def read(app: Installation, asked: Asked) -> dict[str, Any]:
    """One message."""
    message = app.world.find(asked.path["message_id"])
    if message is None:
        raise FeishuError(230001, "message_id is unknown")
    if not app.world.chats[message.chat].has_bot:
        raise FeishuError(230002)
    return {"items": [message_json(app.world, message, _card_content(asked))]}


def history(app: Installation, asked: Asked) -> dict[str, Any]:
    """What was said in a chat; a group's history needs the scope for all of the group's messages besides."""
    if chosen(asked.query, "container_id_type", ("chat", "thread")) == "thread":
        raise FeishuError(230001, "the local Feishu has no threads")
    order = chosen(asked.query, "sort_type", ("ByCreateTimeAsc", "ByCreateTimeDesc"), "ByCreateTimeAsc")
    chat = live_chat(app, needed(asked.query, "container_id"))
    if not chat.has_bot:
        raise FeishuError(230002)
    if chat.kind == "group" and not app.may(GROUP_HISTORY):
        raise FeishuError(230027, f"need scope: {GROUP_HISTORY}")
    since, until, how = seconds(asked, "start_time"), seconds(asked, "end_time"), _card_content(asked)
    found = [
        message
        for message in app.world.told(chat.id)
        if message.created // 1000 >= since and (not until or message.created // 1000 <= until)
    ]
    page = paged(found[::-1] if order.endswith("Desc") else found, asked, default=20, most=50)
    return page | {"items": [message_json(app.world, message, how) for message in page["items"]]}


def _card_content(asked: Asked) -> str:
    how = asked.query.get("card_msg_content_type", "")
    if how not in CARD_CONTENTS:
        raise FeishuError(99992402, f"card_msg_content_type is one of {', '.join(CARD_CONTENTS[1:])}")
    return how


def update_pressed(app: Installation, asked: Asked) -> dict[str, Any]:
    """Changes the card that somebody pressed, by the token of that press; the card is an object here, no string."""
    token, card = needed(asked.body, "token"), needed(asked.body, "card", dict)
    message_id = app.tokens.spend_update(token)
    message = app.world.find(message_id) if message_id else None
    content = checked_card(app, app.world.chats[message.chat], card) if message else None
    if message and content:
        app.world.show(message, content.text, content.card)
    return {}


def _sending(asked: Asked) -> tuple[str, int] | None:
    uuid = optional(asked.body, "uuid")
    return (f"message {uuid}", 230049) if uuid else None


SEND = ("im:message", "im:message:send_as_bot")
READ = ("im:message", "im:message:readonly")
ONE = "/im/v1/messages/{message_id}"
MESSAGES = (
    Method("messages.create", "POST", "/im/v1/messages", send, SEND, _sending),
    Method("messages.reply", "POST", f"{ONE}/reply", reply, SEND, _sending),
    Method("messages.patch", "PATCH", ONE, update_card, (*SEND, "im:message:update")),
    Method("messages.update", "PUT", ONE, edit, (*SEND, "im:message:update")),
    Method("messages.delete", "DELETE", ONE, recall, (*SEND, "im:message:recall")),
    Method("messages.get", "GET", ONE, read, READ),
    Method("messages.list", "GET", "/im/v1/messages", history, READ),
    Method("card.update", "POST", "/interactive/v1/card/update", update_pressed),
)
