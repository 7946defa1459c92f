"""The five principles as checks on a text: truth, transparency, timing, tone, together (S0; domain 7).

A finding names the words, why, and a way out. Some block, some warn; a warning can be accepted with a reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from bot.crisis.kinds import LINES
from bot.crisis.people import Company
from bot.crisis.public import Fact
from statements.drafts import BLANK, blanks
from statements.sheets import lines
from statements.templates import LANGUAGES
from statements.wordlists import PRIVACY, Level, Limits, Lists, read_limits, read_lists

PRINCIPLES: Mapping[str, str] = {
    "blank": "truth",
    "unsafe_fact": "truth",
    "no_lines": "transparency",
    "certainty": "truth",
    "no_next_update": "transparency",
    "no_contact": "transparency",
    "late": "timing",
    "undated_promise": "timing",
    "unjudged_promise": "timing",
    "absolutes": "tone",
    "blame": "tone",
    "evasions": "tone",
    "belittling": "tone",
    "no_empathy": "tone",
    "privacy": "together",
    "too_long": "together",
}
"""Which principle each finding is about; its words are under its name in `labels.yaml`."""

INSIDE = ("internal_note", "service_script", "media_qa", *LINES)
"""Kinds that nobody outside reads as they are."""

_NUMBERS_ALLOWED = ("internal_note", "service_script", *LINES)
_NEXT_IS_TOLD = (
    "first_statement",
    "detailed_explanation",
    "progress_update",
    "technical_explanation",
    "fact_sheet",
)
_TEXTS_KEPT = 64
_SEARCHED = ("absolutes", "blame", "evasions", "belittling")
_TITLE_ALONE = "app_push"
_NEXT_UPDATE = re.compile(r"下一?次(?:通报|更新|说明)|next (?:update|report)", re.IGNORECASE)
_QUESTION = re.compile(r"^\*\*\d{1,2}\. .*$", re.MULTILINE)
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_SENTENCE = re.compile(
    r"(?:【[^】\n]{0,300}】|\[[^\]\n]{0,300}\]|[^。！？!?.\n]|\.(?!\s|$))+[。！？!?.]*", re.MULTILINE
)
_MARKS = "-*> \t"
_LEADS_ON = (":", "：")
_DATE = re.compile(
    r"\d\s?(?:[:：点时月日号]|小时|分钟|天|个?工作日|周|个月)|[今明][天日晚]|[今明]年|"
    r"\b\d{1,3}\s(?:minutes?|hours?|days?|weeks?|months?)\b|\b\d{1,2}:\d\d\b|\b(?:to(?:day|night|morrow))\b|"
    r"\b\d{1,2}\s(?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
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
class Checked:
    """What is looked at. facts: those it cites. deadline: by when it must be out (aware), or None.

    channels: where it is to stand.
    """

    kind: str
    language: str
    title: str
    text: str
    facts: Sequence[Fact]
    company: Company
    now: datetime
    deadline: datetime | None = None
    channels: Sequence[str] = ()

    @property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}"

    @property
    def rests_on_something(self) -> bool:
        """A confirmed fact is cited, from which conclusions may be drawn."""
        return any(fact.status == "confirmed" for fact in self.facts)

    @property
    def own_numbers(self) -> str:
        """What of the company everybody may know."""
        company = self.company
        return " ".join([company.hotline, company.mail, company.site, *company.accounts])


class Principles:
    """The checks with their word lists, each read when it is first needed.

    A text is looked through once, however often it is shown: it never changes, and the lists are long.
    """

    def __init__(self) -> None:
        self._lists: dict[str, Lists] = {}
        self._limits: Mapping[str, Limits] = {}
        self._in_words = lru_cache(maxsize=_TEXTS_KEPT)(self._look_through)

    def findings(self, checked: Checked) -> Sequence[Finding]:
        """Everything that the principles find, what blocks first, each once."""
        found = [
            *_about_facts(checked),
            *_about_the_reader(checked),
            *_about_time(checked),
            *self._worded(checked),
            *self._lengths(checked),
        ]
        each: dict[str, Finding] = {}
        for finding in sorted(found, key=lambda finding: finding.level != "block"):
            each.setdefault(finding.key, finding)
        return tuple(each.values())

    def personal(self, text: str, company: Company) -> Sequence[Finding]:
        """What in it looks like a customer's personal data, by the lists of every language."""
        found = (finding for one in LANGUAGES for finding in _matches(PRIVACY, text, self.lists(one)))
        return [finding for finding in found if finding.words not in (company.hotline, company.mail)]

    def promises(self, text: str, language: str) -> Sequence[str]:
        """Sentences that seem to commit us, as they stand in the text, each once; a person says which do."""
        return list(dict.fromkeys(sentence for sentence, _ in _promising(text, self.lists(language))))

    def lists(self, language: str) -> Lists:
        """The word lists of a language."""
        if language not in self._lists:
            self._lists[language] = read_lists(language)
        return self._lists[language]

    def _worded(self, checked: Checked) -> Iterator[Finding]:
        """What the word lists find, as far as it counts in a text of this kind."""
        for finding in self._in_words(checked.kind, checked.language, checked.title, checked.text):
            if finding.code == "certainty" and checked.rests_on_something:
                continue
            if finding.code == PRIVACY and finding.words.rstrip(".-") in checked.own_numbers:
                continue
            yield finding

    def _look_through(self, kind: str, language: str, title: str, text: str) -> Sequence[Finding]:
        lists, said = self.lists(language), _said(kind, language, f"{title}\n{text}")
        found = [
            *_matches("certainty", said, lists),
            *_toned(kind, said, lists),
            *_private(kind, said, lists),
        ]
        if kind not in INSIDE:
            found += [finding for sentence, finding in _promising(text, lists) if not is_dated(sentence)]
        return tuple(found)

    def _lengths(self, checked: Checked) -> Iterator[Finding]:
        if checked.channels and not self._limits:
            self._limits = read_limits()
        for channel in checked.channels:
            yield from _too_long(checked, channel, self._limits[channel])


