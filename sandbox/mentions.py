"""Whom a message would call: kept apart so that tests can assert that no user's text ever pings a company."""

import re
from collections.abc import Iterator
from typing import Any

LIVE = re.compile(r"<(!channel|!here|!everyone|@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+)(?:\|[^>]*)?>")
PLAIN = re.compile(r"@(?:channel|here|everyone)\b")


def pings_in(text: str, blocks: list[Any], attachments: list[Any], *, link_names: bool = False) -> list[str]:
    """Every live mention, in the order a reader meets it, each once."""
    found: dict[str, None] = {}
    for piece in _pieces(text, blocks, attachments):
        found.update(
            dict.fromkeys(match.group().split("|")[0].rstrip(">") + ">" for match in LIVE.finditer(piece))
        )
        if link_names:
            found.update(dict.fromkeys(PLAIN.findall(piece)))
    return list(found)


def _pieces(text: str, blocks: list[Any], attachments: list[Any]) -> Iterator[str]:
    yield text or ""
    yield from _live_texts(blocks)
    for attachment in attachments:
        yield from (str(attachment.get(key) or "") for key in ("pretext", "text"))
        yield from (str(field.get("value") or "") for field in attachment.get("fields") or [])
        yield from _live_texts(attachment.get("blocks") or [])


def _live_texts(node: Any) -> Iterator[str]:
    """mrkdwn, markdown and the mention elements of rich text call people; plain_text never does."""
    if isinstance(node, list):
        for child in node:
            yield from _live_texts(child)
    elif isinstance(node, dict):
        yield from _own_mention(node)
        for child in node.values():
            yield from _live_texts(child)


def _own_mention(node: dict[str, Any]) -> Iterator[str]:
    match node.get("type"):
        case "mrkdwn" | "markdown":
            yield str(node.get("text") or "")
        case "user":
            yield f"<@{node.get('user_id')}>"
        case "usergroup":
            yield f"<!subteam^{node.get('usergroup_id')}>"
        case "broadcast":
            yield f"<!{node.get('range')}>"
