"""A Reply on its way back to the person: a line over their screen, their card changed, a message to them alone.

In a group everybody sees the same cards, so what is meant for one person goes to them in private.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Literal

import structlog

from bot.chat import Card, ChatError, Field, Form, Plain, Reply
from bot.feishu.cards import Shape, content, message
from bot.feishu.forms import form_card, refused
from bot.feishu.messages import Messages
from bot.feishu.reading import ASKED, OUTSIDE, PASSING, Heard, Place
from bot.feishu.text import Whereabouts, cut, plain

Words = Callable[..., Card]
"""From a person's open_id, one of the codes below and what is named with it, to a card in their language."""

IN_PRIVATE = "in_private"
FORM_IN_PRIVATE = "form_in_private"
UNDER_WAY = "under_way"
TO_MEND = "to_mend"
UNREACHABLE = "unreachable"
SORRY = "sorry"

TOAST_MOST = 200
TRIES = 3
PAUSE_SECONDS = 1.0
PAUSE_MOST = 5.0
"""Seconds that Feishu may ask us to wait while a person waits for an answer; beyond that it is given up."""

Tone = Literal["info", "success", "warning", "error"]
Toast = Mapping[str, str]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What the person gets.

    toast: a line over the screen for some seconds. instead: what the card they used turns into. private: a message to
    them alone.
    """

    toast: Toast | None = None
    instead: Shape | None = None
    private: Shape | None = None

    def body(self) -> dict[str, Any]:
        """The part that Feishu takes as the answer to a press."""
        toast = {"toast": self.toast} if self.toast else {}
        card = {"card": {"type": "raw", "data": self.instead}} if self.instead else {}
        return toast | card


class Answers:
    """Says things to the one person who asked."""

    def __init__(
        self,
        messages: Messages,
        where: Whereabouts,
        words: Words,
        zone: tzinfo,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        """zone: the company's, for the moments in forms. pause: seconds between two tries to say something."""
        self._messages, self._where, self._words = messages, where, words
        self._zone, self._pause = zone, pause
        self._answering: set[str] = set()

    def sorry(self, heard: Heard) -> Reply:
        """Something broke on our side. A form that was sent stays as it is, with all that was typed."""
        return Reply(card=self._words(heard.place.person, SORRY), refused=True)

    def under_way(self, heard: Heard) -> Answer:
        """It takes longer than Feishu waits; the answer comes later."""
        return Answer(self._toast("info", self._words(heard.place.person, UNDER_WAY)))

    def at_once(self, heard: Heard, reply: Reply, form: Form | None = None) -> Answer:
        """The answer to a press. form: the one that was sent, to be shown again where it has to be mended."""
        answer = replace(self.later(heard, reply, form), toast=self._told(heard, reply, form))
        complaints_fit = bool(reply.errors) and form is None
        headline_alone = reply.card is not None and not reply.card.parts
        if complaints_fit or headline_alone or heard.command.name == OUTSIDE:
            return replace(answer, private=None)
        return answer

    def later(self, heard: Heard, reply: Reply, form: Form | None = None) -> Answer:
        """The answer to a line, or to a press for which we were too slow: there is no toast for these."""
        if reply.errors:
            return self._to_mend(heard, reply.errors, form)
        if reply.form:
            asked = self._form(reply.form, heard.command.key)
            return Answer(instead=asked) if heard.command.kind == "sent" else Answer(private=asked)
        if (card := reply.done or reply.card) is None:
            return Answer()
        if heard.place.aloud:
            return Answer(private=message(card, self._where))
        takes_its_place = heard.place.card and (reply.done or reply.replace)
        shape = self._passing(card)
        return Answer(instead=shape) if takes_its_place else Answer(private=shape)

    async def give(self, heard: Heard, answer: Answer) -> None:
        """Deliver what is not in the answer to the press itself; where that fails, say so in another way.

        A request that Feishu delivers again meanwhile gets no second one.
        """
        key = heard.command.key
        if key in self._answering:
            return
        self._answering.add(key)
        try:
            await self._give(heard, answer)
        except ChatError as error:
            log.warning("feishu.answer_failed", key=key, user=heard.place.person, code=error.code)
            await self._apologise(heard)
        finally:
            self._answering.discard(key)

    async def _give(self, heard: Heard, answer: Answer) -> None:
        """Under one key the same is said once; what comes after an apology is not the same."""
        place = heard.place
        if instead := answer.instead:
            await self._tried(lambda: self._messages.replace(place.card, instead))
        if said := answer.private:
            key = f"answer {heard.command.key} {content(said)}"
            await self._tried(lambda: self._say(place, said, key))

    def _say(self, place: Place, card: Shape, key: str) -> Awaitable[object]:
        if place.aloud:
            return self._messages.to_chat(place.room, card, key)
        return self._messages.to_person(place.person, card, key)

    async def _apologise(self, heard: Heard) -> None:
        """In private; where the person cannot be reached there, in the group, without a word of what it was about."""
        place, key = heard.place, heard.command.key
        try:
            sorry = message(self._words(place.person, SORRY), self._where)
            await self._tried(lambda: self._messages.to_person(place.person, sorry, f"sorry {key}"))
        except ChatError as error:
            log.warning("feishu.apology_failed", key=key, user=place.person, code=error.code)
            if place.room:
                await self._say_aloud(heard)

    async def _say_aloud(self, heard: Heard) -> None:
        place, key = heard.place, heard.command.key
        try:
            unreachable = message(self._words(place.person, UNREACHABLE), self._where)
            await self._tried(lambda: self._messages.to_chat(place.room, unreachable, f"unreachable {key}"))
        except ChatError as error:
            log.error("feishu.unanswered", key=key, user=place.person, code=error.code)

    async def _tried(self, call: Callable[[], Awaitable[object]]) -> None:
        """What is said here can be said again without being heard twice: a lost answer is no reason to give up."""
        for left in reversed(range(TRIES)):
            try:
                await call()
                return
            except ChatError as error:
                pause = self._pause if error.retry_after is None else error.retry_after
                if error.permanent or not left or pause > PAUSE_MOST:
                    raise
            await asyncio.sleep(pause)

    def _to_mend(self, heard: Heard, errors: Mapping[str, str], form: Form | None) -> Answer:
        """The form once more. Without it the person's card stays, with what was typed, and they are only told."""
        if form is None:
            return Answer(private=message(Card((Plain(_joined(errors)),)), self._where))
        card, note = self._form(form, heard.asked), self._named(heard, errors, form)
        return Answer(instead=refused(card, errors, heard.typed, note))

    def _named(self, heard: Heard, errors: Mapping[str, str], form: Form) -> str:
        """How many there are to mend, and which: a long form stays where it was scrolled to."""
        fields = [item.label for item in form.items if isinstance(item, Field) and item.name in errors]
        return self._headline(heard, TO_MEND, count=len(errors), fields=fields)

    def _told(self, heard: Heard, reply: Reply, form: Form | None) -> Toast | None:
        """The line over the screen; a press in a private card needs none where the answer is to be seen below it."""
        command = heard.command
        if reply.errors:
            complaints = self._named(heard, reply.errors, form) if form else _joined(reply.errors)
            return _toast("error", complaints)
        if reply.form:
            is_there = command.kind == "sent" or command.passing
            return None if is_there else _toast("info", self._headline(heard, FORM_IN_PRIVATE))
        card = reply.done or reply.card
        if card is None or (reply.replace and not reply.refused):
            return None
        tone: Tone = "warning" if reply.refused else "success" if reply.done else "info"
        toast = self._toast(tone, card)
        elsewhere = reply.card and card.parts and not command.passing and command.name != OUTSIDE
        return (
            toast | {"content": f"{toast['content']} · {self._headline(heard, IN_PRIVATE)}"}
            if elsewhere
            else toast
        )

    def _form(self, form: Form, key: str) -> Shape:
        """The form with the key under which it was asked for: under the same key it can be had once more."""
        return form_card(replace(form, about={**form.about, ASKED: key}), self._zone)

    def _passing(self, card: Card) -> Shape:
        """A card which only this person sees, and which each of its buttons says so of."""
        shape: Shape = _marked(message(card, self._where))
        return shape

    def _toast(self, tone: Tone, card: Card) -> dict[str, str]:
        return _toast(tone, plain(card.headline, self._where))

    def _headline(self, heard: Heard, code: str, **named: Any) -> str:
        return plain(self._words(heard.place.person, code, **named).headline, self._where)


def _toast(tone: Tone, text: str) -> dict[str, str]:
    return {"type": tone, "content": cut(text, TOAST_MOST)}


def _marked(shape: Any) -> Any:
    if isinstance(shape, list):
        return [_marked(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    if shape.get("type") == "callback":
        return shape | {"value": shape["value"] | {PASSING: True}}
    return {name: _marked(one) for name, one in shape.items()}


def _joined(errors: Mapping[str, str]) -> str:
    return " ".join(errors.values())
