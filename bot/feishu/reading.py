"""What Feishu reports, read as a Command: pure functions, tolerant of how people type on a phone."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat import Command
from bot.feishu.forms import values_of

Payload = Mapping[str, Any]

OUTSIDE = "outside"
HELP = "help"
INTRODUCE = "hello"
ROOM_GONE = "room_gone"
ASKED = "asked"
"""Among what a form is about: the key under which it was asked for, by which it can be had once more."""
PASSING = "passing"
"""Beside a button's name: it stands in a card that only one person sees, and which nobody will bring up to date."""

_CALLED = ("crisis", "危机")
_VERB = re.compile(r"(\S*?)(?:[\s：]+|:(?!//|\d)\s*|$)(.*)", re.DOTALL)
_MENTION = re.compile(r"@_(?:user_\d+|all)")
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True)
class Event:
    """What Feishu reports, whichever way it is wrapped up.

    kind: Feishu's name for it. id: the same when it is delivered again. tenant: key of the company that has the bot.
    """

    kind: str
    id: str
    tenant: str
    body: Payload


@dataclass(frozen=True)
class Place:
    """Where an answer can go.

    person: open_id of who asked. room: the group or private chat where they did, "" where that is no help.
    card: message id of the card that was pressed. aloud: the room is spoken to, not the person.
    """

    person: str
    room: str = ""
    card: str = ""
    aloud: bool = False


@dataclass(frozen=True)
class Heard:
    """A command and where its answer goes.

    asked: for a form that was sent, the key under which it had been asked for; typed: all that it holds, as Feishu
    tells it. twice: the same for a second press of the same thing, which comes with a key of its own; "" for what
    people can well say twice.
    """

    command: Command
    place: Place
    asked: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    twice: str = ""


def event_of(payload: Payload) -> Event:
    """The event in either wrapping: 2.0 has a header, the old one does without."""
    header, body = _part(payload, "header"), _part(payload, "event")
    if header:
        return Event(
            _text(header, "event_type"), _text(header, "event_id"), _text(header, "tenant_key"), body
        )
    return Event(_text(body, "type"), _text(payload, "uuid"), _text(body, "tenant_key"), body)


def read(event: Event, us: str) -> Heard | None:
    """What a person asked of the bot, whose open_id is `us`; None for all that is no business of ours."""
    reader = READERS.get(event.kind)
    heard = reader(event, us) if reader and event.id else None
    return heard if heard and heard.command.user else None


def written(event: Event, us: str) -> Heard | None:
    """A line to the bot: in private, or in a group with its name in it. Known by the message, as Feishu asks."""
    sender, message = _part(event.body, "sender"), _part(event.body, "message")
    person, chat = _person(sender, "sender_id"), _text(message, "chat_id")
    is_private = message.get("chat_type") == "p2p"
    if sender.get("sender_type") != "user" or not _text(message, "message_id"):
        return None
    if not is_private and us not in _called(message):
        return None
    said = said_in(message, us)
    name, text = (HELP, "") if said is None else words(without_command(said))
    command = Command(
        kind="typed",
        name=name,
        key=f"message:{message['message_id']}",
        user=person,
        room=chat,
        text=text,
        platform="feishu",
    )
    place = Place(person, room="" if is_private else chat)
    return Heard(_ours(command, event, sender), place)


def chosen(event: Event, _us: str) -> Heard | None:
    """An entry of the bot's menu, which stands in the private chat. Its key is a verb."""
    operator, entry = _part(event.body, "operator"), _text(event.body, "event_key")
    person, (name, text) = _person(operator, "operator_id"), words(without_command(entry))
    key = f"menu:{event.id}"
    command = Command(kind="typed", name=name, key=key, user=person, text=text, platform="feishu")
    return Heard(_ours(command, event, operator), Place(person), twice=f"menu {person} {entry}")


def pressed(event: Event, _us: str) -> Heard | None:
    """A button in a card, or a form in a card that was sent. Whoever did it is the operator, whatever the card says."""
    action, context = _part(event.body, "action"), _part(event.body, "context")
    operator = _part(event.body, "operator")
    value = _part(action, "value")
    place = Place(
        _text(operator, "open_id"), _text(context, "open_chat_id"), card=_text(context, "open_message_id")
    )
    if not place.card:
        return None
    if "form" in value:
        return _sent(event, value, place)
    if "name" not in value:
        return None
    command = Command(
        kind="pressed",
        name=_text(value, "name"),
        key=f"press:{event.id}",
        user=place.person,
        room=place.room,
        value=_text(value, "value"),
        passing=value.get(PASSING) is True,
        platform="feishu",
    )
    twice = f"press {place.person} {place.card} {command.name} {command.value}"
    return Heard(_ours(command, event, operator), place, twice=twice)


def added(event: Event, _us: str) -> Heard | None:
    """The bot was brought into a group, where it says who it is."""
    room, person = _text(event.body, "chat_id"), _person(event.body, "operator_id")
    key = f"added:{event.id}"
    command = Command(kind="typed", name=INTRODUCE, key=key, user=person, room=room, platform="feishu")
    theirs = {"tenant_key": event.body.get("operator_tenant_key")}
    return Heard(_ours(command, event, theirs), Place(person, room, aloud=True))


