"""One send, from the row to the platform: is it still true, in which words, and which call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.chat import Card, Chat, ChatError, Room, Send
from bot.crisis.incident import Incident
from bot.hook import Hook, Taken, told_to_site
from bot.net import still_left
from bot.piling import late_by_now, may_pile_up, speaks_for
from bot.store import Work
from bot.store.outbox import Claimed
from bot.voice import Voice
from bot.wanted import still_wanted, too_late
from timelines.checkpoints import due_at

T = TypeVar("T")

FINDABLE = ("post", "direct", "leave")
"""After a lost answer these are looked for; all others may be done twice without a difference (docs/delivery.md)."""


@dataclass(frozen=True)
class Ready:
    """A claimed send with everything it needs, as it was a moment ago.

    now: crisis time. message: the platform's id of the message it is about. original: the send of that message.
    wanted: False where it is only looked for, because it may have arrived and is no longer true.
    """

    claimed: Claimed
    incident: Incident
    now: datetime
    message: str = ""
    original: Send | None = None
    wanted: bool = True

    @property
    def send(self) -> Send:
        """What is to be done."""
        return self.claimed.send

    @property
    def mark(self) -> str:
        """What the platform knows it by."""
        return mark_of(self.send.key, self.incident)


@dataclass(frozen=True)
class Done:
    """What came of a call: the platform's id, the room that was made, who was not let in.

    found: an earlier try had arrived. cancelled: it had not, and is no longer true. moved: the id of the message that
    says from now on what was to be updated. taken: what the company's own site answered.
    """

    provider_id: str = ""
    room: Room | None = None
    refused: Mapping[str, str] | None = None
    found: bool = False
    cancelled: bool = False
    moved: str = ""
    taken: Taken | None = None

    def tells(self, send: Send) -> bool:
        """Whether more is to be written down than that it has arrived."""
        return (
            self.cancelled
            or self.room is not None
            or bool(self.refused or self.moved or self.taken)
            or send.deed == "archive"
        )


def mark_of(key: str, incident: Incident) -> str:
    """Names a send beyond this database, so that a new one never takes an old crisis's room or page for its own."""
    return f"{key} {incident.declared_at:%Y%m%d%H%M%S}"


def ask_again(work: Work, claimed: Claimed, voice: Voice) -> Ready | str:
    """What is needed to do it now; or what became of it instead, which is then recorded.

    That is `cancelled` (no longer true), `superseded` (another speaks for it), or `pending` (not yet).
    """
    send, outbox = claimed.send, work.outbox
    incident = work.incidents.get(send.incident, to_change=False)
    may_be_there = claimed.in_doubt and send.deed in FINDABLE
    wanted = incident is not None and _is_wanted(work, send, incident, voice)
    if incident is None or not (wanted or may_be_there):
        outbox.cancelled(claimed, "no_longer_true")
        return "cancelled"
    if send.deed in ("take_back", "urge") and (instead := _not_there(work, claimed)):
        return instead
    if not may_be_there and (newest := _newest(work, claimed)):
        outbox.superseded(claimed, newest)
        return "superseded"
    return Ready(
        claimed=_with_lateness(work, claimed, incident, voice),
        incident=incident,
        now=work.now,
        message=outbox.message(send.target) if send.target else "",
        original=outbox.send_of(send.target) if send.deed == "update" else None,
        wanted=wanted,
    )


def _is_wanted(work: Work, send: Send, incident: Incident, voice: Voice) -> bool:
    if send.deed in ("leave", "take_back"):
        return still_left(send, incident, voice.playbook, work.now)
    return still_wanted(send, incident) and not too_late(send, incident, voice.playbook, work.now)


def _not_there(work: Work, claimed: Claimed) -> str:
    """What becomes of a send that is about another which is not there, not yet or never; "" where it is."""
    if claimed.send.deed == "urge" and claimed.in_doubt:
        # It cannot be looked up, and nobody is rung up twice for once; the next way, or the deputy, follows by itself.
        work.outbox.cancelled(claimed, "may_have_rung")
        return "cancelled"
    state = work.outbox.state(claimed.send.target)
    if state == "sent":
        return ""
    if state in ("pending", "claimed"):
        work.outbox.not_yet(claimed, 1.0)
        return "pending"
    work.outbox.cancelled(claimed, "cause_not_sent")
    return "cancelled"


def _newest(work: Work, claimed: Claimed) -> Send | None:
    """The send that shall speak for this one and others that piled up, where they did."""
    if not may_pile_up(claimed.send, work.real_now - claimed.first_at):
        return None
    return speaks_for(claimed.send, work.outbox.behind(claimed))


def _with_lateness(work: Work, claimed: Claimed, incident: Incident, voice: Voice) -> Claimed:
    """Kept, so that a later update of the card says the same; and so does one that may be there already."""
    if claimed.send.card != "checkpoint" or claimed.in_doubt:
        return claimed
    since, zero = incident.running_since, incident.time_zero
    assert since is not None and zero is not None
    checkpoints = {item.name: due_at(item, zero) for item in voice.playbook.checkpoints}
    due = {name: at for name, at in checkpoints.items() if at > since}
    told = late_by_now(claimed.send, due, work.now)
    if told != claimed.send:
        work.outbox.rewrite(told)
    return replace(claimed, send=told)


