"""An answer sheet as questions with their approved answers, and which of them comes nearest to what somebody asks.

Nothing is made up here: what is found stands in a sheet, letter for letter, or nothing is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR = 0.3
"""From here on a line is near enough to be shown; below it people would read answers to other questions."""

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*$")
_WORD = re.compile(r"[a-z0-9]{3,}")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ENDING = re.compile(r"(?:'s|ing|ed|es|s|e)$")


@dataclass(frozen=True)
class Line:
    """A question that is asked outside, and the approved words for it."""

    question: str
    answer: str


def lines(text: str) -> tuple[Line, ...]:
    """Each `### question` with what stands below it up to the next heading; anything else in a sheet is no line."""
    found: list[tuple[str, list[str]]] = []
    taking = False
    for row in text.splitlines():
        heading = _HEADING.match(row)
        if heading:
            taking = len(heading[1]) == 3 and bool(heading[2])
            if taking:
                found.append((heading[2], []))
        elif taking:
            found[-1][1].append(row)
    pairs = (Line(question, "\n".join(rows).strip()) for question, rows in found)
    return tuple(line for line in pairs if line.answer)


def match(question: str, known: Sequence[Line], most: int = 3) -> list[Line]:
    """At most so many lines that fit the question, the nearest first; none where none is near enough.

    What is asked in many lines tells little, so it weighs little; words of the answer count half.
    """
    asked, counts = _grams(question), Counter(gram for line in known for gram in _grams(line.question))
    scored = [(_nearness(asked, line, counts, len(known)), -place) for place, line in enumerate(known)]
    near = sorted((one for one in scored if one[0] >= NEAR), reverse=True)
    return [known[-place] for _, place in near[:most]]


def _nearness(asked: frozenset[str], line: Line, counts: Counter[str], in_all: int) -> float:
    def weight(grams: Iterable[str]) -> float:
        return sum(math.log(1 + in_all / max(counts[gram], 1)) for gram in grams)

    theirs = _grams(line.question)
    if not asked or not theirs:
        return 0.0
    shared = weight(asked & theirs) + weight((asked - theirs) & _grams(line.answer)) / 2
    return shared / math.sqrt(weight(asked) * weight(theirs))


def _grams(text: str) -> frozenset[str]:
    """Pairs of Chinese characters, and other words without their endings: what two ways of asking have in common."""
    low = text.lower()
    words = {_ENDING.sub("", word) if word.isalpha() else word for word in _WORD.findall(low)}
    pairs = {run[place : place + 2] for run in _HAN.findall(low) for place in range(max(len(run) - 1, 1))}
    return frozenset(words | pairs)
