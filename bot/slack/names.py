"""Names of rooms: what a title becomes under Slack's rules, and what to fall back to."""

from __future__ import annotations

import re
import unicodedata

from bot.slack.text import clean

NAME_MOST = 80
_GAPS = re.compile(r"[\s\-_/·・、,，.。:：;；|]+")
_LETTERS = ("Ll", "Lo", "Lm", "Nd", "Mn")


def room_name(prefix: str, number: int, title: str) -> tuple[str, str]:
    """A room's name and the plain one to use where a workspace refuses the first.

    "crisis", 12, "刹车 失灵!" -> "crisis-12-刹车-失灵", "crisis-12". Letters of every script
    are kept, 80 in all.
    """
    plain = f"{_slug(prefix, ascii_only=True) or 'crisis'}-{number}"
    words = _slug(title)
    return f"{plain}-{words}"[:NAME_MOST].rstrip("-") if words else plain, plain


def numbered(name: str, number: int) -> str:
    """The same name for the second, third ... room that would have it."""
    ending = f"-{number}"
    return name[: NAME_MOST - len(ending)] + ending


def _slug(text: str, *, ascii_only: bool = False) -> str:
    lowered = unicodedata.normalize("NFKC", clean(text)).lower()
    kept = "".join(c for c in _GAPS.sub("-", lowered) if c == "-" or _allowed(c, ascii_only))
    return re.sub("-+", "-", kept).strip("-")


def _allowed(letter: str, ascii_only: bool) -> bool:
    return (letter.isascii() or not ascii_only) and unicodedata.category(letter) in _LETTERS
