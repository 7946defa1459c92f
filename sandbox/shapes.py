"""The JSON in which Slack describes messages, channels, people and views."""

from typing import Any
from zoneinfo import ZoneInfo

from sandbox.world import Channel, Message, OpenView, Person, World


def message_json(world: World, message: Message, *, all_metadata: bool = False) -> dict[str, Any]:
    """A message as in history, in answers and in interaction payloads."""
    shape: dict[str, Any] = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.user == world.bot_id and message.subtype is None:
        shape |= {"bot_id": world.bot_profile_id, "app_id": world.app_id, "team": world.team_id}
    optional = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
    }
    shape |= {key: value for key, value in optional.items() if value}
    if message.edited:
        shape["edited"] = {"user": message.user, "ts": message.ts}
    if message.metadata:
        shape["metadata"] = (
            dict(message.metadata) if all_metadata else {"event_type": message.metadata["event_type"]}
        )
    return shape


def channel_json(world: World, channel: Channel) -> dict[str, Any]:
    """A channel as in conversations.info."""
    shape = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.is_im,
    }
    if channel.is_im:
        return shape | {"user": channel.im_user, "is_private": True, "is_open": True}
    return shape | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_private": channel.is_private,
        "is_mpim": False,
        "is_member": world.bot_id in channel.members,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "creator": channel.creator,
        "context_team_id": world.team_id,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": channel.purpose, "creator": channel.creator, "last_set": channel.created},
    }


def person_json(world: World, person: Person, *, email: bool, locale: bool) -> dict[str, Any]:
    """A member as in users.info; e-mail needs its own scope, locale must be asked for."""
    offset = _offset_seconds(world, person)
    profile = {"real_name": person.name, "display_name": person.name, "title": person.title}
    shape = {
        "id": person.id,
        "team_id": world.team_id,
        "name": person.handle,
        "deleted": person.deleted,
        "color": person.colour.removeprefix("#"),
        "real_name": person.name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": offset,
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "profile": profile | ({"email": person.email} if email else {}),
    }
    return shape | ({"locale": "zh-CN" if person.language == "zh" else "en-GB"} if locale else {})


def bot_json(world: World) -> dict[str, Any]:
    """The bot's own entry among the members."""
    profile = {"real_name": world.bot_name, "display_name": world.bot_name, "bot_id": world.bot_profile_id}
    return {
        "id": world.bot_id,
        "team_id": world.team_id,
        "name": world.bot_name,
        "real_name": world.bot_name,
        "deleted": False,
        "is_bot": True,
        "is_app_user": False,
        "profile": profile | {"api_app_id": world.app_id},
    }


def view_json(world: World, opened: OpenView) -> dict[str, Any]:
    """A view as Slack returns it and sends it back with every interaction."""
    defaults = {"close": None, "submit": None, "callback_id": "", "private_metadata": ""}
    return {
        **defaults,
        "clear_on_close": False,
        "notify_on_close": False,
        **opened.view,
        "id": opened.id,
        "team_id": world.team_id,
        "app_id": world.app_id,
        "bot_id": world.bot_profile_id,
        "app_installed_team_id": world.team_id,
        "hash": opened.hash,
        "state": {"values": opened.state},
        "root_view_id": opened.root_id or opened.id,
        "previous_view_id": opened.previous_id,
        "external_id": opened.external_id or "",
    }


def _offset_seconds(world: World, person: Person) -> int:
    offset = world.now().astimezone(ZoneInfo(person.tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