class Speaker:
    """Does on the platform what is ready. Raises ChatError."""

    def __init__(
        self,
        chat: Chat,
        voice: Voice,
        brief: Callable[[Incident], str] = lambda _: "",
        hook: Hook | None = None,
    ) -> None:
        """brief: the address of a crisis's page; "" where it has none. hook: the company's own site, or None."""
        self._chat = chat
        self._voice = voice
        self._brief = brief
        self._hook = hook
        # One thread for the words: a card takes milliseconds, and a request must not wait for twenty of them.
        self._words = ThreadPoolExecutor(1, thread_name_prefix="words")

    def pace(self, ready: Ready) -> float:
        """Seconds to wait before this may be done; 0 takes the turn."""
        send, place = ready.send, ready.incident.room
        if send.deed == "hook":
            return 0.0
        if send.deed == "direct":
            place = send.to
        elif send.deed in ("update", "urge"):
            place = ready.message
        return self._near(ready).pace(send.deed, place, send.rank)

    def _near(self, ready: Ready) -> Chat:
        return self._chat.near(ready.incident.platform)

    async def speak(self, ready: Ready) -> Done:
        """Do it, unless an earlier try whose answer was lost has done it."""
        if ready.claimed.in_doubt and (earlier := await self._earlier(ready)):
            return Done(earlier, found=True)
        if not ready.wanted:
            return Done(cancelled=True)
        return await self._do(ready)

    async def _earlier(self, ready: Ready) -> str | None:
        """What an earlier try left on the platform, where its answer was lost on the way."""
        send, room, since = ready.send, ready.incident.room, ready.claimed.first_at
        chat = self._near(ready)
        match send.deed:
            case "post":
                return await chat.find(ready.mark, since, room=room)
            case "direct":
                return await chat.find(ready.mark, since, person=send.to)
            case "leave":
                return (await chat.left(send.args["room"])).get(send.args["ref"])
        return None

    async def _do(self, ready: Ready) -> Done:
        send, chat, room = ready.send, self._near(ready), ready.incident.room
        match send.deed:
            case "open_room":
                return Done(room=await self._room(ready))
            case "invite":
                return Done(refused=await chat.invite(room, send.people))
            case "post":
                return Done(await chat.post(room, await self._card(ready), ready.mark))
            case "direct":
                return Done(await chat.direct(send.to, await self._card(ready), ready.mark))
            case "update":
                mark = mark_of(send.target, ready.incident)
                now = await chat.update(ready.message, await self._card(ready), mark)
                return Done(moved=now if now != ready.message else "")
            case "leave":
                at, ref = datetime.fromisoformat(send.args["post_at"]), send.args["ref"]
                return Done(await chat.leave(send.args["room"], await self._card(ready), at, ref))
            case "hook":
                return Done(taken=await self._hand_over(ready))
        await self._tend(ready)
        return Done()

    async def _tend(self, ready: Ready) -> None:
        """Deeds of which nothing has to be remembered."""
        chat, room = self._chat, ready.incident.room
        match ready.send.deed:
            case "topic":
                await chat.topic(room, await self._said(self._bare, ready))
            case "bookmark":
                await chat.bookmark(room, await self._said(self._bare, ready), ready.message)
                if page := self._brief(ready.incident):
                    title = self._voice.words.label(ready.incident.language, "room", "brief")
                    await chat.tab(room, title, page)
            case "pin":
                await chat.pin(ready.message)
            case "archive":
                await chat.archive(room)
            case "take_back":
                await chat.take_back(ready.send.args["room"], ready.message)
            case "urge":
                await chat.urge(ready.message, ready.send.to, ready.send.args["level"])
            case unknown:
                raise ChatError(f"unknown_deed:{unknown}", permanent=True)

    async def _hand_over(self, ready: Ready) -> Taken:
        """Told again after a lost answer; the site knows it by its delivery."""
        if self._hook is None:
            raise ChatError("no_site", permanent=True)
        return await self._hook.tell(told_to_site(ready.incident, **ready.send.args))

    async def _room(self, ready: Ready) -> Room:
        lent = ready.incident.lent_room
        if lent is not None:
            return Room(lent.id, lent.name)
        chat, incident, number = self._near(ready), ready.incident, ready.send.incident
        plain = self._voice.room(number, incident.language)
        return await chat.open_room(*chat.called(number, incident.title, plain), ready.mark)

    def _bare(self, ready: Ready) -> str:
        """The bare words for places where a platform takes nothing else."""
        incident = ready.incident
        if ready.send.deed == "bookmark":
            return self._voice.words.label(incident.language, "room", "bookmark")
        headline = self._voice.card("state", incident, ready.now, None).headline
        return "".join(getattr(span, "text", "") for span in headline)

    async def _card(self, ready: Ready) -> Card:
        return await self._said(self._words_of, ready)

    async def _said(self, words: Callable[[Ready], T], ready: Ready) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._words, words, ready)

    def _words_of(self, ready: Ready) -> Card:
        """The card, in the words of its reader. An update says anew what its message said."""
        send, original = ready.send, ready.original
        source = send if send.card or original is None else original
        to = original.to if original is not None else send.to
        reader = None if to == "room" else self._voice.person(to)
        return self._voice.card(source.card, ready.incident, ready.now, reader, **source.args)
