"""The whole bot on an in-memory Chat, in virtual time: `scene.at("+15 min")`, `scene.says("U15", "/crisis open …")`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from bot.audit import Finding
from bot.auditor import Auditor
from bot.chat import Card, Chat, Command, Dispatch, Form, Place, Reply, Span
from bot.clock import Clock
from bot.crisis.incident import Incident
from bot.delivery import Delivery
from bot.hook import Hook
from bot.lease import Patience
from bot.net import adjust
from bot.reactions import react
from bot.speaking import Speaker
from bot.store import Consequences, Moments, Store, Work
from bot.voice import Voice
from handlers.dispatch import dispatcher
from statements.text import Words
from tests.makers import NINE, a_playbook, a_roster, at
from tests.memory_chat import MemoryChat, Said
from timelines.reminders import next_due

T = TypeVar("T")
WORDS = Words.load()
SETTLE = timedelta(seconds=Patience().settle)


@dataclass(frozen=True)
class Process:
    """What one process of the bot consists of, joined as `bot.app` does it; nothing runs by itself."""

    store: Store
    voice: Voice
    delivery: Delivery
    clock: Clock
    dispatch: Dispatch


def a_process(
    engine: Engine,
    chat: Chat,
    now: Callable[[], datetime],
    *,
    playbook: str = "service_network",
    zone: str = "Asia/Shanghai",
    hook: Hook | None = None,
) -> Process:
    """The bot on a database and a platform, living in the time that `now` tells. hook: the company's own site."""
    policy = a_playbook(playbook)
    consequences = Consequences(
        react=partial(react, playbook=policy),
        next_due=partial(next_due, playbook=policy),
        net=partial(adjust, playbook=policy),
    )
    store = Store(engine, consequences, lambda: Moments(now(), now()))
    voice = Voice(WORDS, policy, a_roster(), ZoneInfo(zone), "zh")
    speaker = Speaker(chat, voice, hook=hook)
    delivery = Delivery(store, speaker, voice, clocks=[lambda: now().timestamp()])
    return Process(store, voice, delivery, Clock(store, policy, a_roster()), dispatcher(store, voice))


