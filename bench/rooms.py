"""How the calls of each local platform are read: who made a room, what makes it ready, when somebody was called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.rivals import opener, opener_on_feishu
from bot.chat import Platform
from bot.demo.stage import TOKEN, Stage
from bot.slack.client import web_client
from sandbox.feishu.company import open_id

REPORTER, GROUP = "U15", ("U04", "U05", "U06")
"""Who opens the rival's incident, and whom it invites."""


@dataclass(frozen=True)
class Reading:
    """What to look for among a platform's calls.

    steps: methods of the calls that make a room. within: calls' time for all of them, one more than have to wait for
    each other. is_ready: of a room with people in it. room_of: which room a call names, "" for none. is_page: of a
    call. rival: makes a room under this name, one call after another. invites: the method by which the rival calls
    its first person.
    """

    steps: tuple[str, ...]
    within: float
    is_ready: Callable[[Any], bool]
    room_of: Callable[[Any], str]
    is_page: Callable[[Any], bool]
    rival: Callable[[Stage, str], Awaitable[None]]
    invites: str


def _slack_page(call: Any) -> bool:
    return call.method == "chat.postMessage" and str(call.args.get("channel", "")).startswith("U")


async def _rival_on_slack(on: Stage, name: str) -> None:
    digest = on.world.channel_named("service-network")
    digest.members.add(on.world.bot_id)
    client = web_client(TOKEN, f"{on.url}/api/")
    await opener.open_incident(client, name, digest.id, REPORTER, list(GROUP))
    assert client.session is not None
    await client.session.close()


def _feishu_room(call: Any) -> str:
    to_a_room = call.query.get("receive_id_type") == "chat_id"
    return str(call.path.get("chat_id") or (call.body["receive_id"] if to_a_room else ""))


def _feishu_page(call: Any) -> bool:
    return call.query.get("receive_id_type") == "open_id" and '"on_it"' in call.body["content"]


async def _rival_on_feishu(on: Stage, name: str) -> None:
    digest = next(chat for chat in on.world.chats.values() if chat.kind == "group")
    digest.has_bot = True
    token, _ = on.driver.app.tokens.tenant_token()
    group = [open_id(person) for person in GROUP]
    await opener_on_feishu.open_incident(on.url, token, name, digest.id, open_id(REPORTER), group)


READINGS: Mapping[Platform, Reading] = {
    "slack": Reading(
        steps=(
            "conversations.create",
            "conversations.invite",
            "chat.postMessage",
            "conversations.setTopic",
            "pins.add",
        ),
        within=4.0,
        is_ready=lambda room: bool(room.pins and room.topic),
        room_of=lambda call: str(call.args.get("channel", "")),
        is_page=_slack_page,
        rival=_rival_on_slack,
        invites="conversations.invite",
    ),
    "feishu": Reading(
        steps=(
            "chats.create",
            "members.create",
            "messages.create",
            "chats.update",
            "pins.create",
            "top_notice.put",
        ),
        within=5.0,
        is_ready=lambda room: bool(room.top_notice and room.description),
        room_of=_feishu_room,
        is_page=_feishu_page,
        rival=_rival_on_feishu,
        invites="members.create",
    ),
}
