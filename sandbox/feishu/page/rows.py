"""One message as a person sees it: what kind of thing it is, who said it, and in a few words for lists."""

import json
import re
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from sandbox.feishu.page import markdown
from sandbox.feishu.page.render import WEB, CardPen
from sandbox.feishu.world import ALL, CAME, LEFT, REMOVED, RENAMED, SYSTEM, Message, Urgent, World
from sandbox.page import dates
from sandbox.page.mrkdwn import Reader, link, mention
from sandbox.page.stage import BOT_COLOUR, TOGETHER, Author

_LIVE = re.compile(r"(@_user_\d+|@_all|https?://[^\s<>（），。；、！？》】」”]+)")
NOTES = {CAME: "came", LEFT: "left", REMOVED: "removed", RENAMED: "renamed"}


class Rows:
    """The messages of one chat, for one reader."""

    def __init__(self, world: World, pen: CardPen) -> None:
        self.world, self.pen, self.reader = world, pen, pen.reader

    def row(self, message: Message, before: dict[str, Any] | None) -> dict[str, Any]:
        """One message with what its neighbour decides: a new day above it, a byline of its own or not."""
        at = self.moment(message)
        author, kind = self.author(message.sender), self.kind(message)
        new_day = before is None or before["at"].date() != at.date()
        alike = before is not None and (before["author"], before["kind"]) == (author, "text")
        joined = alike and not new_day and before is not None and at - before["at"] < TOGETHER
        return {
            "id": message.id,
            "at": at,
            "author": author,
            "kind": kind,
            "mine": message.sender == self.reader.person,
            "compact": joined and kind == "text",
            "day": dates.near_day(at, self.reader.now, self.reader.lang) if new_day else "",
            "html": self.words(message),
            "card": message.card if kind == "card" else None,
            "edited": message.edits > 0,
            "quoted": self._quoted(message),
            "urgents": self._urgents(message),
        }

    def kind(self, message: Message) -> str:
        """system, recalled, card or text."""
        if message.kind == SYSTEM or message.recalled:
            return "system"
        return "card" if message.card is not None else "text"

    def words(self, message: Message) -> Markup:
        """What the message says, unless it is a card."""
        if message.recalled:
            return escape(self.pen.say("recalled", name=self.author(message.sender).name))
        if message.kind == SYSTEM:
            return self._note(json.loads(message.content))
        if message.kind == "text":
            return text(json.loads(message.content)["text"], message.mentions, self.reader)
        if message.kind == "post":
            return _post(json.loads(message.content), self.reader)
        return escape(self.pen.w["kinds"].get(message.kind, f"[{message.kind}]"))

    def preview(self, message: Message | None) -> str:
        """A message in one line, as the list of chats shows it."""
        if message is None:
            return ""
        if message.card is not None and not message.recalled:
            return summary(message.card, self.reader)
        said = str(self.words(message).replace("<br>", " ").striptags())
        in_private = self.world.chats[message.chat].kind == "p2p"
        named = not in_private and message.sender and not message.recalled
        return f"{self.author(message.sender).name}: {said}" if named else said

    def author(self, user: str) -> Author:
        """Who speaks: a person, the bot, or Feishu itself."""
        if user in (self.world.app_id, self.world.bot_id):
            return Author(user, self.world.bot_name, self.pen.w["app_badge"], BOT_COLOUR, is_bot=True)
        person = self.world.people.get(user)
        if person is None:
            return Author(user, user or self.pen.w["feishu"])
        return Author(user, person.name, person.title, person.colour)

    def moment(self, message: Message) -> datetime:
        """When it was said, on the reader's clock."""
        return dates.moment(message.created / 1000, self.reader.zone) or self.reader.now

    def _urgents(self, message: Message) -> list[dict[str, Any]]:
        """Who was called to it: by what, and whether they have looked."""
        called: dict[str, list[Urgent]] = {}
        for urgent in message.urgents:
            called.setdefault(urgent.person, []).append(urgent)
        return [
            {
                "name": self.world.name_of(person),
                "levels": self._joined([self.pen.w["levels"][urgent.level] for urgent in urgents]),
                "seen": all(urgent.seen for urgent in urgents),
            }
            for person, urgents in called.items()
        ]

    def _joined(self, names: list[str]) -> str:
        return ("、" if self.reader.lang == "zh" else ", ").join(names)

    def _quoted(self, message: Message) -> str:
        parent = self.world.find(message.parent) if message.parent else None
        return self.pen.say("reply_to", words=self.preview(parent)) if parent else ""

    def _note(self, content: dict[str, Any]) -> Markup:
        names = {key: self._joined(value) for key, value in content.items() if isinstance(value, list)}
        told = self.pen.w["notes"].get(NOTES.get(content["template"], ""), "")
        return escape(told % names if told else content["template"])


def text(content: str, mentions: list[dict[str, Any]], reader: Reader) -> Markup:
    """The words of a text message; mentions are chips, and addresses lead there."""
    chips = {
        one["key"]: mention("person", f"@{one['name']}", me=one["id"] == reader.person) for one in mentions
    }
    chips["@_all"] = markdown.people(ALL, reader)
    html = Markup()
    for piece in _LIVE.split(content):
        html += chips.get(piece) or (link(piece) if piece.startswith(WEB) else markdown.words(piece))
    return html


def summary(card: dict[str, Any], reader: Reader) -> str:
    """What a locked phone or the list of chats shows of a card."""
    told = ((card.get("config") or {}).get("summary") or {}).get("content")
    title = ((card.get("header") or {}).get("title") or {}).get("content")
    return str(told or title or ("[卡片]" if reader.lang == "zh" else "[Card]"))


def _post(content: dict[str, Any], reader: Reader) -> Markup:
    body = next(iter(content.values()))
    lines = [
        escape("".join(str(part.get("text") or part.get("href") or "") for part in line))
        for line in body["content"]
    ]
    title = [Markup("<strong>{}</strong>").format(body["title"])] if body.get("title") else []
    return Markup("<br>").join([*title, *lines])
