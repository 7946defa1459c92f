"""Asked just before each send: what is no longer true is not said."""

import pytest

from bot.chat import Send
from bot.crisis import promises, publishing
from bot.crisis.checklist import ITEMS
from bot.crisis.drafting import withdraw
from bot.crisis.ending import close, reopen
from bot.crisis.events import Answered, LowerAsked, LowerRefused
from bot.crisis.paging import answer_page, page_timed_out
from bot.crisis.regrading import raise_grade
from bot.crisis.tasks import tick_off
from bot.wanted import still_wanted, too_late
from tests.crisis.test_promises import drafted, noted, published
from tests.makers import a_graded, a_playbook, a_roster, at

PLAYBOOK, ROSTER = a_playbook(), a_roster()


def a_send(card, person="room", *, deed="post", **args):
    return Send(key="1/x", incident=1, deed=deed, lane="x", to=person, card=card, args=args)


def ends(incident):
    close(incident, "over", "wang", at("+3 min"))


def times_out(incident):
    page_timed_out(incident, "legal_director", PLAYBOOK, ROSTER, at("+5 min"))


def completes(incident):
    incident.record(Answered({item.name: "unknown" for item in ITEMS}), "xu", at("+2 min"))


def nothing(incident):
    pass


@pytest.mark.parametrize(
    ("person", "happens", "wanted"),
    [
        pytest.param("zhao", nothing, True, id="still called"),
        pytest.param("zhao", lambda one: answer_page(one, "zhao", at("+1 min")), False, id="answered"),
        pytest.param("zhao", times_out, False, id="handed on to the deputy"),
        pytest.param("david", times_out, True, id="the deputy, called now"),
        pytest.param("zhao", ends, False, id="it is over"),
        pytest.param("ma", nothing, False, id="never called"),
        pytest.param(
            "sun", lambda one: answer_page(one, "zhao", at("+1 min")), True, id="another role was answered"
        ),
    ],
)
def test_a_page_is_for_who_is_called_now(person, happens, wanted):
    incident = a_graded("orange")
    happens(incident)
    assert still_wanted(a_send("page", person, deed="direct", n=1), incident) is wanted


def test_a_page_that_had_to_wait_until_its_person_was_called_again_does_not_call_twice():
    """Nobody answers, so the round begins again while the platform is away; then both of his pages could go."""
    incident = a_graded("orange")
    minute = 0
    while incident.times_called("zhao") < 2:
        minute += 5
        page_timed_out(incident, "legal_director", PLAYBOOK, ROSTER, at(f"+{minute} min"))
    assert not still_wanted(a_send("page", "zhao", deed="direct", n=1), incident)
    assert still_wanted(a_send("page", "zhao", deed="direct", n=2), incident)


@pytest.mark.parametrize(
    ("name", "now", "late"),
    [
        pytest.param("15min", "+14 min", False, id="before the checkpoint"),
        pytest.param("15min", "+15 min", True, id="it has come"),
        pytest.param("orange/first_contact", "+59 min", False, id="before the deadline of this grade"),
        pytest.param("orange/first_contact", "+60 min", True, id="it has passed"),
        pytest.param("red/first_word", "+14 min", True, id="of a grade that counts no more"),
    ],
)
def test_nobody_is_reminded_of_a_time_that_has_come(name, now, late):
    reminder = a_send("before", "zhao", deed="direct", name=name)
    assert too_late(reminder, a_graded("orange"), PLAYBOOK, at(now)) is late


def test_nothing_else_is_ever_too_late():
    assert not too_late(a_send("checkpoint", names=["5min"]), a_graded("orange"), PLAYBOOK, at("+100 d"))


@pytest.mark.parametrize(
    ("happens", "wanted"),
    [
        pytest.param(nothing, True, id="still open questions"),
        pytest.param(completes, False, id="filled in meanwhile"),
        pytest.param(ends, False, id="it is over"),
    ],
)
def test_a_nudge_is_for_an_unfinished_checklist(happens, wanted):
    incident = a_graded("orange")
    happens(incident)
    assert still_wanted(a_send("nudge"), incident) is wanted


def test_a_grade_that_has_moved_on_is_not_posted_any_more():
    incident = a_graded("orange")
    assert still_wanted(a_send("grade", n=0), incident)
    raise_grade(incident, "red", "injury", "ma", PLAYBOOK, at("+2 min"))
    assert not still_wanted(a_send("grade", n=0), incident)
    assert still_wanted(a_send("grade", n=1), incident)


@pytest.mark.parametrize(
    ("then", "wanted"),
    [
        pytest.param(None, True, id="it waits"),
        pytest.param(LowerRefused("yellow"), False, id="refused"),
        pytest.param(LowerAsked("green", "even lower"), False, id="another wish in its place"),
    ],
)
def test_a_question_to_lower_is_posted_only_while_it_waits(then, wanted):
    incident = a_graded("orange")
    incident.record(LowerAsked("yellow", "why"), "wang", at("+2 min"))
    if then:
        incident.record(then, "zhao", at("+3 min"))
    assert still_wanted(a_send("lower_asked", to="yellow"), incident) is wanted


