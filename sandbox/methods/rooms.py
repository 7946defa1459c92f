"""Finding the channel a call names, and refusing it exactly as Slack would."""

from typing import Any

from sandbox.errors import SlackError
from sandbox.installation import WRITE_ANYWHERE, Args, Installation, required
from sandbox.world import Channel, Message


def seen_room(app: Installation, channel_id: Any) -> Channel:
    """A channel the bot can see at all; a private one without it does not exist for it."""
    channel = app.world.channels.get(str(channel_id))
    if channel is None or (channel.is_private and app.world.bot_id not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def joined_room(app: Installation, channel_id: Any) -> Channel:
    """A channel the bot is a member of."""
    channel = seen_room(app, channel_id)
    if app.world.bot_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def live_room(app: Installation, args: Args) -> Channel:
    """A channel the bot is a member of and may still change."""
    channel = joined_room(app, required(args, "channel")[0])
    return still_open(channel)


def still_open(channel: Channel) -> Channel:
    """The same channel, unless it is archived."""
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def named_room(app: Installation, args: Args) -> Channel:
    """A channel the bot is a member of, and no direct message."""
    channel = joined_room(app, required(args, "channel")[0])
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return channel


def room_to_post_in(app: Installation, args: Args) -> Channel:
    """Where a message goes: a channel by id or name, or a person's direct message by user id."""
    target = str(required(args, "channel")[0])
    if target == app.world.bot_id:
        raise SlackError("cannot_dm_bot")
    if target in app.world.people:
        return app.world.im_of(target)
    named = app.world.channel_named(target.removeprefix("#"))
    channel = still_open(seen_room(app, named.id if named else target))
    if app.world.bot_id not in channel.members:
        app.world.scopes_used.add(WRITE_ANYWHERE)
        if not app.may(WRITE_ANYWHERE):
            raise SlackError("not_in_channel")
    return channel


def known_message(app: Installation, channel: Channel, ts: Any) -> Message:
    """A message that is in the channel's history; ephemeral ones are not."""
    message = app.world.find(channel.id, str(ts))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    return message
