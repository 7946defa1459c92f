"""What a statement's page shows one person, put together from the incident; the page itself is `paper.html.j2`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.people import Person
from bot.crisis.public import Statement, Version
from bot.voice import Voice
from statements.channels import Channel, Copy, cut
from statements.differences import differences
from statements.documents.sheets import FORMATS
from statements.documents.standing import may_go_out, note, standing
from statements.drafts import blank
from statements.markdown import as_html, parse
from statements.marks import as_text
from statements.text import in_zone

_CAPITALS = re.compile(r"(?<![A-Za-z])[A-Z]+(?![a-z])")


@dataclass(frozen=True)
class Tried:
    """What somebody sent in and what came of it. refused: why it was not taken. theirs: their words, to lose nothing.

    saved, unchanged: the version that there is now. notes: what happened to their file on the way.
    """

    refused: Refused | None = None
    theirs: tuple[str, str] | None = None
    saved: int = 0
    unchanged: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperView:
    """One page for one reader. until: when the link ends; now: both aware. compare: two versions, (0, 0) for none."""

    voice: Voice
    channels: Mapping[str, Channel]
    incident: Incident
    statement: Statement
    reader: Person
    now: datetime
    until: datetime
    tried: Tried = field(default=Tried())
    compare: tuple[int, int] = (0, 0)

    @property
    def shown(self) -> Mapping[str, Any]:
        """All that the template asks for."""
        incident, statement, version = self.incident, self.statement, self.statement.latest
        states = standing(incident, statement, version.number)
        return {
            "language": self.reader.language,
            "label": self._label,
            "tone": _tone(states),
            "title": version.title,
            "note": note(incident, statement, version, self.voice.words, self.reader.language),
            "states": [self._label("standing", one) for one in states],
            "written_in": statement.language,
            "body": as_html(parse(version.text)),
            "warnings": list(self._warnings()),
            "messages": list(self._messages()),
            "copies": [] if statement.withdrawn else list(self._copies()),
            "may_copy": may_go_out(incident, statement),
            "formats": FORMATS,
            "may_edit": incident.open and not statement.withdrawn,
            "base": version.number,
            "kept": self.tried.theirs is not None,
            "difference": self._named("differences", N=str(version.number)),
            "difference_hint": self._named("difference_hint", N=str(version.number)),
            "edited": self.tried.theirs or (version.title, version.text),
            "pieces": list(self._pieces(version)),
            "versions": [(one.number, self._written(one)) for one in statement.versions],
            "compared": self._compared(),
            "confidential": self._label("export", "confidential"),
            "ends": self._named("link_ends", NAME=self.reader.name, TIME=self._at(self.until, "day")),
        }

    def _warnings(self) -> Iterator[str]:
        if self.incident.drill:
            yield self._label("paper", "drill")
        if self.statement.withdrawn:
            yield self._label("paper", "withdrawn")
        elif "unsafe" in standing(self.incident, self.statement, self.statement.latest.number):
            yield self._label("paper", "unsafe")
        if not self.incident.open:
            yield self._label("paper", "closed")

    def _messages(self) -> Iterator[str]:
        """What came of what this person did just now."""
        tried, language = self.tried, self.reader.language
        if tried.refused is not None:
            words = self.voice.words.sentence(language, "refused", tried.refused.code, **tried.refused.params)
            names = {id: person.name for id, person in self.voice.roster.people.items()}
            yield as_text(words.headline, names)
            yield from (as_text(line, names) for line in words.lines)
        if tried.saved:
            yield self._named("saved", N=str(tried.saved))
        if tried.unchanged:
            yield self._named("unchanged", N=str(tried.unchanged))
        yield from (self._label("paper_notes", note) for note in tried.notes)

    def _pieces(self, version: Version) -> Iterator[tuple[str, str]]:
        """What in their words is other than in the version that somebody saved before them."""
        if self.tried.theirs and self.tried.refused and self.tried.refused.code == "edited_meanwhile":
            yield from differences(_whole(version), "\n\n".join(self.tried.theirs))

    def _written(self, version: Version) -> str:
        name = self.voice.person(version.by).name
        return self._named("version", N=str(version.number), NAME=name, TIME=self._at(version.at, "day"))

    def _compared(self) -> Mapping[str, Any] | None:
        """Two versions beside each other, where both are there."""
        old, new = self.compare
        if not all(1 <= number <= len(self.statement.versions) for number in self.compare):
            return None
        pieces = differences(_whole(self.statement.version(old)), _whole(self.statement.version(new)))
        title = self._named("compared", A=str(old), B=str(new))
        return {"from": old, "to": new, "title": title, "pieces": list(pieces)}

    def _copies(self) -> Iterator[Mapping[str, Any]]:
        statement, language = self.statement, self.statement.language
        drill = self.voice.words.label(language, "marks", "drill") if self.incident.drill else ""
        title = drill + statement.latest.title
        words = self.voice.words.label(language, "paper", "full_text").replace("LINK", self._full_text())
        for channel in self.channels.values():
            if channel.takes(statement.kind):
                made = cut(title, statement.latest.text, channel, language, words)
                rich = "" if channel.plain else as_html(parse(made.text))
                yield {
                    "name": self._label("channels", channel.name),
                    "made": made,
                    "rich": rich,
                    "facts": list(self._facts(made)),
                    "out": self._out(channel.name),
                }

    def _facts(self, made: Copy) -> Iterator[tuple[str, bool]]:
        """How long it is, and what does not fit; whether that is a trouble."""
        longest = made.channel.longest
        code = "length" if made.channel.plain else "length_marked"
        code = code if longest is not None else "length_free"
        yield self._named(code, COUNT=f"{made.length:,}", MOST=f"{longest or 0:,}"), False
        if made.title_over:
            yield self._named("title_over", N=str(made.title_over)), True
        if made.cut:
            yield self._named("cut", N=f"{made.over:,}"), False
        elif made.over:
            yield self._named("over", N=f"{made.over:,}"), True

    def _out(self, channel: str) -> str:
        told = self.statement.published.get(channel)
        return self._named("out", N=str(told.version), TIME=self._at(told.at, "day")) if told else ""

    def _full_text(self) -> str:
        """Where the whole can be read: on our site, else elsewhere; a blank where it is nowhere yet."""
        latest = self.statement.latest.number
        out = [one for one in self.statement.published.values() if one.version == latest and one.link]
        out.sort(key=lambda one: one.channel != "site")
        if out:
            return out[0].link
        language = self.statement.language
        return blank(self.voice.words.label(language, "paper", "full_text_link"), language)

    def _label(self, group: str, key: str) -> str:
        return self.voice.words.label(self.reader.language, group, key)

    def _named(self, key: str, **values: str) -> str:
        """A label with its words in capitals filled in."""
        return _CAPITALS.sub(lambda match: values.get(match[0], match[0]), self._label("paper", key))

    def _at(self, moment: datetime, show: str) -> str:
        return in_zone(moment, self.voice.zone, self.reader.language, show)


def _whole(version: Version) -> str:
    return f"{version.title}\n\n{version.text}"


def _tone(states: Sequence[str]) -> str:
    """Green may go out, red must not any more."""
    if {"unsafe", "withdrawn", "superseded"} & {*states}:
        return "red"
    return "green" if {"approved", "published"} & {*states} else "yellow"
