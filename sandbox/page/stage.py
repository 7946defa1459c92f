"""What every chat page is made of, whatever its platform: who looks at what, and what they see there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jinja2 import Environment

SHOWN = 120
MEMO = 2000
TOGETHER = timedelta(minutes=5)
BOT_COLOUR = "#23303b"
Words = str | dict[str, str]
Asked = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """Everything the page was built with; one per application."""

    world: Any
    driver: Any
    env: Environment
    words: dict[str, dict[str, Any]]
    emoji: dict[str, str]
    commands: tuple[tuple[str, Words, Words], ...] = ()
    shortcuts: tuple[tuple[str, Words], ...] = ()
    home: bool = False
    drawn: dict[str, str] = field(default_factory=dict)

    def language(self, user: str) -> str:
        """The page speaks this person's language, English when it has no words in it."""
        lang = str(self.world.people[user].language).split("-")[0]
        return lang if lang in self.words else "en"

    def once(self, seen: str, draw: Callable[[], str]) -> str:
        """The HTML of a message; drawn once, as long as nothing that it shows has changed."""
        if seen not in self.drawn:
            if len(self.drawn) >= MEMO:
                self.drawn.clear()
            self.drawn[seen] = draw()
        return self.drawn[seen]


@dataclass(frozen=True)
class Place:
    """Who looks at what; it stands in the address, so two tabs can be two people."""

    user: str
    channel: str
    tab: str = ""
    explicit: bool = False
    all: bool = False


@dataclass(frozen=True)
class Author:
    """Who wrote a message, as its byline shows them."""

    id: str
    name: str
    title: str = ""
    colour: str = BOT_COLOUR
    is_bot: bool = False


@dataclass(frozen=True)
class Snapshot:
    """One rendering: regions by name, and the messages in order, each with its own HTML."""

    regions: dict[str, str]
    items: tuple[tuple[str, str], ...] = ()
    earlier: bool = False
    version: int = 0

    def since(self, old: "Snapshot | None") -> dict[str, Any]:
        """What the browser must replace to get from `old` to this; empty when nothing changed."""
        order = [key for key, _ in self.items]
        whole = {"regions": self.regions, "order": order, "items": dict(self.items), "version": self.version}
        if old is None:
            return whole
        had = dict(old.items)
        news: dict[str, Any] = {
            "version": self.version,
            "regions": {name: html for name, html in self.regions.items() if old.regions.get(name) != html},
            "items": {key: html for key, html in self.items if had.get(key) != html},
        }
        if order != list(had):
            news["order"] = order
        return news if news["regions"] or news["items"] or "order" in news else {}


Draw = Callable[[Stage, Place], Snapshot]
Deed = Callable[[Stage, Asked], Awaitable[dict[str, Any]]]
Deeds = dict[str, tuple[Deed, tuple[str, ...]]]
"""Functions by the name in the address, each with what must be known beside the person."""


def face(person: Any, place: Place, unread: int, target: str) -> dict[str, Any]:
    """Somebody whom one may play: what waits for them, and where a click leads unless a phone shows its list."""
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "colour": person.colour,
        "unread": unread,
        "current": person.id == place.user,
        "target": target if place.explicit else "",
    }
