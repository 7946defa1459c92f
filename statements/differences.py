"""What an edit changed, word by word; in Chinese letter by letter."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Literal

Change = Literal["same", "added", "removed"]
Piece = tuple[Change, str]

_SENTENCE = re.compile(r".+?(?:[。！？!?\n]|\.(?=\s)|\Z)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9_'’.%-]+|\s+|.", re.DOTALL)
_MOST = 250_000
"""Pairs of words that are compared; of more, as when a whole page was replaced, nobody would read the difference."""


def differences(before: str, after: str) -> Iterator[Piece]:
    """The pieces of both texts in order: what stayed, what came, what went."""
    for change, pieces in groupby(_pieces(before, after), key=itemgetter(0)):
        yield change, "".join(text for _, text in pieces)


def _pieces(before: str, after: str) -> Iterator[Piece]:
    """First by sentences, so that a long text costs no more than what was changed in it."""
    for old, new in _aligned(_SENTENCE.findall(before), _SENTENCE.findall(after), autojunk=True):
        if old == new:
            yield "same", "".join(old)
        else:
            yield from _within("".join(old), "".join(new))


def _within(before: str, after: str) -> Iterator[Piece]:
    old_words, new_words = _WORD.findall(before), _WORD.findall(after)
    if len(old_words) * len(new_words) > _MOST:
        yield from _replaced(before, after)
        return
    for old, new in _aligned(old_words, new_words, autojunk=False):
        if old == new:
            yield "same", "".join(old)
        else:
            yield from _replaced("".join(old), "".join(new))


def _replaced(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield "removed", old
    if new:
        yield "added", new


def _aligned(
    old: Sequence[str], new: Sequence[str], *, autojunk: bool
) -> Iterable[tuple[Sequence[str], Sequence[str]]]:
    """Parts that belong to each other. autojunk: what comes very often is no landmark, which keeps it fast."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=autojunk)
    return [(old[a:b], new[c:d]) for _, a, b, c, d in matcher.get_opcodes()]
