"""Answer sheets: who is given them, that they are read, and that none is used once it is recalled."""

from dataclasses import replace

import pytest

from bot.clock import ring
from bot.crisis import approval, drafting, facts, lines, publishing
from bot.crisis.drafting import Wording
from bot.crisis.errors import Refused
from bot.crisis.public_events import LineAsked, LinesIssued, LinesRead, ReadersReminded
from tests.makers import NINE, a_graded, a_playbook, a_roster, at, happened
from timelines.reminders import next_due

PLAYBOOK, ROSTER = a_playbook(), a_roster()
TEXT = Wording("客服口径", "### 会召回吗？\n要看调查结论。", (1,))
SERVICE = ("liu", "xu", "ma")


def signed(incident, statement):
    """Its last version, with the signature that yellow asks for."""
    approval.ask(incident, statement, (), PLAYBOOK, ROSTER, "wu", NINE)
    approval.sign(
        incident, statement, incident.statements[statement].latest.seal, PLAYBOOK, ROSTER, "wang", NINE
    )


def drafted(*, kind="lines_service"):
    """A sheet that rests on one confirmed fact."""
    incident = a_graded("yellow")
    facts.note(incident, "一台车", "门店", "xu", NINE)
    facts.check(incident, 1, "confirmed", "工单", "zheng", NINE)
    drafting.draft(incident, kind, "zh", TEXT, "wu", NINE)
    return incident


def issue(incident, statement=1, *, seal="", now=NINE):
    seal = seal or incident.statements[statement].latest.seal
    return lines.issue(incident, statement, seal, PLAYBOOK, ROSTER, "wu", now)


def issued(**more):
    incident = drafted(**more)
    signed(incident, 1)
    issue(incident)
    return incident


def refusal(deed, *args, **more):
    with pytest.raises(Refused) as caught:
        deed(*args, **more)
    return caught.value.code


def standing(incident):
    """Of each sheet: why it is recalled, and what came after it."""
    return [(sheet.recalled, sheet.replaced_by) for sheet in incident.sheets.values()]


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        ("service", ("liu", "xu", "ma")),
        ("dealers", ("sun", "he", "wu", "emma")),
        ("staff", ("tang", "sun", "he")),
        ("investors", ("chen", "lin", "zhao", "david", "emma", "wang")),
        ("media", ("emma", "wang", "wu")),
        ("nobody", ()),
    ],
)
def test_the_policy_says_who_answers_an_audience_and_deputies_do_too(audience, people):
    assert lines.readers(audience, PLAYBOOK, ROSTER) == people


def test_a_person_answers_the_audiences_of_all_their_roles():
    assert lines.answers_to("emma", PLAYBOOK, ROSTER) == {"dealers", "investors", "media"}
    assert lines.answers_to("stranger", PLAYBOOK, ROSTER) == set()


def test_what_is_issued_is_exactly_what_was_signed():
    incident = drafted()
    assert refusal(issue, incident) == "not_approved"
    signed(incident, 1)
    assert refusal(issue, incident, seal="0" * 12) == "outdated_text"
    assert issue(incident) == 1
    seal = incident.statements[1].latest.seal
    assert happened(incident, LinesIssued) == [LinesIssued(1, 1, 1, seal, SERVICE)]


def test_issued_again_it_is_the_same_sheet():
    incident = issued()
    assert issue(incident) == 1
    assert standing(incident) == [("", 0)]


def test_only_an_answer_sheet_is_issued_and_none_is_published():
    incident = drafted(kind="apology")
    signed(incident, 1)
    assert refusal(issue, incident) == "no_answer_sheet"
    assert refusal(publishing.publish, issued(), 1, "weibo", PLAYBOOK, "wu", NINE) == "for_those_who_answer"


def test_a_new_version_takes_the_old_sheet_out_of_use_only_when_it_is_issued():
    incident = issued()
    drafting.change(incident, 1, replace(TEXT, text="### 会召回吗？\n会。"), 1, "wu", NINE)
    assert standing(incident) == [("", 0)]
    signed(incident, 1)
    assert issue(incident) == 2
    assert standing(incident) == [("replaced", 2), ("", 0)]
    assert [sheet.version for sheet in lines.in_use(incident)] == [2]


