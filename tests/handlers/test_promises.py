"""Promises, as people judge, keep and move them."""

import pytest

from bot.chat import Field, Heading, Reply
from bot.crisis.public_events import PromiseDismissed, PromiseKept, PromiseMoved, PromiseNoted
from statements.promised import key
from tests.makers import at, happened
from tests.publishing import PROMISING, drafts, judges, publishes, signs
from tests.scene import buttons, text

FINDINGS = "我们将于7日内公布调查结果。"
ABOUT = f"1/1/{key(FINDINGS)}"


@pytest.fixture
def drafted(scene):
    """A red crisis with a first statement in it."""
    scene.opens()
    scene.answers("U15", views="500", severity="S4", control="C2")
    drafts(scene, "first_statement", PROMISING)
    return scene


@pytest.fixture
def given(drafted):
    """The promise is out."""
    judges(drafted, 1, FINDINGS)
    signs(drafted, 1, "U04", "U05", "U01")
    publishes(drafted, 1, ["site"])
    return drafted


def shown(form):
    """What a form prefills, by field."""
    return {item.name: item.value for item in form.items if isinstance(item, Field)}


def test_the_form_reads_the_date_out_of_the_sentence_and_names_who_speaks(drafted):
    form = drafted.presses("U09", "promise", ABOUT).form
    assert shown(form) == {"due_at": at("+7.375 d"), "owner": "emma"}
    assert next(item.note for item in form.items if isinstance(item, Heading)) == FINDINGS
    drafted.sends("U09", form, owner="zheng", due_at=at("+6 d"))
    assert happened(drafted.incident(), PromiseNoted) == [
        PromiseNoted(1, 1, 2, FINDINGS, at("+6 d"), "zheng")
    ]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"due_at": None}, ["due_at"]),
        ({"owner": "nobody"}, ["owner"]),
        ({"due_at": None, "owner": None}, ["due_at", "owner"]),
    ],
)
def test_without_a_date_or_an_owner_the_form_stays_open(drafted, fields, wrong):
    form = drafted.presses("U09", "promise", ABOUT).form
    assert list(drafted.sends("U09", form, **fields).errors) == wrong
    assert drafted.incident().promises == {}


def test_in_the_room_the_card_changes_and_a_passing_one_is_drawn_anew(drafted):
    assert drafted.presses("U09", "no_promise", ABOUT) == Reply()
    assert happened(drafted.incident(), PromiseDismissed) == [PromiseDismissed(1, FINDINGS)]
    other = f"1/1/{key('下一次通报：3月2日13:00。')}"
    card = drafted.presses("U09", "no_promise", other, passing=True).card
    assert "promise" not in buttons(card)


def test_sentences_that_nobody_has_judged_warn_and_do_not_block(drafted):
    card = drafted.presses("U09", "statement", "1/1").card
    assert "有 2 句像承诺，还没有认定" in text(card)
    assert {"accept", "send_to_signers"} <= set(buttons(card))


@pytest.mark.parametrize("about", ["1/1/00000000", "1/1/", "1/9/x", "1/x/y", "1/"])
def test_a_button_about_a_sentence_that_there_is_not_is_answered_with_a_sentence(drafted, about):
    for name in ("promise", "no_promise"):
        reply = drafted.presses("U09", name, about)
        assert reply.form is None
        assert text(reply.card)
    assert drafted.incident().promises == {}


def test_a_sentence_is_judged_once_by_whoever_is_first(drafted):
    form = drafted.presses("U09", "promise", ABOUT).form
    judges(drafted, 1, FINDINGS, user="U04")
    assert "已经认定" in text(drafted.sends("U09", form).done or drafted.sends("U09", form).card)
    assert len(drafted.incident().promises) == 1


def test_the_list_shows_what_is_open_and_what_is_not_out_yet(drafted):
    judges(drafted, 1, FINDINGS)
    card = drafted.says("U04", "/crisis 承诺", room="C1").card
    assert text(card).splitlines()[0] == "🤝 对外承诺：未兑现 0 项"
    assert "3月9日 18:00 前（文稿未发布）" in text(card)
    assert buttons(card) == ["promise_move", "statements"]
    signs(drafted, 1, "U04", "U05", "U01")
    publishes(drafted, 1, ["site"])
    card = drafted.says("U04", "/crisis promises", room="C1").card
    assert text(card).splitlines()[0] == "🤝 对外承诺：未兑现 1 项"
    assert buttons(card) == ["promise_kept", "promise_move", "statements"]


def test_where_no_later_statement_is_out_a_reason_is_asked_for(given):
    form = given.presses("U10", "promise_kept", "1/1").form
    assert list(shown(form)) == ["reason"]
    assert list(given.sends("U10", form, reason=" ").errors) == ["reason"]
    given.sends("U10", form, reason="已当面告知车主")
    assert happened(given.incident(), PromiseKept) == [PromiseKept(1, 0, "已当面告知车主")]


def test_another_date_and_owner_take_a_reason_and_the_room_reads_it(given):
    form = given.presses("U10", "promise_move", "1/1").form
    assert shown(form) == {"due_at": at("+7.375 d"), "owner": "emma", "reason": None}
    assert list(given.sends("U10", form, due_at=at("-1 h"), reason="延期").errors) == ["due_at"]
    assert list(given.sends("U10", form, due_at=at("+9 d"), reason="").errors) == ["reason"]
    given.sends("U10", form, due_at=at("+9 d"), owner="zheng", reason="检测机构延期")
    assert happened(given.incident(), PromiseMoved) == [PromiseMoved(1, at("+9 d"), "zheng", "检测机构延期")]
    moved = given.posted("promise/1/moved")[0]
    assert (moved.place, "改动理由：检测机构延期" in text(moved.card)) == ("C1", True)
    assert [said.place for said in given.posted("promise/1/owner")] == ["emma", "zheng"]


def test_what_is_promised_is_named_before_a_crisis_is_closed_and_after(given):
    form = given.presses("U04", "close").form
    heading = next(item for item in form.items if isinstance(item, Heading))
    assert heading.text == "还有 1 项对外承诺未兑现"
    assert heading.note.startswith(FINDINGS)
    given.sends("U04", form, reason="已处置完毕")
    assert "未兑现的对外承诺 1 项" in text(given.posted("closed/")[0].card)


def test_a_closed_crisis_promises_nothing_new(given):
    form = given.presses("U04", "close").form
    given.sends("U04", form, reason="已处置完毕")
    for name in ("promise_kept", "promise_move"):
        assert given.presses("U10", name, "1/1").form is None
    assert buttons(given.says("U04", "/crisis promises 1").card) == ["statements"]


def test_only_members_see_them(given):
    reply = given.says("U13", "/crisis promises 1")
    assert "没有找到" in text(reply.card)


def test_the_form_begins_with_the_first_channel_that_is_missing(given):
    form = given.presses("U09", "published", "1/1").form
    assert shown(form)["channel"] == "weibo"


@pytest.mark.parametrize("typed", ["{{ 7*7 }}", "<!channel> **x**", "{% raw %}"])
def test_what_people_type_is_never_a_template_or_a_call(given, typed):
    form = given.presses("U10", "promise_move", "1/1").form
    given.sends("U10", form, due_at=at("+9 d"), reason=typed)
    assert typed in text(given.posted("promise/1/moved")[0].card)
