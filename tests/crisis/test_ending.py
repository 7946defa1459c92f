"""The end of a crisis, and its return."""

import pytest

from bot.crisis.ending import close, reopen, room_archived
from bot.crisis.errors import Refused
from bot.crisis.events import BOT, Closed, Reopened, RoomArchived, RoomOpened
from tests.makers import a_playbook, an_incident, at, happened
from timelines.reminders import due, next_due


def ended(**more):
    incident = an_incident()
    close(incident, " the customer is content ", "wang", at("+5 h"), **more)
    return incident


def test_a_closed_incident_keeps_who_when_and_why():
    incident = ended()
    assert (incident.open, incident.closed_at) == (False, at("+5 h"))
    assert incident.closed_because == "the customer is content"
    assert happened(incident, Closed) == [Closed("the customer is content", archive=False)]
    assert incident.history[-1].by == "wang"


def test_no_timer_runs_in_a_closed_incident():
    assert next_due(ended(), a_playbook()) is None
    assert due(ended(), a_playbook(), at("+200 d")) == []


@pytest.mark.parametrize(
    ("deed", "closed", "reason", "code"),
    [
        pytest.param(close, True, "why", "closed_already", id="close twice"),
        pytest.param(close, False, " \n", "reason_needed", id="close without a reason"),
        pytest.param(reopen, False, "why", "open_already", id="reopen what is open"),
        pytest.param(reopen, True, "", "reason_needed", id="reopen without a reason"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(deed, closed, reason, code):
    incident = ended() if closed else an_incident()
    before = list(incident.history)
    with pytest.raises(Refused) as refusal:
        deed(incident, reason, "wang", at("+6 h"))
    assert refusal.value.code == code
    assert incident.history == before


def test_a_reopened_incident_runs_again_and_keeps_what_was_said():
    incident = ended()
    reopen(incident, " it came back ", "ma", at("+9 h"))
    assert (incident.open, incident.closed_at, incident.closed_because) == (True, None, "")
    assert happened(incident, Reopened) == [Reopened("it came back")]
    assert next_due(incident, a_playbook()) is not None


def test_an_archived_room_is_gone_and_the_next_has_another_number():
    incident = an_incident()
    incident.record(RoomOpened("C1", "crisis-1"), BOT, at("+1 min"))
    assert (incident.room, incident.rooms, incident.archived) == ("C1", 0, False)
    close(incident, "over", "wang", at("+5 h"), archive=True)
    room_archived(incident, at("+5 h"))
    assert (incident.room, incident.rooms, incident.archived) == ("", 1, True)
    room_archived(incident, at("+5 h"))
    assert happened(incident, RoomArchived) == [RoomArchived("C1")]
    incident.record(RoomOpened("C2", "crisis-1"), BOT, at("+9 h"))
    assert (incident.room, incident.rooms, incident.archived) == ("C2", 1, False)
