"""What every card function is given: the incident, the reader and the words, with short ways to use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from bot.chat import Button, Card, Line, Part, Plain, Strong, Tone
from bot.crisis.events import Event
from bot.crisis.state import Call
from statements.answers import JOIN, shown
from statements.drawing import Drawing
from statements.history import reason
from statements.marks import Text

Style = Literal["plain", "primary", "danger"]


class Page(Drawing):
    """One card in the making."""

    def labels(self, group: str, keys: Any) -> str:
        """Several short names, joined as the language joins them."""
        return JOIN[self.language].join(self.label(group, key) for key in keys)

    def text(self, template: str = "", **values: Any) -> Text:
        """A template of `team/` with what all of them may use."""
        return self.words.text(self.language, f"team/{template or self.name}", **self._values(), **values)

    def sentence(self, group: str, key: str, **values: Any) -> Text:
        """A sentence of `refused.yaml` and the like, with what all of them may use."""
        return self.words.sentence(self.language, group, key, **{**self._values(), **values})

    def _values(self) -> dict[str, Any]:
        context = self.context
        return {
            "incident": self.found,
            "playbook": context.playbook,
            "plan": context.plan,
            "now": context.now,
            "zone": context.zone,
            "reader": context.reader,
            "mark": self.mark(),
            "labels": self.labels,
        }

    def mark(self, grade: str = "") -> str:
        """The coloured sign of a grade, by default the current one; white before the first."""
        return self.label("marks", self.tone(grade))

    def tone(self, grade: str = "") -> Tone:
        """The colour of a grade, by default the current one; plain before the first."""
        name = grade or (self.found.grade if self.found else "")
        return cast(Tone, self.context.playbook.grade(name).colour) if name else "plain"

    def button(self, name: str, value: str = "", style: Style = "plain", **more: str) -> Button:
        """A button under its usual label; by default it is about the incident."""
        about = value or (str(self.found.id) if self.found else "")
        confirm = more.get("confirm", "")
        back = self.label("confirms", "back") if confirm else ""
        return Button(name, more.get("label") or self.label("buttons", name), about, style, confirm, back)

    def row(self, *names: str, first: str = "") -> tuple[Part, ...]:
        """A row of buttons about an open incident, one of them the first choice; a closed one has none."""
        if not self.incident.open:
            return ()
        return (
            buttons(*(self.button(name, style="primary" if name == first else "plain") for name in names)),
        )

    def about(self, *rest: str) -> str:
        """A button's value: the incident, then what it is about in it."""
        return "/".join([str(self.incident.id), *rest])

    def answer(self, name: str, value: Any = None) -> str:
        """An answer of the checklist in words; by default the one that stands."""
        value = self.incident.answers[name] if value is None else value
        return shown(self.words, self.language, name, value, self.context.zone)

    def grouped(self, roles: Iterable[str]) -> list[Mapping[str, Any]]:
        """Calls by person and outcome, so that who answers for three roles takes one line."""
        found: dict[tuple[str, bool], dict[str, Any]] = {}
        for role in roles:
            call = self.incident.calls.get(role) or Call(role)
            key = (call.answered_by or call.person, bool(call.answered_by))
            found.setdefault(key, {"call": call, "roles": []})["roles"].append(role)
        return list(found.values())

    def reason(self, code: str, params: Mapping[str, Any]) -> str:
        """One reason of a grade."""
        return reason(self.language, code, params, self.words)

    def latest(self, kind: type[Event]) -> Any:
        """The last entry of a kind, with `at`, `by` and `event`. Raises ValueError when there is none."""
        for entry in reversed(self.incident.history):
            if isinstance(entry.event, kind):
                return entry
        raise ValueError(f"the card {self.name} needs a {kind.__name__}")

    def card(self, text: Text, *parts: Part, tone: Tone | None = None) -> Card:
        """The text and what follows it; in a drill the headline says so."""
        headline = self._marked(text.headline)
        return Card(headline, (*text.parts, *parts), self.tone() if tone is None else tone)

    def _marked(self, headline: Line) -> Line:
        if self.found is None or not self.found.drill:
            return headline
        return (Strong(self.label("marks", "drill")), *headline)


def buttons(*row: Button | None) -> Part:
    """A row of buttons; those that do not apply are None."""
    return Part(buttons=tuple(button for button in row if button))


def beside(part: Part, button: Button | None) -> Part:
    """The same part with a button beside it."""
    return replace(part, beside=button)


def joined(parts: tuple[Part, ...], button: Button | None = None) -> Part:
    """Several paragraphs as one part, with a button beside it."""
    return Part(tuple(line for part in parts for line in part.lines), beside=button)


def plain(text: str) -> Line:
    """A line of literal text."""
    return (Plain(text),)
