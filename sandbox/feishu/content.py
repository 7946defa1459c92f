"""Reads what a message is to say, per kind of message, and refuses what Feishu would not deliver."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.feishu import cards, mentions
from sandbox.feishu.codes import BadCard, FeishuError
from sandbox.feishu.installation import Installation
from sandbox.feishu.world import ALL, Chat

TEXT_BYTES = 150 * 1024
CARD_BYTES = 30 * 1024
KINDS = ("text", "post", "interactive")
LOCALES = ("zh_cn", "en_us", "ja_jp")


@dataclass(frozen=True)
class Content:
    """A message ready to be posted. text: as it is kept. calls: whom it notifies by name."""

    text: str
    card: dict[str, Any] | None = None
    mentions: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def content_of(app: Installation, chat: Chat, kind: str, text: str) -> Content:
    """The content of a message of this kind for this chat. text: the JSON string of the call."""
    if kind not in KINDS:
        raise FeishuError(230001, f"msg_type: the local Feishu delivers {', '.join(KINDS)}")
    if len(text.encode()) > (TEXT_BYTES if kind == "text" else CARD_BYTES):
        raise FeishuError(230025)
    match kind:
        case "interactive":
            return card_of(app, chat, text)
        case "text":
            return _let_through(app, _words(app, chat, _object(text)))
        case _:
            return _let_through(app, _post(_object(text)))


def card_of(app: Installation, chat: Chat, text: str) -> Content:
    """A card from its JSON string, as it was sent or is to replace another."""
    if len(text.encode()) > CARD_BYTES:
        raise FeishuError(230025)
    try:
        card = json.loads(text)
    except ValueError:
        raise BadCard(
            200621, "parse card json err, please check whether the card json is correct", ""
        ) from None
    return checked_card(app, chat, card)


def checked_card(app: Installation, chat: Chat, card: Any) -> Content:
    """The same from the card itself."""
    cards.check(card, lambda person: person in app.world.people)
    named = mentions.in_card(cards.nodes(card))
    calls = []
    for mention in named:
        if mention.who == ALL:
            _may_call_all(chat)
            calls.append(ALL)
        else:
            calls.append(_called(app, mention))
    return _let_through(app, Content(_written(card), card, calls=_in_chat(chat, calls)))


def _let_through(app: Installation, content: Content) -> Content:
    """The same content, unless it is too long as a card or holds a word that is not let through."""
    if content.card is not None and len(content.text.encode()) > CARD_BYTES:
        raise FeishuError(230025)
    if any(word in content.text for word in app.world.sensitive):
        raise FeishuError(230022)
    return content


def _called(app: Installation, mention: mentions.Mention) -> str:
    by_email = (p.id for p in app.world.people.values() if p.email == mention.who)
    person = next(by_email, "") if mention.by == "email" else mention.who
    if person not in app.world.people:
        raise BadCard(100290, f"Failed to create card content, invalid user in at: {mention.who}", "")
    return person


def _words(app: Installation, chat: Chat, body: dict[str, Any]) -> Content:
    words = body.get("text")
    if not isinstance(words, str) or not words.strip():
        raise FeishuError(230001, "text message content is empty")
    called = mentions.in_text(words)
    if ALL in called:
        _may_call_all(chat)
    kept, beside = mentions.as_kept(words, mentions.IN_TEXT, lambda match: match[1], app.world.name_of)
    calls = [who for who in called if who == ALL or who in app.world.people]
    return Content(_written(body | {"text": kept}), mentions=beside, calls=_in_chat(chat, calls))


def _post(body: dict[str, Any]) -> Content:
    if not body or any(
        locale not in LOCALES or not isinstance(part, dict) or not isinstance(part.get("content"), list)
        for locale, part in body.items()
    ):
        raise FeishuError(230001, "post content: {locale: {title, content: [[...]]}}")
    return Content(_written(body))


def _may_call_all(chat: Chat) -> None:
    if chat.may_call_all != "all_members":
        raise FeishuError(230018, "this group does not allow to mention all")


def _in_chat(chat: Chat, calls: Iterable[str]) -> list[str]:
    """Who is named but not in the chat is shown by name, and hears nothing."""
    return [who for who in calls if who == ALL or who in chat.members]


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        raise FeishuError(230001, "content is not in JSON format") from None
    if not isinstance(body, dict):
        raise FeishuError(230001, "content is no JSON object")
    return body
