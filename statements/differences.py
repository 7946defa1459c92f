"""What an edit changed, word by word; in Chinese letter by letter."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

Change = Literal["same", "added", "removed"]

_SENTENCE = re.compile(r"[^。！？.!?\n]*(?:[。！？.!?\n]+|\Z)")
_WORD = re.compile(r"[A-Za-z0-9_'’.%-]+|\s+|.", re.DOTALL)
_MOST = 4_000_000
"""Pairs of words that are compared with each other; beyond it nobody would follow the pieces, or wait for them."""


def differences(before: str, after: str) -> Iterator[tuple[Change, str]]:
    """The pieces of both texts in order: what stayed, what came, what went.

    Sentences are matched first, and only within those that changed their words: a long text takes a moment, not ten
    seconds.
    """
    pieces = _compared(_SENTENCE.findall(before), _SENTENCE.findall(after), in_words=True)
    for kind, group in groupby(pieces, lambda piece: piece[0]):
        if text := "".join(text for _, text in group):
            yield kind, text


def _compared(old: Sequence[str], new: Sequence[str], *, in_words: bool) -> Iterator[tuple[Change, str]]:
    # A sentence that comes a hundred times is nothing to go by; a letter that does is Chinese.
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=in_words)
    for kind, a, b, c, d in matcher.get_opcodes():
        went, came = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal":
            yield "same", went
        elif kind == "replace" and in_words:
            yield from _in_words(went, came)
        else:
            yield from _exchanged(went, came)


def _in_words(went: str, came: str) -> Iterator[tuple[Change, str]]:
    old, new = _WORD.findall(went), _WORD.findall(came)
    if len(old) * len(new) <= _MOST:
        yield from _compared(old, new, in_words=False)
    else:
        yield from _exchanged(went, came)


def _exchanged(went: str, came: str) -> Iterator[tuple[Change, str]]:
    if went:
        yield "removed", went
    if came:
        yield "added", came
