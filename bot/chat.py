"""The port to a chat platform: what people ask, what they see at once, and what is sent to them later.

Nothing here knows Slack or Feishu. `bot.slack` turns a `Card` or `Form` into the platform's own shapes,
and the platform's payloads into a `Command`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Platform = Literal["slack", "feishu"]
Tone = Literal["plain", "red", "orange", "yellow", "green", "blue", "grey"]


@dataclass(frozen=True)
class Plain:
    """Literal text, whoever wrote it: the platform escapes it, and it can never format or call anybody."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Literal text with weight."""

    text: str


@dataclass(frozen=True)
class At:
    """A person, shown by the platform as a mention (and so notified)."""

    person: str


@dataclass(frozen=True)
class When:
    """A moment, shown in the reader's own time zone where the platform can.

    show: time ("14:05"), day ("21 Nov 14:05"). fallback: the same in the company's zone.
    """

    at: datetime
    show: Literal["time", "day"] = "time"
    fallback: str = ""


@dataclass(frozen=True)
class Place:
    """A room, shown by the platform as something to follow, to those who may enter it. name: for everywhere else."""

    room: str
    name: str


Span = Plain | Strong | At | When | Place
Line = tuple[Span, ...]


@dataclass(frozen=True)
class Button:
    """Something to press. `name` is a deed in `handlers.ACTIONS`, `value` what it is about (ids only).

    confirm: asked before it counts; `back` is the way out of that question. link: a page that it opens instead.
    """

    name: str
    label: str
    value: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: str = ""
    back: str = ""
    link: str = ""


@dataclass(frozen=True)
class Part:
    """One block of a card: lines of text, perhaps quiet (small print), perhaps with a button beside it.

    figures: something counted over time, each with its time in words; drawn where the platform can draw.
    """

    lines: tuple[Line, ...] = ()
    quiet: bool = False
    beside: Button | None = None
    buttons: tuple[Button, ...] = ()
    figures: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Card:
    """A message with a headline, a tone, and parts. The headline alone is what a locked phone shows."""

    headline: Line
    parts: tuple[Part, ...] = ()
    tone: Tone = "plain"


@dataclass(frozen=True)
class Option:
    """One answer of a choice; `about` explains it below."""

    value: str
    label: str
    about: str = ""


@dataclass(frozen=True)
class Field:
    """One question of a form.

    kind: text, long, one (of options, shown as a list), pick (of options, with their explanations), many, moment.
    value: what is prefilled: a string, for `many` a list of values, for `moment` an aware datetime.
    """

    name: str
    label: str
    kind: Literal["text", "long", "one", "pick", "many", "moment"]
    options: tuple[Option, ...] = ()
    value: Any = None
    hint: str = ""
    placeholder: str = ""
    optional: bool = True
    longest: int = 3000


