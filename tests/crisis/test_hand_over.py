"""Only a signed and certain text is handed to the company's own site, and what the site says is the record."""

from __future__ import annotations

import pytest

from bot.crisis import drafting, facts, publishing
from bot.crisis.errors import Refused
from bot.crisis.events import BOT, SendGivenUp
from bot.crisis.incident import Incident
from bot.crisis.public import HandOver, Publication
from bot.crisis.public_events import HookAsked, HookDelivered, Published
from tests.makers import a_graded, a_playbook, at, happened
from tests.site import TEXT, a_statement, sign, write

LINK = "https://www.example.com/notice/1"


def hand(incident: Incident, when: str = "+11 min") -> None:
    publishing.hand_to_site(incident, 1, "wu", at(when))


def took(incident: Incident, version: int = 1, link: str = LINK, when: str = "+12 min") -> None:
    publishing.site_took(incident, 1, version, 200, link, a_playbook(), at(when))


def refused(incident: Incident) -> str:
    with pytest.raises(Refused) as caught:
        hand(incident)
    return caught.value.code


def resting_on_a_fact() -> Incident:
    """A signed statement that cites a confirmed fact."""
    incident = a_graded("yellow")
    facts.note(incident, "未发现人员受伤", "客服", "xu", at("+1 min"))
    facts.check(incident, 1, "confirmed", "服务网点", "zheng", at("+2 min"))
    write(incident, TEXT, at("+8 min"), cites=[1])
    sign(incident, at("+10 min"))
    return incident


def test_what_is_signed_is_handed_over_once():
    incident = a_statement()
    hand(incident)
    hand(incident, "+12 min")
    assert happened(incident, HookAsked) == [HookAsked(1, 1, "fd0159948077")]
    assert incident.statements[1].handed == {1: HandOver("wu", at("+11 min"))}
    assert incident.statements[1].published == {}, "it is there when the site says so"


def test_what_the_site_took_stands_there_and_is_put_down_to_whoever_asked():
    incident = a_statement()
    hand(incident)
    took(incident)
    assert incident.statements[1].handed == {1: HandOver("wu", at("+11 min"), at("+12 min"), LINK)}
    assert incident.statements[1].published == {
        "site": Publication("site", 1, LINK, False, "wu", at("+12 min"))
    }
    hand(incident, "+13 min")
    assert len(happened(incident, HookAsked)) == 1


def test_a_text_that_is_not_signed_stays_inside():
    incident = a_graded("yellow")
    write(incident, TEXT, at("+8 min"))
    assert refused(incident) == "not_approved"


def test_an_edit_takes_the_way_to_the_site_away():
    incident = a_statement()
    write(incident, f"{TEXT}。", at("+11 min"))
    assert refused(incident) == "not_approved"


def test_a_refuted_fact_takes_the_way_to_the_site_away():
    incident = resting_on_a_fact()
    facts.check(incident, 1, "refuted", "医院", "zheng", at("+11 min"))
    assert refused(incident) == "unsafe_facts"


def test_a_drill_never_reaches_the_real_site():
    incident = a_graded("yellow", drill=True)
    write(incident, TEXT, at("+8 min"))
    sign(incident, at("+10 min"))
    assert refused(incident) == "drill_stays_inside"


def test_what_a_doubt_may_have_held_back_can_be_handed_over_again():
    incident = resting_on_a_fact()
    hand(incident)
    facts.check(incident, 1, "refuted", "医院", "zheng", at("+12 min"))
    facts.check(incident, 1, "confirmed", "医院更正", "zheng", at("+14 min"))
    hand(incident, "+15 min")
    hand(incident, "+16 min")
    assert len(happened(incident, HookAsked)) == 2


def test_what_the_site_refused_can_be_handed_over_again():
    incident = a_statement()
    hand(incident)
    incident.record(SendGivenUp("hook", "", (), "site:http_400", 1, 1), BOT, at("+12 min"))
    assert incident.statements[1].handed[1].refused == "site:http_400"
    hand(incident, "+13 min")
    assert incident.statements[1].handed == {1: HandOver("wu", at("+13 min"))}


def test_a_link_that_somebody_noted_by_hand_is_kept_where_the_site_names_none():
    incident = a_statement()
    hand(incident)
    publishing.publish(incident, 1, "site", a_playbook(), "wang", at("+12 min"), link=LINK, pinned=True)
    took(incident, link="", when="+13 min")
    assert happened(incident, Published) == [Published(1, 1, "site", LINK, True)]


def test_a_late_answer_about_an_old_version_does_not_push_the_new_one_aside():
    incident = a_statement()
    hand(incident)
    write(incident, f"{TEXT}。", at("+12 min"))
    sign(incident, at("+13 min"))
    publishing.publish(incident, 1, "site", a_playbook(), "wang", at("+14 min"))
    took(incident, when="+15 min")
    assert happened(incident, Published) == [Published(1, 2, "site")]


def test_the_site_is_told_of_a_withdrawal_where_it_was_ever_given_the_text():
    incident = a_statement()
    hand(incident)
    took(incident)
    drafting.withdraw(incident, 1, "车牌写错", "wang", at("+20 min"))
    drafting.withdraw(incident, 1, "车牌写错", "wang", at("+21 min"))
    assert happened(incident, HookAsked)[1:] == [HookAsked(1, 1, "fd0159948077", withdrawn=True)]
    publishing.site_took_down(incident, 1, 1, 204, at("+22 min"))
    assert happened(incident, HookDelivered)[1:] == [HookDelivered(1, 1, 204, withdrawn=True)]
    assert incident.statements[1].handed[1].taken_down_at == at("+22 min")


def test_a_site_that_was_given_nothing_hears_of_no_withdrawal():
    incident = a_statement()
    drafting.withdraw(incident, 1, "车牌写错", "wang", at("+20 min"))
    assert happened(incident, HookAsked) == []


def test_a_withdrawal_that_the_site_refused_can_be_asked_for_again():
    incident = a_statement()
    hand(incident)
    took(incident)
    publishing.take_from_site(incident, 1, "wang", at("+19 min"))
    drafting.withdraw(incident, 1, "车牌写错", "wang", at("+20 min"))
    publishing.take_from_site(incident, 1, "wang", at("+21 min"))
    assert len(happened(incident, HookAsked)) == 2, "once to put it up, once to take it down"
    incident.record(SendGivenUp("hook", "", (), "site:http_422", 1, 1), BOT, at("+22 min"))
    publishing.take_from_site(incident, 1, "wang", at("+23 min"))
    publishing.take_from_site(incident, 1, "wang", at("+24 min"))
    assert happened(incident, HookAsked)[2:] == [HookAsked(1, 1, "fd0159948077", withdrawn=True)]
