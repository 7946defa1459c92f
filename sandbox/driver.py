"""What a person can do in a Slack client, done to a real bot over the real wire.

Used by the browser page and by tests alike: every deed sends what Slack would send, waits as long as Slack
would wait, and shows the person what Slack would show.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox import forms, payloads
from sandbox.blockkit import elements_of
from sandbox.errors import PersonCannot, SlackError
from sandbox.inputs import FIELDS, chosen, complaints, first_state, inputs_of, option_of
from sandbox.responses import parsed_body, show
from sandbox.typing_text import as_command_text, as_message
from sandbox.wire import Answer, Wire
from sandbox.world import Channel, Message, OpenView, World

TROUBLE = "We had some trouble connecting. Try again?"
RETRY_SECONDS = (0.0, 60.0, 300.0)
REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "http_error"}
Found = tuple[dict[str, Any], dict[str, Any], int | None]


@dataclass(frozen=True)
class Result:
    """How a deed went: the bot's HTTP status (0 when none came), what only this person sees, form errors."""

    status: int
    ephemeral: Message | None = None
    errors: dict[str, str] = field(default_factory=dict)
    message: Message | None = None
    failure: str | None = None


class Driver:
    """The hands of everybody in the world, for one bot at `bot_url`."""

    def __init__(
        self, world: World, *, signing_secret: str, bot_url: str, session: aiohttp.ClientSession | None = None
    ) -> None:
        self.world = world
        self.wire = Wire(world, signing_secret=signing_secret, bot_url=bot_url, session=session)
        self.retry_seconds = RETRY_SECONDS
        self._retries: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stops waiting retries and lets the session go."""
        for task in self._retries:
            task.cancel()
        await asyncio.gather(*self._retries, return_exceptions=True)
        await self.wire.close()

    async def redeliver_last(self) -> Answer:
        """The last request once more, byte for byte; its answer is not shown to anybody."""
        return await self.wire.again(self.wire.sent[-1])

    async def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Result:
        """Types into a channel; a text that begins with a slash is a command."""
        room = self._room(user, channel)
        if text.startswith("/"):
            if thread_ts:
                raise PersonCannot("slash commands cannot be used in threads")
            return await self._command(user, room, text)
        message = self.world.post(channel, user, as_message(self.world, text), thread_ts=thread_ts)
        self.world.mark_read(user, channel)
        status = 200
        for kind in self._event_kinds(room, message):
            status = (await self._event(payloads.message_event(self.world, message, kind))).status
        return Result(status, message=message)

    async def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
    ) -> Result:
        """Clicks a button, or chooses in a menu, of a message this person can see."""
        message = self._message(user, channel, ts)
        found = _in_message(message, action_id, block_id, value)
        if not message.state:
            message.state = first_state([block for block, _ in _places(message)])
        action = self._action(found, message.state, value)
        answer = await self.wire.interaction(payloads.message_actions(self.world, user, message, action))
        return self._failed(user, channel, self.world.bot_name, answer)

    async def press_view(self, user: str, view_id: str, action_id: str, value: Any = None) -> Result:
        """Clicks or chooses in the form on top, or on the Home tab; plain input fields only remember."""
        opened = self._view(user, view_id)
        block, element = _one_element(opened.view["blocks"], action_id, value)
        action = self._action((block, element, None), opened.state, value)
        self.world.touch()
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Result(200)
        answer = await self.wire.interaction(payloads.view_actions(self.world, user, opened, action))
        return Result(answer.status, failure=answer.failure)

    def fill(self, user: str, view_id: str, values: dict[str, Any]) -> OpenView:
        """Types into a form without sending it; keys are block ids or action ids."""
        opened = self._view(user, view_id)
        for key, answer in values.items():
            block, element = _one_input(opened.view["blocks"], key)
            opened.state[block["block_id"]][element["action_id"]] = chosen(element, answer)
        self.world.touch()
        return opened

    async def submit(self, user: str, view_id: str, values: dict[str, Any] | None = None) -> dict[str, str]:
        """Fills and sends a form; returns the errors beside its fields ("" is about the whole form)."""
        opened = self.fill(user, view_id, values or {})
        wrong = complaints(opened.view["blocks"], opened.state)
        if wrong:
            return wrong
        answer = await self.wire.interaction(payloads.view_submission(self.world, user, opened))
        if answer.failure:
            return {"": TROUBLE}
        try:
            return self._after_submission(opened, parsed_body(answer.text) or {})
        except SlackError as refused:
            return {"": f"{TROUBLE} ({refused.code}: {refused.details.get('errors', '')})"}

    async def dismiss(self, user: str, view_id: str, *, everything: bool = False) -> Result:
        """Closes the form on top, or all of them; the bot hears of it only if it asked."""
        opened = self._view(user, view_id)
        cleared = everything or bool(opened.view.get("clear_on_close"))
        gone = list(reversed(self.world.views_of(user))) if cleared else [opened]
        if cleared:
            forms.clear_forms(self.world, user)
        else:
            forms.close_form(self.world, opened)
        status = 200
        for view in (view for view in gone if view.view.get("notify_on_close")):
            payload = payloads.view_closed(self.world, user, view, cleared=cleared)
            status = (await self.wire.interaction(payload)).status
        return Result(status)

    async def open_home(self, user: str) -> Result:
        """Looks at the bot's Home tab."""
        self.world.im_of(user)
        if "app_home_opened" not in self.world.bot_events:
            return Result(200)
        answer = await self._event(payloads.home_opened(self.world, user))
        return Result(answer.status, failure=answer.failure)

    async def shortcut(self, user: str, callback_id: str) -> Result:
        """Chooses a global shortcut from the + menu."""
        answer = await self.wire.interaction(payloads.global_shortcut(self.world, user, callback_id))
        return Result(answer.status, failure=answer.failure)

    async def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Result:
        """Chooses a shortcut from a message's own menu."""
        message = self._message(user, channel, ts)
        answer = await self.wire.interaction(
            payloads.message_shortcut(self.world, user, message, callback_id)
        )
        return self._failed(user, channel, self.world.bot_name, answer)

    async def _command(self, user: str, room: Channel, text: str) -> Result:
        command, _, rest = text.partition(" ")
        if self.world.commands is not None and command not in self.world.commands:
            return Result(0, self._only_for(user, room.id, f"{command} is not a valid command."))
        words = as_command_text(self.world, rest.strip())
        fields = payloads.slash_command(self.world, user, room, command, words)
        answer = await self.wire.command(fields)
        body = parsed_body(answer.text)
        if answer.failure or body is None:
            return self._failed(user, room.id, command, answer)
        return self._show(user, room.id, fields["response_url"], text, body, answer)

    def _show(self, user: str, channel: str, url: str, typed: str, body: Any, answer: Answer) -> Result:
        ticket = self.world.tickets.responses[url.rsplit("/", 1)[1]]
        if body.get("response_type") == "in_channel":
            self.world.post(channel, user, as_message(self.world, typed))
        if not any(body.get(part) for part in ("text", "blocks", "attachments")):
            return Result(answer.status)
        try:
            shown = show(self.world, ticket, body)
        except SlackError as refused:
            broken = Answer(answer.status, failure=f"invalid_command_response ({refused.code})")
            return self._failed(user, channel, typed.partition(" ")[0], broken)
        return Result(answer.status, shown if shown.ephemeral_to else None, message=shown)

    def _after_submission(self, opened: OpenView, body: dict[str, Any]) -> dict[str, str]:
        match body.get("response_action"):
            case "errors":
                return _beside_fields(opened, body.get("errors") or {})
            case "update":
                forms.change_form(self.world, opened, body.get("view") or {})
            case "push":
                forms.push_form(self.world, opened.user, body.get("view") or {})
            case "clear":
                forms.clear_forms(self.world, opened.user)
            case _:
                if opened in self.world.views_of(opened.user):
                    forms.close_form(self.world, opened)
        return {}

    def _failed(self, user: str, channel: str, what: str, answer: Answer) -> Result:
        if not answer.failure:
            return Result(answer.status)
        words = f"{what} failed with the error {answer.failure}"
        return Result(answer.status, self._only_for(user, channel, words), failure=answer.failure)

    def _only_for(self, user: str, channel: str, words: str) -> Message:
        return self.world.post(channel, "USLACKBOT", words, ephemeral_to=user, calls=False)

    def _event_kinds(self, room: Channel, message: Message) -> list[str]:
        if self.world.bot_id not in room.members:
            return []
        family = "im" if room.is_im else "groups" if room.is_private else "channels"
        mentioned = f"<@{self.world.bot_id}>" in message.text and not room.is_im
        kinds = ["app_mention"] if mentioned and "app_mention" in self.world.bot_events else []
        return kinds + (["message"] if f"message.{family}" in self.world.bot_events else [])

    async def _event(self, payload: dict[str, Any]) -> Answer:
        answer = await self.wire.event(payload)
        if answer.failure and answer.headers.get("x-slack-no-retry") != "1":
            task = asyncio.create_task(self._retry(payload, answer.failure))
            self._retries.add(task)
            task.add_done_callback(self._retries.discard)
        return answer

    async def _retry(self, payload: dict[str, Any], failure: str) -> None:
        for attempt, pause in enumerate(self.retry_seconds, 1):
            await asyncio.sleep(pause)
            headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": REASONS[failure]}
            answer = await self.wire.event(payload, headers)
            if not answer.failure or answer.headers.get("x-slack-no-retry") == "1":
                return
            failure = answer.failure

    def _action(self, found: Found, state: dict[str, Any], value: Any) -> dict[str, Any]:
        block, element, attachment = found
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        if element["type"] in FIELDS:
            answer = chosen(element, value)
            state.setdefault(block["block_id"], {})[element["action_id"]] = answer
            action |= answer
        elif element["type"] == "overflow":
            action["selected_option"] = option_of(element, value)
        else:
            action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        return (
            action
            | {"action_ts": self.world.next_ts()}
            | ({"attachment_id": attachment} if attachment else {})
        )

    def _room(self, user: str, channel: str) -> Channel:
        room = self.world.channels[channel]
        if user not in room.members or room.archived:
            raise PersonCannot(f"{user} cannot write in {channel}")
        return room

    def _message(self, user: str, channel: str, ts: str) -> Message:
        visible = self.world.visible_messages(channel, user)
        message = next((message for message in visible if message.ts == ts), None)
        if message is None:
            raise PersonCannot(f"{user} sees no message {ts} in {channel}")
        return message

    def _view(self, user: str, view_id: str) -> OpenView:
        stack = self.world.views_of(user)
        for opened in (*stack[-1:], self.world.homes.get(user)):
            if opened and opened.id == view_id:
                return opened
        raise PersonCannot(f"{user} does not have form {view_id} on top")


