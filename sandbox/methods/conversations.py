"""conversations.*: making rooms, filling them and reading them."""

import unicodedata
from typing import Any

from sandbox.errors import SlackError
from sandbox.installation import Args, Installation, Method, Needs, by_channel, fixed, flag, page, required
from sandbox.methods.rooms import joined_room, named_room, seen_room, still_open
from sandbox.shapes import channel_json, message_json
from sandbox.world import Channel, Message

NAME_MOST = 80
TOPIC_MOST = 250
INVITE_MOST = 100
HISTORY_MOST = 999
FAMILIES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def create(app: Installation, args: Args) -> dict[str, Any]:
    """Makes a channel whose only member is the bot."""
    name = _checked_name(app, args)
    channel = app.world.create_channel(name, app.world.bot_id, is_private=flag(args, "is_private"))
    app.world.join(channel, app.world.bot_id)
    return _channel(app, channel)


def rename(app: Installation, args: Args) -> dict[str, Any]:
    """Gives a channel another name, under the same rules."""
    channel = still_open(named_room(app, args))
    old = channel.name
    app.world.rename(channel, _checked_name(app, args))
    _system_line(app, channel, "channel_name", f'has renamed the channel from "{old}" to "{channel.name}"')
    return _channel(app, channel)


def invite(app: Installation, args: Args) -> dict[str, Any]:
    """Adds people; without `force` one bad id keeps everybody out."""
    users = [user for user in str(required(args, "users")[0]).split(",") if user]
    channel = still_open(named_room(app, args))
    if len(users) > INVITE_MOST:
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] too many users: at most 100"]}
        )
    refused = {user: why for user in users if (why := _why_not(app, channel, user))}
    errors = [{"user": user, "ok": False, "error": why} for user, why in refused.items()]
    welcome = [user for user in dict.fromkeys(users) if user not in refused]
    if errors and not (welcome and flag(args, "force")):
        raise SlackError(next(iter(refused.values())), errors=errors)
    for user in welcome:
        app.world.join(channel, user, inviter=app.world.bot_id)
    return _channel(app, channel) | ({"errors": errors} if errors else {})


def info(app: Installation, args: Args) -> dict[str, Any]:
    """One channel, as the bot sees it."""
    channel = seen_room(app, required(args, "channel")[0])
    members = {"num_members": len(channel.members)} if flag(args, "include_num_members") else {}
    return {"channel": channel_json(app.world, channel) | members}


def list_all(app: Installation, args: Args) -> dict[str, Any]:
    """The channels the bot can see, of the asked types."""
    types = _types(args)
    rooms = [c for c in app.world.channels.values() if _type_of(c) in types and _lists(app, c)]
    if flag(args, "exclude_archived"):
        rooms = [c for c in rooms if not c.archived]
    return _channels(app, rooms, args)


def of_user(app: Installation, args: Args) -> dict[str, Any]:
    """users.conversations: the channels of one member that the bot can see."""
    user, types = str(args.get("user") or app.world.bot_id), _types(args)
    rooms = [
        c
        for c in app.world.channels.values()
        if user in c.members and _type_of(c) in types and _lists(app, c)
    ]
    if flag(args, "exclude_archived"):
        rooms = [c for c in rooms if not c.archived]
    return _channels(app, rooms, args)


def members(app: Installation, args: Args) -> dict[str, Any]:
    """Who is in a channel."""
    channel = seen_room(app, required(args, "channel")[0])
    found, cursor = page(sorted(channel.members), args)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def open_dm(app: Installation, args: Args) -> dict[str, Any]:
    """The direct message with one person."""
    if args.get("channel"):
        return {"channel": {"id": seen_room(app, args["channel"]).id}}
    users = [user for user in str(required(args, "users")[0]).split(",") if user]
    if len(users) > 1:
        raise SlackError("not_supported_in_sandbox")
    if users[0] == app.world.bot_id:
        raise SlackError("cannot_dm_bot")
    if users[0] not in app.world.people:
        raise SlackError("user_not_found")
    channel = app.world.im_of(users[0])
    return {"channel": channel_json(app.world, channel) if flag(args, "return_im") else {"id": channel.id}}


