"""What the bot says back: the body of an acknowledgement, or a post to a response URL."""

import json
from typing import Any

from sandbox.content import content_of
from sandbox.errors import SlackError
from sandbox.installation import Args, flag
from sandbox.tickets import ResponseUrl
from sandbox.world import Message, World


def respond(world: World, response_id: str, args: Args) -> Message | None:
    """One post to a response URL: a new line, or another face for the message that was clicked."""
    ticket = world.tickets.spend_response(response_id)
    original = world.find(ticket.channel, ticket.message_ts) if ticket.message_ts else None
    if flag(args, "delete_original"):
        _delete(world, original)
        return None
    if flag(args, "replace_original"):
        return _replace(world, original, args)
    return show(world, ticket, args)


def show(world: World, ticket: ResponseUrl, args: Args) -> Message:
    """A new line, for the one person or, when asked, for the channel."""
    content = content_of(world, args, needs_text=False)
    private = args.get("response_type") != "in_channel"
    return world.post(
        ticket.channel,
        world.bot_id,
        **content | {"metadata": None},
        ephemeral_to=ticket.user if private else None,
        thread_ts=args.get("thread_ts") or None,
        response_url=ticket.id,
    )


def parsed_body(text: str) -> Any:
    """The body of an acknowledgement: None when empty, a dict for JSON, else plain words as a text."""
    if not text.strip():
        return None
    try:
        body = json.loads(text)
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}


def _delete(world: World, original: Message | None) -> None:
    if original is None:
        raise SlackError("message_not_found")
    world.remove(original)


def _replace(world: World, original: Message | None, args: Args) -> Message:
    if original is None:
        raise SlackError("message_not_found")
    content = content_of(world, args, needs_text=False)
    original.text, original.blocks = content["text"], content["blocks"]
    original.attachments, original.edited, original.state = content["attachments"], True, {}
    world.touch()
    return original