@pytest.mark.parametrize("card", ["before", "checkpoint", "decisions", "reading", "update", "nobody_answers"])
def test_no_reminder_comes_after_the_end(card):
    incident = a_graded("orange")
    assert still_wanted(a_send(card, name="15min"), incident)
    ends(incident)
    assert not still_wanted(a_send(card, name="15min"), incident)


@pytest.mark.parametrize("card", ["closed", "answered", "escalated", "state", "room_failed"])
def test_what_only_tells_what_happened_stays_true(card):
    incident = a_graded("orange")
    ends(incident)
    assert still_wanted(a_send(card), incident)


@pytest.mark.parametrize("deed", ["open_room", "invite", "topic", "bookmark", "update", "pin"])
def test_what_is_done_to_the_room_is_done(deed):
    incident = a_graded("orange")
    ends(incident)
    assert still_wanted(a_send("", deed=deed), incident)


def test_the_room_of_a_crisis_that_came_back_is_not_archived():
    incident = a_graded("orange")
    close(incident, "over", "wang", at("+3 min"), archive=True)
    assert still_wanted(a_send("", deed="archive"), incident)
    reopen(incident, "not over", "ma", at("+4 min"))
    assert not still_wanted(a_send("", deed="archive"), incident)


def promised():
    """One promise to the public, given with a first statement that is out on the site."""
    return published(noted(drafted()))


def keeps(incident):
    promises.keep(incident, 1, 0, "已公布", "emma", at("+2 h"))


def speaks_again(incident):
    drafted(incident, "进展如下。", "progress_update")
    published(incident, 2, "+2 h")


@pytest.mark.parametrize(
    ("happens", "wanted"),
    [
        pytest.param(nothing, True, id="still to be kept"),
        pytest.param(keeps, False, id="kept meanwhile"),
        pytest.param(ends, False, id="it is over"),
    ],
)
def test_nobody_is_asked_about_a_promise_that_was_kept(happens, wanted):
    incident = promised()
    happens(incident)
    assert still_wanted(a_send("promise", "emma", deed="direct", promise=1, due=True), incident) is wanted
    assert still_wanted(a_send("promise", promise=1), incident) is True


@pytest.mark.parametrize(
    ("happens", "wanted"),
    [
        pytest.param(nothing, True, id="no word since"),
        pytest.param(speaks_again, False, id="another word meanwhile"),
        pytest.param(ends, False, id="it is over"),
    ],
)
def test_nobody_is_reminded_of_a_word_that_was_said_meanwhile(happens, wanted):
    incident = promised()
    send = a_send(
        "next_word", "emma", deed="direct", last=at("+1 h").isoformat(), due_at=at("+5 h").isoformat()
    )
    happens(incident)
    assert still_wanted(send, incident) is wanted


@pytest.mark.parametrize(
    ("happens", "wanted"),
    [
        pytest.param(nothing, True, id="not heard yet"),
        pytest.param(
            lambda one: tick_off(one, "executive_seen_or_heard", "chen", at("+1 h")), False, id="heard"
        ),
        pytest.param(ends, False, id="it is over"),
    ],
)
def test_nobody_is_reminded_of_an_executive_who_was_heard(happens, wanted):
    incident = a_graded("red")
    send = a_send("executive", "chen", deed="direct", grade="red", due_at=at("+24 h").isoformat())
    happens(incident)
    assert still_wanted(send, incident) is wanted


def publishes(*channels):
    def happen(incident):
        for channel in channels:
            publishing.publish(incident, 1, channel, PLAYBOOK, "wu", at("+2 h"))

    return happen


@pytest.mark.parametrize(
    ("about", "happens", "wanted"),
    [
        pytest.param("incomplete", nothing, True, id="weibo is missing"),
        pytest.param("incomplete", publishes("weibo"), False, id="weibo is there"),
        pytest.param("unpublished", nothing, False, id="out on the site meanwhile"),
        pytest.param("outdated", nothing, False, id="nothing outdated"),
        pytest.param(
            "outdated", lambda one: withdraw(one, 1, "有误", "wang", at("+2 h")), True, id="withdrawn"
        ),
        pytest.param(
            "incomplete", lambda one: withdraw(one, 1, "有误", "wang", at("+2 h")), False, id="no more"
        ),
        pytest.param("incomplete", ends, False, id="it is over"),
    ],
)
def test_nobody_is_chased_for_what_was_published_meanwhile(about, happens, wanted):
    incident = promised()
    happens(incident)
    send = a_send("standing", "emma", deed="direct", statement=1, about=about, missing=["weibo"])
    assert still_wanted(send, incident) is wanted
