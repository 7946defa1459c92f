"""The state of the local Slack: people, channels, messages and open forms, without a word of HTTP.

One World is one workspace with one installed bot. Everything that changes raises `version`, so that a
browser page can follow along without asking.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from sandbox.mentions import pings_in
from sandbox.tickets import Tickets
from sandbox.watched import Watched

PEOPLE = Path(__file__).parent / "people.yaml"
SILENT_SUBTYPES = {"channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name"}


@dataclass
class Person:
    """A member of the workspace; `title` is the job, `language` what their client is set to."""

    id: str
    name: str
    title: str
    language: str
    email: str
    colour: str
    tz: str = "Asia/Shanghai"
    deleted: bool = False

    @property
    def handle(self) -> str:
        """The old user name, still used in slash commands and payloads."""
        return self.email.split("@", 1)[0]


@dataclass
class Channel:
    """A public or private channel, or a direct message (`is_im`, with `im_user` beside the bot)."""

    id: str
    name: str
    is_private: bool = False
    is_im: bool = False
    members: set[str] = field(default_factory=set)
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    archived: bool = False
    pins: list[str] = field(default_factory=list)
    bookmarks: list[dict[str, Any]] = field(default_factory=list)
    im_user: str | None = None
    created: int = 0


@dataclass
class Message:
    """One line in a channel; with `ephemeral_to` only that person ever sees it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    ephemeral_to: str | None = None
    edited: bool = False
    subtype: str | None = None
    thread_ts: str | None = None
    response_url: str | None = None
    state: dict[str, Any] = field(default_factory=dict)


@dataclass
class OpenView:
    """A form (or Home tab) in front of a person, with what they have typed so far in `state`."""

    id: str
    hash: str
    user: str
    view: dict[str, Any]
    external_id: str | None = None
    state: dict[str, Any] = field(default_factory=dict)
    root_id: str = ""
    previous_id: str | None = None


@dataclass
class Scheduled:
    """A message that Slack itself will post later."""

    id: str
    post_at: int
    message: dict[str, Any]


@dataclass
class Call:
    """One Web API call of the bot, kept for tests and benches; `at` is monotonic seconds."""

    method: str
    args: dict[str, Any]
    at: float


