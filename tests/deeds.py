"""Random crises for properties: what people and time may do to an incident, as steps that hypothesis draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.clock import ring
from bot.crisis import events, paging, regrading, tasks
from bot.crisis.ending import close, reopen, room_archived
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident, change_details, fill_in
from bot.crisis.judging import judge_answers, start_response
from bot.crisis.undelivered import given_up
from tests.makers import NINE, a_playbook, a_roster, an_incident

PEOPLE = sorted(a_roster().people)
GRADES = [grade.name for grade in a_playbook().grades]
ANSWERS: list[Mapping[str, Any]] = [
    {"views": 900},
    {"views": 40_000},
    {"views": 400_000},
    {"severity": "S1", "control": "C1"},
    {"severity": "S3", "severity_unsure": True},
    {"severity": "S4", "control": "C3"},
    {"injury": "injury"},
    {"injury": "none"},
    {"media": "journalist_contacted"},
    {"growth_per_hour": 120.0},
    {"legal_threat": False, "evidence": ["audio", "photo"]},
    {"published_at": "2026-03-02T00:10:00+00:00", "history": "unknown"},
]


@dataclass(frozen=True)
class Step:
    """Minutes that pass, then one deed of one person; `pick` chooses among what there is to choose from."""

    deed: str
    person: str
    minutes: float
    pick: int


@dataclass(frozen=True)
class Moment:
    """One step at its time."""

    incident: Incident
    person: str
    pick: int
    now: datetime

    def one_of(self, choices: Iterable[Any]) -> Any:
        """The chosen one; refused where there is nothing to choose from."""
        found = list(choices)
        if not found:
            raise Refused("nothing_here")
        return found[self.pick % len(found)]


def _answer(m: Moment) -> None:
    if fill_in(m.incident, m.person, m.now, m.one_of(ANSWERS)):
        judge_answers(m.incident, m.person, a_playbook(), a_roster(), m.now)


def _raise(m: Moment) -> None:
    regrading.raise_grade(m.incident, m.one_of(GRADES), "worse", m.person, a_playbook(), m.now)
    start_response(m.incident, a_playbook(), a_roster(), m.now)


def _ask_to_lower(m: Moment) -> None:
    regrading.ask_to_lower(m.incident, m.one_of(GRADES), "better", m.person, a_playbook(), m.now)


def _confirm(m: Moment) -> None:
    to = m.incident.lowering.to if m.incident.lowering else m.one_of(GRADES)
    regrading.confirm_lowering(m.incident, to, m.person, m.now)
    start_response(m.incident, a_playbook(), a_roster(), m.now)


def _refuse(m: Moment) -> None:
    regrading.refuse_lowering(m.incident, m.one_of(GRADES), m.person, m.now)


def _called(m: Moment) -> str:
    return str(m.one_of(call.person for call in m.incident.calls.values() if call.open))


def _details(m: Moment) -> None:
    assert m.incident.time_zero is not None
    zero = m.incident.time_zero - timedelta(minutes=m.pick % 50)
    details = events.DetailsChanged(m.incident.title, f"{m.pick}", m.incident.type, m.incident.drill, zero)
    change_details(m.incident, m.person, m.now, details)


def _room(m: Moment) -> None:
    if m.incident.room:
        room_archived(m.incident, m.now)
    else:
        m.incident.record(events.RoomOpened(f"C{m.pick}", "crisis"), events.BOT, m.now)


def _undelivered(m: Moment) -> None:
    paging.page_undelivered(m.incident, _called(m), "user_disabled", a_playbook(), a_roster(), m.now)


def _given_up(m: Moment) -> None:
    deed, card, to = m.one_of(
        [("direct", "before", m.person), ("update", "", "room"), ("post", "given_up", "room")]
    )
    given_up(m.incident, deed, card, to, (), m.one_of(["is_archived", "http_503"]), m.now)


def _mark_not_needed(m: Moment) -> None:
    tasks.mark_not_needed(m.incident, m.one_of(m.incident.tasks), "no", m.person, m.now)


def _decide(m: Moment) -> None:
    question = m.one_of(m.incident.questions)
    tasks.decide(m.incident, question, m.pick % 2 == 0, m.person, m.now)


DEEDS: Mapping[str, Callable[[Moment], Any]] = {
    "answer": _answer,
    "raise": _raise,
    "ask_to_lower": _ask_to_lower,
    "confirm": _confirm,
    "refuse": _refuse,
    "on_it": lambda m: paging.answer_page(m.incident, m.person, m.now),
    "called_is_on_it": lambda m: paging.answer_page(m.incident, _called(m), m.now),
    "pass_on": lambda m: paging.pass_page(m.incident, _called(m), a_playbook(), a_roster(), m.now),
    "undelivered": _undelivered,
    "given_up": _given_up,
    "take": lambda m: tasks.take(m.incident, m.one_of(m.incident.tasks), m.person, m.now),
    "done": lambda m: tasks.tick_off(m.incident, m.one_of(m.incident.tasks), m.person, m.now),
    "not_needed": _mark_not_needed,
    "undo": lambda m: tasks.take_back(m.incident, m.one_of(m.incident.tasks), m.person, m.now),
    "decide": _decide,
    "details": _details,
    "room": _room,
    "close": lambda m: close(m.incident, "over", m.person, m.now),
    "reopen": lambda m: reopen(m.incident, "not over", m.person, m.now),
    "ring": lambda m: ring(m.incident, a_playbook(), a_roster(), m.now),
}
"""What may happen. Anything may be tried at any time; what may not be done is refused and changes nothing."""

ALSO_WHEN_CLOSED = {"reopen", "room", "ring"}

OFTEN = ["answer", "raise", "ask_to_lower", "confirm", "confirm", "called_is_on_it", "reopen", "ring"] * 3

steps = st.lists(
    st.builds(
        Step,
        st.sampled_from([*DEEDS, *OFTEN]),
        st.sampled_from(PEOPLE),
        st.sampled_from([0.5, 1, 3, 5, 10, 30, 240, 3000]),
        st.integers(0, 60),
    ),
    min_size=15,
    max_size=60,
)
"""Up to sixty steps, over minutes or weeks; those often that must come together to bring a grade down."""


def take(incident: Incident, step: Step, now: datetime) -> datetime:
    """Let one step happen and return its moment; the bot ticks off what it sees, as it does at each commit."""
    now += timedelta(minutes=step.minutes)
    if incident.open or step.deed in ALSO_WHEN_CLOSED:
        with suppress(Refused):
            DEEDS[step.deed](Moment(incident, step.person, step.pick, now))
        if incident.open:
            tasks.settle(incident, now)
    return now


def play(all_steps: Iterable[Step], *, minutes_before: float = 0) -> tuple[Incident, datetime]:
    """A crisis to which all this has happened, and the moment of the last; time zero may lie before the opening."""
    incident, now = an_incident(zero=NINE - timedelta(minutes=minutes_before)), NINE
    for step in all_steps:
        now = take(incident, step, now)
    return incident, now
