"""What one person sees of Feishu right now, cut into the regions that a live update can replace."""

from dataclasses import replace
from typing import Any

from sandbox.feishu import hands
from sandbox.feishu.page.render import CardPen
from sandbox.feishu.page.rows import Rows, summary
from sandbox.feishu.world import SYSTEM, Chat, Level, Message, Urgent, World
from sandbox.page import dates
from sandbox.page.mrkdwn import Reader
from sandbox.page.stage import SHOWN, Place, Snapshot, Stage, face

LOUDEST: tuple[Level, ...] = ("phone", "sms", "app")


def find_place(world: World, query: Any) -> Place:
    """The place an address names; the first person and their chat with the bot when it names none."""
    user = query.get("as", "")
    if user not in world.people:
        user = next(iter(world.people))
    wanted = query.get("in", "")
    chat = wanted or private_chat(world, user)
    if chat not in {one.id for one in world.visible_chats(user)}:
        chat = ""
    return Place(user, chat, explicit=bool(wanted), all=query.get("all") == "1")


def private_chat(world: World, user: str) -> str:
    """The chat of somebody with the bot, "" where they are outside its availability range."""
    return world.p2p_of(user).id if world.reaches(user) else ""


def snapshot(stage: Stage, place: Place) -> Snapshot:
    """Render every region for this place."""
    return _Scene(stage, place).snapshot()


def pen_for(stage: Stage, user: str, scope: str = "") -> CardPen:
    """A pen in this person's language and zone. scope: the message that is drawn."""
    world, person = stage.world, stage.world.people[user]
    lang = stage.language(user)
    people = {one.id: one.name for one in world.people.values()} | {world.bot_id: world.bot_name}
    people |= {one.email: one.name for one in world.people.values()}
    chats = {chat.id: chat.name for chat in world.visible_chats(user)}
    reader = Reader(user, lang, dates.zone(person.tz), world.now(), people, chats, {})
    return CardPen(reader, stage.words[lang], tuple(world.people.values()), scope)


def call_of(world: World, user: str) -> tuple[Message, list[Urgent]] | None:
    """The message to which somebody was called last, with every call to it that they have not looked at."""
    waiting = world.urgents_of(user)
    if not waiting:
        return None
    message = waiting[-1][0]
    return message, [urgent for called, urgent in waiting if called is message]


def answer_of(card: dict[str, Any] | None) -> dict[str, Any] | None:
    """The button by which a call is answered: the first that the card puts forward."""
    buttons = hands.buttons_of(card) if card else []
    live = [button for button in buttons if hands.callback_value(button) and not button.get("disabled")]
    return next((button for button in live if str(button.get("type", "")).startswith("primary")), None)


