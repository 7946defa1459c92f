"""What is stored, shown and exported cannot differ: the incident is what its own history says."""

from dataclasses import fields
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crisis import events
from bot.crisis.events import BOT
from bot.crisis.incident import Incident
from bot.crisis.public_events import LineAsked
from bot.crisis.replay import apply
from tests.deeds import play, steps
from tests.makers import a_graded, an_incident, at

TELLING_ONLY = {
    events.RoomFailed,
    events.PageUnanswered,
    events.PageUndelivered,
    events.NobodyAnswers,
    LineAsked,
}
"""Events that are for the reader of the history and for reactions; the incident is the same after them."""


def state(incident):
    return {item.name: getattr(incident, item.name) for item in fields(incident) if item.name != "stored"}


@settings(max_examples=200, deadline=None)
@given(steps, st.sampled_from([0, 7, 40, 500]))
def test_an_incident_told_from_its_own_history_is_the_same_incident(all_steps, minutes_before):
    incident, _ = play(all_steps, minutes_before=minutes_before)
    assert state(Incident.from_history(1, incident.history)) == state(incident)


@settings(max_examples=50, deadline=None)
@given(steps, st.integers(0, 60))
def test_it_is_so_at_every_point_of_the_history(all_steps, place):
    incident, _ = play(all_steps)
    start, rest = incident.history[:place], incident.history[place:]
    told = Incident.from_history(1, start)
    for entry in rest:
        told.record(entry.event, entry.by, entry.at)
    assert state(told) == state(incident)
    assert told.news == rest


def test_every_kind_of_event_changes_the_incident_or_is_known_only_to_tell():
    silent = {kind for kind in get_args(events.Event) if apply.dispatch(kind) is apply.dispatch(object)}
    assert silent == TELLING_ONLY


def test_an_event_that_only_tells_changes_nothing_but_the_history():
    incident = a_graded("orange")
    before = state(Incident.from_history(1, incident.history))
    incident.record(events.InviteRefused("wang", "user_is_restricted"), BOT, at("+1 min"))
    assert {**state(incident), "history": []} == {**before, "history": []}
    assert len(incident.history) == len(before["history"]) + 1


def test_the_incident_never_shares_its_answers_with_the_event_that_brought_them():
    answers = {"views": 900}
    incident = an_incident()
    incident.record(events.Answered(answers), "xu", at("+1 min"))
    incident.record(events.Answered({"views": 1000}), "xu", at("+2 min"))
    assert answers == {"views": 900}
