"""What an edit changed, word by word; in Chinese letter by letter."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Literal

Change = Literal["same", "added", "removed"]

_WORD = re.compile(r"[A-Za-z0-9_'’.%-]+|\s+|.", re.DOTALL)


def differences(before: str, after: str) -> Iterator[tuple[Change, str]]:
    """The pieces of both texts in order: what stayed, what came, what went."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if a != b:
            yield "removed", "".join(old[a:b])
        if c != d:
            yield "added", "".join(new[c:d])
