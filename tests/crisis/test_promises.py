"""A promise is made when its text is out, and kept when a later one tells so; nothing else ends it but a reason."""

import pytest

from bot.crisis import approval, drafting, promises, publishing
from bot.crisis.drafting import Wording
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.public_events import PromiseDismissed, PromiseKept, PromiseMoved, PromiseNoted
from tests.makers import NINE, a_graded, a_playbook, a_roster, at, happened

PLAYBOOK, ROSTER = a_playbook(), a_roster()
SENTENCE = "我们将于7日内公布调查结果。"
DUE = at("+7 d")


def drafted(incident=None, text=SENTENCE, kind="first_statement"):
    incident = incident or a_graded("yellow")
    drafting.draft(incident, kind, "zh", Wording("说明", text), "wu", NINE)
    return incident


def published(incident, statement=1, when="+1 h", channel="site"):
    seal = incident.statements[statement].latest.seal
    if not incident.statements[statement].approved:
        approval.ask(incident, statement, (), PLAYBOOK, ROSTER, "wu", at(when))
        approval.sign(incident, statement, seal, PLAYBOOK, ROSTER, "wang", at(when))
    publishing.publish(incident, statement, channel, PLAYBOOK, "wu", at(when))
    return incident


def noted(incident, when="+10 min"):
    promises.note(incident, 1, SENTENCE, DUE, "emma", "wu", at(when))
    return incident


def refusal(deed, *args):
    with pytest.raises(Refused) as caught:
        deed(*args)
    return caught.value.code


def test_a_sentence_becomes_a_promise_with_a_date_and_an_owner_once():
    incident = noted(noted(drafted()))
    assert happened(incident, PromiseNoted) == [PromiseNoted(1, 1, 1, SENTENCE, DUE, "emma")]


def test_nothing_is_promised_before_its_text_is_out():
    incident = noted(drafted())
    assert promises.open_promises(incident) == []
    assert [one.id for one in promises.not_out_yet(incident)] == [1]
    published(incident)
    assert [one.given_at for one in promises.open_promises(incident)] == [at("+1 h")]
    assert promises.not_out_yet(incident) == []


def test_what_was_found_only_after_it_went_out_is_promised_at_once():
    incident = noted(published(drafted()), "+2 h")
    assert incident.promises[1].given_at == at("+2 h")


def test_a_sentence_that_was_taken_out_before_it_went_out_is_no_promise():
    incident = noted(drafted())
    drafting.change(incident, 1, Wording("说明", "调查正在进行。"), 1, "wu", at("+20 min"))
    published(incident)
    assert (promises.open_promises(incident), promises.not_out_yet(incident)) == ([], [])


def test_a_publication_marked_by_mistake_promised_nothing():
    incident = published(noted(drafted()))
    publishing.undo(incident, 1, "site", "wu", at("+2 h"))
    assert promises.open_promises(incident) == []
    published(incident, when="+3 h")
    assert incident.promises[1].given_at == at("+3 h")


def test_of_two_places_one_by_mistake_the_other_still_promises():
    incident = published(published(noted(drafted())), when="+2 h", channel="weibo")
    publishing.undo(incident, 1, "site", "wu", at("+3 h"))
    assert incident.promises[1].given_at == at("+2 h")


def test_what_is_taken_down_was_said_all_the_same():
    incident = published(noted(drafted()))
    drafting.withdraw(incident, 1, "有误", "wang", at("+2 h"))
    publishing.take_down(incident, 1, "site", "wu", at("+2 h"))
    assert [one.id for one in promises.open_promises(incident)] == [1]


def test_a_later_statement_that_is_out_tells_that_it_was_kept():
    incident = published(noted(drafted()))
    drafted(incident, "调查结果：制动管路完好。", "detailed_explanation")
    assert refusal(promises.keep, incident, 1, 2, "", "emma", at("+2 d")) == "not_a_later_statement"
    published(incident, 2, "+3 d")
    promises.keep(incident, 1, 2, "", "emma", at("+3 d"))
    assert happened(incident, PromiseKept) == [PromiseKept(1, 2, "")]
    assert promises.open_promises(incident) == []
    assert refusal(promises.keep, incident, 1, 2, "", "emma", at("+3 d")) == "promise_kept_already"


