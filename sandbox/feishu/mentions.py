"""Whom a message calls by name. Cards and texts have a syntax each, and neither takes the other's."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.feishu.world import ALL

IN_CARD = re.compile(r"<at\s+(id|ids|email)\s*=\s*[\"']?([^\s\"'>]+)[\"']?\s*>", re.IGNORECASE)
IN_TEXT = re.compile(r"<at\s+user_id\s*=\s*\"([^\"]*)\"\s*>([^<]*)</at>", re.IGNORECASE)
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
MARKDOWN = {"markdown": "content", "lark_md": "content"}


@dataclass(frozen=True)
class Mention:
    """Somebody named in a card. by: "id" or "email"; the id may be "all"."""

    by: str
    who: str


def in_card(nodes: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> list[Mention]:
    """Every live mention in the markdown of a card's nodes, each once; plain_text never calls anybody."""
    found: dict[Mention, None] = {}
    for node in nodes:
        if node.get("tag") in MARKDOWN:
            found.update(dict.fromkeys(in_markdown(str(node.get("content") or ""))))
    return list(found)


def in_markdown(content: str) -> Iterator[Mention]:
    """The mentions of one markdown text; code calls nobody, and entities are no tags."""
    for kind, value in IN_CARD.findall(CODE.sub("", content)):
        for who in value.split(","):
            yield Mention("email" if kind.lower() == "email" else "id", who)


def in_text(text: str) -> list[str]:
    """The ids that a text message names, each once."""
    return list(dict.fromkeys(found[0] for found in IN_TEXT.findall(text)))


def as_kept(
    text: str, pattern: re.Pattern[str], who: Callable[[re.Match[str]], str], name_of: Callable[[str], str]
) -> tuple[str, list[dict[str, Any]]]:
    """A text as Feishu keeps it: names become @_user_1 and so on, and stand beside it.

    who: the open_id that a match of the pattern means.
    """
    keys: dict[str, str] = {}

    def key(match: re.Match[str]) -> str:
        person = who(match)
        if person == ALL:
            return "@_all"
        return keys.setdefault(person, f"@_user_{len(keys) + 1}")

    kept = pattern.sub(key, text)
    mentions = [{"key": key, "id": person, "name": name_of(person)} for person, key in keys.items()]
    return kept, mentions
