"""An answer sheet as questions with their approved answers, and which of them comes nearest to what somebody asks.

Nothing is made up here: what is found stands in a sheet, letter for letter, or nothing is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

NEAR = 0.33
"""How much of what is asked a line must have; with less, people would read the answer to another question."""

HERE = Path(__file__).parent
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*$")
_WORD = re.compile(r"[a-z0-9]{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ENDING = re.compile(r"(?:ing|ed|es|s|e|d)$")
_ONE_CHARACTER = 0.4
"""A Chinese character says less than two that stand together."""


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
    weights = {gram: size * math.log(1 + len(known) / max(counts[gram], 1)) for gram, size in asked.items()}
    scored = [(_nearness(weights, line), -place) for place, line in enumerate(known)]
    near = sorted((one for one in scored if one[0] >= NEAR), reverse=True)
    return [known[-place] for _, place in near[:most]]


def _nearness(weights: Mapping[str, float], line: Line) -> float:
    """The share of what is asked that the line has; 0 where its own question has nothing of it."""

    def weight(grams: Iterable[str]) -> float:
        return sum(weights[gram] for gram in grams)

    in_question = weights.keys() & _grams(line.question).keys()
    in_answer = (weights.keys() & _grams(line.answer).keys()) - in_question
    return (weight(in_question) + weight(in_answer) / 2) / weight(weights) if in_question else 0.0


def _grams(text: str) -> dict[str, float]:
    """What two ways of asking can share, and how much it says: words without endings, characters, pairs of them."""
    low, empty = text.lower(), _empty()
    found = {_ENDING.sub("", word): 1.0 for word in _WORD.findall(low) if word not in empty}
    for run in _HAN.findall(_empty_chinese().sub(" ", low)):
        found |= dict.fromkeys(run, _ONE_CHARACTER)
        found |= dict.fromkeys((run[place : place + 2] for place in range(len(run) - 1)), 1.0)
    return found


@cache
def _empty() -> frozenset[str]:
    """Words of every language that do not say what is asked."""
    files = (HERE / language / "asking.yaml" for language in ("zh", "en"))
    return frozenset(
        str(word)
        for path in files
        for word in yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe
    )


@cache
def _empty_chinese() -> re.Pattern[str]:
    words = sorted((word for word in _empty() if _HAN.fullmatch(word)), key=len, reverse=True)
    return re.compile("|".join(words))
