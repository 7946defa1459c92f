"""chat.*: posting, changing and deleting messages, now or later."""

from typing import Any

from sandbox.content import content_of
from sandbox.errors import SlackError
from sandbox.installation import Args, Installation, Method, fixed, flag, number, page, required
from sandbox.methods.rooms import joined_room, known_message, room_to_post_in, seen_room
from sandbox.shapes import message_json
from sandbox.world import Channel, Message, Scheduled

UPDATE_TEXT_MOST = 4_000
SCHEDULE_SECONDS_MOST = 120 * 86_400
SCHEDULED_TOGETHER_MOST, TOGETHER_SECONDS = 30, 300
LAST_SECONDS = 60


def post_message(app: Installation, args: Args) -> dict[str, Any]:
    """Posts into a channel the bot is in, or to one person."""
    channel = room_to_post_in(app, args)
    content = content_of(app.world, args) | {"thread_ts": _thread(app, channel, args)}
    app.limits.take_post(channel.id)
    message = app.world.post(channel.id, app.world.bot_id, **content, link_names=flag(args, "link_names"))
    return _posted(app, message)


def post_ephemeral(app: Installation, args: Args) -> dict[str, Any]:
    """Shows a line to one member of a channel; it is in no history."""
    channel = room_to_post_in(app, args)
    user = str(required(args, "user")[0])
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = content_of(app.world, args) | {"metadata": None, "ephemeral_to": user}
    return {"message_ts": app.world.post(channel.id, app.world.bot_id, **content).ts}


def update(app: Installation, args: Args) -> dict[str, Any]:
    """Changes one of the bot's own messages; parts that are not sent stay as they were."""
    channel_id, ts = required(args, "channel", "ts")
    message = _own_message(app, channel_id, ts, "cant_update_message")
    if len(str(args.get("text") or "")) > UPDATE_TEXT_MOST:
        raise SlackError("msg_too_long")
    content = content_of(app.world, args)
    for part in ("text", "blocks", "attachments", "metadata"):
        if args.get(part) is not None:
            setattr(message, part, content[part])
    message.edited, message.state = True, {}
    app.world.touch()
    return {"channel": message.channel, "ts": message.ts, "text": message.text} | {
        "message": message_json(app.world, message)
    }


def delete(app: Installation, args: Args) -> dict[str, Any]:
    """Deletes one of the bot's own messages."""
    channel_id, ts = required(args, "channel", "ts")
    message = _own_message(app, channel_id, ts, "cant_delete_message")
    app.world.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(app: Installation, args: Args) -> dict[str, Any]:
    """The address of a message."""
    channel_id, ts = required(args, "channel", "message_ts")
    channel = seen_room(app, channel_id)
    known_message(app, channel, ts)
    return {
        "channel": channel.id,
        "permalink": f"{app.world.url}/archives/{channel.id}/p{str(ts).replace('.', '')}",
    }


def schedule_message(app: Installation, args: Args) -> dict[str, Any]:
    """Leaves a message with Slack to be posted at a time of the world's clock; with metadata it never will be."""
    channel = room_to_post_in(app, args)
    required(args, "post_at")
    post_at, moment = number(args, "post_at", 0), app.world.now().timestamp()
    if post_at <= moment:
        raise SlackError("time_in_past")
    if post_at > moment + SCHEDULE_SECONDS_MOST:
        raise SlackError("time_too_far")
    _not_too_many(app, channel, post_at)
    content = content_of(app.world, args)
    item = Scheduled(app.world.fresh_id("Q"), post_at, {"channel": channel.id, **content})
    # Slack's own page owns up to this: it says yes, and the message is never seen again.
    if not content["metadata"]:
        app.world.scheduled[item.id] = item
    return {"channel": channel.id, "scheduled_message_id": item.id, "post_at": post_at}


def delete_scheduled(app: Installation, args: Args) -> dict[str, Any]:
    """Takes a message back that Slack has not posted yet; in its last minute Slack no longer knows it."""
    channel_id, item_id = required(args, "channel", "scheduled_message_id")
    item = app.world.scheduled.get(str(item_id))
    if item is None or item.message["channel"] != channel_id:
        raise SlackError("invalid_scheduled_message_id")
    if item.post_at <= app.world.now().timestamp() + LAST_SECONDS:
        raise SlackError("invalid_scheduled_message_id")
    del app.world.scheduled[item.id]
    return {}


def list_scheduled(app: Installation, args: Args) -> dict[str, Any]:
    """What waits to be posted, the earliest first: bare texts, without blocks or attachments."""
    wanted = args.get("channel")
    items = sorted(app.world.scheduled.values(), key=lambda item: item.post_at)
    rows = [
        {
            "id": item.id,
            "channel_id": item.message["channel"],
            "post_at": item.post_at,
            "text": item.message["text"],
        }
        for item in items
        if wanted in (None, "", item.message["channel"])
    ]
    some, cursor = page(rows, args)
    return {"scheduled_messages": some, "response_metadata": {"next_cursor": cursor}}


def _not_too_many(app: Installation, channel: Channel, post_at: int) -> None:
    others = [each.post_at for each in app.world.scheduled.values() if each.message["channel"] == channel.id]
    times = sorted([*others, post_at])
    windows = zip(times, times[SCHEDULED_TOGETHER_MOST:], strict=False)
    if any(last - first < TOGETHER_SECONDS for first, last in windows):
        raise SlackError("restricted_too_many")


def _thread(app: Installation, channel: Channel, args: Args) -> str | None:
    thread = args.get("thread_ts")
    if thread and app.world.find(channel.id, str(thread)) is None:
        raise SlackError("thread_not_found")
    return str(thread) if thread else None


def _own_message(app: Installation, channel_id: Any, ts: Any, refusal: str) -> Message:
    channel = joined_room(app, channel_id)
    message = known_message(app, channel, ts)
    if message.user != app.world.bot_id or message.subtype:
        raise SlackError(refusal)
    if channel.archived:
        raise SlackError("is_archived")
    return message


def _posted(app: Installation, message: Message) -> dict[str, Any]:
    shape = message_json(app.world, message, all_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": shape}


CHAT = {
    "chat.postMessage": Method(post_message, None, fixed("chat:write")),
    "chat.postEphemeral": Method(post_ephemeral, 4, fixed("chat:write")),
    "chat.update": Method(update, 3, fixed("chat:write")),
    "chat.delete": Method(delete, 3, fixed("chat:write")),
    "chat.getPermalink": Method(get_permalink, None, fixed()),
    "chat.scheduleMessage": Method(schedule_message, 3, fixed("chat:write")),
    "chat.deleteScheduledMessage": Method(delete_scheduled, 3, fixed("chat:write")),
    "chat.scheduledMessages.list": Method(list_scheduled, 3, fixed()),
}