class Scene:
    """A stage without a network. Everything runs when it is told to; no time passes by itself.

    chat: the world at the receiving end. line: what stands between the bot and it, where something does.
    occasion: while it is set, whoever asks the same again asks with the same key, as a redelivery does.
    hook: the company's own site, known from the next restart on.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        playbook: str = "service_network",
        zone: str = "Asia/Shanghai",
        start: datetime = NINE,
        chat: MemoryChat | None = None,
        line: Callable[[MemoryChat, Scene], Chat] = lambda chat, scene: chat,
    ) -> None:
        self.now, self.start = start, start
        self.chat = chat or MemoryChat()
        self.occasion = ""
        self.hook: Hook | None = None
        self._line = line(self.chat, self)
        self._engine = engine
        self._playbook, self._zone = playbook, zone
        self._keys = count(1)
        self._runner = asyncio.Runner()
        self._boot()

    def _boot(self) -> None:
        process = a_process(
            self._engine,
            self._line,
            lambda: self.now,
            playbook=self._playbook,
            zone=self._zone,
            hook=self.hook,
        )
        self.store, self.voice = process.store, process.voice
        self.delivery, self.clock, self.dispatch = process.delivery, process.clock, process.dispatch

    def restart(self) -> None:
        """Pull the plug and start again: only the database remembers. Alone on it, the new one takes over at once."""
        self.store.close()
        self._boot()
        if self._engine.dialect.name == "sqlite":
            self.run(lambda work: work.outbox.release_all(SETTLE))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.store.close()
        self._runner.close()

    def run(self, unit: Callable[[Work], T]) -> T:
        """One transaction."""
        return self._runner.run(self.store.run(unit))

    def awaits(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Something on the loop on which the bot runs."""
        return self._runner.run(coroutine)

    def deliver(self) -> int:
        """Let everything that may be sent go out."""
        return self._runner.run(self.delivery.deliver_all())

    def at(self, when: str) -> Self:
        """Let time pass until then, ringing at each moment at which something is due."""
        return self._until(at(when, self.start))

    def wait(self, long: timedelta) -> Self:
        """Let so much time pass."""
        return self._until(self.now + long)

    def _until(self, target: datetime) -> Self:
        while (due := self._next_ring()) is not None and due <= target:
            self.now = max(self.now, due)
            self.tick()
        self.now = max(self.now, target)
        self.tick()
        return self

    def asleep_until(self, when: str) -> Self:
        """The bot is down meanwhile: time passes and nothing rings."""
        self.now = at(when, self.start)
        self.restart()
        self.tick()
        return self

    def tick(self) -> None:
        """What the platform does by itself, then one round of the clock, and whatever follows from it."""
        self.chat.fall_due(self.now)
        self._runner.run(self.clock.tick())
        self.deliver()

    def _next_ring(self) -> datetime | None:
        ring = self.run(lambda work: work.incidents.earliest_due())
        turn = self.run(lambda work: work.outbox.next_at())
        # A claim is over only after its last moment.
        rings = [ring, None if turn is None else turn + timedelta(microseconds=1)]
        found = min((moment for moment in rings if moment is not None), default=None)
        return None if found is None else max(found, self.now + timedelta(microseconds=1))

    def command(self, kind: Any, name: str, user: str, *, key: str = "", **more: Any) -> Reply:
        """Hand the bot a command, then let everything go out."""
        asked = Command(kind, name, key or self._key(kind, name, user, **more), user, **more)
        reply = self._runner.run(self.dispatch(asked))
        self.deliver()
        return reply

    def _key(self, kind: str, name: str, user: str, *, text: str = "", value: str = "", **_more: Any) -> str:
        if not self.occasion:
            return f"key:{next(self._keys)}"
        return f"{self.occasion}/{kind}/{name}/{user}/{value}/{text}"

    def says(self, user: str, text: str, *, room: str = "C0", key: str = "") -> Reply:
        """`/crisis` and what follows it."""
        verb, _, rest = text.removeprefix("/crisis").strip().partition(" ")
        return self.command("typed", verb, user, text=rest.strip(), room=room, key=key)

    def presses(
        self, user: str, name: str, value: str = "1", *, passing: bool = False, key: str = ""
    ) -> Reply:
        """A button of that name."""
        return self.command("pressed", name, user, value=value, passing=passing, key=key)

    def sends(self, user: str, form: Form, *, key: str = "", **fields: Any) -> Reply:
        """The form, with what it prefilled where nothing else is given."""
        filled = {item.name: item.value for item in form.items if hasattr(item, "kind")} | fields
        return self.command("sent", form.name, user, fields=filled, about=dict(form.about), key=key)

    def opens(self, user: str = "U15", what: str = "维修次日刹车失灵，客户受伤", **fields: Any) -> Incident:
        """A crisis opened by its form; the room is there."""
        form = self.says(user, f"/crisis open {what}").form
        assert form is not None
        self.sends(user, form, **fields)
        return self.incident()

    def answers(self, user: str = "U15", **fields: Any) -> Reply:
        """The checklist, filled in so far."""
        form = self.presses(user, "checklist").form
        assert form is not None
        return self.sends(user, form, **fields)

    def incident(self, number: int = 1) -> Incident:
        """The incident as it is stored."""
        found = self.run(lambda work: work.incidents.get(number, to_change=False))
        assert found is not None
        return found

    def audit(self) -> tuple[Finding, ...]:
        """What an auditor finds who has never looked before; it is mended."""
        return self._runner.run(self.auditor().go_round())

    def auditor(self) -> Auditor:
        """One who has never looked before."""
        return Auditor(self.store, self.chat, self.voice.playbook)

    def posted(self, card: str) -> list[Said]:
        """Messages whose key contains this, in the order in which they came."""
        return [said for said in self.chat.said.values() if f"/{card}" in said.key]

    def outbox(self) -> dict[str, int]:
        """How many sends are in each state."""
        return self.run(lambda work: work.outbox.counts())


def text(card: Card) -> str:
    """Everything a card says, as plain text."""
    lines = [card.headline, *(line for part in card.parts for line in part.lines)]
    return "\n".join("".join(_word(span) for span in line) for line in lines)


def _word(span: Span) -> str:
    if isinstance(span, Place):
        return f"#{span.name}"
    return getattr(span, "text", None) or getattr(span, "person", None) or getattr(span, "fallback", "")


def buttons(card: Card) -> list[str]:
    """Names of a card's buttons."""
    return [
        button.name
        for part in card.parts
        for button in [*([part.beside] if part.beside else []), *part.buttons]
    ]