def join(app: Installation, args: Args) -> dict[str, Any]:
    """The bot walks into a public channel by itself."""
    channel = app.world.channels.get(str(required(args, "channel")[0]))
    if channel is None or channel.is_private:
        raise SlackError("channel_not_found" if channel is None else "method_not_supported_for_channel_type")
    still_open(channel)
    if app.world.bot_id in channel.members:
        return _channel(app, channel) | {"warning": "already_in_channel"}
    app.world.join(channel, app.world.bot_id)
    return _channel(app, channel)


def archive(app: Installation, args: Args) -> dict[str, Any]:
    """Closes a channel; it stays readable and keeps its name."""
    channel = named_room(app, args)
    if channel.archived:
        raise SlackError("already_archived")
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    _system_line(app, channel, "channel_archive", "archived the channel")
    channel.archived = True
    return {}


def unarchive(app: Installation, args: Args) -> dict[str, Any]:
    """Opens an archived channel again."""
    channel = named_room(app, args)
    if not channel.archived:
        raise SlackError("not_archived")
    channel.archived = False
    _system_line(app, channel, "channel_unarchive", "un-archived the channel")
    return {}


def set_topic(app: Installation, args: Args) -> dict[str, Any]:
    """The line at the top of a channel; each change posts a line below."""
    channel = still_open(named_room(app, args))
    channel.topic = _short(args, "topic")
    _system_line(app, channel, "channel_topic", f"set the channel topic: {channel.topic}")
    return _channel(app, channel) | {"topic": channel.topic}


def set_purpose(app: Installation, args: Args) -> dict[str, Any]:
    """The description of a channel; each change posts a line below."""
    channel = still_open(named_room(app, args))
    channel.purpose = _short(args, "purpose")
    _system_line(app, channel, "channel_purpose", f"set the channel purpose: {channel.purpose}")
    return _channel(app, channel) | {"purpose": channel.purpose}


def history(app: Installation, args: Args) -> dict[str, Any]:
    """The messages of a channel, newest first, without replies in threads."""
    channel = joined_room(app, required(args, "channel")[0])
    kept = [m for m in _between(app, channel, args) if m.thread_ts in (None, m.ts)]
    return _messages(app, list(reversed(kept)), args)


def replies(app: Installation, args: Args) -> dict[str, Any]:
    """A thread, oldest first, beginning with its parent."""
    channel_id, ts = required(args, "channel", "ts")
    channel = joined_room(app, channel_id)
    thread = [m for m in _between(app, channel, args) if ts in (m.ts, m.thread_ts)]
    if app.world.find(channel.id, ts) is None:
        raise SlackError("thread_not_found")
    return _messages(app, thread, args)


def _messages(app: Installation, found: list[Message], args: Args) -> dict[str, Any]:
    some, cursor = page(found, args, most=HISTORY_MOST)
    whole = flag(args, "include_all_metadata")
    shapes = [message_json(app.world, message, all_metadata=whole) for message in some]
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": shapes, "has_more": bool(cursor), **more}


def _between(app: Installation, channel: Channel, args: Args) -> list[Message]:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "")
    first, last = float(oldest), float(latest) if latest else float("inf")
    edges = flag(args, "inclusive")
    return [
        m
        for m in app.world.messages[channel.id]
        if not m.ephemeral_to and _within(float(m.ts), first, last, edges)
    ]


def _within(ts: float, first: float, last: float, edges: bool) -> bool:
    return first <= ts <= last if edges else first < ts < last


