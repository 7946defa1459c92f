"""The five principles as checks: what they find, what they must not find, and that no text can hold them up."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given as drawing
from hypothesis import settings
from hypothesis import strategies as some

from bot.crisis.drafting import LONGEST
from bot.crisis.public import Fact
from statements.drafts import blank
from statements.principles import PRINCIPLES, Finding, is_dated
from statements.templates import LANGUAGES
from statements.wordlists import PRIVACY
from tests.makers import NINE, at
from tests.statements.public_samples import PRINCIPLES as CHECKS
from tests.statements.public_samples import cases, company, facts, found

GROUPS = ["absolutes", "promises", "blame", "evasions", "certainty", "empathy", "belittling", "privacy"]
CASES = [
    (language, group, words, wanted)
    for language, group in product(LANGUAGES, GROUPS)
    for kind, wanted in (("hit", True), ("miss", False))
    for words in cases(language)[group][kind]
]


def seen(language: str, group: str, words: str) -> bool:
    """Whether anything of that list is in the words."""
    return any(entry.pattern.search(words) for entry in CHECKS.lists(language)[group])


@pytest.mark.parametrize(("language", "group", "words", "wanted"), CASES)
def test_a_word_list_finds_what_it_should_and_nothing_else(
    language: str, group: str, words: str, wanted: bool
):
    assert seen(language, group, words) is wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_says_why_and_what_instead(language: str):
    assert list(CHECKS.lists(language)) == GROUPS
    for entries in CHECKS.lists(language).values():
        assert len(entries) >= 10
        assert all(entry.why.endswith(("。", ".")) and len(entry.instead) >= 3 for entry in entries)
        assert len({entry.pattern for entry in entries}) == len(entries)


WRONG = [
    ("zh", "我们的车绝对安全。", "absolutes", "tone", "block", "绝对"),
    ("zh", "事故系车主操作不当。", "blame", "tone", "block", "车主操作不当"),
    ("zh", "具体情况不便透露。", "evasions", "tone", "block", "不便透露"),
    ("zh", "这是个别现象。", "belittling", "tone", "block", "个别"),
    ("zh", "经查明，零件装错了。", "certainty", "truth", "block", "经查"),
    ("zh", "我们会给大家一个交代。", "undated_promise", "timing", "warn", "我们会给大家一个交代。"),
    ("zh", "请联系车主 13812345678。", "privacy", "together", "block", "13812345678"),
    ("zh", "车牌川A12345的车主", "privacy", "together", "block", "川A12345"),
    ("zh", "身份证 11010519491231002X", "privacy", "together", "block", "11010519491231002X"),
    ("en", "Our cars are absolutely safe.", "absolutes", "tone", "block", "absolutely"),
    ("en", "It was user error.", "blame", "tone", "block", "user error"),
    ("en", "No comment.", "evasions", "tone", "block", "No comment"),
    ("en", "This is an isolated case.", "belittling", "tone", "block", "isolated case"),
    ("en", "Nobody was hurt.", "certainty", "truth", "block", "Nobody was hurt"),
    ("en", "We will refund you.", "undated_promise", "timing", "warn", "We will refund you."),
    ("en", "Call her on 13812345678.", "privacy", "together", "block", "13812345678"),
    ("en", "Plate 川A12345", "privacy", "together", "block", "川A12345"),
    ("en", "VIN LSVAA4182E2123456", "privacy", "together", "block", "LSVAA4182E2123456"),
]


@pytest.mark.parametrize(("language", "text", "code", "principle", "level", "words"), WRONG)
def test_a_finding_names_the_words_why_and_a_way_out(
    language: str, text: str, code: str, principle: str, level: str, words: str
):
    [finding] = [one for one in found(language, text) if one.code == code and one.words == words]
    assert (finding.principle, finding.level) == (principle, level)
    assert finding.why
    assert finding.instead


QUIET = {
    "zh": "下一次通报：3月2日18:00。电话 400-000-1234。",
    "en": "Next update: 18:00 on 2 March. Call 400-000-1234.",
}
"""What a text must not lack, and nothing else."""


def codes(findings: list[Finding]) -> set[str]:
    """What was found, by name."""
    return {finding.code for finding in findings}


FINE = [
    ("zh", "我们正在检查这台车，下一次通报：3月2日18:00。电话 400-000-1234。"),
    ("zh", "原因还没有查明，没有结论的，我们不作推测。下一次通报在18:00，电话 400-000-1234。"),
    ("en", "We are checking this car. Next update: 18:00 on 2 March. Call 400-000-1234."),
    ("en", "The cause is not known yet, and we do not guess. Next update: 18:00 on 2 March. 400-000-1234"),
]


@pytest.mark.parametrize(("language", "text"), FINE)
def test_a_plain_text_is_left_alone(language: str, text: str):
    assert found(language, text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_blocks_comes_first_and_each_once(language: str):
    text = (
        "我们会联系您。绝对安全，绝对可靠。" if language == "zh" else "We will call. Absolutely. Absolutely!"
    )
    levels = [finding.level for finding in found(language, text)]
    assert levels == sorted(levels)
    assert [finding.words.lower() for finding in found(language, text)].count("绝对") <= 1
    assert len({finding.key for finding in found(language, text)}) == len(levels)


def test_the_same_words_are_the_same_finding_and_others_another():
    [first], [again], [other] = (
        [one for one in found("zh", text) if one.code == "absolutes"]
        for text in ("绝对安全", "再说一遍：绝对可靠", "没有任何问题")
    )
    assert first.key == again.key == "absolutes/" + first.key[-8:]
    assert other.key != first.key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", ["下一次通报在什么时间？", "We will? Absolutely! 绝对."])
def test_a_blank_blocks_and_its_own_words_are_nobodys(language: str, question: str):
    findings = found(language, f"{QUIET[language]}{blank(question, language)}")
    assert [(finding.code, finding.level, finding.words) for finding in findings] == [
        ("blank", "block", question)
    ]


@pytest.mark.parametrize("typed", ["[to fill in: who?]", "[To fill in:who?]", "[TO FILL IN: who?]"])
def test_a_blank_that_somebody_typed_is_one_too(typed: str):
    assert [one.words for one in found("en", f"{QUIET['en']} {typed}")] == ["who?"]


def test_a_statement_may_rest_on_nothing_unconfirmed():
    confirmed, open_ = facts("zh")[0], replace(facts("zh")[1], status="unconfirmed")
    refuted = replace(open_, id=3, text="refuted", status="refuted")
    findings = found("zh", QUIET["zh"], facts=[confirmed, open_, refuted])
    assert [(one.code, one.level, one.words, dict(one.about)) for one in findings] == [
        ("unsafe_fact", "block", open_.text, {"fact": 2, "status": "unconfirmed"}),
        ("unsafe_fact", "block", "refuted", {"fact": 3, "status": "refuted"}),
    ]


@pytest.mark.parametrize(
    ("cited", "certain"), [([], True), (["unconfirmed"], True), (["unconfirmed", "confirmed"], False)]
)
def test_conclusions_may_be_drawn_where_a_confirmed_fact_is_cited(cited: list[Any], certain: bool):
    held = [Fact(place, status, "lab", "wang", NINE, "", status) for place, status in enumerate(cited)]
    assert ("certainty" in codes(found("zh", "经查明，零件装错了。", facts=held))) is certain


def test_what_journalists_ask_is_not_what_we_say():
    ask = "**1. 是不是绝对安全？你们会不会赔偿到位？**\n"
    assert codes(found("zh", ask + "我们正在核对。", "media_qa")) == set()
    assert codes(found("zh", ask + "绝对安全。", "media_qa")) == {"absolutes"}
    assert "absolutes" in codes(found("zh", ask, "progress_update"))


@pytest.mark.parametrize(
    ("kind", "level"),
    [("internal_note", "warn"), ("service_script", "warn"), ("media_qa", "block"), ("fact_sheet", "block")],
)
def test_duty_numbers_are_a_warning_only_where_our_own_people_read_them(kind: str, level: str):
    findings = found("zh", "转给：赵强 13812345678", kind)
    assert [one.level for one in findings if one.code == "privacy"] == [level]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_companys_own_numbers_are_no_secret(language: str):
    ours = replace(company(language), hotline="028-85551234", mail="care@chenguang.example")
    said = f"{QUIET[language]} 028-85551234, care@chenguang.example."
    assert found(language, said, company=ours) == []
    assert codes(found(language, said.replace("028", "029"), company=ours)) == {"privacy"}


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("first_statement", {"no_contact", "no_next_update", "no_empathy"}),
        ("progress_update", {"no_contact", "no_next_update"}),
        ("apology", {"no_contact"}),
        ("final_report", {"no_contact"}),
        ("internal_note", set()),
        ("service_script", set()),
        ("media_qa", set()),
    ],
)
@pytest.mark.parametrize(("language", "text"), [("zh", "我们正在核对。"), ("en", "We are checking.")])
def test_what_a_kind_must_not_lack(language: str, text: str, kind: str, wanted: set[str]):
    findings = found(language, text, kind)
    assert codes(findings) == wanted
    assert {finding.level for finding in findings} <= {"warn"}


@pytest.mark.parametrize(("now", "late"), [("+59 min", False), ("+60 min", False), ("+61 min", True)])
def test_a_text_past_its_deadline_is_late(now: str, late: bool):
    findings = found("zh", QUIET["zh"], now=at(now), deadline=at("+60 min"))
    assert [(one.code, dict(one.about)) for one in findings] == [("late", {"deadline": at("+60 min")})] * late


@pytest.mark.parametrize(
    ("channel", "title", "length", "over"),
    [
        ("site", 99, 30_000, []),
        ("press", 99, 30_000, []),
        ("weibo", 9, 1990, []),
        ("weibo", 10, 1990, [("text", 2000, 2001)]),
        ("douyin", 30, 1000, []),
        ("douyin", 31, 1001, [("text", 1000, 1001), ("title", 30, 31)]),
        ("kuaishou", 10, 490, [("text", 500, 501)]),
        ("app_push", 20, 30_000, []),
        ("app_push", 21, 10, [("title", 20, 21)]),
    ],
)
def test_a_channel_takes_only_so_much(
    channel: str, title: int, length: int, over: list[tuple[str, int, int]]
):
    """A push is the title and a link; where there is no field for a title, it is the first line and counts."""
    findings = found("zh", QUIET["zh"].ljust(length, "因"), title="题" * title, channels=[channel])
    assert [(one.about["part"], one.about["longest"], one.about["length"]) for one in findings] == over
    assert {one.code for one in findings} <= {"too_long"}


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        (
            "zh",
            "## 我们会做什么\n- 我们将于3月9日前公布结果。车已封存。\n请看：\n确保每位车主收到通知！",
            ["我们将于3月9日前公布结果。", "确保每位车主收到通知！"],
        ),
        (
            "en",
            "What we will do:\n- We will publish it by 9 March. The car, v. 3.5, is sealed.\nWe promise to call.",
            ["We will publish it by 9 March.", "We promise to call."],
        ),
        (
            "zh",
            "【待填：下一次？我们会！什么时间】前公布，我们会的。完了。",
            ["【待填：下一次？我们会！什么时间】前公布，我们会的。"],
        ),
    ],
)
def test_promises_are_whole_sentences_as_they_stand_in_the_text(language: str, text: str, wanted: list[str]):
    assert list(CHECKS.promises(text, language)) == wanted
    assert all(sentence in text for sentence in wanted)


@pytest.mark.parametrize(
    ("sentence", "dated"),
    [
        ("3月9日前公布", True),
        ("7 天内公布", True),
        ("最晚18:00答复", True),
        ("明天答复", True),
        ("查清后公布", False),
        ("尽快公布", False),
        ("已检查 84 台", False),
        ("by 9 March", True),
        ("within 2 hours", True),
        ("at 18:00", True),
        ("tomorrow", True),
        ("in due course", False),
        ("84 cars", False),
        ("【待填：什么时间？】前公布", True),
        ("by [To fill in: when?]", True),
    ],
)
def test_a_date_is_known_when_it_is_seen(sentence: str, dated: bool):
    assert is_dated(sentence) is dated


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["{{ 7 * 7 }}", "{% for a in b %}", "<@U123> <script>", "\\1 (?i)((((", "\x00\u202e"]
)
def test_hostile_words_are_words(language: str, text: str):
    assert codes(found(language, text, "internal_note", title=text)) == set()


LONG = [
    *(
        "公司",
        "we ",
        "A1",
        "6222 ",
        "因",
        "a@",
        "1",
        "-",
        " ",
        "\n",
        ".",
        "【待填：",
        "[To fill in: ",
        "**1. ",
        "x@y.",
    ),
    *(
        "1月",
        "1:",
        "+86",
        "(010)",
        "川A",
        "not ",
        "the ",
        "we have ",
        "每",
        "LSVAA4182E212345",
        "用户",
        "we will ",
    ),
]
"""What comes again and again until a text is as long as it may be."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("again", LONG, ids=json.dumps)
def test_no_text_holds_up_a_check(language: str, again: str):
    """Nothing is measured: a pattern that goes over a long text again and again would not end."""
    text = (again * LONGEST)[:LONGEST]
    assert isinstance(found(language, text, "first_statement", title=text[:200]), list)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=30, deadline=None)