class World(Watched):
    """One workspace. `now` decides the time stamps of messages, so that a demo can run a fast clock."""

    def __init__(self, now: Callable[[], datetime], *, bot_name: str = "goldenhour") -> None:
        super().__init__()
        self.now = now
        self.team_id, self.team_domain, self.app_id = "T0SANDBOX", "sandbox", "A0SANDBOX"
        self.bot_id, self.bot_profile_id, self.bot_name = "U0BOT", "B0BOT", bot_name
        self.url = "http://sandbox.invalid"
        self.link_url: str | None = None
        self.links: list[Any] = []
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = defaultdict(list)
        self.views: dict[str, list[OpenView]] = defaultdict(list)
        self.homes: dict[str, OpenView] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.usergroups: list[dict[str, Any]] = []
        self.tickets = Tickets()
        self.ascii_names_only = False
        self.should_escape = True
        self.commands: set[str] | None = None
        self.bot_events = {"message.im", "app_mention", "app_home_opened"}
        self.pings: list[tuple[str, str]] = []
        self.calls: list[Call] = []
        self.scopes_used: set[str] = set()
        self._last_micros = 0
        self._numbers: dict[str, Any] = defaultdict(lambda: itertools.count(1))
        self._read: dict[tuple[str, str], str] = {}
        self._ims: dict[str, Channel] = {}
        self._named: dict[str, Channel] = {}

    def fresh_id(self, prefix: str) -> str:
        """An id no other thing of this kind has, e.g. C003."""
        return f"{prefix}{next(self._numbers[prefix]):03}"

    def next_ts(self) -> str:
        """The world's time as Slack writes it, later than any handed out before."""
        micros = int(self.now().timestamp()) * 1_000_000 + self.now().microsecond
        self._last_micros = max(micros, self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06}"

    def name_of(self, user: str) -> str:
        """What to call a user id on screen, the bot included."""
        if user == self.bot_id:
            return self.bot_name
        return self.people[user].name if user in self.people else user

    def create_channel(self, name: str, creator: str, *, is_private: bool = False) -> Channel:
        """A new channel whose only member is its creator."""
        channel = Channel(self.fresh_id("C"), name, is_private, members={creator}, creator=creator)
        channel.created = int(self.now().timestamp())
        self.channels[channel.id] = self._named[name] = channel
        self.touch()
        return channel

    def rename(self, channel: Channel, name: str) -> None:
        """Gives a channel another name; the old one is free again."""
        self._named.pop(channel.name, None)
        channel.name, self._named[name] = name, channel
        self.touch()

    def im_of(self, user: str) -> Channel:
        """The direct message between this person and the bot, opened when first needed."""
        if user in self._ims:
            return self._ims[user]
        channel = Channel(self.fresh_id("D"), user, True, True, {user, self.bot_id}, im_user=user)
        channel.created = int(self.now().timestamp())
        self.channels[channel.id] = self._ims[user] = channel
        self.touch()
        return channel

    def channel_named(self, name: str) -> Channel | None:
        """The channel with this name, archived ones included: their names stay taken."""
        return self._named.get(name)

    def visible_channels(self, user: str) -> list[Channel]:
        """What stands in this person's sidebar: public channels, and whatever else they belong to."""
        return [c for c in self.channels.values() if user in c.members or not c.is_private]

    def visible_messages(self, channel: str, user: str) -> list[Message]:
        """What this person reads in a channel, oldest first."""
        self.settle()
        room = self.channels[channel]
        if room.is_private and user not in room.members:
            return []
        return [m for m in self.messages[channel] if m.ephemeral_to in (None, user)]

    def join(self, channel: Channel, user: str, *, inviter: str | None = None) -> None:
        """Adds a member and says so in the channel, as Slack does."""
        channel.members.add(user)
        words = f"<@{user}> has joined the channel"
        self.post(channel.id, user, words, subtype="channel_join", calls=False)
        if inviter:
            self.messages[channel.id][-1].text = f"{words} by invitation from <@{inviter}>"

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        calls: bool = True,
        link_names: bool = False,
        **rest: Any,
    ) -> Message:
        """Adds a message; `calls` says whether its mentions reach anybody (system lines never do)."""
        message = Message(self.next_ts(), channel, user, text, **rest)
        self.messages[channel].append(message)
        if calls:
            found = pings_in(text, message.blocks, message.attachments, link_names=link_names)
            self.pings.extend((message.ts, what) for what in found)
        self.touch()
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message with this time stamp; the newest are looked at first."""
        return next((m for m in reversed(self.messages.get(channel, [])) if m.ts == ts), None)

    def remove(self, message: Message) -> None:
        """Deletes a message, and its pin with it."""
        self.messages[message.channel].remove(message)
        channel = self.channels[message.channel]
        channel.pins = [ts for ts in channel.pins if ts != message.ts]
        self.touch()

    def settle(self) -> None:
        """Posts the scheduled messages whose time has come; cheap, so whoever reads may ask first."""
        moment = self.now().timestamp()
        for item in [item for item in self.scheduled.values() if item.post_at <= moment]:
            del self.scheduled[item.id]
            self.post(user=self.bot_id, **item.message)

    def views_of(self, user: str) -> list[OpenView]:
        """The forms in front of this person; the last one is on top."""
        return self.views[user]

    def find_view(self, view_id: str) -> OpenView | None:
        """An open form or Home tab by its id."""
        every = itertools.chain(itertools.chain.from_iterable(self.views.values()), self.homes.values())
        return next((view for view in every if view.id == view_id), None)

    def mark_read(self, user: str, channel: str) -> None:
        """This person has looked at everything in the channel."""
        last = self.messages[channel][-1].ts if self.messages[channel] else ""
        if self._read.get((user, channel)) != last:
            self._read[user, channel] = last
            self.touch()

    def unread(self, user: str) -> dict[str, int]:
        """How many messages of others wait in each channel this person belongs to."""
        return {c.id: self._unread_in(user, c.id) for c in self.visible_channels(user) if user in c.members}

    def _unread_in(self, user: str, channel: str) -> int:
        last, count = self._read.get((user, channel), ""), 0
        for message in reversed(self.visible_messages(channel, user)):
            if message.ts <= last:
                break
            count += message.user != user and message.subtype not in SILENT_SUBTYPES
        return count


def make_world(now: Callable[[], datetime], *, bot_name: str = "goldenhour") -> World:
    """The car maker of people.yaml on an ordinary morning; the bot is installed but in no channel yet."""
    world = World(now, bot_name=bot_name)
    company = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))
    world.people = {row["id"]: Person(**row) for row in company["people"]}
    for row in company["channels"]:
        channel = world.create_channel(row["name"], row["creator"])
        channel.topic, channel.purpose, channel.members = row["topic"], row["purpose"], set(world.people)
        for message in row["messages"]:
            world.post(channel.id, message["user"], message["text"])
    for person, channel_id in itertools.product(world.people, list(world.channels)):
        world.mark_read(person, channel_id)
    return world
