"""The five principles as checks on a text: truth, transparency, timing, tone, together (S0; domain 7).

A finding names the words, why, and a way out. Some block, some warn; a warning can be accepted with a reason.
The word lists are data, `principles.yaml` and `privacy.yaml` beside the words of each language.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.crisis.kinds import audience_of
from bot.crisis.people import Company
from bot.crisis.public import Fact
from statements.drafts import blanks
from statements.sheets import lines

HERE = Path(__file__).parent
Level = Literal["block", "warn"]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

PRINCIPLES: Mapping[str, str] = {
    "blank": "truth",
    "unsafe_fact": "truth",
    "no_lines": "transparency",
    "certainty": "truth",
    "no_next_update": "transparency",
    "no_contact": "transparency",
    "late": "timing",
    "undated_promise": "timing",
    "absolutes": "tone",
    "blame": "tone",
    "evasions": "tone",
    "belittling": "tone",
    "no_empathy": "tone",
    "privacy": "together",
    "too_long": "together",
}
"""Which principle each finding is about; its words are under its name in `labels.yaml`."""

_SEARCHED = ("absolutes", "blame", "evasions", "belittling")
_TO_THE_PUBLIC = ("first_statement", "detailed_explanation", "progress_update", "apology", "clarification")
_SENTENCE = re.compile(r"[^。！？!?\n]+(?:[。！？!?]|\n|$)|[^.\n]+(?:\.(?=\s|$)|\n|$)")
_DATE = re.compile(
    r"\d{1,2}\s*[:：点时月日号]|\d+\s*(?:小时|天|个?工作日|日内|周|个月)|今[天日]|明[天日]|"
    r"\b\d+\s*(?:hours?|days?|weeks?|months?)\b|\b\d{1,2}\s+(?:January|February|March|April|May|June|July|August|"
    r"September|October|November|December)\b|\btoday\b|\btomorrow\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """Something to mend, or to accept with a reason. words: of the text. why, instead: of the list, if it has them.

    about: what the sentence about it needs. The key names this finding in this text.
    """

    code: str
    level: Level
    words: str = ""
    why: str = ""
    instead: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def principle(self) -> str:
        """Which of the five it is about."""
        return PRINCIPLES[self.code]

    @property
    def key(self) -> str:
        """The same words found again are the same finding."""
        return f"{self.code}/{hashlib.sha256(self.words.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Entry:
    """One line of a word list."""

    pattern: re.Pattern[str]
    why: str
    instead: str
    level: Level


@dataclass(frozen=True)
class Checked:
    """What is looked at. facts: those it cites. deadline: by when it must be out (aware), or None."""

    kind: str
    language: str
    title: str
    text: str
    facts: Sequence[Fact]
    company: Company
    now: datetime
    deadline: datetime | None = None
    longest: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}"


class Principles:
    """The word lists of every language, read once."""

    def __init__(self, lists: Mapping[str, Mapping[str, Sequence[Entry]]]) -> None:
        self._lists = lists

    @classmethod
    def load(cls) -> Principles:
        """Read the lists."""
        return cls({language: _read(language) for language in ("zh", "en")})

    def findings(self, checked: Checked) -> Sequence[Finding]:
        """Everything that the principles find, what blocks first, each once."""
        lists = self._lists[checked.language]
        found = [
            *_truth(checked, lists),
            *_transparency(checked),
            *_timing(checked, lists),
            *_tone(checked, lists),
            *_together(checked, lists),
        ]
        each = {finding.key: finding for finding in found}
        return sorted(each.values(), key=lambda finding: finding.level != "block")

    def personal(self, text: str, company: Company) -> Sequence[Finding]:
        """What in it looks like a customer's personal data, by the lists of every language."""
        found = (finding for lists in self._lists.values() for finding in _matches("privacy", text, lists))
        return [finding for finding in found if finding.words not in (company.hotline, company.mail)]

    def promises(self, text: str, language: str) -> Sequence[str]:
        """Sentences that commit us, as they stand in the text."""
        entries = self._lists[language]["promises"]
        sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
        return [one for one in sentences if any(entry.pattern.search(one) for entry in entries)]


