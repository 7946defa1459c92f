"""Answers of the checklist as people read them: figures with their units, choices by their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.crisis.checklist import QUESTIONS, UNKNOWN, YES_NO, Item
from statements.figures import count, percent
from statements.text import Words, in_zone, short

JOIN = {"zh": "、", "en": ", "}


def shown(words: Words, language: str, name: str, value: Any, zone: ZoneInfo, most: int = 120) -> str:
    """One answer in words. Raises KeyError for a choice without words."""
    if value == UNKNOWN:
        return words.label(language, "answers", "unknown")
    item = QUESTIONS[name]
    match item.kind:
        case "number":
            return count(value, language)
        case "percent":
            return percent(value, language)
        case "moment":
            return in_zone(datetime.fromisoformat(value), zone, language, "day")
        case "many":
            return JOIN[language].join(option(words, language, item, one) for one in value)
        case "one":
            return option(words, language, item, value)
        case "flag":
            return words.label(language, "yes_no", "yes" if value else "no")
        case _:
            return short(value, most)


def option(words: Words, language: str, item: Item, value: str) -> str:
    """The name of one choice of a question."""
    group = "yes_no" if item.options == YES_NO else f"option_{item.name}"
    return words.label(language, group, value)


def as_signs(words: Words, language: str, signs: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What the checklist showed, for the reasons of a grade: "媒体关注（自媒体跟进）"."""
    return JOIN[language].join(_as_sign(words, language, name, value, zone) for name, value in signs.items())


def _as_sign(words: Words, language: str, name: str, value: Any, zone: ZoneInfo) -> str:
    label = words.label(language, "items", name)
    if name not in QUESTIONS:
        return f"{label} {value}"
    if QUESTIONS[name].kind == "flag":
        return label
    told = shown(words, language, name, value, zone)
    if language == "zh":
        return f"{label}（{told}）"
    return f"{label} ({told[0].lower() + told[1:]})" if QUESTIONS[name].kind == "one" else f"{label} ({told})"


def figures_of(words: Words, language: str, signs: Mapping[str, Any]) -> str:
    """The measured figures among the signs, to be shown beside a rule's name."""
    measured = {
        name: value
        for name, value in signs.items()
        if name in QUESTIONS and QUESTIONS[name].kind in ("number", "percent") and value != UNKNOWN
    }
    return JOIN[language].join(
        shown(words, language, name, value, ZoneInfo("UTC")) for name, value in measured.items()
    )


def as_typed(value: float) -> str:
    """A figure as somebody could have typed it: never rounded, so that saving it again changes nothing."""
    return str(int(value)) if float(value).is_integer() else repr(value)


def platform_reason(words: Words, language: str, code: str) -> str:
    """Why the platform did not do it; a general sentence with its own code where we have no words. "" for no code.

    What stands before a colon says what kind it is: `broken:KeyError`.
    """
    if not code:
        return ""
    return words.label(language, "platform_codes", _known(words, "platform_codes", code)).replace(
        "CODE", code
    )


def given_up_deed(words: Words, deed: str) -> str:
    """By which name there are words for what was given up; another version may have known other deeds."""
    return _known(words, "given_up", deed)


def _known(words: Words, group: str, key: str) -> str:
    kind = key.partition(":")[0]
    return kind if kind in words.keys("zh", group) else "other"