@cache
def own_principles() -> Principles:
    """Ours, whose word lists are read once."""
    return Principles()


def is_dated(sentence: str) -> bool:
    """Whether a sentence says by when, or leaves a blank for it."""
    return bool(_DATE.search(sentence) or any(blank.search(sentence) for blank in BLANK.values()))


def _about_facts(checked: Checked) -> Iterator[Finding]:
    for question in blanks(checked.whole, checked.language):
        yield Finding("blank", "block", question)
    for fact in checked.facts:
        if fact.status != "confirmed":
            yield Finding("unsafe_fact", "block", fact.text, about={"fact": fact.id, "status": fact.status})


def _about_the_reader(checked: Checked) -> Iterator[Finding]:
    if checked.kind in LINES and not lines(checked.text):
        yield Finding("no_lines", "block")
    company = checked.company
    ways = [way for way in (company.hotline, company.mail, *company.accounts) if way]
    if checked.kind not in INSIDE and not any(way in checked.text for way in ways):
        yield Finding("no_contact", "warn")
    if checked.kind in _NEXT_IS_TOLD and not _NEXT_UPDATE.search(checked.text):
        yield Finding("no_next_update", "warn")


def _about_time(checked: Checked) -> Iterator[Finding]:
    if checked.deadline is not None and checked.now > checked.deadline:
        yield Finding("late", "warn", about={"deadline": checked.deadline})


def _said(kind: str, language: str, whole: str) -> str:
    """What are our own words in it: no blanks, and not what journalists ask."""
    said = BLANK[language].sub("…", whole)
    return _QUESTION.sub("", said) if kind == "media_qa" else said


def _toned(kind: str, said: str, lists: Lists) -> Iterator[Finding]:
    for group in _SEARCHED:
        yield from _matches(group, said, lists)
    if kind == "first_statement" and not any(entry.pattern.search(said) for entry in lists["empathy"]):
        yield Finding("no_empathy", "warn")


def _private(kind: str, said: str, lists: Lists) -> Iterator[Finding]:
    """Numbers of duty desks belong into what only our own people read, so there they are no more than a warning."""
    for finding in _matches(PRIVACY, said, lists):
        yield replace(finding, level="warn") if kind in _NUMBERS_ALLOWED else finding


def _too_long(checked: Checked, channel: str, limits: Limits) -> Iterator[Finding]:
    """Where a channel has no title of its own, the title is the first line; a push is the title and a link."""
    length = len(checked.text) + (0 if limits.title_longest else len(checked.title) + 1)
    if channel != _TITLE_ALONE and limits.longest and length > limits.longest:
        yield _over(channel, "text", limits.longest, length)
    if limits.title_longest and len(checked.title) > limits.title_longest:
        yield _over(channel, "title", limits.title_longest, len(checked.title))


def _over(channel: str, part: str, longest: int, length: int) -> Finding:
    about = {"channel": channel, "part": part, "longest": longest, "length": length}
    return Finding("too_long", "warn", f"{channel}/{part}", about=about)


def _promising(text: str, lists: Lists) -> Iterator[tuple[str, Finding]]:
    for match in _SENTENCE.finditer(_HEADING.sub("", text)):
        sentence = match.group().strip(_MARKS)
        if sentence.endswith(_LEADS_ON):
            continue
        for entry in lists["promises"]:
            if entry.pattern.search(sentence):
                yield sentence, Finding("undated_promise", entry.level, sentence, entry.why, entry.instead)
                break


def _matches(group: str, text: str, lists: Lists) -> Iterator[Finding]:
    for entry in lists[group]:
        for match in entry.pattern.finditer(text):
            yield Finding(group, entry.level, match.group().strip(), entry.why, entry.instead)
