"""What people typed, made plain text: the part of it that is the same on every platform."""

from __future__ import annotations

_BREAKS = {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Control characters, and halves of letters.
_NO_TEXT = map(chr, [*range(0x00, 0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_TABLE = str.maketrans(dict.fromkeys([*_NO_TEXT, *_DIRECTIONS], "") | _BREAKS)


def clean(text: str) -> str:
    """The same text without control characters, direction overrides and unusual line ends."""
    return text.replace("\r\n", "\n").translate(_TABLE)


def shortened(text: str, most: int) -> str:
    """Without space around it, and at most that many characters; "…" where something is missing."""
    text = text.strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
