"""A crisis that never happened, told in both languages, so that every public text can be read as it would go out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from bot.crisis.people import Company, Person
from bot.crisis.public import Fact
from statements.drafts import Draft, draft
from statements.principles import Checked, Finding, Principles
from statements.templates import PublicText, PublicTexts
from tests.makers import NINE

TEXTS = PublicTexts()
PRINCIPLES = Principles()
_SAMPLES = yaml.safe_load(Path(__file__).with_name("public_samples.yaml").read_text("utf-8"))


@cache
def company(language: str) -> Company:
    """Who speaks."""
    told = _SAMPLES[language]["company"]
    return Company(**{**told, "accounts": tuple(told["accounts"])})


def facts(language: str) -> list[Fact]:
    """Two that somebody has confirmed."""
    return [
        Fact(number, told["text"], "archive", "wang", NINE, "", "confirmed", "wang", NINE)
        for number, told in enumerate(_SAMPLES[language]["facts"], start=1)
    ]


def cases(language: str) -> Mapping[str, Mapping[str, list[str]]]:
    """What each word list must find and must not, by its name."""
    told: Mapping[str, Mapping[str, list[str]]] = _SAMPLES[language]["cases"]
    return told


def answers(public: PublicText) -> dict[str, str]:
    """Every blank filled in, as a form brings it back."""
    told = _SAMPLES[public.language]["answers"]
    own = {**told["any"], **told.get(public.kind, {})}
    return {ask.name: _typed(own[ask.name]) for ask in public.asks}


def given(language: str, **other: Any) -> dict[str, Any]:
    """What a text is given in a red crisis of type A in which somebody was injured; `other` than that where said."""
    told = _SAMPLES[language]
    usual = {
        "company": company(language),
        "what": told["answers"]["any"]["event"],
        "facts": facts(language),
        "type": "A",
        "grade": "red",
        "injury": "injury",
        "regulator": True,
        "contacted": True,
        "earlier": [SimpleNamespace(**one) for one in told["earlier"]],
        "promises": [SimpleNamespace(**one) for one in told["promises"]],
        "today": told["today"],
        "now": told["now"],
        "next_update": told["next_update"],
        "signer": Person("zhou", told["signer"]["name"], language, title=told["signer"]["title"]),
    }
    return {**usual, **other}


def bare(language: str, **other: Any) -> dict[str, Any]:
    """What a text is given when nothing is known yet and nobody is named to sign."""
    nothing: dict[str, Any] = {"facts": [], "earlier": [], "promises": [], "injury": ""}
    return given(language, **{**nothing, "regulator": False, "contacted": False, **other}) | {
        "signer": Person("", "", language)
    }


def filled(language: str, kind: str, **other: Any) -> Draft:
    """That text with every blank filled in."""
    public = TEXTS.get(language, kind)
    return draft(public, given(language, **other), answers(public))


def found(language: str, text: str, kind: str = "progress_update", **other: Any) -> list[Finding]:
    """What the principles find in words that rest on no fact."""
    usual: dict[str, Any] = {"title": "", "facts": [], "company": company(language), "now": NINE}
    return list(PRINCIPLES.findings(Checked(kind=kind, language=language, text=text, **{**usual, **other})))


def _typed(told: str | list[str]) -> str:
    return told if isinstance(told, str) else "\n".join(told)
