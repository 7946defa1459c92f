"""When words for outside are chased: the next one, an executive's, and texts that stand nowhere, or still do."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import ring
from bot.crisis import approval, drafting, promises, publishing
from bot.crisis.drafting import Wording
from bot.crisis.errors import Refused
from bot.crisis.events import BOT, CheckpointsReached, Reminded
from bot.crisis.incident import Incident
from bot.crisis.promises import open_promises
from bot.crisis.regrading import raise_grade
from bot.crisis.tasks import settle, tick_off
from tests.crisis.test_promises import SENTENCE
from tests.makers import a_graded, a_playbook, a_roster, at, happened
from timelines.plan import plan
from timelines.reminders import due, next_due
from timelines.whom import whom
from timelines.words import due_words

PLAYBOOK, ROSTER = a_playbook(), a_roster()
TWO = PLAYBOOK.speaking_on(("site", "weibo"))


def said(incident, kind="first_statement", when="+40 min", channels=("site",), playbook=PLAYBOOK):
    """A statement of that kind, signed and out at that time."""
    number = signed(incident, kind, when)
    for channel in channels:
        publishing.publish(incident, number, channel, playbook, "wu", at(when))
    return incident


def signed(incident, kind="first_statement", when="+40 min"):
    wording = Wording("说明", "我们已成立专项小组。")
    number = drafting.draft(incident, kind, "zh", wording, "wu", at(when))
    sign(incident, number, when)
    return number


def sign(incident, number, when):
    approval.ask(incident, number, (), PLAYBOOK, ROSTER, "wu", at(when))
    for person in ("wang", "zhao", "chen"):
        if not incident.statements[number].approved:
            seal = incident.statements[number].latest.seal
            approval.sign(incident, number, seal, PLAYBOOK, ROSTER, person, at(when))


def ahead(incident, playbook=PLAYBOOK, now=None):
    return list(due_words(incident, playbook, now and at(now)))


def words(incident, playbook=PLAYBOOK):
    """Of the next word alone."""
    return [when for name, when in ahead(incident, playbook) if name == "next_word"]


def reminded(incident, name, when):
    incident.record(Reminded(name), BOT, at(when))


def rung(incident, when, playbook=PLAYBOOK):
    """Everything chased until then: when it was told, what, to whom."""
    while (due := next_due(incident, playbook)) is not None and due <= at(when):
        ring(incident, playbook, ROSTER, due)
    kinds = ("next_word", "executive", "unpublished", "incomplete", "outdated")
    return [
        (entry.at, entry.event.name, entry.event.people)
        for entry in incident.history
        if isinstance(entry.event, Reminded) and entry.event.name.split("/")[0] in kinds
    ]


def test_before_the_first_word_no_next_one_is_due():
    assert words(a_graded("green")) == []


@pytest.mark.parametrize(
    ("last", "told", "due"),
    [
        pytest.param("+40 min", None, ["+250 min"], id="half an hour before four hours are over"),
        pytest.param("+40 min", "+250 min", ["+490 min"], id="let pass, and due again four hours later"),
        pytest.param("+40 min", "+9 h", ["+730 min"], id="told late, after an outage"),
        pytest.param("+67.9 h", None, ["+71.4 h"], id="the last before the third day is over"),
        pytest.param("+68.1 h", None, [], id="after it the plan's own rhythm is enough"),
    ],
)
def test_who_speaks_is_reminded_before_the_next_word_is_due(last, told, due):
    incident = said(a_graded("yellow"), when=last)
    if told:
        reminded(incident, "next_word", told)
    assert words(incident) == [at(one) for one in due]


def test_each_word_to_the_public_begins_the_four_hours_anew():
    incident = said(said(a_graded("yellow")), "progress_update", "+3 h")
    assert words(incident) == [at("+6.5 h")]


@pytest.mark.parametrize(
    ("kind", "channel"), [("internal_note", "site"), ("progress_update", "internal")], ids=["kind", "channel"]
)
def test_what_only_staff_read_is_no_word_to_the_public(kind, channel):
    assert words(said(a_graded("yellow"), kind, channels=[channel])) == []


def test_a_link_added_later_is_no_new_word():
    incident = said(a_graded("yellow"))
    publishing.publish(incident, 1, "site", PLAYBOOK, "emma", at("+3 h"), link="https://example.com/1")
    assert words(incident) == [at("+250 min")]
    assert incident.statements[1].published["site"].by == "wu"


@pytest.mark.parametrize(
    ("playbook", "grade", "hours"),
    [
        ("service_network", "red", 24),
        ("service_network", "orange", 48),
        ("service_network", "yellow", None),
        ("automaker_levels", "red", 24),
        ("automaker_levels", "orange", 48),
        ("new_media", "severe", 24),
        ("new_media", "moderate", 48),
    ],
)
def test_by_when_an_executive_must_be_seen(playbook, grade, hours):
    assert a_playbook(playbook).grade(grade).executive_hours == hours


def test_an_executive_is_reminded_six_hours_and_one_hour_before_and_the_room_when_time_is_up():
    incident = a_graded("red")
    assert [one for one in rung(incident, "+30 h") if one[1].startswith("executive")] == [
        (at("+18 h"), "executive/red/360", ("xu", "chen")),
        (at("+23 h"), "executive/red/60", ("xu", "chen")),
        (at("+24 h"), "executive/red/0", ("xu", "chen")),
    ]


@pytest.mark.parametrize(
    "meets",
    [
        pytest.param(lambda one: said(one, "executive_letter", "+20 h"), id="a letter is out"),
        pytest.param(
            lambda one: tick_off(one, "executive_seen_or_heard", "chen", at("+20 h")), id="ticked off"
        ),
    ],
)
def test_an_executive_who_was_heard_is_not_reminded(meets):
    incident = a_graded("red")
    rung(incident, "+19 h")
    meets(incident)
    assert [one for one in rung(incident, "+30 h") if one[0] > at("+19 h") and "executive" in one[1]] == []


def test_after_an_outage_only_the_last_of_an_executives_reminders_is_told():
    incident = a_graded("red")
    executive = [one for one in ahead(incident, now="+23.5 h") if one[0].startswith("executive")]
    assert executive == [("executive/red/60", at("+23 h"))]


def test_a_graver_grade_brings_its_own_time():
    incident = a_graded("orange")
    raise_grade(incident, "red", "直播中", "wang", PLAYBOOK, at("+30 h"))
    assert [one for one in ahead(incident) if one[0].startswith("executive")] == [
        ("executive/red/0", at("+24 h"))
    ]


def test_what_was_signed_and_stands_nowhere_is_chased_after_a_quarter_of_an_hour():
    incident = a_graded("yellow")
    signed(incident)
    assert ahead(incident) == [("unpublished/1/1", at("+55 min"))]
    assert [one for one in rung(incident, "+3 h") if "unpublished" in one[1]] == [
        (at("+55 min"), "unpublished/1/1", ("emma",))
    ]


def test_channels_that_are_missing_are_chased_an_hour_after_the_first():
    incident = said(a_graded("yellow"), playbook=TWO)
    assert ("incomplete/1/1", at("+100 min")) in ahead(incident, TWO)
    publishing.publish(incident, 1, "weibo", TWO, "wu", at("+50 min"))
    assert "incomplete/1/1" not in dict(ahead(incident, TWO))


def test_what_is_for_staff_has_no_channels_to_be_chased_on():
    incident = a_graded("yellow")
    signed(incident, "media_qa")
    assert ahead(incident) == []


def test_an_old_text_is_chased_half_an_hour_after_its_correction_was_signed():
    incident = said(a_graded("yellow"), channels=("site", "weibo"), playbook=TWO)
    drafting.change(incident, 1, Wording("更正", "更正后的话。"), 1, "wu", at("+3 h"))
    assert "outdated/1/2" not in dict(ahead(incident, TWO))
    sign(incident, 1, "+190 min")
    assert ("outdated/1/2", at("+220 min")) in ahead(incident, TWO)
    assert whom("outdated/1/2", incident, TWO, ROSTER) == ("wu",)
    for channel in ("site", "weibo"):
        publishing.publish(incident, 1, channel, TWO, "wu", at("+200 min"))
    assert "outdated/1/2" not in dict(ahead(incident, TWO))


def test_a_withdrawn_text_is_chased_until_it_is_taken_down():
    incident = said(a_graded("yellow"))
    drafting.withdraw(incident, 1, "有误", "wang", at("+2 h"))
    assert ahead(incident) == [("outdated/1/1", at("+150 min"))]
    publishing.take_down(incident, 1, "site", "wu", at("+125 min"))
    assert ahead(incident) == []


def test_the_first_word_is_no_longer_due_once_it_is_out():
    incident = a_graded("red")
    assert plan(incident, PLAYBOOK, at("+1 min")).deadlines == {"first_word": at("+30 min")}
    said(incident, when="+20 min")
    assert plan(incident, PLAYBOOK, at("+21 min")).deadlines == {}


@pytest.mark.parametrize(
    ("deed", "done"),
    [
        (
            lambda one: drafting.draft(one, "first_statement", "zh", Wording("a", "b"), "wu", at("+9 min")),
            set(),
        ),
        (lambda one: signed(one, when="+9 min"), {"statement_approved"}),
        (lambda one: said(one, when="+9 min"), {"statement_approved", "official_word_out"}),
        (
            lambda one: said(one, when="+9 min", channels=("site", "weibo"), playbook=TWO),
            {"statement_approved", "official_word_out", "statement_on_every_channel"},
        ),
        (lambda one: said(one, "detailed_explanation", "+9 min"), {"explanation_published"}),
        (lambda one: said(one, "executive_letter", "+9 min"), {"executive_seen_or_heard"}),
    ],
    ids=["drafted", "signed", "out", "everywhere", "explained", "an executive heard"],
)
def test_tasks_that_the_bot_can_see_to_be_done_are_ticked_off(deed, done):
    incident = a_graded("red")
    settle(incident, at("+8 min"))
    before = {name for name, task in incident.tasks.items() if not task.open}
    deed(incident)
    settle(incident, at("+10 min"))
    assert {name for name, task in incident.tasks.items() if not task.open} - before == done


def test_a_draft_is_what_orange_asks_for():
    incident = a_graded("orange")
    drafting.draft(incident, "first_statement", "zh", Wording("a", "b"), "wu", at("+9 min"))
    settle(incident, at("+10 min"))
    assert not incident.tasks["statement_drafted"].open


def test_the_daily_update_is_told_in_person_too_and_the_four_hourly_one_to_the_room():
    incident = a_graded("green")
    reached = tuple(one.name for one in PLAYBOOK.checkpoints)
    incident.record(CheckpointsReached(reached), BOT, at("+24 h"))
    ring(incident, PLAYBOOK, ROSTER, at("+28 h"))
    ring(incident, PLAYBOOK, ROSTER, at("+96 h"))
    told = {event.name: event.people for event in happened(incident, Reminded) if event.tell}
    assert (told["update/28h"], told["update/day/4"]) == ((), ("emma",))


def test_the_policy_says_when():
    hasty = replace(PLAYBOOK, chase=replace(PLAYBOOK.chase, update=60, unpublished=5))
    assert words(said(a_graded("yellow")), hasty) == [at("+220 min")]


def _random_deed(incident, deed, now):
    """What people may do to the first statement, or to a promise in it; what is not allowed changes nothing."""
    one = incident.statements[1]
    deeds = {
        "edit": lambda: drafting.change(
            incident, 1, Wording("说明", f"{SENTENCE}{len(one.versions)}"), one.latest.number, "wu", now
        ),
        "ask": lambda: approval.ask(incident, 1, (), TWO, ROSTER, "wu", now),
        "sign": lambda: approval.sign(incident, 1, one.latest.seal, TWO, ROSTER, "wang", now),
        "site": lambda: publishing.publish(incident, 1, "site", TWO, "wu", now),
        "weibo": lambda: publishing.publish(incident, 1, "weibo", TWO, "emma", now),
        "undo": lambda: publishing.undo(incident, 1, "site", "wu", now),
        "down": lambda: publishing.take_down(incident, 1, "weibo", "wu", now),
        "withdraw": lambda: drafting.withdraw(incident, 1, "有误", "wang", now),
        "promise": lambda: promises.note(incident, 1, SENTENCE, at("+2 d"), "emma", "wu", now),
        "keep": lambda: promises.keep(incident, 1, 0, "已公布", "emma", now),
        "move": lambda: promises.move(incident, 1, now + timedelta(hours=5), "wu", "延期", "wang", now),
        "raise": lambda: raise_grade(incident, "red", "直播中", "wang", PLAYBOOK, now),
    }
    with suppress(Refused):
        deeds[deed]()


DEEDS = [
    "edit",
    "ask",
    "sign",
    "site",
    "weibo",
    "undo",
    "down",
    "withdraw",
    "promise",
    "keep",
    "move",
    "raise",
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*DEEDS, "ask", "sign", "site", "promise"]), st.sampled_from([1, 20, 70, 300, 2000])
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_whatever_happens_what_was_rung_is_due_no_more_and_the_history_tells_the_same(steps):
    incident, now = a_graded("yellow"), at("+1 min")
    drafting.draft(incident, "first_statement", "zh", Wording("说明", SENTENCE), "wu", now)
    for deed, minutes in steps:
        now += timedelta(minutes=minutes)
        _random_deed(incident, deed, now)
        ring(incident, TWO, ROSTER, now)
        assert [item for item in due(incident, TWO, now) if item.kind == "chase"] == []
        for promise in open_promises(incident):
            assert any(SENTENCE in version.text for version in incident.statements[1].versions)
            assert promise.given_at <= now
    told = Incident.from_history(1, incident.history)
    assert (told.promises, told.statements, told.reminded) == (
        incident.promises,
        incident.statements,
        incident.reminded,
    )
