"""A Reply on its way back to the person: shown, opened as a form, or turned into the form's next page."""

from __future__ import annotations

from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import Button, Card, ChatError, Command, Form, Part, Plain, Reply
from bot.slack.blocks import message
from bot.slack.calls import listed
from bot.slack.errors import asked
from bot.slack.modals import done_view, modal
from bot.slack.reading import TYPED_AGAIN, Place
from bot.slack.text import People, cut, plain

ANSWER = "goldenhour_answer"
PAGE = 200

log = structlog.get_logger(__name__)


class Answers:
    """Says things to the one person who asked, by whichever way their request left open."""

    def __init__(self, client: AsyncWebClient, people: People) -> None:
        self._client = client
        self._people = people
        self._answering: set[str] = set()

    def passing(self, card: Card) -> dict[str, Any]:
        """A card only this person sees."""
        return {"response_type": "ephemeral", **message(card, self._people)}

    def page(self, place: Place, reply: Reply) -> dict[str, Any]:
        """What a sent form turns into: complaints beside its fields, a new form, a last page, or nothing."""
        last = reply.done or reply.card
        if reply.errors and place.inputs:
            return {"response_action": "errors", "errors": _beside(reply, place)}
        if reply.errors:
            last = Card((Plain("\n".join(reply.errors.values())),))
        if reply.form:
            return {"response_action": "update", "view": modal(reply.form)}
        if last:
            return {"response_action": "update", "view": self._last(place, last)}
        return {"response_action": "clear"}

    async def give(self, place: Place, command: Command, reply: Reply, sorry: Card) -> None:
        """Deliver a reply after the request was answered; `sorry` is shown where that fails.

        A request that Slack delivers again meanwhile gets no second one.
        """
        if command.key in self._answering:
            return
        self._answering.add(command.key)
        try:
            await self._give(place, command, reply)
        except ChatError as error:
            log.warning("slack.answer_failed", key=command.key, user=command.user, code=error.code)
            await self._apologise(place, command, sorry)
        finally:
            self._answering.discard(command.key)

    async def _give(self, place: Place, command: Command, reply: Reply) -> None:
        card = reply.card or reply.done
        if reply.form:
            await self._ask(place, command, reply.form)
        elif card:
            await self._show(place, command, card, replace=reply.replace)

    async def _apologise(self, place: Place, command: Command, sorry: Card) -> None:
        try:
            await self._show(place, command, sorry)
        except ChatError as error:
            log.error("slack.apology_failed", key=command.key, user=command.user, code=error.code)

    async def _ask(self, place: Place, command: Command, form: Form) -> None:
        try:
            await self._open(place, command, form)
        except ChatError as error:
            # The one means that this was delivered before and the form is open; the other, that we were too slow.
            if error.code == "expired_trigger_id" and command.kind == "typed":
                await self._show(place, command, _door(command, form))
            elif error.code != "exchanged_trigger_id":
                raise

    async def _open(self, place: Place, command: Command, form: Form) -> None:
        if place.view:
            await asked(self._client.views_push(trigger_id=place.trigger, view=modal(form)))
        elif place.trigger:
            await asked(self._client.views_open(trigger_id=place.trigger, view=modal(form)))
        else:
            await self._show(place, command, _door(command, form))

    async def _show(self, place: Place, command: Command, card: Card, *, replace: bool = False) -> None:
        if place.response_url:
            await self._respond(place.response_url, {"replace_original": replace, **self.passing(card)})
        elif place.view:
            await asked(self._client.views_update(view_id=place.view, view=self._last(place, card)))
        elif place.channel:
            await self._write(place, command.key, card)
        else:
            raise ChatError("no_way_back", permanent=True)

    async def _write(self, place: Place, key: str, card: Card) -> None:
        """In the direct message. What is delivered again may have been answered there before."""
        if place.again and await self._is_written(place, key):
            return
        words = message(card, self._people)
        await asked(
            self._client.chat_postMessage(
                channel=place.channel,
                metadata={"event_type": ANSWER, "event_payload": {"key": key}},
                parse="none",
                **words,
            )
        )

    async def _is_written(self, place: Place, key: str) -> bool:
        since = {"oldest": place.ts, "include_all_metadata": True, "limit": PAGE}
        history = listed("messages", self._client.conversations_history, channel=place.channel, **since)
        async for said in history:
            metadata = said.get("metadata") or {}
            if metadata.get("event_type") == ANSWER and metadata["event_payload"].get("key") == key:
                return True
        return False

    async def _respond(self, url: str, payload: dict[str, Any]) -> None:
        if self._client.session is None:
            raise ChatError("no_session", permanent=True)
        try:
            async with self._client.session.post(url, json=payload, proxy=self._client.proxy) as answer:
                if answer.status >= 400:
                    raise ChatError(f"http_{answer.status}")
        except (aiohttp.ClientError, TimeoutError):
            raise ChatError("connection_lost", in_doubt=True) from None

    def _last(self, place: Place, card: Card) -> dict[str, Any]:
        return done_view(card, place.title or plain(card.headline, self._people), self._people)


def _beside(reply: Reply, place: Place) -> dict[str, str]:
    """Complaints by field; one about no field of this form goes to the first, as Slack shows no other."""
    found: dict[str, list[str]] = {}
    for name, complaint in reply.errors.items():
        found.setdefault(name if name in place.inputs else place.inputs[0], []).append(complaint)
    return {name: cut(" ".join(complaints), 2000) for name, complaints in found.items()}


def _door(command: Command, form: Form) -> Card:
    """A button to the form: a line in a direct message gives no right to open one, a press does."""
    asked_for = f"{command.name} {command.text}".strip()[:2000]
    button = Button(TYPED_AGAIN, form.title, value=asked_for, style="primary")
    return Card((Plain(form.title),), (Part(buttons=(button,)),))
