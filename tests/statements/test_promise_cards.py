"""Promises, channels and words that are due, on cards: what they say, and that both platforms take them."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.crisis import promises
from bot.crisis.drafting import Wording, draft
from bot.crisis.people import Person
from bot.feishu.cards import content, fits
from bot.feishu.cards import message as on_feishu
from bot.feishu.forms import form_card
from bot.feishu.text import Whereabouts
from bot.slack.blocks import message as on_slack
from bot.slack.modals import modal
from sandbox.blockkit import check_message, check_view
from sandbox.feishu.cards import check
from statements.forms import form
from statements.given import given
from statements.promised import key, to_judge
from statements.templates import PublicTexts
from statements.text import LANGUAGES
from tests.makers import a_playbook, a_roster, at
from tests.statements.scenes import (
    LEGAL,
    PR,
    SERVICE,
    closed,
    context,
    drawn,
    read,
    speaking,
    words,
)

TEXTS = PublicTexts()
ARGS = {
    "promises": {},
    "promise": {"promise": 2},
    "statement": {"statement": 1},
    "statements": {},
    "published": {"statement": 1, "version": 1},
    "standing": {"statement": 1, "about": "incomplete"},
    "next_word": {"last": at("+1 h").isoformat(), "due_at": at("+5 h").isoformat()},
    "executive": {"grade": "orange", "due_at": at("+1 d").isoformat()},
}
FORMS = {
    "promise": {"statement": 2, "sentence": key("我们将于3月9日前公布报告。")},
    "promise_kept": {"promise": 2},
    "promise_move": {"promise": 2},
    "published": {"statement": 1},
    "close": {},
}


def full(language="zh"):
    """As much of everything as there may be: thirty promises with the longest of sentences."""
    incident = speaking(a_playbook())
    for number in range(30):
        sentence = f"我们将于{number + 1}日内" + "公布调查结果" * 60 + "。"
        draft(incident, "apology", "zh", Wording("说" * 150, sentence * 3), PR, at("+80 min"))
        promises.note(incident, number + 3, sentence, at("+9 d"), LEGAL, PR, at("+80 min"))
    return incident


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ARGS)
def test_both_platforms_take_it_whole(name, language):
    card = drawn(name, full(), language, ARGS[name], reader=PR, now=at("+2 h"))
    shown = on_slack(card, a_roster().person)
    blocks = shown["attachments"][0]["blocks"] if "attachments" in shown else shown["blocks"]
    check_message(shown.get("blocks", []), shown.get("attachments", []))
    assert len(blocks) < 50
    shown = on_feishu(card, Whereabouts(a_roster().person, rest="CUT"), key="7/state")
    check(shown, lambda _open_id: True)
    assert "CUT" not in content(shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMS)
def test_both_platforms_take_the_form(name, language):
    asked = form(name, full(), context(full(), language), words(), FORMS[name])
    check_view(modal(asked), "modal")
    shown = form_card(asked, ZoneInfo("Asia/Shanghai"), key="7/form")
    check(shown, lambda _open_id: True)
    assert fits(shown)


def test_a_large_company_is_offered_as_many_people_as_fit_the_room_first():
    many = {
        f"p{n}": Person(f"p{n}", "欧阳" * 20, "zh", slack=f"U9{n}", title="总监" * 20) for n in range(300)
    }
    shown = replace(context(full(), "zh"), roster=replace(a_roster(), people={**many, **a_roster().people}))
    asked = form("promise", full(), shown, words(), FORMS["promise"])
    check_view(modal(asked), "modal")
    card = form_card(asked, ZoneInfo("Asia/Shanghai"), key="7/form")
    check(card, lambda _open_id: True)
    assert fits(card)
    owner = next(item for item in asked.items if getattr(item, "name", "") == "owner")
    assert [option.value for option in owner.options][:2] == ["emma", SERVICE]


def test_what_reads_like_a_promise_is_asked_about_sentence_by_sentence():
    shown = read(drawn("statement", speaking(a_playbook()), "zh", {"statement": 2}, reader=PR))
    sentence = "我们将于3月9日前公布报告。"
    assert f"🤝 “{sentence}”" in shown
    assert f"[是承诺，定期限… promise=1/2/{key(sentence)}] [不是承诺 no_promise=1/2/{key(sentence)}]" in shown


def test_one_promise_says_what_became_of_it():
    incident = speaking(a_playbook())
    kept = read(drawn("promise", incident, "zh", {"promise": 1}))
    moved = read(drawn("promise", incident, "zh", {"promise": 2}))
    late = read(drawn("promise", incident, "en", {"promise": 2}, now=at("+10 d")))
    assert kept.startswith("# ✅ 承诺已兑现｜")
    assert "**依据：****已公布**" in kept
    assert "promise_kept" not in kept
    assert "⏳ 对外承诺，3月11日 09:00 到期" in moved
    assert "改动理由：检测 {{ 7*7 }} 延期" in moved
    assert "🔴 Promise due and not kept" in late


def test_the_list_has_what_is_open_first():
    shown = read(drawn("promises", speaking(a_playbook()), "zh"))
    assert shown.startswith("# 🤝 对外承诺：未兑现 1 项\n")
    assert shown.index("⏳ “我们将于7日内") < shown.index("✅ “我们将于24小时内")


def test_without_any_the_list_says_where_they_come_from():
    shown = read(drawn("promises", closed(a_playbook()), "en"))
    assert "None on record yet" in shown


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("+70 min", "▫️ **待发布：**微博、微信公众号"),
        ("+125 min", "⏰ **已逾时，仍未发布：**微博、微信公众号"),
    ],
)
def test_channels_that_lack_a_text_are_named(now, said):
    for name in ("statement", "published"):
        assert said in read(drawn(name, speaking(a_playbook()), "zh", ARGS[name], now=at(now)))


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("unpublished", "已会签，还没有发布"),
        ("incomplete", "还有 8 个渠道没有发布"),
        ("outdated", "上还能看到"),
    ],
)
def test_what_is_overdue_is_said_in_person(about, said):
    shown = read(drawn("standing", speaking(a_playbook()), "zh", {"statement": 1, "about": about}))
    assert said in shown.splitlines()[0]


def test_a_draft_is_given_what_was_promised_in_its_language():
    incident = speaking(a_playbook())
    told = {
        language: given(TEXTS.get(language, "progress_update"), incident, [], context(incident, language))
        for language in LANGUAGES
    }
    assert told["zh"]["promises"] == [{"text": "我们将于7日内公布 <调查结果>", "due": "3月11日 09:00"}]
    assert told["en"]["promises"] == []


def test_a_sentence_with_a_blank_in_it_is_not_finished():
    incident = speaking(a_playbook())
    text = "我们将于【待填：哪天】公布报告。我们将公布名单。"
    draft(incident, "apology", "zh", Wording("说明", text), SERVICE, at("+80 min"))
    draft(incident, "media_qa", "zh", Wording("问答", text), SERVICE, at("+80 min"))
    found = {
        number: to_judge(incident, incident.statements[number], context(None, "zh").principles)
        for number in (3, 4)
    }
    assert found == {3: ["我们将公布名单。"], 4: ()}
