"""Paging: the roles that a grade needs are called until somebody answers, and nobody is called twice for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.crisis.errors import Refused
from bot.crisis.events import (
    BOT,
    CallsWithdrawn,
    NobodyAnswers,
    PageAnswered,
    PageUnanswered,
    PageUndelivered,
    RolePaged,
    RoleUnheld,
    Urged,
)
from bot.crisis.incident import Incident, invite
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook
from bot.crisis.state import Call
from bot.crisis.tasks import own_tasks_of


def page_for_grade(incident: Incident, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """Call the roles that the grade needs and that were not called before (domain 2.5)."""
    for role in playbook.grade(incident.grade).pages:
        if role not in incident.calls or not incident.calls[role].person:
            _call_next(incident, role, playbook, roster, now)


def withdraw_calls(incident: Incident, playbook: Playbook, now: datetime) -> None:
    """After the grade fell: nobody is called on for what only the graver one needed; who is on it stays on it."""
    needed = playbook.grade(incident.grade).pages
    needless = [call for call in incident.calls.values() if not call.answered_by and call.role not in needed]
    if needless:
        roles = tuple(call.role for call in needless)
        people = tuple(dict.fromkeys(call.person for call in needless if call.person))
        incident.record(CallsWithdrawn(roles, people), BOT, now)


def answer_page(incident: Incident, person: str, now: datetime) -> tuple[str, ...]:
    """A person is on it: for the open roles they are called for now, or were called for first.

    Who answers late, when all of these have moved on, takes what they were called for; not so who is on it already,
    or a second click would take what they only stood in for. Their tasks become theirs.
    Raises Refused when there is nothing left to answer.
    """
    asked = [call for call in incident.calls.values() if call.open and person in call.asked]
    mine = [call for call in asked if person in (call.person, call.asked[0])]
    roles = tuple(call.role for call in mine or (() if person in _on_it(incident) else asked))
    if not roles:
        raise _nothing_to_answer(incident, person)
    _take_roles(incident, person, roles, now)
    return roles


def pass_page(incident: Incident, person: str, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """Hand the page on to the deputy at once. Raises Refused when nobody is left to hand it to."""
    mine = [call for call in incident.calls.values() if call.open and call.person == person]
    if not mine:
        raise _nothing_to_answer(incident, person)
    for call in mine:
        if not _somebody_left(incident, call, playbook, roster):
            raise Refused("nobody_to_pass_to", role=call.role)
    for call in mine:
        _call_next(incident, call.role, playbook, roster, now, passed_by=person)


def page_timed_out(incident: Incident, role: str, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """Nobody answered in the grade's time: the deputy, then the next in command; after them it begins again."""
    call = incident.calls[role]
    incident.record(PageUnanswered(role, call.person), BOT, now)
    _call_next(incident, role, playbook, roster, now)


def page_undelivered(
    incident: Incident, person: str, code: str, playbook: Playbook, roster: Roster, now: datetime
) -> None:
    """The platform cannot reach a person at all: the next one is called without waiting.

    After the last one it waits as for an answer, for where nobody can be reached, calling on would never end.
    """
    incident.record(PageUndelivered(person, code), BOT, now)
    for call in list(incident.calls.values()):
        if call.open and call.person == person and _somebody_left(incident, call, playbook, roster):
            _call_next(incident, call.role, playbook, roster, now)


def _somebody_left(incident: Incident, call: Call, playbook: Playbook, roster: Roster) -> bool:
    on_it = _on_it(incident)
    return roster.next_to_page(call.role, call.tried, playbook.next_in_command, on_it) is not None


def _call_next(
    incident: Incident, role: str, playbook: Playbook, roster: Roster, now: datetime, passed_by: str = ""
) -> None:
    call = incident.calls.get(role, Call(role))
    on_it = _on_it(incident)
    person, round_ = roster.next_to_page(role, call.tried, playbook.next_in_command, on_it), call.round
    if person is None and call.tried:
        incident.record(NobodyAnswers(role, round_), BOT, now)
        person, round_ = roster.next_to_page(role, (), playbook.next_in_command, on_it), round_ + 1
    if person is None:
        _nobody_holds(incident, role, now)
    elif person in on_it:
        _take_roles(incident, person, (role,), now)
    else:
        # Each further round leaves more time, or a night without an answer would bury the room and the phones.
        minutes = playbook.grade(incident.grade).page_minutes * round_
        answer_by = now + timedelta(minutes=minutes)
        urges = playbook.urges(incident.grade, roster.person(person).met_on(incident.platform))
        incident.record(RolePaged(role, person, round_, answer_by, passed_by, urges), passed_by or BOT, now)
        invite(incident, [person], now)


def urge(incident: Incident, person: str, level: str, now: datetime) -> None:
    """Call somebody harder who has not answered; nothing where they have, or where it is another's turn by now."""
    if any(call.open and call.person == person for call in incident.calls.values()):
        incident.record(Urged(person, level), BOT, now)


def _nobody_holds(incident: Incident, role: str, now: datetime) -> None:
    if role not in incident.calls or incident.calls[role].person:
        incident.record(RoleUnheld(role), BOT, now)


def _on_it(incident: Incident) -> set[str]:
    return {call.answered_by for call in incident.calls.values() if call.answered_by}


def _take_roles(incident: Incident, person: str, roles: tuple[str, ...], now: datetime) -> None:
    incident.record(PageAnswered(person, roles), person, now)
    invite(incident, [person], now)
    own_tasks_of(incident, roles, person, now)


def _nothing_to_answer(incident: Incident, person: str) -> Refused:
    if person in _on_it(incident):
        return Refused("already_on_it")
    for call in incident.calls.values():
        if person in call.asked and call.answered_by:
            return Refused("answered_by_another", person=call.answered_by)
        if person in call.asked and call.person != person:
            return Refused("passed_on", person=call.person)
    return Refused("not_paged")
