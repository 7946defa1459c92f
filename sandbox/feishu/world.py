"""The state of the local Feishu: people, chats, messages and calls for attention, without a word of HTTP.

One World is one tenant with one published app. People are known by the open_id which they have for this app;
`now` dates messages (a demo may run a fast clock), `clock` counts the seconds that networks live by.
"""

import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.watched import Watched

Level = Literal["app", "sms", "phone"]
ALL = "all"
CARD_DAYS = 14
SYSTEM = "system"
CAME = "{from_user} invited {to_chatters} to this chat."
LEFT = "{from_user} left this chat."
REMOVED = "{from_user} removed {to_chatters} from this chat."
RENAMED = "{from_user} changed the chat name to {new_name}."
"""What Feishu itself says in a chat, as history has it; a page puts it into its reader's language."""


@dataclass
class Person:
    """Somebody of the tenant. id: their open_id. language: what their client is set to."""

    id: str
    name: str
    title: str
    language: str
    email: str
    colour: str
    tz: str = "Asia/Shanghai"
    mobile: str = ""
    resigned: bool = False
    stopped_bot: bool = False

    @property
    def union_id(self) -> str:
        """Who they are for every app of the same developer."""
        return "on_" + self.id.removeprefix("ou_")


@dataclass
class Chat:
    """A group, or the private chat of `partner` with the bot. Times in milliseconds since 1970.

    may_call_all, may_urge, may_add, may_edit: "all_members" or "only_owner" (the owner and administrators).
    may_speak: likewise. members and managers hold open_ids; the bot is none of them (`has_bot`).
    """

    id: str
    name: str
    kind: Literal["group", "p2p"] = "group"
    description: str = ""
    owner: str = ""
    public: bool = False
    external: bool = False
    has_bot: bool = True
    members: dict[str, None] = field(default_factory=dict)
    managers: set[str] = field(default_factory=set)
    partner: str = ""
    created: int = 0
    dissolved: bool = False
    may_call_all: str = "all_members"
    may_urge: str = "all_members"
    may_add: str = "all_members"
    may_edit: str = "all_members"
    may_speak: str = "all_members"
    top_notice: dict[str, str] | None = None
    pins: list[str] = field(default_factory=list)
    tabs: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Urgent:
    """Somebody was called to a message more urgently. at, seen: milliseconds since 1970; seen is 0 until they look."""

    person: str
    level: Level
    at: int
    seen: int = 0


@dataclass
class Message:
    """One message. sender: an open_id, or the app's id. content: JSON text as Feishu keeps it; card: its card, read."""

    id: str
    chat: str
    sender: str
    kind: str
    content: str
    created: int
    updated: int
    card: dict[str, Any] | None = None
    mentions: list[dict[str, Any]] = field(default_factory=list)
    root: str = ""
    parent: str = ""
    recalled: bool = False
    edits: int = 0
    urgents: list[Urgent] = field(default_factory=list)


@dataclass(frozen=True)
class Toast:
    """Words that pass over one person's screen. code: Feishu's own, where the bot's answer was no use; 0 otherwise."""

    person: str
    kind: str
    text: str
    at: int
    code: int = 0


@dataclass(frozen=True)
class Call:
    """One Open API call of the bot, kept for tests and benches; `at` is seconds of `World.clock`."""

    method: str
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]
    at: float


