"""What a playbook may look at: named facts of the checklist and their values, never expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.crisis.checklist import CONTROLS, QUESTIONS, SEVERITIES
from bot.crisis.playbook import Sign

SPREADS = tuple(f"L{place}" for place in range(1, 10))
LEVELS: Mapping[str, tuple[str, ...]] = {"spread": SPREADS, "severity": SEVERITIES, "control": CONTROLS}

_FIGURES = {item.name for item in QUESTIONS.values() if item.kind in ("number", "percent")}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    **{item.name: item.options for item in QUESTIONS.values() if item.options},
    **{item.name: ("yes", "no") for item in QUESTIONS.values() if item.kind == "flag"},
    **LEVELS,
}


def read_signs(given: object) -> tuple[Sign, ...]:
    """Read `{injury: [injury, death], severity: {at_least: S4}}`. Raises ValueError saying what to write."""
    if not isinstance(given, dict) or not given:
        raise ValueError("name at least one fact, as in `when: {media: journalist_contacted}`")
    return tuple(_read_sign(str(fact), wanted) for fact, wanted in given.items())


def _read_sign(fact: str, wanted: object) -> Sign:
    if fact not in _FIGURES and fact not in _CHOICES:
        raise ValueError(f"no fact is called {fact!r}; known are {_listed(sorted((*_FIGURES, *_CHOICES)))}")
    if isinstance(wanted, dict):
        return _read_threshold(fact, wanted)
    values = tuple(_word(value) for value in (wanted if isinstance(wanted, list) else [wanted]))
    if fact in _FIGURES:
        raise ValueError(f"{fact} is a figure; write `{fact}: {{above: 50}}` or `{fact}: {{at_least: 50}}`")
    for value in values:
        if value not in _CHOICES[fact]:
            raise ValueError(f"{fact} is never {value!r}; it may be {_listed(_CHOICES[fact])}")
    return Sign(fact, values=values)


def _read_threshold(fact: str, wanted: Mapping[Any, Any]) -> Sign:
    (word, value), *more = wanted.items() or [(None, None)]
    if more or word not in ("at_least", "above"):
        raise ValueError(f"compare {fact} with one of `at_least` or `above`")
    if fact in _FIGURES and isinstance(value, int | float) and not isinstance(value, bool):
        return Sign(fact, at_least=value) if word == "at_least" else Sign(fact, above=value)
    if fact in LEVELS and word == "at_least" and value in LEVELS[fact]:
        return Sign(fact, at_least=value)
    raise ValueError(f"{fact} cannot be {word} {value!r}; {_advice(fact)}")


def _advice(fact: str) -> str:
    if fact in LEVELS:
        return f"write `at_least` and one of {_listed(LEVELS[fact])}"
    return "write a number" if fact in _FIGURES else f"list the values: {_listed(_CHOICES[fact])}"


def _word(value: object) -> str:
    """YAML reads a bare yes as true."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(words)