@drawing(data=some.data())
def test_whatever_is_written_every_finding_can_be_read(language: str, data: some.DataObject):
    """Words from the patterns' own letters come closest to confusing them."""
    pieces = [words for group in GROUPS for kind in ("hit", "miss") for words in cases(language)[group][kind]]
    piece = some.sampled_from([*pieces, *LONG]) | some.text(max_size=8)
    text = "".join(data.draw(some.lists(piece, max_size=12)))
    for finding in found(
        language, text, data.draw(some.sampled_from(["first_statement", "media_qa", "apology"]))
    ):
        assert finding.code in PRINCIPLES
        assert finding.level in ("block", "warn")
        if finding.code in (*GROUPS, PRIVACY):
            assert finding.words in text
            assert finding.why


def test_the_same_text_is_held_to_the_facts_of_each_time():
    """The words are looked through once; what rests on facts, numbers or the hour is not kept."""
    said = f"{QUIET['zh']}经查明，零件装错了。028-85551234"
    assert codes(found("zh", said)) == {"certainty", "privacy"}
    assert codes(found("zh", said, facts=facts("zh"))) == {"privacy"}
    ours = replace(company("zh"), hotline="028-85551234")
    assert codes(found("zh", said, facts=facts("zh"), company=ours)) == set()
    late = found("zh", said, facts=facts("zh"), company=ours, now=at("+2 h"), deadline=at("+1 h"))
    assert codes(late) == {"late"}


def test_a_text_written_by_a_machine_gun_of_blanks_is_read_once():
    text = "[To fill in: " * 2000 + "]"
    assert codes(found("en", text, "media_qa")) == {"blank"}