def _checked_name(app: Installation, args: Args) -> str:
    name = str(args.get("name") or "").removeprefix("#")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > NAME_MOST:
        raise SlackError("invalid_name_maxlength")
    if not all(_allowed(letter, app.world.ascii_names_only) for letter in name):
        raise SlackError("invalid_name_specials")
    if not any(letter.isalnum() for letter in name):
        raise SlackError("invalid_name_punctuation")
    taken = app.world.channel_named(name)
    if taken and taken.id != args.get("channel"):
        raise SlackError("name_taken")
    return name


def _allowed(letter: str, ascii_only: bool) -> bool:
    """Lower-case letters, digits, - and _; letters of other scripts too, but no full-width forms."""
    if letter.isascii():
        return letter.islower() or letter.isdigit() or letter in "-_"
    plain = unicodedata.normalize("NFKC", letter) == letter
    return not ascii_only and plain and unicodedata.category(letter) in ("Ll", "Lo", "Lm", "Mn", "Nd")


def _why_not(app: Installation, channel: Channel, user: str) -> str | None:
    if user == app.world.bot_id:
        return "cant_invite_self"
    if user not in app.world.people:
        return "user_not_found"
    if app.world.people[user].deleted:
        return "cant_invite"
    return "already_in_channel" if user in channel.members else None


def _short(args: Args, name: str) -> str:
    words = str(args.get(name) or "")
    if len(words) > TOPIC_MOST:
        raise SlackError("too_long")
    return words


def _system_line(app: Installation, channel: Channel, subtype: str, words: str) -> None:
    app.world.post(
        channel.id, app.world.bot_id, f"<@{app.world.bot_id}> {words}", subtype=subtype, calls=False
    )


def _types(args: Args) -> list[str]:
    types = str(args.get("types") or "public_channel").replace(" ", "").split(",")
    if set(types) - set(FAMILIES):
        raise SlackError("invalid_types")
    return types


def _type_of(channel: Channel) -> str:
    return "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"


def _lists(app: Installation, channel: Channel) -> bool:
    return not channel.is_private or app.world.bot_id in channel.members


def _channel(app: Installation, channel: Channel) -> dict[str, Any]:
    app.world.touch()
    return {"channel": channel_json(app.world, channel)}


def _channels(app: Installation, rooms: list[Channel], args: Args) -> dict[str, Any]:
    some, cursor = page(rooms, args)
    shapes = [channel_json(app.world, c) | {"num_members": len(c.members)} for c in some]
    return {"channels": shapes, "response_metadata": {"next_cursor": cursor}}


def _needs_create(_app: Installation, args: Args) -> Needs:
    return [("groups:write",)] if flag(args, "is_private") else [("channels:manage",)]


def _needs_list(_app: Installation, args: Args) -> Needs:
    return [(f"{FAMILIES[kind]}:read",) for kind in _types(args)]


CONVERSATIONS = {
    "conversations.create": Method(create, 2, _needs_create),
    "conversations.rename": Method(rename, 2, by_channel("manage")),
    "conversations.invite": Method(invite, 3, by_channel("manage", "write.invites")),
    "conversations.info": Method(info, 3, by_channel("read")),
    "conversations.list": Method(list_all, 2, _needs_list),
    "conversations.members": Method(members, 4, by_channel("read")),
    "conversations.open": Method(open_dm, 3, fixed("im:write")),
    "conversations.join": Method(join, 3, fixed("channels:join")),
    "conversations.archive": Method(archive, 2, by_channel("manage")),
    "conversations.unarchive": Method(unarchive, 2, by_channel("manage")),
    "conversations.setTopic": Method(set_topic, 2, by_channel("manage", "write.topic")),
    "conversations.setPurpose": Method(set_purpose, 2, by_channel("manage", "write.topic")),
    "conversations.history": Method(history, 3, by_channel("history")),
    "conversations.replies": Method(replies, 3, by_channel("history")),
    "users.conversations": Method(of_user, 3, _needs_list),
}
