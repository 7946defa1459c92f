"""People and the roles they hold: who is paged, and who comes next when nobody answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.crisis.kinds import CHANNELS

OPEN_ID = "ou_"
"""What Feishu's ids of people begin with."""


@dataclass(frozen=True)
class Person:
    """Somebody the bot talks to.

    id: key in the roster, or the platform's own id for a stranger. slack, feishu: their Slack member id and their
    Feishu open_id (which is another for each app), where known.
    """

    id: str
    name: str
    language: str
    slack: str | None = None
    email: str | None = None
    title: str = ""
    roles: frozenset[str] = frozenset()
    known: bool = True
    feishu: str | None = None

    def on(self, platform: str) -> str | None:
        """Their id there, None where they are not there or it is not known."""
        return self._ids.get(platform)

    def met_on(self, near: str) -> str:
        """Where they are called in a crisis of that platform: there if they are on it; "" where it is not known."""
        return near if self.on(near) else next(iter(self._ids), "")

    @property
    def _ids(self) -> Mapping[str, str]:
        """Their ids on the platforms that they are on."""
        return {name: id for name, id in (("slack", self.slack), ("feishu", self.feishu)) if id}


@dataclass(frozen=True)
class Company:
    """Who speaks to the public, and how it can be reached there. channels: where it publishes."""

    name: str = ""
    full_name: str = ""
    hotline: str = ""
    mail: str = ""
    site: str = ""
    accounts: tuple[str, ...] = ()
    channels: tuple[str, ...] = CHANNELS


@dataclass(frozen=True)
class Roster:
    """Everybody the company has named, and for each role its holder followed by the deputies in order."""

    people: Mapping[str, Person] = field(default_factory=dict)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    company: Company = Company()

    def person(self, person_id: str, language: str = "zh") -> Person:
        """The person of that id; a stranger is known by the platform's id alone."""
        return self.people.get(person_id) or _stranger(person_id, language)

    def on(self, platform: str, user: str, language: str) -> Person:
        """The person behind a platform's id, or a stranger who speaks the company's language."""
        for person in self.people.values():
            if person.on(platform) == user:
                return person
        return self.person(user, language)

    def holding(self, roles: Collection[str]) -> list[Person]:
        """The first holder of each role, in the order of the roles, nobody twice."""
        first = [self.holders[role][0] for role in roles if self.holders.get(role)]
        return [self.people[person] for person in dict.fromkeys(first)]

    def chain(self, role: str, next_in_command: Mapping[str, str]) -> list[str]:
        """Everybody who may stand for a role, in order: its holder, the deputies, those next in command."""
        found: list[str] = []
        while (person := self.next_to_page(role, found, next_in_command)) is not None:
            found.append(person)
        return found

    def next_to_page(
        self,
        role: str,
        tried: Collection[str],
        next_in_command: Mapping[str, str],
        on_it: Collection[str] = (),
    ) -> str | None:
        """Whom to page for a role: its holder, then the deputies, then whoever is next in command.

        tried: ids of people already paged for it. on_it: people at work on this incident already; they are not
        called to stand in for a role which they do not hold. Returns None when nobody is left.
        """
        seen: set[str] = set()
        place: str | None = role
        while place is not None and place not in seen:
            seen.add(place)
            for person in self.holders.get(place, ()):
                if person not in tried and (place == role or person not in on_it):
                    return person
            place = next_in_command.get(place)
        return None


def _stranger(user: str, language: str) -> Person:
    """Somebody of whom no more is known than a platform's id, which tells the platform."""
    if user.startswith(OPEN_ID):
        return Person(user, user, language, known=False, feishu=user)
    return Person(user, user, language, slack=user, known=False)
