"""What a play needs of a local platform: what people see there, and what they can do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, Protocol


class Place(Protocol):
    """Where one can play: the state of a local platform, and its driver."""

    @property
    def world(self) -> Any:
        """All that people see there."""
        ...

    @property
    def driver(self) -> Any:
        """All that they can do."""
        ...


class Hands(Protocol):
    """Everybody's hands and eyes on a local platform.

    People go by their ids of the local Slack ("U15") everywhere; rooms, messages and forms are the platform's own
    things, rooms with an `id` and a `name`.
    """

    opening: str
    """What is typed in front of what happened."""

    @property
    def people(self) -> Collection[str]:
        """Who is there."""
        ...

    def name(self, person: str) -> str:
        """What to call somebody."""
        ...

    def changes(self) -> AsyncIterator[int]:
        """Rings at once, and again whenever something has changed."""
        ...

    async def say(self, person: str, text: str) -> None:
        """Types it where commands are typed."""
        ...

    def form(self, person: str) -> Any:
        """The form in front of somebody that was not sent yet, None for none."""
        ...

    def options(self, form: Any, field: str) -> list[str]:
        """All that a field of the form offers."""
        ...

    async def send(self, person: str, form: Any, values: Mapping[str, Any]) -> Sequence[str]:
        """Fills it in, sends it and puts it away; returns what there is to mend, and then it stays."""
        ...

    def rooms(self, person: str) -> Sequence[Any]:
        """Private rooms that somebody is in together with the bot, the oldest first."""
        ...

    def private(self, person: str) -> Any:
        """The room in which the bot speaks to somebody alone."""
        ...

    def button(self, room: Any, name: str, reader: str, value: str = "") -> Any:
        """The latest message that somebody sees in a room with a button of this name (and value); None for none."""
        ...

    async def press(self, person: str, message: Any, name: str, value: str = "") -> None:
        """Presses that button. Raises PersonCannot when it has gone meanwhile."""
        ...

    def graded(self, room: Any) -> bool:
        """Whether the room has been told a grade."""
        ...
