"""What Slack sends, read as a Command: pure functions, tolerant of how people type on a phone."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.chat import Command
from bot.slack.blocks import button_name

Payload = Mapping[str, Any]

COMMAND = "/crisis"
OUTSIDE = "outside"
TYPED_AGAIN = "typed"
_ESCAPED = re.compile(r"<([@#])([A-Z0-9]+)(?:\|([^>|]*))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True)
class Place:
    """Where an answer can go: what Slack lets us do with this one request.

    trigger: opens a form for three seconds. response_url: takes messages for this person for half an hour.
    view, title, inputs: the form it came from, and its questions. channel: the direct message it came from, ts: the
    line in it. again: Slack delivers it not for the first time.
    """

    trigger: str = ""
    response_url: str = ""
    view: str = ""
    title: str = ""
    channel: str = ""
    ts: str = ""
    inputs: tuple[str, ...] = ()
    again: bool = False


def _readable(text: str) -> str:
    """What a person typed, where Slack has put ids in the place of names (`should_escape` in the manifest)."""
    return _ESCAPED.sub(lambda found: f"{found[1]}{found[3] or found[2]}", text)


def typed(body: Payload, team: str) -> Command:
    """A slash command. team: the only workspace whose people may speak."""
    name, text = words(_readable(body.get("text") or ""))
    command = Command(
        kind="typed",
        name=name,
        key=f"command:{body.get('trigger_id', '')}",
        user=body.get("user_id", ""),
        room=body.get("channel_id", ""),
        text=text,
    )
    return _ours(command, team, body.get("team_id"))


def pressed(body: Payload, team: str) -> Command:
    """A button, in a message or in a form."""
    action, view = body["actions"][0], body.get("view") or {}
    command = Command(
        kind="pressed",
        name=button_name(action.get("action_id", "")),
        key=_action_key(body, action),
        user=_id(body, "user"),
        room=_id(body, "channel"),
        value=action.get("value") or "",
        fields=answers(view),
        about=about(view),
        passing=bool((body.get("container") or {}).get("is_ephemeral")),
    )
    if command.name == TYPED_AGAIN:
        name, text = words(command.value)
        command = replace(command, kind="typed", name=name, text=text, value="")
    return _ours(command, team, *_teams(body))


def sent(body: Payload, team: str) -> Command:
    """A form."""
    view = body["view"]
    command = Command(
        kind="sent",
        name=view.get("callback_id", ""),
        key=f"view:{view['id']}:{view.get('hash', '')}",
        user=_id(body, "user"),
        fields=answers(view),
        about=about(view),
    )
    return _ours(command, team, *_teams(body))


def written(body: Payload, team: str) -> Command | None:
    """A line a person wrote to the bot; None for edits, joins and whatever a bot wrote."""
    event = body["event"]
    if event.get("channel_type") != "im" or event.get("bot_id") or not event.get("user"):
        return None
    if event.get("subtype") not in (None, "file_share"):
        return None
    name, text = words(without_command(literal(event.get("text") or "")))
    command = Command(
        kind="typed",
        name=name,
        key=f"event:{body.get('event_id', '')}",
        user=event["user"],
        room=event.get("channel", ""),
        text=text,
    )
    return _ours(command, team, body.get("team_id"), event.get("user_team") or event.get("team"))


def place_of(body: Payload) -> Place:
    """Where the answer to this payload can go."""
    view = body.get("view") or {}
    blocks = view.get("blocks") or []
    return Place(
        trigger=body.get("trigger_id") or "",
        response_url=body.get("response_url") or "",
        view=view.get("id") or "",
        title=(view.get("title") or {}).get("text") or "",
        channel=(body.get("event") or {}).get("channel") or "",
        ts=(body.get("event") or {}).get("ts") or "",
        inputs=tuple(block["block_id"] for block in blocks if block.get("type") == "input"),
    )


def words(text: str) -> tuple[str, str]:
    """The verb in lower case, and the rest as it was typed.

    Full-width letters and spaces and what phones put in unseen make no difference to the verb.
    """
    verb, *rest = text.strip(_INVISIBLE + " \t\r\n\u3000\xa0").split(maxsplit=1) or [""]
    return unicodedata.normalize("NFKC", verb).strip(_INVISIBLE).lower(), rest[0] if rest else ""


def without_command(text: str) -> str:
    """A line without "/crisis" in front: in a direct message people type it or leave it."""
    verb, rest = words(text)
    return rest if verb == COMMAND else text


def literal(text: str) -> str:
    """What a person wrote, out of an event's text: Slack has escaped it and made links of addresses."""
    bare = _LINK.sub(lambda link: link.group(2) or link.group(1), text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def about(view: Payload) -> dict[str, str]:
    """What a form carried; nothing if it is not ours."""
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in carried.items()} if isinstance(carried, dict) else {}


def answers(view: Payload) -> dict[str, Any]:
    """A form's answers by the name of the field; None where nothing was given."""
    values = (view.get("state") or {}).get("values") or {}
    return {name: _answer(next(iter(state.values()), {})) for name, state in values.items()}


def _answer(state: Payload) -> Any:
    read = ANSWERS.get(state.get("type", ""))
    return read(state) if read else None


def _text(state: Payload) -> str | None:
    value = state.get("value")
    return value if isinstance(value, str) and value.strip() else None


def _chosen(state: Payload) -> str | None:
    option = state.get("selected_option")
    return option["value"] if option else None


def _all_chosen(state: Payload) -> list[str] | None:
    return [option["value"] for option in state.get("selected_options") or []] or None


def _moment(state: Payload) -> datetime | None:
    seconds = state.get("selected_date_time")
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


ANSWERS: dict[str, Callable[[Payload], Any]] = {
    "plain_text_input": _text,
    "static_select": _chosen,
    "radio_buttons": _chosen,
    "checkboxes": _all_chosen,
    "multi_static_select": _all_chosen,
    "datetimepicker": _moment,
}


def _action_key(body: Payload, action: Payload) -> str:
    if body.get("trigger_id"):
        return f"action:{body['trigger_id']}"
    at = (body.get("container") or {}).get("message_ts", "")
    return f"action:{action.get('action_ts', '')}:{at}"


def _id(body: Payload, what: str) -> str:
    return (body.get(what) or {}).get("id") or ""


def _teams(body: Payload) -> tuple[Any, Any]:
    return (body.get("user") or {}).get("team_id"), (body.get("team") or {}).get("id")


def _ours(command: Command, team: str, *teams: Any) -> Command:
    """The command, or "outside" for people of other workspaces, who may share a channel with ours."""
    if all(found == team for found in teams if found) and any(teams):
        return command
    return Command(kind="typed", name=OUTSIDE, key=command.key, user=command.user, room=command.room)
