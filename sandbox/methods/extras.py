"""bookmarks.* and pins.*: what stays in sight at the top of a channel."""

from typing import Any

from sandbox.errors import SlackError
from sandbox.installation import Args, Installation, Method, fixed, required
from sandbox.methods.rooms import joined_room, known_message, live_room
from sandbox.shapes import message_json

BOOKMARKS_MOST = 100
PINS_MOST = 100


def add_bookmark(app: Installation, args: Args) -> dict[str, Any]:
    """Adds a link under the channel's name; adding it twice shows it twice."""
    channel_id, title, kind = required(args, "channel_id", "title", "type")
    channel = live_room(app, {"channel": channel_id})
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    link = str(args.get("link") or "")
    if not link.startswith(("https://", "http://")):
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= BOOKMARKS_MOST:
        raise SlackError("too_many_bookmarks")
    made = {"id": app.world.fresh_id("Bk"), "channel_id": channel.id, "title": title, "link": link}
    bookmark = made | {"emoji": args.get("emoji") or "", "type": kind, "app_id": app.world.app_id}
    channel.bookmarks.append(bookmark)
    app.world.touch()
    return {"bookmark": bookmark}


def list_bookmarks(app: Installation, args: Args) -> dict[str, Any]:
    """The links under the channel's name."""
    return {"bookmarks": joined_room(app, required(args, "channel_id")[0]).bookmarks}


def add_pin(app: Installation, args: Args) -> dict[str, Any]:
    """Pins a message of the channel."""
    channel = live_room(app, args)
    message = known_message(app, channel, required(args, "timestamp")[0])
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= PINS_MOST:
        raise SlackError("too_many_pins")
    channel.pins.append(message.ts)
    app.world.touch()
    return {}


def list_pins(app: Installation, args: Args) -> dict[str, Any]:
    """The pinned messages of a channel."""
    channel = joined_room(app, required(args, "channel")[0])
    pinned = [known_message(app, channel, ts) for ts in channel.pins]
    items = [
        {"type": "message", "channel": channel.id, "message": message_json(app.world, message)}
        for message in pinned
    ]
    return {"items": items}


EXTRAS = {
    "bookmarks.add": Method(add_bookmark, 2, fixed("bookmarks:write")),
    "bookmarks.list": Method(list_bookmarks, 3, fixed("bookmarks:read")),
    "pins.add": Method(add_pin, 2, fixed("pins:write")),
    "pins.list": Method(list_pins, 2, fixed("pins:read")),
}