def _places(message: Message) -> list[tuple[dict[str, Any], int | None]]:
    """Every block of a message, with the attachment it stands in."""
    own: list[tuple[dict[str, Any], int | None]] = [(block, None) for block in message.blocks]
    return own + [(block, part["id"]) for part in message.attachments for block in part.get("blocks") or []]


def _in_message(message: Message, action_id: str, block_id: str | None, value: Any) -> Found:
    for block, attachment in _places(message):
        for element in elements_of(block):
            if _is_meant(block, element, action_id, block_id, value):
                return block, element, attachment
    raise PersonCannot(f"no element {action_id} in message {message.ts}")


def _is_meant(
    block: dict[str, Any], element: dict[str, Any], action_id: str, block_id: str | None, value: Any
) -> bool:
    """Buttons that share an action id are told apart by their value."""
    same = element["action_id"] == action_id and block_id in (None, block["block_id"])
    return same and (element["type"] != "button" or value in (None, "", element.get("value")))


def _one_element(
    blocks: list[dict[str, Any]], action_id: str, value: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    for block in blocks:
        for element in elements_of(block):
            if _is_meant(block, element, action_id, None, value):
                return block, element
    raise PersonCannot(f"no element {action_id} in the form")


def _one_input(blocks: list[dict[str, Any]], key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = [(b, e) for b, e in inputs_of(blocks) if key in (b["block_id"], e["action_id"])]
    if len(found) != 1:
        known = [(b["block_id"], e["action_id"]) for b, e in inputs_of(blocks)]
        raise PersonCannot(f"{key} names {len(found)} fields of the form; it has {known}")
    return found[0]


def _beside_fields(opened: OpenView, errors: dict[str, str]) -> dict[str, str]:
    """Slack shows errors only beside input blocks; any other key makes the whole answer useless to people."""
    inputs = {block["block_id"] for block in opened.view["blocks"] if block["type"] == "input"}
    if not errors or set(errors) - inputs:
        return {"": f"{TROUBLE} (errors name no input block: {sorted(set(errors) - inputs)})"}
    return errors
