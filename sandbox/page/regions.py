"""What one person sees of the workspace right now, cut into the regions a live update can replace."""

from dataclasses import replace
from itertools import groupby
from typing import Any

from sandbox.page import dates
from sandbox.page.mrkdwn import Reader
from sandbox.page.render import Pen
from sandbox.page.stage import SHOWN, TOGETHER, Author, Place, Snapshot, Stage, face


def find_place(world: Any, query: Any) -> Place:
    """The place an address names; the first person and their direct message when it names none."""
    user = query.get("as", "")
    if user not in world.people:
        user = next(iter(world.people))
    wanted, own = query.get("in", ""), world.im_of(user).id
    channel = wanted or own
    if channel not in {c.id for c in world.visible_channels(user)}:
        channel = ""
    tab = "home" if query.get("tab") == "home" and channel == own else ""
    return Place(user, channel, tab, explicit=bool(wanted), all=query.get("all") == "1")


def snapshot(stage: Stage, place: Place) -> Snapshot:
    """Render every region for this place."""
    return _Scene(stage, place).snapshot()


def pen_for(stage: Stage, user: str, scope: str = "", state: dict[str, Any] | None = None) -> Pen:
    """A pen in this person's language and zone."""
    world, person = stage.world, stage.world.people[user]
    lang, zone = stage.language(user), dates.zone(person.tz)
    people = {p.id: p.name for p in world.people.values()} | {world.bot_id: world.bot_name}
    channels = {c.id: c.name for c in world.visible_channels(user) if not c.is_im}
    reader = Reader(user, lang, zone, world.now(), people, channels, stage.emoji)
    return Pen(reader, stage.words[lang], tuple(world.people.values()), scope, state)


