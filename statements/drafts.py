"""A draft: one of the public texts with what is known put in, and a visible blank wherever it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statements.templates import Ask, PublicText

_BLANKS = {"zh": ("【待填：", "】"), "en": ("[To fill in: ", "]")}
_LONGEST_QUESTION = 300
"""Characters; without a limit a text full of opened blanks would be searched to its end for each of them."""

_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Draft:
    """What came of it. missing: the blanks that are left, to be asked for."""

    title: str
    text: str
    missing: tuple[Ask, ...]


def questions(public: PublicText, given: Mapping[str, Any]) -> tuple[Ask, ...]:
    """What is to be asked: not who signs, where that is known. given: as `statements.given.given` makes it."""
    known = {"signer"} if given["signer"].name else set()
    return tuple(ask for ask in public.asks if ask.name not in known)


def prefilled(public: PublicText, given: Mapping[str, Any]) -> Mapping[str, str]:
    """The answers that need nobody, by the names of the blanks; a person may change them."""
    return {ask.name: given[ask.source] for ask in public.asks if ask.source and given[ask.source]}


def draft(public: PublicText, given: Mapping[str, Any], answers: Mapping[str, str]) -> Draft:
    """The text with these answers, by the names of its blanks; where there is none, with what it is prefilled with."""
    known = {**prefilled(public, given), **{name: words for name, words in answers.items() if words.strip()}}
    filled = {ask.name: _filled(ask, known.get(ask.name, ""), public.language) for ask in public.asks}
    title = " ".join(public.title.render(ask=filled, **given).split())
    text = _GAPS.sub("\n\n", public.body.render(ask=filled, **given)).strip()
    left = blanks(f"{title}\n{text}", public.language)
    return Draft(title, text, tuple(ask for ask in public.asks if ask.question in left))


def blank(question: str, language: str) -> str:
    """What stands in a text where something is still to be said."""
    opening, closing = _BLANKS[language]
    return f"{opening}{question}{closing}"


def blanks(text: str, language: str) -> Sequence[str]:
    """The questions that stand in a text as blanks, in order, each once."""
    return list(dict.fromkeys(match.group(1) for match in BLANK[language].finditer(text)))


def fill(text: str, language: str, answers: Mapping[str, str]) -> str:
    """The text with these answers in the place of its blanks, by their questions; the others stay.

    Where the blank is an item of a list, each line of its answer is one.
    """

    def filled(found: re.Match[str]) -> str:
        answer = answers.get(found.group(1), "").strip()
        start = found.string.rfind("\n", 0, found.start()) + 1
        item = found.string[start : found.start()]
        between = f"\n{item}" if item in ("- ", "* ") else "\n"
        lines = [line.strip() for line in answer.splitlines() if line.strip()]
        return between.join(lines) or found.group()

    return BLANK[language].sub(filled, text)


def _filled(ask: Ask, answer: str, language: str) -> str | list[str]:
    answer = answer.strip()
    if not answer and not ask.optional:
        answer = blank(ask.question, language)
    return [line.strip() for line in answer.splitlines() if line.strip()] if ask.long else answer


def _pattern(opening: str, closing: str) -> re.Pattern[str]:
    question = rf"([^{re.escape(closing)}\n]{{0,{_LONGEST_QUESTION}}})"
    return re.compile(re.escape(opening.rstrip()) + r"\s?" + question + re.escape(closing), re.IGNORECASE)


BLANK: Mapping[str, re.Pattern[str]] = {language: _pattern(*marks) for language, marks in _BLANKS.items()}
"""How a blank is found in a text of each language, also one that somebody typed."""
