"""What every public text is given, and one of each kind of crisis to try a text on before anybody needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from bot.crisis.checklist import QUESTIONS, TYPES
from bot.crisis.people import Company, Person

GIVEN = (
    "company",
    "what",
    "facts",
    "type",
    "grade",
    "injury",
    "regulator",
    "contacted",
    "earlier",
    "promises",
    "today",
    "now",
    "next_update",
    "signer",
)
"""What every text is given besides the answers, `ask`."""

_COLOURS = ("red", "orange", "yellow")


@dataclass(frozen=True)
class Said:
    """Anything with words in a trial: a fact, an earlier statement, a promise."""

    text: str = "…"
    title: str = "…"
    at: str = "…"
    due: str = "…"


def trials() -> Iterator[Mapping[str, Any]]:
    """Crises of each type, grade and harm, once with everything known and once with nothing."""
    for type_, colour, injury, known in product(
        ("", *TYPES), _COLOURS, ("", *QUESTIONS["injury"].options), (True, False)
    ):
        yield _given(type_, colour, injury, known)


def _given(type_: str, colour: str, injury: str, known: bool) -> Mapping[str, Any]:
    some = [Said()] * known
    words = "…" if known else ""
    return {
        "company": Company(words, words, words, words, words, (words,) * known),
        "what": "…",
        "facts": some,
        "type": type_,
        "grade": colour,
        "injury": injury,
        "regulator": known,
        "contacted": known,
        "earlier": some,
        "promises": some,
        "today": "…",
        "now": "…",
        "next_update": "…",
        "signer": Person("", words, "", title=words),
    }
