"""A draft: one of the public texts with what is known put in, and a visible blank wherever it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statements.templates import Ask, PublicText

_BLANKS = {"zh": ("【待填：", "】"), "en": ("[To fill in: ", "]")}
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Draft:
    """What came of it. missing: the blanks that are left, to be asked for."""

    title: str
    text: str
    missing: tuple[Ask, ...]


def draft(public: PublicText, given: Mapping[str, Any], answers: Mapping[str, str]) -> Draft:
    """The text with these answers, by the names of its blanks. given: all of `statements.templates.GIVEN`."""
    missing = tuple(
        ask for ask in public.asks if not ask.optional and not (answers.get(ask.name) or "").strip()
    )
    filled = {ask.name: _filled(ask, answers.get(ask.name) or "", public.language) for ask in public.asks}
    title = " ".join(public.title.render(ask=filled, **given).split())
    text = _GAPS.sub("\n\n", public.body.render(ask=filled, **given)).strip()
    return Draft(title, text, missing)


def blank(question: str, language: str) -> str:
    """What stands in a text where something is still to be said."""
    opening, closing = _BLANKS[language]
    return f"{opening}{question}{closing}"


def blanks(text: str, language: str) -> Sequence[str]:
    """The questions that stand in a text as blanks, in order, each once."""
    opening, closing = (re.escape(mark) for mark in _BLANKS[language])
    return list(dict.fromkeys(re.findall(f"{opening}(.*?){closing}", text)))


def fill(text: str, language: str, answers: Mapping[str, str]) -> str:
    """The text with these answers in the place of its blanks, by their questions; the others stay.

    Where the blank is an item of a list, each line of its answer is one.
    """
    for question, answer in answers.items():
        mark = blank(question, language)
        lines = [line.strip() for line in answer.splitlines() if line.strip()]
        for item in ("- ", "* "):
            text = text.replace(f"\n{item}{mark}\n", f"\n{item}" + f"\n{item}".join(lines) + "\n")
        text = text.replace(mark, "\n".join(lines))
    return text


def _filled(ask: Ask, answer: str, language: str) -> str | list[str]:
    answer = answer.strip()
    if not answer and not ask.optional:
        answer = blank(ask.question, language)
    return [line.strip() for line in answer.splitlines() if line.strip()] if ask.long else answer