class World(Watched):
    """One tenant. What the console of a real one would set is an attribute here: events, menu, availability.

    strangers: open_ids that people have for another app. sensitive: words that are not let through.
    messages holds what people and the bot said, notes what Feishu itself did, and `told` both in their order.
    urgents_left: how many calls the tenant has paid for, by level; a level that is missing has no end.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        bot_name: str = "goldenhour",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.now, self.clock = now, clock
        self.app_id, self.tenant, self.bot_id, self.bot_name = (
            "cli_sandbox",
            "tenant_sandbox",
            "ou_bot",
            bot_name,
        )
        self.url = "http://sandbox.invalid"
        self.people: dict[str, Person] = {}
        self.chats: dict[str, Chat] = {}
        self.messages: dict[str, list[Message]] = defaultdict(list)
        self.notes: dict[str, list[Message]] = defaultdict(list)
        self.toasts: list[Toast] = []
        self.pings: list[tuple[str, str]] = []
        self.strangers: set[str] = set()
        self.available: set[str] | None = None
        self.menu: dict[str, str] | None = None
        self.events: set[str] | None = None
        self.sensitive: set[str] = set()
        self.urgents_left: dict[str, int] = {}
        self.public_allowed = True
        self.calls: list[Call] = []
        self.scopes_used: set[str] = set()
        self._by_id: dict[str, Message] = {}
        self._called: dict[str, list[tuple[Message, Urgent]]] = defaultdict(list)
        self._p2p: dict[str, Chat] = {}
        self._read: dict[tuple[str, str], int] = {}
        self._numbers: dict[str, Any] = defaultdict(lambda: itertools.count(1))
        self._last = 0

    def fresh_id(self, prefix: str) -> str:
        """An id no other thing of this kind has, e.g. om_003."""
        return f"{prefix}_{next(self._numbers[prefix]):03}"

    def millis(self) -> int:
        """The world's time in milliseconds since 1970."""
        return int(self.now().timestamp() * 1000)

    def hears(self, event: str) -> bool:
        """Whether the app has subscribed to this; None stands for every event and callback there is."""
        return self.events is None or event in self.events

    def reaches(self, person: str) -> bool:
        """Whether somebody is in the app's availability range; None stands for the whole company."""
        return self.available is None or person in self.available

    def name_of(self, user: str) -> str:
        """What to call somebody on screen, the bot included."""
        if user in (self.bot_id, self.app_id):
            return self.bot_name
        return self.people[user].name if user in self.people else user

    def create_chat(self, name: str, owner: str, members: Iterable[str] = (), **rest: Any) -> Chat:
        """A new group. owner: an open_id or the app's id."""
        chat = Chat(self.fresh_id("oc"), name, owner=owner, created=self.millis(), **rest)
        chat.members = dict.fromkeys(members)
        self.chats[chat.id] = chat
        self.touch()
        return chat

    def p2p_of(self, person: str) -> Chat:
        """The private chat of somebody with the bot, made when first needed."""
        if person not in self._p2p:
            chat = self.create_chat(self.name_of(person), self.app_id, (person,), kind="p2p", partner=person)
            self._p2p[person] = chat
        return self._p2p[person]

    def visible_chats(self, person: str) -> list[Chat]:
        """What stands in this person's list: the chats they are in, dissolved ones gone."""
        return [chat for chat in self.chats.values() if person in chat.members and not chat.dissolved]

    def told(self, chat: str) -> list[Message]:
        """All that stands in a chat, oldest first: what was said, and Feishu's own lines."""
        return sorted(self.messages[chat] + self.notes[chat], key=lambda message: message.created)

    def visible_messages(self, chat: str, person: str) -> list[Message]:
        """What this person reads in a chat, oldest first; recalled messages stay as such."""
        return self.told(chat) if person in self.chats[chat].members else []

    def post(
        self, chat: str, sender: str, kind: str, content: str, *, calls: Iterable[str] = (), **rest: Any
    ) -> Message:
        """Adds a message, a moment later than any before. calls: open_ids (or "all") whom it notifies by name."""
        message = self._made(chat, sender, kind, content, **rest)
        self.messages[chat].append(message)
        self.pings.extend((message.id, person) for person in calls)
        self.touch()
        return message

    def note(self, chat: str, template: str, **names: list[str]) -> None:
        """A line of Feishu's own, e.g. that somebody came. names: what stands in the template's braces."""
        content = {"template": template} | names
        self.notes[chat].append(self._made(chat, "", SYSTEM, json.dumps(content, ensure_ascii=False)))
        self.touch()

    def _made(self, chat: str, sender: str, kind: str, content: str, **rest: Any) -> Message:
        self._last = max(self.millis(), self._last + 1)
        message = Message(
            self.fresh_id("om"), chat, sender, kind, content, created=self._last, updated=self._last, **rest
        )
        self._by_id[message.id] = message
        return message

    def find(self, message: str) -> Message | None:
        """A message by its id, recalled ones included."""
        return self._by_id.get(message)

    def show(self, message: Message, content: str, card: dict[str, Any] | None = None) -> None:
        """Another face for a message, for everybody who sees it; nobody is notified again."""
        message.content, message.card, message.updated = content, card, max(self.millis(), message.created)
        self.touch()

    def recall(self, message: Message) -> None:
        """Takes a message back; a line stays that says so."""
        message.recalled = True
        chat = self.chats[message.chat]
        chat.pins = [pinned for pinned in chat.pins if pinned != message.id]
        if chat.top_notice and chat.top_notice.get("message_id") == message.id:
            chat.top_notice = None
        self.touch()

    def too_old(self, message: Message) -> bool:
        """Whether a card can no longer be changed or pressed."""
        return self.millis() - message.created > CARD_DAYS * 86_400_000

    def toast(self, person: str, kind: str, text: str, code: int = 0) -> Toast:
        """Lets words pass over somebody's screen."""
        shown = Toast(person, kind, text, self.millis(), code)
        self.toasts.append(shown)
        self.touch()
        return shown

    def urgents_of(self, person: str) -> list[tuple[Message, Urgent]]:
        """The calls that this person has not looked at yet, oldest first."""
        return [(message, urgent) for message, urgent in self._called[person] if not message.recalled]

    def urge(self, message: Message, person: str, level: Level) -> None:
        """Calls somebody to a message, also when they were called to it before."""
        urgent = Urgent(person, level, self.millis())
        message.urgents.append(urgent)
        self._called[person].append((message, urgent))
        self.touch()

    def see_urgents(self, person: str, message: Message) -> None:
        """This person has looked at what they were called to."""
        for called, urgent in self._called[person]:
            if called is message:
                urgent.seen = self.millis()
        self._called[person] = [one for one in self._called[person] if one[0] is not message]
        self.touch()

    def mark_read(self, person: str, chat: str) -> None:
        """This person has looked at everything in the chat."""
        last = self.messages[chat][-1].created if self.messages[chat] else 0
        if self._read.get((person, chat)) != last:
            self._read[person, chat] = last
            self.touch()

    def unread(self, person: str) -> dict[str, int]:
        """How many messages of others wait in each chat of this person."""
        return {chat.id: self._unread_in(person, chat.id) for chat in self.visible_chats(person)}

    def _unread_in(self, person: str, chat: str) -> int:
        last = self._read.get((person, chat), 0)
        fresh = itertools.takewhile(lambda message: message.created > last, reversed(self.messages[chat]))
        return sum(m.sender != person and not m.recalled for m in fresh)