@cache
def own_principles() -> Principles:
    """Our word lists, read once."""
    return Principles.load()


def is_dated(sentence: str) -> bool:
    """Whether a sentence says by when."""
    return bool(_DATE.search(sentence))


def _truth(checked: Checked, lists: Mapping[str, Sequence[Entry]]) -> Iterator[Finding]:
    for question in blanks(checked.whole, checked.language):
        yield Finding("blank", "block", question)
    for fact in checked.facts:
        if fact.status != "confirmed":
            yield Finding("unsafe_fact", "block", fact.text, about={"fact": fact.id, "status": fact.status})
    if not checked.facts:
        yield from _matches("certainty", checked.whole, lists)


def _transparency(checked: Checked) -> Iterator[Finding]:
    if audience_of(checked.kind) and not lines(checked.text):
        yield Finding("no_lines", "block")
    if checked.kind not in _TO_THE_PUBLIC:
        return
    ways = (checked.company.hotline, checked.company.mail, *checked.company.accounts)
    if not any(way and way in checked.text for way in ways):
        yield Finding("no_contact", "warn")
    if not re.search(r"下一?次(?:通报|更新|说明)|next update", checked.text, re.IGNORECASE):
        yield Finding("no_next_update", "warn")


def _timing(checked: Checked, lists: Mapping[str, Sequence[Entry]]) -> Iterator[Finding]:
    if checked.deadline is not None and checked.now > checked.deadline:
        yield Finding("late", "warn", about={"deadline": checked.deadline})
    for match in _SENTENCE.finditer(checked.text):
        sentence = match.group().strip()
        if sentence.endswith(("?", "？")):
            # What others ask commits nobody.
            continue
        for entry in lists["promises"]:
            if entry.pattern.search(sentence) and not is_dated(sentence):
                yield Finding("undated_promise", entry.level, sentence, entry.why, entry.instead)
                break


def _tone(checked: Checked, lists: Mapping[str, Sequence[Entry]]) -> Iterator[Finding]:
    for group in _SEARCHED:
        yield from _matches(group, checked.whole, lists)
    if checked.kind == "first_statement" and not any(
        entry.pattern.search(checked.text) for entry in lists["empathy"]
    ):
        yield Finding("no_empathy", "warn")


def _together(checked: Checked, lists: Mapping[str, Sequence[Entry]]) -> Iterator[Finding]:
    ours = {checked.company.hotline, checked.company.mail}
    for finding in _matches("privacy", checked.whole, lists):
        if finding.words not in ours:
            yield finding
    for channel, longest in checked.longest.items():
        if len(checked.text) > longest:
            about = {"channel": channel, "longest": longest, "length": len(checked.text)}
            yield Finding("too_long", "warn", channel, about=about)


def _matches(group: str, text: str, lists: Mapping[str, Sequence[Entry]]) -> Iterator[Finding]:
    for entry in lists[group]:
        for match in entry.pattern.finditer(text):
            yield Finding(group, entry.level, match.group().strip(), entry.why, entry.instead)


def _read(language: str) -> Mapping[str, Sequence[Entry]]:
    lists = {
        group: tuple(_entries(entries))
        for group, entries in _yaml(HERE / language / "principles.yaml").items()
    }
    privacy = _yaml(HERE / language / "privacy.yaml")
    given = privacy.values() if isinstance(privacy, dict) else [privacy]
    return {**lists, "privacy": tuple(entry for entries in given for entry in _entries(entries))}


def _entries(given: Iterable[Mapping[str, str]]) -> Iterator[Entry]:
    for one in given:
        match = str(one["match"])
        source = match.removeprefix("re:") if match.startswith("re:") else re.escape(match)
        level: Level = "block" if one.get("level") == "block" else "warn"
        yield Entry(re.compile(source, re.IGNORECASE), str(one["why"]), str(one["instead"]), level)


def _yaml(path: Path) -> Any:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=_LOADER)  # noqa: S506 - both are safe
