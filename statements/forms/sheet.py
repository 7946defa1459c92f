"""What every form function is given: the incident, the reader and the words, with short ways to use them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.chat import Field, Form, Heading, Option
from statements.drawing import Drawing

CHOICES = ("one", "pick", "many", "moment")


class Sheet(Drawing):
    """One form in the making."""

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
        of = self.found.title if self.found is not None else ""
        return Form(self.name, title, submit, tuple(map(self._inviting, items)), about, of)

    def _inviting(self, item: Field | Heading) -> Field | Heading:
        """A choice says that it is one: platforms would say so in a language of their own, or not at all."""
        if isinstance(item, Field) and item.kind in CHOICES and not item.placeholder:
            return replace(item, placeholder=self.label("placeholders", "choose"))
        return item

    def ask(self, name: str, kind: Any, **more: Any) -> Field:
        """A question of this form, with its hint."""
        hint = self.hint("field_hints", f"{self.name}.{name}")
        return Field(name, self.label("fields", name), kind, hint=hint, **more)
