"""What a card and a form have in common while they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.crisis.incident import Incident
from statements.context import Context
from statements.text import Words


@dataclass(frozen=True)
class Drawing:
    """A card or form in the making. args: what the send, reply or question carries for it."""

    name: str
    found: Incident | None
    context: Context
    words: Words
    args: Mapping[str, Any]

    @property
    def incident(self) -> Incident:
        """The incident it is about. Raises ValueError where it needs one and has none."""
        if self.found is None:
            raise ValueError(f"{self.name} needs an incident")
        return self.found

    @property
    def language(self) -> str:
        """Of the reader."""
        return self.context.language

    def label(self, group: str, key: str) -> str:
        """A short name in the reader's language."""
        return self.words.label(self.language, group, key)
