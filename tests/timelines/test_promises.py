"""When whoever made a promise is asked about it; computed from the incident alone, so that restarts do not matter."""

import pytest

from bot.clock import ring
from bot.crisis import promises
from bot.crisis.ending import close, reopen
from bot.crisis.events import Reminded
from tests.crisis.test_promises import SENTENCE, drafted, published
from tests.makers import a_playbook, a_roster, at, happened
from timelines.promises import due_promises
from timelines.reminders import next_due

PLAYBOOK, ROSTER = a_playbook(), a_roster()


def promised(due="+7 d", given="+1 h"):
    """Given at a time, due at another."""
    incident = drafted()
    promises.note(incident, 1, SENTENCE, at(due), "emma", "wu", at("+10 min"))
    return published(incident, when=given)


def ahead(incident, now=None):
    return [(name.split("/")[-1], when) for name, when in due_promises(incident, PLAYBOOK, now and at(now))]


def rung(incident, when):
    """What the clock has said of promises until then, ringing at each time that is due."""
    while (due := next_due(incident, PLAYBOOK)) is not None and due <= at(when):
        ring(incident, PLAYBOOK, ROSTER, due)
    return [event.name for event in happened(incident, Reminded) if event.name.startswith("promise/")]


@pytest.mark.parametrize(
    ("due", "first"),
    [
        pytest.param("+7 d", ("before", at("+6 d")), id="a day before"),
        pytest.param("+11 h", ("before", at("+6 h")), id="half of the time, where that is shorter"),
        pytest.param("+49 h", ("before", at("+25 h")), id="a day, where that is just half"),
        pytest.param("+30 min", ("due", at("+1 h")), id="at once, where it was overdue when it went out"),
    ],
)
def test_the_first_word_about_it(due, first):
    assert ahead(promised(due)) == [first]


def test_before_then_at_its_time_then_daily_until_it_is_kept():
    incident = promised("+3 d")
    assert rung(incident, "+5.5 d") == [
        "promise/1/before",
        "promise/1/due",
        "promise/1/over",
        "promise/1/over",
    ]
    promises.keep(incident, 1, 0, "已公布", "emma", at("+5.5 d"))
    assert ahead(incident) == []


def test_its_owner_is_reminded():
    incident = promised("+3 d")
    rung(incident, "+3 d")
    told = [event for event in happened(incident, Reminded) if event.name.startswith("promise/")]
    assert [event.people for event in told] == [("emma",), ("emma",)]


def test_of_what_was_missed_only_the_last_is_told():
    incident = promised("+3 d")
    assert ahead(incident, "+5.5 d") == [("over", at("+5 d"))]
    ring(incident, PLAYBOOK, ROSTER, at("+5.5 d"))
    assert ahead(incident) == [("over", at("+6 d"))]


def test_another_time_begins_anew():
    incident = promised("+3 d")
    rung(incident, "+3 d")
    promises.move(incident, 1, at("+9 d"), "zheng", "延期", "wang", at("+3.5 d"))
    assert ahead(incident) == [("before", at("+8 d"))]


def test_it_goes_on_after_the_last_checkpoint_and_ends_with_the_crisis():
    incident = promised("+121 d")
    assert rung(incident, "+122 d")[-2:] == ["promise/1/due", "promise/1/over"]
    close(incident, "结束", "wang", at("+122.5 d"))
    assert next_due(incident, PLAYBOOK) is None
    reopen(incident, "未结束", "wang", at("+130 d"))
    assert ahead(incident) == [("over", at("+123 d"))]


def test_what_is_not_out_is_not_chased():
    incident = drafted()
    promises.note(incident, 1, SENTENCE, at("+1 d"), "emma", "wu", at("+10 min"))
    assert ahead(incident, "+9 d") == []
