"""The words: templates and labels in each language, and how values are put into them.

The Jinja environment is sandboxed and strict: a missing value fails instead of leaving a gap in a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from jinja2 import FileSystemLoader, StrictUndefined, Template, Undefined, pass_context
from jinja2.runtime import Context as Rendering
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.chat import Line
from bot.crisis.incident import Incident
from statements.figures import count, days_and_hours, percent
from statements.marks import Marked, Text, literal, parse, wrap, wrap_moment, wrap_room

LANGUAGES = ("zh", "en")
HERE = Path(__file__).parent
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SENTENCES = ("done", "refused", "problems", "reasons", "history", "findings")
_TIME = {"zh": "{0:%H:%M}", "en": "{0:%H:%M}"}
_DAY = {"zh": "{0.month}月{0.day}日 {0:%H:%M}", "en": "{0.day} {0:%b}, {0:%H:%M}"}


class Words:
    """Every word of the bot in every language; built once, by `Words.load`."""

    def __init__(
        self,
        labels: Mapping[str, Mapping[str, Mapping[str, Any]]],
        sentences: Mapping[str, Mapping[str, Mapping[str, str]]],
        environment: ImmutableSandboxedEnvironment,
    ) -> None:
        self._labels = labels
        self._sentences = sentences
        self._environment = environment
        self._parsed: dict[str, Template] = {}

    @classmethod
    def load(cls) -> Words:
        """Read labels and sentences of every language. A sentence is parsed when it is first said."""
        labels = {language: _read(language, "labels") for language in LANGUAGES}
        sentences = {
            language: {group: _read(language, group) for group in _SENTENCES} for language in LANGUAGES
        }
        return cls(labels, sentences, _environment())

    def with_names(self, names: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Words:
        """The same words with a policy's own names over them, by language and group of labels."""
        labels = {
            language: {**held, **{group: {**held.get(group, {}), **own} for group, own in given.items()}}
            for language, held in self._labels.items()
            for given in [names.get(language, {})]
        }
        return Words(labels, self._sentences, self._environment)

    def label(self, language: str, group: str, key: str) -> str:
        """A short name, such as a role's. Raises KeyError for one without words."""
        return str(self._labels[language][group][key])

    def keys(self, language: str, group: str) -> tuple[str, ...]:
        """What has words in a group of labels, or of sentences such as `refused`."""
        held: Mapping[str, Any] = self._sentences[language] if group in _SENTENCES else self._labels[language]
        return tuple(held[group])

    def text(self, language: str, template: str, /, **values: Any) -> Text:
        """A template (`team/page`) with its headline and paragraphs. Raises when a value is missing."""
        found = self._environment.get_template(f"{language}/{template}.j2")
        return self._rendered(found, language, values)

    def lines(self, language: str, template: str, /, **values: Any) -> tuple[Line, ...]:
        """A template's lines alone."""
        return self.text(language, template, **values).lines

    def sentence(self, language: str, group: str, key: str, /, **values: Any) -> Text:
        """A sentence of `refused.yaml` and the like. Raises KeyError for one without words."""
        text = self._sentences[language][group][key]
        if text not in self._parsed:
            self._parsed[text] = self._environment.from_string(text)
        return self._rendered(self._parsed[text], language, values)

    def _rendered(self, template: Template, language: str, values: Mapping[str, Any]) -> Text:
        def label(group: str, key: str) -> str:
            return self.label(language, group, key)

        return parse(template.render({**values, "language": language, "label": label}))


def _read(language: str, name: str) -> dict[str, Any]:
    with (HERE / language / f"{name}.yaml").open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=_LOADER))  # noqa: S506 - both are safe


def _environment() -> ImmutableSandboxedEnvironment:
    # Autoescape is for HTML; here every value is wrapped by `finalize`, and each platform escapes for itself.
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        finalize=_finalize,
        auto_reload=False,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        at=_at,
        room=_room,
        strong=_strong,
        time=_time,
        day=_day,
        count=_count,
        percent=_percent,
        ago=_ago,
        short=short,
        clause=_clause,
    )
    return environment


def _finalize(value: Any) -> Any:
    return value if isinstance(value, Marked | Undefined) else literal(value)


def _at(person: str) -> Marked:
    return wrap("a", str(person))


def _room(incident: Incident) -> Marked:
    return wrap_room(incident.room, incident.room_name)


def _strong(value: object) -> Marked:
    return wrap("s", " ".join(str(value).split()))


@pass_context
def _time(values: Rendering, at: datetime) -> Marked:
    """The time of day; of another day than today with its day, or "20:26" would be taken for tonight's."""
    zone, now = values["zone"], values.get("now")
    if now is not None and at.astimezone(zone).date() != now.astimezone(zone).date():
        return _day(values, at)
    return wrap_moment("t", at, in_zone(at, zone, values["language"], "time"))


@pass_context
def _day(values: Rendering, at: datetime) -> Marked:
    return wrap_moment("d", at, in_zone(at, values["zone"], values["language"], "day"))


@pass_context
def _count(values: Rendering, number: float) -> str:
    return count(number, values["language"])


@pass_context
def _percent(values: Rendering, number: float) -> str:
    return percent(number, values["language"])


@pass_context
def _ago(values: Rendering, minutes: int) -> str:
    return days_and_hours(minutes, values["language"])


def _clause(text: str) -> str:
    """What a person wrote, as part of a sentence which brings its own full stop."""
    return text.strip().rstrip("。．.;；")


def in_zone(at: datetime, zone: ZoneInfo, language: str, show: str) -> str:
    """A moment in a zone, as "14:05" or with its day. Raises ValueError for one that is not aware."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    shape = _TIME if show == "time" else _DAY
    return shape[language].format(at.astimezone(zone))


def short(value: object, most: int = 60) -> str:
    """At most so many characters on one line, with an ellipsis where something was cut."""
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
