"""Reads the roster: who holds which role, how to reach them; refused with line and remedy when wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.crisis.kinds import CHANNELS
from bot.crisis.people import Company, Person, Roster
from bot.marked_yaml import BadFile, Place, read_marked, wrong_in
from bot.playbooks import load

_TAKEN = ("room", "bot")
"""Words which stand beside people's ids in sends and in the history."""

_ID = r"^[a-z0-9][a-z0-9._-]{0,47}$"
_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_SLACK = r"^[UW][A-Z0-9]{1,20}$"
_FEISHU = r"^ou_[A-Za-z0-9]{1,60}$"


def _channel(given: str) -> str:
    if given not in CHANNELS:
        raise ValueError(f"no channel is called {given!r}; use one of {', '.join(CHANNELS)}")
    return given


Channel = Annotated[str, AfterValidator(_channel)]


class RosterError(BadFile):
    """A roster was refused: each line of the message is a file, a line, and what to do."""


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class PersonText(BaseModel):
    """One entry of `people`."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=80)]
    title: Annotated[str, Field(max_length=80)] = ""
    email: Annotated[str, Field(pattern=_EMAIL)] | None = None
    slack: Annotated[str, Field(pattern=_SLACK)] | None = None
    feishu: Annotated[str, Field(pattern=_FEISHU)] | None = None
    language: Literal["zh", "en"] = "zh"


class CompanyText(BaseModel):
    """`company`: what statements say of who speaks, and how to reach it."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=40)]
    full_name: Annotated[str, Field(max_length=120)] = ""
    hotline: Annotated[str, Field(max_length=40)] = ""
    mail: Annotated[str, Field(pattern=_EMAIL)] | None = None
    site: Annotated[str, Field(max_length=120)] = ""
    accounts: list[Annotated[str, Field(min_length=1, max_length=60)]] = []
    channels: Annotated[list[Channel], Field(min_length=1)] = list(CHANNELS)


class RosterText(BaseModel):
    """A whole roster file: people by id, and for each role its holder followed by the deputies."""

    model_config = ConfigDict(extra="forbid", strict=True)

    company: CompanyText | None = None

    people: Annotated[dict[Annotated[str, Field(pattern=_ID)], PersonText], Field(min_length=1)]
    roles: dict[str, Annotated[list[str], BeforeValidator(_as_list)]]


def load_roster(path: str | Path, roles: Collection[str] | None = None) -> Roster:
    """The roster in that YAML file. Raises RosterError.

    roles: those of the chosen playbook, any other is refused; without it, those of the default playbook.
    A role may be missing, but not listed and empty.
    """
    known = load("service_network").roles if roles is None else roles
    try:
        source = read_marked(Path(path))
    except BadFile as error:
        raise RosterError(error.problems) from error
    try:
        text = RosterText.model_validate(source.data)
    except ValidationError as error:
        raise RosterError(source.problem(*found) for found in wrong_in(error)) from error
    if wrong := [*_wrong_people(text), *_wrong_roles(text, known)]:
        raise RosterError(source.problem(*found) for found in wrong)
    return _build(text)


def _wrong_people(text: RosterText) -> Iterator[tuple[Place, str]]:
    seen: dict[str, str] = {}
    for person_id, person in text.people.items():
        place = ("people", person_id)
        if person_id in _TAKEN:
            yield place, f"{person_id!r} cannot be a person's id; choose another"
        if not (person.slack or person.feishu or person.email):
            yield place, f"{person.name} cannot be reached; add `slack`, `feishu` or `email`"
        for key, address in (("slack", person.slack), ("feishu", person.feishu), ("email", person.email)):
            if not address:
                continue
            other = seen.setdefault(f"{key} {address.casefold()}", person_id)
            if other != person_id:
                yield (*place, key), f"{other} has the {key} {address} already; each person has their own"


def _wrong_roles(text: RosterText, known: Collection[str]) -> Iterator[tuple[Place, str]]:
    for role, holders in text.roles.items():
        place = ("roles", role)
        if role not in known:
            yield place, f"no role is called {role!r}; use one of {', '.join(known)}"
        if not holders:
            yield place, f"nobody holds {role}; name a person, or take the line out"
        for number, person in enumerate(holders):
            if person not in text.people:
                yield (*place, number), f"{person!r} is not among `people`; add them, or mend the spelling"
            if person in holders[:number]:
                yield (*place, number), f"{person} is named twice for {role}; keep one"


def _build(text: RosterText) -> Roster:
    people = {
        person_id: Person(
            id=person_id,
            name=person.name,
            language=person.language,
            slack=person.slack,
            feishu=person.feishu,
            email=person.email,
            title=person.title,
            roles=frozenset(role for role, holders in text.roles.items() if person_id in holders),
        )
        for person_id, person in text.people.items()
    }
    holders = {role: tuple(named) for role, named in text.roles.items()}
    return Roster(people, holders, _company(text.company))


def _company(text: CompanyText | None) -> Company:
    if text is None:
        return Company()
    return Company(
        name=text.name,
        full_name=text.full_name or text.name,
        hotline=text.hotline,
        mail=text.mail or "",
        site=text.site,
        accounts=tuple(text.accounts),
        channels=tuple(channel for channel in CHANNELS if channel in text.channels),
    )
