"""The exact shapes in which Slack reports what people do."""

from typing import Any

from sandbox.shapes import message_json, view_json
from sandbox.world import Channel, Message, OpenView, World

TOKEN = "sandbox-verification-token"  # noqa: S105
Payload = dict[str, Any]


def slash_command(world: World, user: str, channel: Channel, command: str, text: str) -> dict[str, str]:
    """The form fields of a slash command."""
    return {
        "token": TOKEN,
        "team_id": world.team_id,
        "team_domain": world.team_domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user,
        "user_name": world.people[user].handle,
        "command": command,
        "text": text,
        "api_app_id": world.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(world, user, channel.id),
        "trigger_id": world.tickets.trigger(user),
    }


def message_actions(world: World, user: str, message: Message, action: Payload) -> Payload:
    """A click in a message; an ephemeral one is named but not repeated."""
    channel = world.channels[message.channel]
    attachment = action.pop("attachment_id", None)
    container: Payload = {
        "type": "message_attachment" if attachment else "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.ephemeral_to),
    }
    if attachment:
        container |= {"attachment_id": attachment, "is_app_unfurl": False}
    payload = _interaction(world, "block_actions", user) | {
        "container": container,
        "trigger_id": world.tickets.trigger(user),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "state": {"values": message.state},
        "response_url": response_url(world, user, channel.id, message.ts),
        "actions": [action],
    }
    if not message.ephemeral_to:
        payload["message"] = message_json(world, message, all_metadata=True)
    return payload


def view_actions(world: World, user: str, opened: OpenView, action: Payload) -> Payload:
    """A click in a form or on the Home tab."""
    return _interaction(world, "block_actions", user) | {
        "container": {"type": "view", "view_id": opened.id},
        "trigger_id": world.tickets.trigger(user),
        "view": view_json(world, opened),
        "actions": [action],
    }


def view_submission(world: World, user: str, opened: OpenView) -> Payload:
    """A form sent off."""
    return _interaction(world, "view_submission", user) | {
        "trigger_id": world.tickets.trigger(user),
        "view": view_json(world, opened),
        "response_urls": _response_urls(world, user, opened),
    }


def view_closed(world: World, user: str, opened: OpenView, *, cleared: bool) -> Payload:
    """A form put away; only those that asked hear of it."""
    return _interaction(world, "view_closed", user) | {
        "view": view_json(world, opened),
        "is_cleared": cleared,
    }


def global_shortcut(world: World, user: str, callback_id: str) -> Payload:
    """An entry of the + menu."""
    own = {
        "callback_id": callback_id,
        "trigger_id": world.tickets.trigger(user),
        "action_ts": world.next_ts(),
    }
    return _interaction(world, "shortcut", user) | own


def message_shortcut(world: World, user: str, message: Message, callback_id: str) -> Payload:
    """An entry of a message's own menu."""
    channel = world.channels[message.channel]
    return _interaction(world, "message_action", user) | {
        "callback_id": callback_id,
        "trigger_id": world.tickets.trigger(user),
        "action_ts": world.next_ts(),
        "response_url": response_url(world, user, channel.id, message.ts),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "message_ts": message.ts,
        "message": message_json(world, message),
    }


def event(world: World, inner: Payload) -> Payload:
    """The envelope of the Events API around one event."""
    who = {"enterprise_id": None, "team_id": world.team_id, "user_id": world.bot_id}
    return {
        "token": TOKEN,
        "team_id": world.team_id,
        "api_app_id": world.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": world.fresh_id("Ev"),
        "event_time": int(world.now().timestamp()),
        "authorizations": [who | {"is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def message_event(world: World, message: Message, kind: str) -> Payload:
    """A line somebody wrote; `kind` is the event type, message or app_mention."""
    channel = world.channels[message.channel]
    inner = {
        "type": kind,
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": world.team_id,
        "channel": channel.id,
        "event_ts": message.ts,
        "client_msg_id": f"msg-{message.ts}",
    }
    if message.thread_ts:
        inner["thread_ts"] = message.thread_ts
    if kind == "message":
        inner["channel_type"] = "im" if channel.is_im else "group" if channel.is_private else "channel"
    return event(world, inner)


def home_opened(world: World, user: str) -> Payload:
    """Somebody looks at the Home tab; what is published there already comes along."""
    inner: Payload = {"type": "app_home_opened", "user": user, "channel": world.im_of(user).id, "tab": "home"}
    shown = world.homes.get(user)
    if shown:
        inner["view"] = view_json(world, shown)
    return event(world, inner | {"event_ts": world.next_ts()})


def response_url(world: World, user: str, channel: str, message_ts: str | None = None) -> str:
    """A fresh address the bot may post to."""
    return f"{world.url}/response/{world.tickets.response(user, channel, message_ts)}"


def _interaction(world: World, kind: str, user: str) -> Payload:
    handle = world.people[user].handle
    return {
        "type": kind,
        "team": {"id": world.team_id, "domain": world.team_domain},
        "user": {"id": user, "username": handle, "name": handle, "team_id": world.team_id},
        "api_app_id": world.app_id,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _response_urls(world: World, user: str, opened: OpenView) -> list[Payload]:
    found = []
    for block in opened.view["blocks"]:
        element = block.get("element") or {}
        value = opened.state.get(block["block_id"], {}).get(element.get("action_id"), {})
        channel = value.get("selected_conversation") or value.get("selected_channel")
        if element.get("response_url_enabled") and channel:
            address = {"channel_id": channel, "response_url": response_url(world, user, channel)}
            found.append({"block_id": block["block_id"], "action_id": element["action_id"], **address})
    return found
