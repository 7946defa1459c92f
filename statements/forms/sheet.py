"""What every form function is given: the incident, the reader and the words, with short ways to use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat import Field, Form, Heading, Option
from bot.crisis.incident import Incident
from statements.context import Context
from statements.text import Words


@dataclass(frozen=True)
class Sheet:
    """One form in the making. args: what is known already and prefilled."""

    name: str
    found: Incident | None
    context: Context
    words: Words
    args: Mapping[str, Any]

    @property
    def incident(self) -> Incident:
        """The incident asked about. Raises ValueError for a form which needs one and has none."""
        if self.found is None:
            raise ValueError(f"the form {self.name} needs an incident")
        return self.found

    def label(self, group: str, key: str) -> str:
        """A short name in the reader's language."""
        return self.words.label(self.context.language, group, key)

    def hint(self, group: str, key: str) -> str:
        """A word of help below a question; "" where it needs none."""
        return self.label(group, key) if key in self.words.keys(self.context.language, group) else ""

    def options(self, group: str, values: Iterable[str], about: str = "") -> tuple[Option, ...]:
        """Choices by their names, with their explanations from another group."""
        return tuple(
            Option(value, self.label(group, value), self.label(about, value) if about else "")
            for value in values
        )

    def form(self, *items: Field | Heading, **about: str) -> Form:
        """The questions, under the form's title; what it is about comes back with the answers."""
        if self.found is not None:
            about = {"incident": str(self.found.id), **about}
        title, submit = self.label("forms", self.name), self.label("submits", self.name)
        return Form(self.name, title, submit, items, about)

    def ask(self, name: str, kind: Any, **more: Any) -> Field:
        """A question of this form, with its hint."""
        hint = self.hint("field_hints", f"{self.name}.{name}")
        return Field(name, self.label("fields", name), kind, hint=hint, **more)