@dataclass(frozen=True)
class Heading:
    """A group of questions begins."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Form:
    """Questions asked at once. `name` is a deed in `handlers.FORMS`; `about` comes back with the answers.

    of: the crisis in words, for where a form stands apart from its room, perhaps beside that of another crisis.
    """

    name: str
    title: str
    submit: str
    items: tuple[Field | Heading, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    of: str = ""


@dataclass(frozen=True)
class Reply:
    """What the person who asked sees at once, and nobody else.

    card: a passing message (in place of the one pressed when `replace`). form: questions.
    errors: what to mend, by the name of the field; the form stays open. done: a form's last page.
    refused: nothing came of it; the card says why. opened: number of the crisis that this opened, or 0.
    """

    card: Card | None = None
    form: Form | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    done: Card | None = None
    replace: bool = False
    refused: bool = False
    opened: int = 0


@dataclass(frozen=True)
class Command:
    """What a person asked: a verb typed, a button pressed, a form sent.

    key: unique for this intent; a redelivery carries the same. user: the platform's id of the person.
    room: the channel it came from. text: the rest after the verb. value: a button's. fields: a form's answers
    as the platform gave them (strings, lists of strings, aware datetimes). about: what the form carried.
    passing: it was pressed in a message that only this person sees. platform: where it was asked.
    """

    kind: Literal["typed", "pressed", "sent"]
    name: str
    key: str
    user: str
    room: str = ""
    text: str = ""
    value: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    passing: bool = False
    platform: Platform = "slack"


Dispatch = Callable[[Command], Awaitable[Reply]]
"""What a platform hands each command to; it has committed when it returns."""


Deed = Literal[
    "open_room",
    "invite",
    "topic",
    "bookmark",
    "post",
    "direct",
    "update",
    "pin",
    "archive",
    "leave",
    "take_back",
    "urge",
    "hook",
]

PAGE, PEOPLE, WORDS, COSMETIC = range(4)
"""Ranks, the first to go first: somebody is called; people and their room; what is said; how it looks."""


@dataclass(frozen=True)
class Send:
    """Something to be done on the platform, or (hook) at the company's own site, after the commit; a row of the outbox.

    key: unique for ever, names what and why. lane: sends of one lane keep their order.
    to: "room", or a person's id. card, args: which words, rendered from the incident just before the send.
    after: key of a send that must have succeeded first. target: for update, pin and bookmark, key of the message's
    send, which must have succeeded first. For take_back, key of what was left with the platform.
    """

    key: str
    incident: int
    deed: Deed
    lane: str
    to: str = "room"
    card: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    people: Sequence[str] = ()
    after: str = ""
    target: str = ""

    @property
    def rank(self) -> int:
        """Whose turn it is when not everything can go at once."""
        if self.deed == "direct" and self.card == "page":
            return PAGE
        if self.deed in ("open_room", "invite", "direct", "urge"):
            return PEOPLE
        # A page that was answered must stop asking; all other cards may say a little later how things are.
        says = self.deed in ("post", "hook") or (self.deed == "update" and "/page/" in self.target)
        return WORDS if says else COSMETIC


class ChatError(Exception):
    """The platform did not do it.

    permanent: trying again cannot help. retry_after: seconds which the platform asked us to wait.
    in_doubt: it may have been done all the same (the answer was lost).
    """

    def __init__(
        self, code: str, *, permanent: bool = False, retry_after: float | None = None, in_doubt: bool = False
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.in_doubt = in_doubt


@dataclass(frozen=True)
class Room:
    """A crisis room on the platform: its id and the name it really got."""

    id: str
    name: str


class Chat(Protocol):
    """What the bot needs from a platform. Every method raises ChatError.

    `message` ids are the platform's own and opaque; `key` lets a platform recognise its own earlier send, and is
    never used again for another, not by another database either.
    """

    def called(self, number: int, title: str, plain: str) -> tuple[str, str]:
        """What the room of a crisis is called there, and the name to use where that is refused.

        plain: the number in words, as "Crisis 12".
        """
        ...

    async def open_room(self, name: str, fallback: str, key: str) -> Room:
        """Make a private room; `fallback` is the name to use where the first is refused. Idempotent by key."""
        ...

    async def invite(self, room: str, people: Sequence[str]) -> Mapping[str, str]:
        """Bring people in; those already there are fine. Returns the ones refused, with the platform's reason."""
        ...

    async def topic(self, room: str, text: str) -> None:
        """Set the line at the head of the room."""
        ...

    async def bookmark(self, room: str, title: str, message: str) -> None:
        """Put a link to a message at the head of the room, once."""
        ...

    async def tab(self, room: str, title: str, link: str) -> None:
        """Put a link to a page at the head of the room, once."""
        ...

    async def post(self, room: str, card: Card, key: str) -> str:
        """Say something in a room. Returns the message's id."""
        ...

    async def direct(self, person: str, card: Card, key: str) -> str:
        """Say something to one person. Returns the message's id."""
        ...

    async def update(self, message: str, card: Card, key: str) -> str:
        """Replace what an earlier message says, which goes on to carry its key. Returns the id of the one that says it
        now: another where the platform changes no message that is so old."""
        ...

    async def pin(self, message: str) -> None:
        """Keep a message at hand in its room."""
        ...

    async def archive(self, room: str) -> None:
        """Close the room for new messages; an archived room is fine."""
        ...

    async def find(self, key: str, since: datetime, *, room: str = "", person: str = "") -> str | None:
        """The message sent under this key since then (aware), if it did arrive. Exactly one of room and person."""
        ...

    @property
    def name(self) -> Platform:
        """Which platform this is."""
        ...

    def near(self, platform: Platform) -> Chat:
        """The same, as seen from there: rooms are opened there, and people met there where they are on several."""
        ...

    def owns(self, id: str) -> bool:
        """Whether that is the id of a room or a message of this platform, told by its shape."""
        ...

    @property
    def urges(self) -> Sequence[str]:
        """How somebody can be called more urgently than by a message: app, sms, phone; what is paid for and allowed."""
        ...

    async def urge(self, message: str, person: str, level: str) -> None:
        """Call this person's attention to a message sent to them, in that way; it cannot be told afterwards whether."""
        ...

    @property
    def leaves(self) -> bool:
        """Whether messages can be left with the platform, to be posted by it at a time even while we are down."""
        ...

    async def leave(self, room: str, card: Card, at: datetime, ref: str) -> str:
        """Let the platform post this by itself at that time (aware) unless it is taken back. Returns its id.

        ref: a short mark that people see, by which `left` tells one from another.
        """
        ...

    async def left(self, room: str) -> Mapping[str, str]:
        """What is left with the platform for this room: id by ref."""
        ...

    async def take_back(self, room: str, left: str) -> None:
        """Take back what was left; what is gone already is fine."""
        ...

    def pace(self, deed: Deed, place: str, rank: int) -> float:
        """Seconds to wait before this may be done in that place without going too fast; 0 takes the turn."""
        ...

    async def check(self) -> str:
        """Say who we are on the platform; for doctor and readyz."""
        ...
