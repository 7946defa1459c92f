"""Reads the parts of a message out of a call, an acknowledgement or a response URL, and refuses bad ones."""

from typing import Any

from sandbox import blockkit
from sandbox.errors import SlackError
from sandbox.installation import Args, decoded
from sandbox.world import World

TEXT_CUT = 40_000
MARKDOWN_MOST = 12_000
ATTACHMENTS_MOST = 100
METADATA_MOST = 16_000


def content_of(world: World, args: Args, *, needs_text: bool = True) -> dict[str, Any]:
    """The checked text, blocks, attachments and metadata, ready for World.post."""
    text, blocks = _words(args)
    attachments = decoded(args, "attachments", list, "invalid_attachments") or []
    if len(attachments) > ATTACHMENTS_MOST:
        raise SlackError("too_many_attachments")
    # Slack would take blocks alone; here the text that notifications and screen readers need is required.
    if not text.strip() and (needs_text or not (blocks or attachments)):
        raise SlackError("no_text")
    blockkit.check_message(blocks, attachments)
    return {
        "text": text[:TEXT_CUT],
        "blocks": blockkit.with_ids(blocks, world.fresh_id),
        "attachments": [_attachment(world, number, part) for number, part in enumerate(attachments, 1)],
        "metadata": _metadata(args),
    }


def _words(args: Args) -> tuple[str, list[Any]]:
    text, blocks = str(args.get("text") or ""), decoded(args, "blocks", list, "invalid_blocks_format") or []
    markdown = str(args.get("markdown_text") or "")
    if not markdown:
        return text, blocks
    if text or blocks:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_MOST:
        raise SlackError("msg_too_long")
    return markdown, [{"type": "markdown", "text": markdown}]


def _attachment(world: World, position: int, part: dict[str, Any]) -> dict[str, Any]:
    blocks = blockkit.with_ids(part.get("blocks") or [], world.fresh_id)
    return {"id": position, **part} | ({"blocks": blocks} if blocks else {})


def _metadata(args: Args) -> dict[str, Any] | None:
    metadata = decoded(args, "metadata", dict, "invalid_metadata_format")
    if not metadata:
        return None
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if set(metadata) - {"event_type", "event_payload", "entities"} or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if not isinstance(kind, str) or not kind:
        raise SlackError("invalid_metadata_schema")
    if len(str(payload)) > METADATA_MOST:
        raise SlackError("metadata_too_large")
    return dict(metadata)
