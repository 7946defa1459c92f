"""What the platform would not do is told once of each kind, and that nobody could be told is not told."""

import pytest

from bot.crisis.events import SendGivenUp
from bot.crisis.paging import answer_page
from bot.crisis.undelivered import at_work, given_up, notice
from tests.makers import a_graded, an_incident, at, person


def lost(incident, deed="update", to="room", code="message_not_found", *, now="+20 min", card="", people=()):
    """The send is given up. Returns where in the history that stands."""
    given_up(incident, deed, card, to, people, code, at(now))
    return len(incident.history) - 1


def test_it_is_taken_down_with_whom_it_was_for():
    incident = an_incident()
    lost(incident, "direct", "wang", "cannot_dm", card="before")
    lost(incident, "invite", "room", "cant_invite", people=("wang", "chen"))
    lost(incident, "topic", "room", "too_long")

    assert [entry.event for entry in incident.history[-3:]] == [
        SendGivenUp("direct", "before", ("wang",), "cannot_dm"),
        SendGivenUp("invite", "", ("wang", "chen"), "cant_invite"),
        SendGivenUp("topic", "", (), "too_long"),
    ]


@pytest.mark.parametrize(
    ("deed", "card"), [("direct", "room_lost"), ("direct", "given_up"), ("update", "given_up")]
)
def test_that_a_notice_came_to_nothing_is_not_told_again(deed, card):
    incident = an_incident()
    before = len(incident.history)
    lost(incident, deed, "wang", card=card)

    assert len(incident.history) == before


def test_that_the_room_could_not_be_told_is_told_to_people():
    incident = an_incident()
    lost(incident, "post", card="given_up")

    assert incident.history[-1].event == SendGivenUp("post", "given_up", (), "message_not_found")


def test_one_notice_stands_for_all_of_its_kind_for_a_day():
    incident = an_incident()
    first = lost(incident, now="+20 min")

    assert notice(incident, lost(incident, now="+30 min")) == (first, ())
    assert notice(incident, lost(incident, now="+1459 min")) == (first, ())
    again = lost(incident, now="+1460 min")
    assert notice(incident, again) == (again, ())
    assert notice(incident, lost(incident, now="+1461 min")) == (again, ())


def test_what_is_of_another_kind_has_a_notice_of_its_own():
    incident = an_incident()
    lost(incident)

    for other in (
        lost(incident, deed="topic"),
        lost(incident, code="edit_window_closed"),
        lost(incident, card="given_up"),
    ):
        assert notice(incident, other) == (other, ())


def test_people_out_of_reach_are_named_together_and_told_anew_after_an_hour():
    incident = an_incident()
    first = lost(incident, "direct", "wang", "cannot_dm", now="+20 min")

    assert notice(incident, first) == (first, ("wang",))
    second = lost(incident, "direct", "chen", "cannot_dm", now="+21 min")
    assert notice(incident, second) == (first, ("wang", "chen"))
    assert notice(incident, lost(incident, "direct", "wang", "cannot_dm", now="+79 min")) == (
        first,
        ("wang", "chen"),
    )
    later = lost(incident, "direct", "li", "cannot_dm", now="+80 min")
    assert notice(incident, later) == (later, ("li",))


def test_a_notice_of_long_ago_is_told_as_it_was_then():
    incident = an_incident()
    first = lost(incident, "direct", "wang", "cannot_dm", now="+20 min")
    lost(incident, "direct", "li", "cannot_dm", now="+80 min")

    assert notice(incident, first) == (first, ("wang",))


def test_until_somebody_answers_whoever_opened_it_and_those_called_are_at_work():
    incident = a_graded("orange")
    called = [call.person for call in incident.calls.values()]

    assert at_work(incident) == tuple(dict.fromkeys([person("U15"), *called]))

    answer_page(incident, called[1], at("+2 min"))
    assert at_work(incident) == (called[1],)