class _Scene:
    """One rendering in progress: what its parts share is looked up once."""

    def __init__(self, stage: Stage, place: Place) -> None:
        self.stage, self.place, self.world = stage, place, stage.world
        self.me = self.world.people[place.user]
        self.channel = self.world.channels.get(place.channel)
        self.pen = pen_for(stage, place.user)
        self.unread = self.world.unread(place.user)
        self.template = stage.env.get_template("message.html")

    def snapshot(self) -> Snapshot:
        version = self.world.version
        items, earlier = self.items()
        crowd = self.crowd()
        elsewhere = sum(person["unread"] for person in crowd if not person["current"])
        regions = {
            "title": self.title(),
            "sidebar": self.draw("sidebar.html", entries=self.entries(), elsewhere=elsewhere),
            "people": self.draw("people.html", crowd=crowd),
            "header": self.header(),
            "main": self.main(empty=not items),
            "foot": self.foot(),
            "modal": self.modal(),
        }
        return Snapshot(regions, tuple(items), earlier, version)

    def draw(self, template: str, **more: Any) -> str:
        context = {
            "pen": self.pen,
            "w": self.pen.w,
            "me": self.me,
            "channel": self.shown,
            "tab": self.place.tab,
        }
        stage = self.stage
        context |= {"commands": stage.commands, "shortcuts": stage.shortcuts}
        return stage.env.get_template(template).render(context | more).strip()

    @property
    def shown(self) -> dict[str, Any] | None:
        return self.entry(self.channel) if self.channel else None

    def entry(self, channel: Any) -> dict[str, Any]:
        return {
            "id": channel.id,
            "name": self.world.bot_name if channel.is_im else channel.name,
            "is_im": channel.is_im,
            "is_private": channel.is_private and not channel.is_im,
            "archived": channel.archived,
            "topic": channel.topic,
            "bookmarks": channel.bookmarks,
            "unread": self.unread.get(channel.id, 0),
            "current": channel.id == self.place.channel,
        }

    def title(self) -> str:
        count = sum(self.unread.values())
        place = self.shown["name"] if self.shown else self.pen.w["workspace"]
        return f"{f'({count}) ' if count else ''}{place} · {self.me.name}"

    def entries(self) -> list[dict[str, Any]]:
        """Live channels first, then archived ones; each part by name."""
        seen = self.world.visible_channels(self.place.user)
        return [self.entry(c) for c in sorted(seen, key=lambda c: (c.archived, c.name))]

    def crowd(self) -> list[dict[str, Any]]:
        return [self.face_in_crowd(person) for person in self.world.people.values() if not person.deleted]

    def face_in_crowd(self, person: Any) -> dict[str, Any]:
        """A person in the switcher: their unread direct messages, and where a click leads."""
        own = next((c.id for c in self.world.channels.values() if c.im_user == person.id), "")
        unread = self.world.unread(person.id).get(own, 0)
        here = self.channel is not None and not self.channel.is_im
        same = here and self.channel in self.world.visible_channels(person.id)
        return face(person, self.place, unread, own if unread else self.place.channel if same else "")

    def header(self) -> str:
        if self.channel is None:
            return self.draw("header.html", members=[], pins=[], tabs=False)
        seen = {m.ts: m for m in self.world.visible_messages(self.channel.id, self.place.user)}
        pins = [self.row(seen[ts], None) for ts in self.channel.pins if ts in seen]
        members = [self.author(user) for user in sorted(self.channel.members)]
        return self.draw("header.html", members=members, pins=pins, tabs=self.channel.is_im and self.has_home)

    @property
    def has_home(self) -> bool:
        return self.stage.home or self.place.tab == "home" or self.place.user in self.world.homes

    def main(self, *, empty: bool) -> str:
        """What stands above the messages: the Home tab, an empty state, or nothing."""
        if self.place.tab == "home":
            home = self.world.homes.get(self.place.user)
            pen = replace(self.pen, scope=home.id, state=home.state) if home else self.pen
            return self.draw("home.html", home=home, pen=pen)
        return self.draw("empty.html") if empty else ""

    def foot(self) -> str:
        if self.place.tab == "home":
            return ""
        writable = self.channel is not None and self.place.user in self.channel.members
        return self.draw("foot.html", writable=writable, crowd=self.world.people.values())

    def modal(self) -> str:
        """The form on top; the ones below it come back when it is closed."""
        stack = self.world.views_of(self.place.user)
        if not stack:
            return ""
        top = stack[-1]
        pen = replace(self.pen, scope=top.id, state=top.state)
        inputs = any(block.get("type") == "input" for block in top.view.get("blocks") or [])
        return self.draw("view.html", open=top, depth=len(stack), inputs=inputs, pen=pen)

    def items(self) -> tuple[list[tuple[str, str]], bool]:
        """The messages with their keys, and whether older ones were left out."""
        if self.channel is None or self.place.tab == "home":
            return [], False
        messages = self.world.visible_messages(self.channel.id, self.place.user)
        top = {m.ts for m in messages if not _is_reply(m)}
        replies = {
            ts: list(group)
            for ts, group in groupby(
                sorted((m for m in messages if _is_reply(m) and m.thread_ts in top), key=_thread), key=_thread
            )
        }
        rows = [m for m in messages if not (_is_reply(m) and m.thread_ts in top)]
        shown = rows if self.place.all else rows[-SHOWN:]
        before, items = None, []
        for message in shown:
            row = self.row(message, before)
            items.append((message.ts, self.line(message, row, replies.get(message.ts, []))))
            before = row
        return items, len(shown) < len(rows)

    def line(self, message: Any, row: dict[str, Any], replies: list[Any]) -> str:
        """The HTML of one message; drawn once, as long as nothing it shows has changed."""
        under = [(reply, self.row(reply, None)) for reply in replies]
        reader = self.pen.reader
        today = reader.now.astimezone(reader.zone).date()
        seen = repr((reader.person, today, reader.channels, message.channel, message.state, row))
        seen += repr([(reply.state, shown) for reply, shown in under])

        def draw() -> str:
            row["replies"] = [{"m": shown, "pen": self.pen_of(reply)} for reply, shown in under]
            return self.template.render(m=row, pen=self.pen_of(message)).strip()

        return draw() if "ago}" in seen else self.stage.once(seen, draw)

    def pen_of(self, message: Any) -> Pen:
        return replace(self.pen, scope=f"{message.channel}/{message.ts}", state=message.state)

    def row(self, message: Any, before: dict[str, Any] | None) -> dict[str, Any]:
        """One message with what its neighbours decide: a day divider, a byline of its own or not."""
        reader = self.pen.reader
        at = dates.moment(message.ts, reader.zone) or self.world.now()
        new_day = before is None or before["at"].date() != at.date()
        author = self.author(message.user)
        system = self.pen.w["system"].get(message.subtype) if message.subtype else None
        joined = before is not None and not new_day and not system and not message.ephemeral_to
        compact = joined and before["author"] == author and before["plain"] and at - before["at"] < TOGETHER
        return {
            "ts": message.ts,
            "at": at,
            "author": author,
            "text": message.text,
            "blocks": message.blocks,
            "attachments": message.attachments,
            "edited": message.edited,
            "ephemeral": bool(message.ephemeral_to),
            "plain": not system and not message.ephemeral_to,
            "system": system,
            "compact": compact,
            "day": dates.near_day(at, reader.now, reader.lang) if new_day else "",
        }

    def author(self, user: str) -> Author:
        if user == self.world.bot_id:
            return Author(user, self.world.bot_name, self.pen.w["app_badge"], is_bot=True)
        person = self.world.people.get(user)
        if person is None:
            return Author(user, self.pen.w["sandbox"])
        return Author(user, person.name, person.title, person.colour)


def _is_reply(message: Any) -> bool:
    return bool(message.thread_ts) and message.thread_ts != message.ts


def _thread(message: Any) -> str:
    return message.thread_ts
