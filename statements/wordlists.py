"""The word lists of the five principles, which are data: `principles.yaml` and `privacy.yaml` in each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

HERE = Path(__file__).parent
PRIVACY = "privacy"
"""The group of all entries about personal data."""

Level = Literal["block", "warn"]
Lists = Mapping[str, Sequence["Entry"]]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Entry:
    """One line of a word list."""

    pattern: re.Pattern[str]
    why: str
    instead: str
    level: Level


@dataclass(frozen=True)
class Limits:
    """What a channel takes, in characters; None is no limit, or no title of its own."""

    longest: int | None
    title_longest: int | None


def read_lists(language: str) -> Lists:
    """All groups of a language, `privacy` among them."""
    groups = _yaml(HERE / language / "principles.yaml")
    privacy = _yaml(HERE / language / "privacy.yaml")
    lists = {group: tuple(_entries(entries)) for group, entries in groups.items()}
    return {**lists, PRIVACY: tuple(entry for entries in privacy.values() for entry in _entries(entries))}


def read_limits() -> Mapping[str, Limits]:
    """The limits of every channel."""
    channels = _yaml(HERE / "channels.yaml")
    return {name: Limits(told["longest"], told["title_longest"]) for name, told in channels.items()}


def _entries(given: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    for one in given:
        match = one["match"]
        source = match.removeprefix("re:") if match.startswith("re:") else re.escape(match)
        level: Level = "block" if one["level"] == "block" else "warn"
        yield Entry(re.compile(source, re.IGNORECASE), one["why"], one["instead"], level)


def _yaml(path: Path) -> Any:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=_LOADER)  # noqa: S506 - both are safe