class _Scene:
    """One rendering in progress: what its parts share is looked up once."""

    def __init__(self, stage: Stage, place: Place) -> None:
        self.stage, self.place, self.world = stage, place, stage.world
        self.me = self.world.people[place.user]
        self.chat: Chat | None = self.world.chats.get(place.channel)
        self.pen = pen_for(stage, place.user)
        self.rows = Rows(self.world, self.pen)
        self.unread = self.world.unread(place.user)
        self.template = stage.env.get_template("message.html")

    def snapshot(self) -> Snapshot:
        version = self.world.version
        items, earlier = self.items()
        crowd = [self.face_in_crowd(person) for person in self.world.people.values() if not person.resigned]
        elsewhere = sum(person["unread"] for person in crowd if not person["current"])
        regions = {
            "title": self.title(),
            "sidebar": self.draw("sidebar.html", entries=self.entries(), elsewhere=elsewhere),
            "people": self.draw("people.html", crowd=crowd),
            "header": self.header(),
            "main": "" if items else self.draw("empty.html"),
            "foot": self.draw("foot.html", crowd=self.mentionable(), may_speak=self.may_speak()),
            "modal": self.call(),
        }
        return Snapshot(regions, tuple(items), earlier, version)

    def draw(self, template: str, **more: Any) -> str:
        shown = self.entry(self.chat) if self.chat else None
        context = {"pen": self.pen, "w": self.pen.w, "me": self.me, "chat": shown}
        context |= {"menu": self.stage.shortcuts, "bot_name": self.world.bot_name}
        return self.stage.env.get_template(template).render(context | more).strip()

    def entry(self, chat: Chat) -> dict[str, Any]:
        """A chat as the list shows it."""
        messages = self.world.visible_messages(chat.id, self.place.user)
        last = messages[-1] if messages else None
        unread = self.unread.get(chat.id, 0)
        return {
            "id": chat.id,
            "name": self.name(chat),
            "private": chat.kind == "p2p",
            "has_bot": chat.has_bot,
            "members": len(self.members(chat)) + chat.has_bot,
            "description": chat.description,
            "tabs": [tab for tab in chat.tabs if tab["tab_type"] == "url"],
            "preview": self.rows.preview(last),
            "time": self.when(last) if last else "",
            "order": last.created if last else chat.created,
            "unread": unread,
            "called": self.is_called(messages, unread),
            "current": chat.id == self.place.channel,
        }

    def name(self, chat: Chat) -> str:
        return self.world.bot_name if chat.kind == "p2p" else chat.name

    def entries(self) -> list[dict[str, Any]]:
        """The chats, the one in which something was said last on top."""
        private_chat(self.world, self.place.user)
        entries = [self.entry(chat) for chat in self.world.visible_chats(self.place.user)]
        return sorted(entries, key=lambda entry: -entry["order"])

    def is_called(self, messages: list[Message], unread: int) -> bool:
        """Whether somebody named the reader in what they have not read."""
        theirs = [m for m in messages if m.sender != self.place.user and m.kind != SYSTEM and not m.recalled]
        fresh = {message.id for message in theirs[-unread:]} if unread else set()
        return any(message in fresh and who in (self.place.user, "all") for message, who in self.world.pings)

    def when(self, message: Message) -> str:
        """The hour today, the day before that."""
        at, now = self.rows.moment(message), self.world.now()
        today = at.date() == now.astimezone(at.tzinfo).date()
        return dates.clock(at, self.pen.reader.lang) if today else f"{at.month}/{at.day}"

    def title(self) -> str:
        count = sum(self.unread.values())
        place = self.name(self.chat) if self.chat else self.pen.w["workspace"]
        return f"{f'({count}) ' if count else ''}{place} · {self.me.name}"

    def face_in_crowd(self, person: Any) -> dict[str, Any]:
        """Somebody in the switcher: what waits for them, and where a click leads."""
        own = next((c.id for c in self.world.visible_chats(person.id) if c.kind == "p2p"), "")
        unread = self.world.unread(person.id).get(own, 0) if own else 0
        shared = self.chat is not None and self.chat.kind == "group" and person.id in self.chat.members
        return face(person, self.place, unread, own if unread else self.place.channel if shared else "")

    def header(self) -> str:
        if self.chat is None:
            return self.draw("header.html", members=[], pins=[], notice=None)
        seen = {m.id: m for m in self.world.visible_messages(self.chat.id, self.place.user) if not m.recalled}
        pins = [self.pinned(seen[one]) for one in self.chat.pins if one in seen]
        top = seen.get((self.chat.top_notice or {}).get("message_id", ""))
        bot = [self.world.bot_id] if self.chat.has_bot else []
        members = [self.rows.author(user) for user in (*bot, *self.members(self.chat))]
        return self.draw("header.html", members=members, pins=pins, notice=self.pinned(top) if top else None)

    def members(self, chat: Chat) -> list[str]:
        """Who is in the chat; a company may have let somebody go since."""
        return [one for one in chat.members if one in self.world.people]

    def pinned(self, message: Message) -> dict[str, Any]:
        """A message that is kept in sight, in one line."""
        head = (message.card or {}).get("header") or {}
        words = summary(message.card, self.pen.reader) if message.card else self.rows.preview(message)
        by = self.rows.author(message.sender).name
        at = self.rows.moment(message)
        return {"id": message.id, "words": words, "tone": head.get("template", "default"), "by": by, "at": at}

    def mentionable(self) -> list[dict[str, str]]:
        """Whom an @ offers: in a group the bot and the members; the private chat needs none."""
        if self.chat is None or self.chat.kind == "p2p":
            return []
        people = [self.world.people[one] for one in self.members(self.chat) if one != self.place.user]
        bot = [{"name": self.world.bot_name, "title": self.pen.w["app_badge"]}] if self.chat.has_bot else []
        return [*bot, *({"name": person.name, "title": person.title} for person in people)]

    def may_speak(self) -> bool:
        if self.chat is None or self.chat.may_speak == "all_members":
            return True
        return self.place.user in (self.chat.owner, *self.chat.managers)

    def call(self) -> str:
        """The call that covers the whole screen, as long as this person has not looked at it."""
        waiting = call_of(self.world, self.place.user)
        if waiting is None:
            return ""
        message, urgents = waiting
        levels = {urgent.level for urgent in urgents}
        row = self.rows.row(message, None)
        words = summary(message.card, self.pen.reader) if message.card else self.rows.preview(message)
        return self.draw(
            "urgent.html",
            m=row,
            level=next(level for level in LOUDEST if level in levels),
            calls=[
                (urgent.level, dates.moment(urgent.at / 1000, self.pen.reader.zone)) for urgent in urgents
            ],
            place=message.chat,
            words=words,
            answer=answer_of(message.card),
            pen=replace(self.pen, scope=f"call {message.id}"),
        )

    def items(self) -> tuple[list[tuple[str, str]], bool]:
        """The messages with their keys, and whether older ones were left out."""
        if self.chat is None:
            return [], False
        messages = self.world.visible_messages(self.chat.id, self.place.user)
        shown = messages if self.place.all else messages[-SHOWN:]
        before, items = None, []
        for message in shown:
            row = self.rows.row(message, before)
            items.append((message.id, self.line(message, row)))
            before = row
        return items, len(shown) < len(messages)

    def line(self, message: Message, row: dict[str, Any]) -> str:
        """The HTML of one message; drawn once, as long as nothing it shows has changed."""
        reader = self.pen.reader
        seen = repr((reader.person, reader.now.astimezone(reader.zone).date(), reader.channels, row))
        pen = replace(self.pen, scope=message.id)
        return self.stage.once(seen, lambda: self.template.render(m=row, pen=pen).strip())