def put_out(event: Event, _us: str) -> Heard | None:
    """The bot was taken out of a group, or the group was dissolved. No verb, as nobody may say so by typing it."""
    room, person = _text(event.body, "chat_id"), _person(event.body, "operator_id")
    key = f"gone:{event.id}"
    command = Command(kind="pressed", name=ROOM_GONE, key=key, user=person, room=room, platform="feishu")
    return Heard(command, Place(person))


READERS: Mapping[str, Callable[[Event, str], Heard | None]] = {
    "im.message.receive_v1": written,
    "application.bot.menu_v6": chosen,
    "card.action.trigger": pressed,
    "im.chat.member.bot.added_v1": added,
    "im.chat.member.bot.deleted_v1": put_out,
    "im.chat.disbanded_v1": put_out,
}
"""What Feishu is asked to report; everything else is accepted and let go."""


def words(text: str) -> tuple[str, str]:
    """The verb in lower case, and the rest as it was typed.

    A colon ends a verb as a space does. Full-width letters, a slash before it, a full stop after it, and what phones
    put in unseen make no difference.
    """
    verb, rest = _split(text)
    verb = unicodedata.normalize("NFKC", verb).strip(_INVISIBLE).lower()
    return verb.removeprefix("/").rstrip("。.!"), rest


def without_command(text: str) -> str:
    """A line without "/crisis" or "危机" in front: people type it or leave it."""
    verb, _ = words(text)
    return _split(text)[1] if verb in _CALLED else text


def said_in(message: Payload, us: str) -> str | None:
    """What a person wrote, with names where Feishu has put keys, ours left out; None for pictures and the like."""
    read_content = CONTENTS.get(_text(message, "message_type"))
    text = read_content(_content(message)) if read_content else ""
    names = {_text(mention, "key"): mention for mention in _mentions(message)}

    def shown(key: re.Match[str]) -> str:
        mention = names.get(key[0])
        if mention is None:
            return "@all" if key[0] == "@_all" else key[0]
        return " " if _person(mention, "id") == us else f"@{_text(mention, 'name')}"

    return _MENTION.sub(shown, text) if text.strip() else None


def _line(content: Payload) -> str:
    return _text(content, "text")


def _post(content: Payload) -> str:
    """Rich text, which Feishu's clients make of what is pasted: its words, line by line."""
    rows = content.get("content")
    lines = [_row(row) for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    return "\n".join([_text(content, "title"), *lines]).strip()


def _row(row: list[Any]) -> str:
    parts = [part for part in row if isinstance(part, dict)]
    return "".join(_text(part, "user_id" if part.get("tag") == "at" else "text") for part in parts)


CONTENTS: Mapping[str, Callable[[Payload], str]] = {"text": _line, "post": _post}


def _sent(event: Event, value: Payload, place: Place) -> Heard | None:
    """Every sending of one form is the same intent; what it says is told apart by the dispatcher."""
    about = {str(name): str(one) for name, one in _part(value, "about").items()}
    asked, filled_in = about.pop(ASKED, ""), _part(_part(event.body, "action"), "form_value")
    command = Command(
        kind="sent",
        name=_text(value, "form"),
        key=f"form:{place.card}:{_text(value, 'form')}:{place.person}",
        user=place.person,
        fields=values_of(filled_in, value),
        about=about,
        platform="feishu",
    )
    return Heard(_ours(command, event, _part(event.body, "operator")), place, asked=asked, typed=filled_in)


def _ours(command: Command, event: Event, person: Payload) -> Command:
    """The command, or "outside" for people of another company, who may share a group with ours."""
    theirs = person.get("tenant_key")
    if not theirs or theirs == event.tenant:
        return command
    key, user, room = command.key, command.user, command.room
    return Command(kind="typed", name=OUTSIDE, key=key, user=user, room=room, platform="feishu")


def _split(text: str) -> tuple[str, str]:
    found = _VERB.fullmatch(text.strip(_INVISIBLE + " \t\r\n\u3000\xa0：:"))
    return (found[1], found[2]) if found else ("", "")


def _called(message: Payload) -> list[str]:
    """The open_ids of everybody named in it."""
    return [_person(mention, "id") for mention in _mentions(message)]


def _mentions(message: Payload) -> list[Payload]:
    mentions = message.get("mentions")
    return [one for one in mentions if isinstance(one, dict)] if isinstance(mentions, list) else []


def _content(message: Payload) -> Payload:
    """The content of a message, which is JSON within JSON."""
    try:
        content = json.loads(_text(message, "content"))
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _person(of: Payload, what: str) -> str:
    """An open_id; the other ids are of no use to us."""
    return _text(_part(of, what), "open_id")


def _part(of: Payload, name: str) -> Payload:
    """An object within an object; an empty one where Feishu left it out or wrote something else."""
    part = of.get(name)
    return part if isinstance(part, dict) else {}


def _text(of: Payload, name: str) -> str:
    text = of.get(name)
    return text if isinstance(text, str) else ""