@pytest.mark.parametrize(
    ("kind", "language", "expected"),
    [
        ("lines_service", "zh", [("replaced", 2), ("", 0)]),
        ("lines_service", "en", [("", 0), ("", 0)]),
        ("lines_dealers", "zh", [("", 0), ("", 0)]),
    ],
)
def test_there_is_one_sheet_for_an_audience_and_language(kind, language, expected):
    incident = issued()
    drafting.draft(incident, kind, language, TEXT, "wu", NINE)
    signed(incident, 2)
    issue(incident, 2)
    assert standing(incident) == expected


@pytest.mark.parametrize("status", ["refuted", "unconfirmed"])
def test_what_rests_on_a_fact_that_does_not_hold_is_recalled_at_once_and_for_good(status):
    incident = issued()
    facts.check(incident, 1, status, "复检", "zheng", at("+3 h"))
    assert standing(incident) == [("fact", 0)]
    assert refusal(issue, incident) == "unsafe_facts"
    facts.check(incident, 1, "confirmed", "三次复检", "zheng", at("+4 h"))
    assert standing(incident) == [("fact", 0)]
    assert issue(incident, now=at("+4 h")) == 2
    assert standing(incident) == [("fact", 2), ("", 0)]


def test_what_is_put_differently_recalls_what_rested_on_it():
    incident = issued()
    facts.reword(incident, 1, "两台车", "门店", "xu", at("+3 h"))
    assert standing(incident) == [("fact", 0)]


def test_a_fact_that_a_later_draft_leaves_out_still_recalls_the_sheet_in_use():
    incident = issued()
    drafting.change(incident, 1, replace(TEXT, cites=()), 1, "wu", NINE)
    facts.check(incident, 1, "refuted", "复检", "zheng", at("+3 h"))
    assert standing(incident) == [("fact", 0)]


def test_a_sheet_that_is_withdrawn_is_recalled():
    incident = issued()
    drafting.withdraw(incident, 1, "写错了", "wang", at("+1 h"))
    assert standing(incident) == [("withdrawn", 0)]


def test_a_receipt_counts_once_and_only_for_what_is_in_use():
    incident = issued()
    for _ in range(2):
        lines.read(incident, 1, "xu", at("+2 min"))
    assert happened(incident, LinesRead) == [LinesRead(1)]
    assert incident.sheets[1].unread == ["liu", "ma"]
    assert refusal(lines.read, incident, 1, "chen", NINE) == "not_given_to_you"
    assert refusal(lines.read, incident, 2, "xu", NINE) == "no_such_sheet"
    drafting.withdraw(incident, 1, "写错了", "wang", NINE)
    assert refusal(lines.read, incident, 1, "ma", NINE) == "lines_recalled"


def rung(incident, *moments):
    for moment in moments:
        ring(incident, PLAYBOOK, ROSTER, at(moment))
    return happened(incident, ReadersReminded)


def test_who_has_not_read_it_after_half_an_hour_is_reminded_once():
    incident = issued()
    lines.read(incident, 1, "xu", at("+2 min"))
    assert rung(incident, "+29 min") == []
    assert next_due(incident, PLAYBOOK) == at("+30 min")
    assert rung(incident, "+30 min", "+70 min") == [ReadersReminded(1, ("liu", "ma"))]


def test_nobody_is_reminded_of_what_all_have_read_or_what_is_recalled():
    incident = issued()
    for person in SERVICE:
        lines.read(incident, 1, person, at("+2 min"))
    assert rung(incident, "+30 min") == []
    incident = issued()
    facts.check(incident, 1, "refuted", "复检", "zheng", at("+3 min"))
    assert rung(incident, "+30 min") == []


def test_the_same_question_of_the_same_person_is_asked_once():
    incident = issued()
    for person in ("xu", "xu", "ma"):
        lines.ask_for_line(incident, "能退车吗", person, NINE)
    assert happened(incident, LineAsked) == [LineAsked("能退车吗")] * 2
