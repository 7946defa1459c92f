"""An incident: opened, corrected, filled in, and always what its history says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.crisis.events import BOT, Answered, Declared, DetailsChanged, Invited
from bot.crisis.incident import Incident, change_details, declare, fill_in, invite
from bot.crisis.paging import answer_page
from tests.makers import NINE, a_graded, an_incident, at, happened


def opened(*, kind="A", zero=NINE, members=("wang", "zhao", "wang", "xu")):
    details = Declared("刹车失灵", "维修次日刹车失灵", kind, False, zero, "zh")
    return declare(7, "xu", NINE, details=details, members=members)


def corrected(incident, **changes):
    now = {
        "title": incident.title,
        "what": incident.what,
        "type": incident.type,
        "drill": incident.drill,
        "time_zero": incident.time_zero,
    }
    return DetailsChanged(**{**now, **changes})


def test_who_opens_it_and_the_standing_members_are_in_the_room_nobody_twice():
    incident = opened()
    assert incident.members == ["xu", "wang", "zhao"]
    assert (incident.opened_by, incident.declared_at, incident.open) == ("xu", NINE, True)
    assert (incident.grade, incident.verdict, incident.language) == ("", None, "zh")


@pytest.mark.parametrize(("kind", "answers"), [("A", {"type": "A"}), ("", {})])
def test_the_type_said_at_the_opening_is_an_answer(kind, answers):
    assert opened(kind=kind).answers == answers


@pytest.mark.parametrize(
    ("zero", "utc"),
    [
        pytest.param(NINE - timedelta(days=2), datetime(2026, 2, 28, 1, 0, tzinfo=UTC), id="long before"),
        pytest.param(
            datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
            datetime(2026, 3, 2, 0, 30, tzinfo=UTC),
            id="said in Shanghai",
        ),
        pytest.param(
            datetime(2026, 3, 1, 19, 59, tzinfo=ZoneInfo("America/New_York")),
            datetime(2026, 3, 2, 0, 59, tzinfo=UTC),
            id="said in New York",
        ),
    ],
)
def test_time_zero_is_kept_in_utc_whoever_says_it(zero, utc):
    incident = opened(zero=zero)
    assert incident.time_zero == utc
    assert incident.time_zero.tzinfo is UTC


def test_a_correction_changes_what_it_says_and_nothing_else():
    incident = opened()
    change_details(
        incident, "ma", at("+5 min"), corrected(incident, title="转向失灵", time_zero=at("-20 min"))
    )
    assert (incident.title, incident.what, incident.time_zero) == (
        "转向失灵",
        "维修次日刹车失灵",
        at("-20 min"),
    )
    assert incident.declared_at == NINE


def test_a_correction_that_corrects_nothing_is_not_told():
    incident = opened()
    before = list(incident.history)
    change_details(incident, "ma", at("+5 min"), corrected(incident))
    assert incident.history == before


@pytest.mark.parametrize(
    ("kind", "told"),
    [("A", [{"type": "A"}]), ("B", [{"type": "A"}, {"type": "B"}])],
)
def test_another_type_is_another_answer(kind, told):
    incident = opened()
    change_details(incident, "ma", at("+5 min"), corrected(incident, title="new", type=kind))
    assert [event.answers for event in happened(incident, Answered)] == told


def test_only_answers_that_say_something_new_are_taken():
    incident = opened()
    assert fill_in(incident, "xu", at("+1 min"), {"views": 900, "mood": "mixed"}) == {
        "views": 900,
        "mood": "mixed",
    }
    assert fill_in(incident, "ma", at("+2 min"), {"views": 900, "mood": "hostile"}) == {"mood": "hostile"}
    assert fill_in(incident, "ma", at("+3 min"), {"views": 900, "mood": "hostile"}) == {}
    assert incident.answers == {"type": "A", "views": 900, "mood": "hostile"}


def test_each_figure_of_views_is_a_reading_with_its_time_and_an_unknown_one_is_none():
    incident = opened()
    fill_in(incident, "xu", at("+1 min"), {"views": 900})
    fill_in(incident, "xu", at("+2 min"), {"mood": "mixed"})
    fill_in(incident, "xu", at("+3 min"), {"views": "unknown"})
    fill_in(incident, "xu", at("+9 min"), {"views": 1500})
    assert incident.readings == [(at("+1 min"), 900), (at("+9 min"), 1500)]


def test_only_who_is_not_there_yet_is_invited():
    incident = opened()
    invite(incident, ["wang", "lin", "lin"], at("+1 min"))
    invite(incident, ["lin"], at("+2 min"))
    assert happened(incident, Invited)[1:] == [Invited(("lin",))]
    assert incident.history[-1].by == BOT


def test_who_opened_it_leads_until_the_role_in_command_is_answered():
    incident = a_graded("orange")
    assert incident.commander("regional_director") == "xu"
    answer_page(incident, "sun", at("+2 min"))
    assert incident.commander("regional_director") == "sun"
    assert incident.commander("nobody_has_this_role") == "xu"


def test_news_is_what_happened_since_it_was_loaded():
    incident = an_incident()
    loaded = Incident.from_history(1, incident.history)
    assert loaded.news == []
    fill_in(loaded, "xu", at("+1 min"), {"views": 900})
    assert [entry.event for entry in loaded.news] == [Answered({"views": 900})]
    assert (loaded.news[0].by, loaded.news[0].at) == ("xu", at("+1 min"))
