"""A long text in as many parts as the fields of a form need, and back without a letter lost."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 2700
"""Characters of a part: a field of a form takes 3,000, and whoever edits wants room to add."""

_BREAKS = {"p": "\n\n", "l": "\n", "n": ""}


def split(text: str, most: int = MOST) -> tuple[Sequence[str], str]:
    """The parts, and a letter for each break between them: p, l or n, for a paragraph, a line, or none at all."""
    parts, breaks = [], ""
    while len(text) > most:
        place, kind = _break(text, most)
        parts.append(text[:place])
        breaks += kind
        text = text[place + len(_BREAKS[kind]) :]
    return [*parts, text], breaks


def join(parts: Sequence[str], breaks: str) -> str:
    """The text again. Parts that were emptied leave no gap."""
    kinds = [*breaks, *("p" for _ in parts)]
    text = parts[0] if parts else ""
    for part, kind in zip(parts[1:], kinds, strict=False):
        text = text + _BREAKS.get(kind, "\n\n") + part if text and part else text or part
    return text


def _break(text: str, most: int) -> tuple[int, str]:
    """The last good place to break before `most`; in the middle of a sentence only where there is no other."""
    for kind in "pl":
        place = text.rfind(_BREAKS[kind], 1, most)
        if place > 0:
            return place, kind
    for mark in "。！？；.!?;，, ":
        place = text.rfind(mark, 1, most - 1)
        if place > 0:
            return place + 1, "n"
    return most, "n"
