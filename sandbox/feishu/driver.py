"""What a person can do in a Feishu client, done to a real bot over the real wire.

Used by the browser page and by tests alike: every deed sends what Feishu would send, waits as long as Feishu
would wait, and shows the person what Feishu would show. People are named by their open_id.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.errors import PersonCannot
from sandbox.feishu import answers, hands, mentions, payloads
from sandbox.feishu.installation import GROUP_HISTORY, IN_GROUPS, IN_PRIVATE, Installation
from sandbox.feishu.wire import Answer, Wire
from sandbox.feishu.world import ALL, CAME, LEFT, REMOVED, Chat, Message, Toast

RECEIVED, MENU, PRESSED = "im.message.receive_v1", "application.bot.menu_v6", "card.action.trigger"
BOT_ADDED, BOT_GONE = "im.chat.member.bot.added_v1", "im.chat.member.bot.deleted_v1"
DISSOLVED, ENTERED = "im.chat.disbanded_v1", "im.chat.access_event.bot_p2p_chat_entered_v1"
EVERYBODY = ("所有人", "all")
KEY_MOST = 30
EXPIRED = 230031


@dataclass(frozen=True)
class Seen:
    """What a deed led to, as the person sees it. status: the bot's HTTP status, 0 when nothing was sent or came back.

    card: the card in place of the pressed one. code: Feishu's own error on the screen, why says more of it.
    """

    status: int = 0
    message: Message | None = None
    toast: Toast | None = None
    card: dict[str, Any] | None = None
    code: int = 0
    why: str = ""


class Driver:
    """The hands of everybody in the world, for one bot at the end of the wire."""

    def __init__(self, app: Installation, wire: Wire) -> None:
        self.app, self.world, self.wire = app, app.world, wire

    async def verify_url(self) -> bool:
        """Saves the bot's address in the console: it must answer the challenge."""
        return await self.wire.challenge()

    async def redeliver_last(self) -> Answer:
        """The last request once more, byte for byte; its answer is not shown to anybody."""
        return await self.wire.again(self.wire.sent[-1])

    async def say(self, person: str, text: str, chat: str = "") -> Seen:
        """Types words: in private to the bot, or in a group; names after an @ become mentions."""
        room = self._place(person, chat)
        names = {f"@{one.name}": one.id for one in self.world.people.values()}
        names |= {f"@{self.world.bot_name}": self.world.bot_id} | {f"@{word}": ALL for word in EVERYBODY}
        if room.may_call_all != "all_members" and any(f"@{word}" in text for word in EVERYBODY):
            raise PersonCannot("this group does not allow to mention all")
        pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
        kept, named = mentions.as_kept(text, pattern, lambda found: names[found[0]], self.world.name_of)
        return await self._speak(person, room, "text", {"text": kept}, named)

    async def sends(self, person: str, kind: str, content: dict[str, Any], chat: str = "") -> Seen:
        """Sends something else than words: an image, a sticker, a post. content: as Feishu writes it."""
        return await self._speak(person, self._place(person, chat), kind, content, [])

    async def repeat(self, message: str) -> Answer:
        """The same message comes once more as a new event, as Feishu's documents warn."""
        told = self.world.find(message)
        if told is None:
            raise PersonCannot(f"there is no message {message}")
        return await self._event(RECEIVED, payloads.received(self.world, told))

    async def press(self, person: str, message: str, what: Any, option: Any = None) -> Seen:
        """Presses what is meant (a name, the words, a value or a part of it); option: what is chosen in a list."""
        shown = self._message(person, message)
        node = hands.button_of(_card(shown), what)
        value = hands.callback_value(node)
        if value is None:
            return Seen()
        members, tz = list(self.world.chats[shown.chat].members), self.world.people[person].tz
        action = {"tag": node["tag"], "value": value} | hands.chosen(node, option, members, tz)
        return await self._act(person, shown, node, action)

    async def submit(
        self, person: str, message: str, values: dict[str, Any] | None = None, button: str = ""
    ) -> Seen:
        """Fills in the form of a card and sends it; what a client would not send is refused as PersonCannot."""
        shown = self._message(person, message)
        form, node = hands.submit_button(_card(shown), button)
        members, tz = list(self.world.chats[shown.chat].members), self.world.people[person].tz
        value = hands.form_value(form, values or {}, members, tz)
        action = {"tag": "button", "form_value": value} | (
            {"value": given} if (given := hands.callback_value(node)) is not None else {}
        )
        return await self._act(person, shown, node, action)

    async def menu(self, person: str, event_key: str) -> Seen:
        """Chooses from the bot's own menu, which stands in the private chat only."""
        self._p2p(person)
        if not 0 < len(event_key) <= KEY_MOST:
            raise PersonCannot(f"an event key has 1 to {KEY_MOST} characters")
        if self.world.menu is not None and event_key not in self.world.menu:
            raise PersonCannot(f"{event_key!r} is not in the menu: {list(self.world.menu)}")
        return Seen((await self._event(MENU, payloads.menu_chosen(self.world, person, event_key))).status)

    async def opens(self, person: str) -> Seen:
        """Opens the private chat with the bot, and so reads what is there."""
        chat = self._p2p(person)
        self.world.mark_read(person, chat.id)
        return Seen((await self._event(ENTERED, payloads.entered(self.world, person, chat))).status)

    async def adds_bot(self, person: str, chat: str) -> Seen:
        """Brings the bot into a group."""
        room = self._place(person, chat)
        room.has_bot = True
        self._say_who_came(person, room)
        return Seen((await self._event(BOT_ADDED, payloads.about_chat(self.world, person, room))).status)

    def adds(self, person: str, chat: str, *others: str) -> None:
        """Brings people into a group."""
        room = self._place(person, chat)
        room.members |= dict.fromkeys(others)
        self._say_who_came(person, room, *others)

    async def removes_bot(self, person: str, chat: str) -> Seen:
        """Takes the bot out of a group."""
        room = self._place(person, chat)
        room.has_bot = False
        names = {"from_user": [self.world.name_of(person)], "to_chatters": [self.world.bot_name]}
        self.world.note(chat, REMOVED, **names)
        return Seen((await self._event(BOT_GONE, payloads.about_chat(self.world, person, room))).status)

    async def dissolves(self, person: str, chat: str) -> Seen:
        """Ends a group for everybody; the bot hears of it if it was in."""
        room = self._place(person, chat)
        room.dissolved = True
        self.world.touch()
        if not room.has_bot:
            return Seen()
        return Seen((await self._event(DISSOLVED, payloads.about_chat(self.world, person, room))).status)

    def sees_urgent(self, person: str, message: str) -> None:
        """Looks at what one was called to: the call on the whole screen goes away."""
        self.world.see_urgents(person, self._message(person, message))

    def leaves(self, person: str, chat: str) -> None:
        """Leaves a group."""
        self._place(person, chat).members.pop(person)
        self.world.note(chat, LEFT, from_user=[self.world.name_of(person)])

    def recalls(self, person: str, message: str) -> None:
        """Takes a message back: one's own, or anybody's as owner of the group."""
        shown = self._message(person, message)
        if person not in (shown.sender, self.world.chats[shown.chat].owner):
            raise PersonCannot(f"{message} is not theirs")
        self.world.recall(shown)

    def _say_who_came(self, person: str, room: Chat, *others: str) -> None:
        """A line about people, or about the bot when there are none."""
        names = [self.world.name_of(one) for one in others] or [self.world.bot_name]
        self.world.note(room.id, CAME, from_user=[self.world.name_of(person)], to_chatters=names)

    async def _speak(
        self, person: str, room: Chat, kind: str, content: dict[str, Any], named: list[dict[str, Any]]
    ) -> Seen:
        text = json.dumps(content, ensure_ascii=False)
        message = self.world.post(room.id, person, kind, text, mentions=named)
        self.world.mark_read(person, room.id)
        if not self._heard(room, named):
            return Seen(message=message)
        answer = await self._event(RECEIVED, payloads.received(self.world, message))
        return Seen(answer.status, message)

    def _heard(self, room: Chat, named: list[dict[str, Any]]) -> bool:
        """Whether the bot is told: of all groups' words only with the scope for them, else when it is named."""
        if room.kind == "p2p":
            return True
        if not room.has_bot:
            return False
        called = any(one["id"] == self.world.bot_id for one in named)
        return self.app.may(GROUP_HISTORY) or (called and self.app.may(IN_GROUPS))

    async def _event(self, kind: str, about: dict[str, Any]) -> Answer:
        if not self.world.hears(kind):
            return Answer(0)
        return await self.wire.event(payloads.event(self.world, self.wire.verification_token, kind, about))

    async def _act(self, person: str, message: Message, node: dict[str, Any], action: dict[str, Any]) -> Seen:
        if self.world.too_old(message):
            return Seen(toast=self.world.toast(person, "error", "", EXPIRED), code=EXPIRED)
        if not self.world.hears(PRESSED):
            return self._useless(person, 0, answers.Useless(answers.NO_ADDRESS, "no callback address"))
        action |= {"name": node["name"]} if node.get("name") else {}
        token = self.app.tokens.update_token(message.id)
        about = payloads.pressed(self.world, person, message, action, token)
        answer = await self.wire.callback(payloads.callback(self.world, self.wire.verification_token, about))
        self.app.tokens.answered(token)
        return self._shown(person, message, answer)

    def _shown(self, person: str, message: Message, answer: Answer) -> Seen:
        chat, language = self.world.chats[message.chat], self.world.people[person].language
        try:
            said = answers.read(self.app, chat, language, answer)
        except answers.Useless as useless:
            return self._useless(person, answer.status, useless)
        if said.content:
            self.world.show(message, said.content.text, said.content.card)
        toast = self.world.toast(person, said.kind, said.text) if said.text else None
        return Seen(answer.status, message, toast, said.content.card if said.content else None)

    def _useless(self, person: str, status: int, useless: answers.Useless) -> Seen:
        toast = self.world.toast(person, "error", "", useless.code)
        return Seen(status, toast=toast, code=useless.code, why=useless.why)

    def _place(self, person: str, chat: str) -> Chat:
        """Where a person speaks: a chat they are in, or the private one with the bot."""
        if not chat:
            return self._private(person)
        room = self.world.chats[chat]
        if person not in room.members or room.dissolved:
            raise PersonCannot(f"{person} is not in {chat}")
        if room.may_speak != "all_members" and person not in (room.owner, *room.managers):
            raise PersonCannot(f"{person} may not speak in {chat}")
        return self._private(person) if room.kind == "p2p" else room

    def _private(self, person: str) -> Chat:
        """The private chat, to type in: without scope and event it has no field for that."""
        if not self.app.may(IN_PRIVATE) or not self.world.hears(RECEIVED):
            raise PersonCannot("the private chat with the bot takes no words")
        return self._p2p(person)

    def _p2p(self, person: str) -> Chat:
        """The private chat, where the bot is available."""
        if not self.world.reaches(person):
            raise PersonCannot(f"the bot is not available to {person}")
        return self.world.p2p_of(person)

    def _message(self, person: str, message: str) -> Message:
        shown = self.world.find(message)
        chat = self.world.chats[shown.chat] if shown else None
        if shown is None or chat is None or shown.recalled or chat.dissolved or person not in chat.members:
            raise PersonCannot(f"{person} sees no message {message}")
        return shown


def _card(message: Message) -> dict[str, Any]:
    if message.card is None:
        raise PersonCannot(f"{message.id} is no card")
    return message.card