def test_the_text_that_made_it_or_one_before_it_tells_nothing():
    incident = drafted(text="我们已成立专项小组。")
    published(incident, 1, "+1 h")
    drafted(incident, SENTENCE, "progress_update")
    promises.note(incident, 2, SENTENCE, DUE, "emma", "wu", at("+2 h"))
    published(incident, 2, "+2 h")
    assert [one.id for one in promises.later(incident, incident.promises[1])] == []


def test_without_a_statement_a_reason_is_needed():
    incident = published(noted(drafted()))
    assert refusal(promises.keep, incident, 1, 0, " ", "emma", at("+2 d")) == "reason_needed"
    promises.keep(incident, 1, 0, "已当面告知车主", "emma", at("+2 d"))
    assert incident.promises[1].kept_because == "已当面告知车主"


def test_another_time_takes_a_reason():
    incident = published(noted(drafted()))
    assert refusal(promises.move, incident, 1, at("+9 d"), "emma", "", "wang", at("+6 d")) == "reason_needed"
    promises.move(incident, 1, at("+9 d"), "zheng", "检测机构延期", "wang", at("+6 d"))
    promises.move(incident, 1, at("+9 d"), "zheng", "检测机构延期", "wang", at("+6 d"))
    assert happened(incident, PromiseMoved) == [PromiseMoved(1, at("+9 d"), "zheng", "检测机构延期")]
    assert (incident.promises[1].due_at, incident.promises[1].owner) == (at("+9 d"), "zheng")


def test_a_sentence_is_judged_once_also_in_the_next_version():
    incident = drafted(text=f"{SENTENCE}我们会负责。")
    found = [SENTENCE, "我们会负责。"]
    assert promises.unjudged(incident, incident.statements[1], found) == found
    noted(incident)
    promises.dismiss(incident, 1, "我们会负责。", "wu", NINE)
    promises.dismiss(incident, 1, "我们会负责。", "wu", NINE)
    assert len(happened(incident, PromiseDismissed)) == 1
    drafting.change(incident, 1, Wording("说明", f"{SENTENCE}我们会负责。另。"), 1, "wu", NINE)
    assert promises.unjudged(incident, incident.statements[1], found) == []


def test_an_open_promise_told_again_is_no_new_one_but_a_kept_one_is():
    incident = drafted(published(noted(drafted())), f"- {SENTENCE}", "progress_update")
    again = ["- 我们将于7日内公布调查结果（期限：3月9日 18:00）"]
    assert promises.unjudged(incident, incident.statements[2], again) == []
    promises.keep(incident, 1, 0, "已公布", "emma", at("+2 d"))
    assert promises.unjudged(incident, incident.statements[2], again) == again


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (lambda one: promises.note(one, 1, "别的话。", DUE, "emma", "wu", NINE), "outdated_text"),
        (lambda one: promises.dismiss(one, 1, "别的话。", "wu", NINE), "outdated_text"),
        (lambda one: promises.note(one, 7, SENTENCE, DUE, "emma", "wu", NINE), "no_such_statement"),
        (lambda one: promises.keep(one, 7, 0, "x", "wu", NINE), "no_such_promise"),
        (lambda one: promises.move(one, 7, DUE, "emma", "x", "wu", NINE), "no_such_promise"),
    ],
)
def test_what_is_not_there_is_refused(deed, code):
    assert refusal(deed, drafted()) == code


def test_the_history_alone_tells_the_same():
    incident = published(noted(drafted()))
    promises.move(incident, 1, at("+9 d"), "zheng", "延期", "wang", at("+6 d"))
    promises.keep(incident, 1, 0, "已公布", "zheng", at("+8 d"))
    assert Incident.from_history(1, incident.history).promises == incident.promises
