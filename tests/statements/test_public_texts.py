"""All kinds of statement in both languages: they fill in, ask for what is missing, and pass our own principles."""

from __future__ import annotations

import re
from itertools import product

import pytest

from bot.crisis.checklist import TYPES
from bot.crisis.kinds import KINDS
from statements.drafts import blanks, draft, fill, prefilled, questions
from statements.templates import LANGUAGES, try_out
from tests.statements.public_samples import TEXTS, answers, bare, company, facts, filled, found, given

ALL = list(product(LANGUAGES, KINDS))
EVERY = [
    {"type": type_, "grade": grade, "injury": injury, "regulator": known, "contacted": known}
    for type_, grade, injury, known in product(
        ("", *TYPES),
        ("red", "orange", "yellow"),
        ("", "none", "heavy_loss", "injury", "death"),
        (True, False),
    )
]
"""Every turn that a crisis may take, as far as the texts care."""

SOME = EVERY[::11]
"""Enough of them that each value comes up several times."""

ODD = re.compile(
    r"\n\n\n|[ \t]\n|。。|(?<!\.)\.\.(?!\.)|，。|：：|(?<=[^\n])  \S|\{\{|\{%|None|namespace|【】|，，|、、"
)
"""What is left of a condition that was closed in the wrong place."""


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_a_text_is_whole_whatever_kind_of_crisis_it_is(language: str, kind: str):
    public = TEXTS.get(language, kind)
    for turn, (values, typed) in product(EVERY, [(given, answers(public)), (bare, {})]):
        made = draft(public, values(language, **turn), typed)
        told = f"{made.title}\n\n{made.text}"
        assert ODD.search(told) is None, (turn, told)
        assert bool(made.missing) is (values is bare)


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_a_text_can_be_tried_out(language: str, kind: str):
    try_out(TEXTS.get(language, kind))


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_every_blank_that_is_left_stands_in_the_text_and_is_asked_for(language: str, kind: str):
    public = TEXTS.get(language, kind)
    made = draft(public, bare(language), {})
    assert blanks(f"{made.title}\n{made.text}", language)
    assert {ask.question for ask in made.missing} == set(blanks(f"{made.title}\n{made.text}", language))


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_our_own_words_pass_our_own_principles(language: str, kind: str):
    """What a warning names is always something that was typed into the sample; nothing blocks."""
    public = TEXTS.get(language, kind)
    typed = "\n".join(answers(public).values())
    for turn in SOME:
        made = filled(language, kind, **turn)
        for finding in found(language, made.text, kind, title=made.title, facts=facts(language)):
            assert finding.level == "warn"
            assert finding.words.rpartition("：")[2].rpartition(": ")[2] in typed, finding


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_without_answers_only_blanks_keep_a_text_back(language: str, kind: str):
    """Also where no fact is confirmed: our own words claim nothing."""
    for turn in SOME:
        unknown = {**turn, "injury": "", "regulator": False, "contacted": False}
        made = draft(TEXTS.get(language, kind), bare(language, **unknown), {})
        said = found(language, made.text, kind, title=made.title)
        assert {finding.code for finding in said} == {"blank"}, said


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_ask_for_the_same(kind: str):
    zh, en = (
        [(a.name, a.long, a.optional, a.source) for a in TEXTS.get(lang, kind).asks] for lang in LANGUAGES
    )
    assert zh == en
    assert TEXTS.get("zh", kind).uses == TEXTS.get("en", kind).uses


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_word_asks_for_two_things_at_most(language: str):
    """Within the hour nobody fills in a long form; the rest is prefilled or may be left out."""
    made = draft(TEXTS.get(language, "first_statement"), bare(language, grade="yellow"), {})
    assert [ask.name for ask in made.missing] == ["measures"]


def test_a_first_word_in_chinese_can_be_read_in_a_minute():
    lengths = [
        len(re.findall(r"[\u4e00-\u9fff]", filled("zh", "first_statement", **turn).text)) for turn in EVERY
    ]
    assert min(lengths) >= 200
    assert max(lengths) <= 500


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("type_", ["", *TYPES])
def test_journalists_have_twenty_questions_in_every_crisis(language: str, type_: str):
    text = filled(language, "media_qa", type=type_).text
    assert [int(number) for number in re.findall(r"^\*\*(\d+)\. ", text, re.MULTILINE)] == list(range(1, 21))


SAYS = {
    ("first_statement", "A"): ("人的安全排在第一位", "People's safety comes first"),
    ("first_statement", "B"): ("您把行程和数据交给我们", "You trust us with your journeys and your data"),
    ("first_statement", "C"): ("就有权得到明确的答复", "you are owed a clear answer"),
    ("first_statement", "D"): ("法规的要求和您的权益", "This touches the law"),
    ("first_statement", "E"): ("员工、用户和公众的安全与感受", "our people, our customers and the public"),
    ("detailed_explanation", "A"): ("人离开车辆", "get everybody out"),
    ("detailed_explanation", "B"): ("都不是我们发出的", "does not come from us"),
    ("detailed_explanation", "C"): ("您依法享有的权利", "your rights under the law"),
    ("technical_explanation", "B"): ("单独通知到您本人", "tell you individually"),
    ("clarification", "B"): ("数据受到影响", "your data is affected"),
    ("clarification", "C"): ("您的订单或权益", "your order or your rights"),
    ("apology", "A"): ("把自己和家人的安全托付给我们", "You trusted us with your safety"),
    ("apology", "B"): ("您信任我们的技术", "You trusted our technology"),
    ("apology", "C"): ("说到就该做到", "A promise is there to be kept"),
    ("apology", "D"): ("规定写在那里", "The rules are there in writing"),
    ("executive_letter", "A"): ("车上坐的是一家人", "a family sits in them"),
    ("executive_letter", "D"): ("规定是底线", "Rules are the least we owe you"),
    ("internal_note", "B"): ("不谈论漏洞、接口、日志", "Nothing about vulnerabilities"),
    ("internal_note", "D"): ("与主管部门的沟通", "talks with the authorities"),
    ("service_script", "A"): ("车停在哪里", "Where is the car?"),
    ("service_script", "C"): ("订单号、门店", "Order number, dealer"),
    ("media_qa", "A"): ("会不会召回？", "Will there be a recall?"),
    ("media_qa", "B"): ("泄露了哪些数据？", "Which data was exposed?"),
    ("media_qa", "C"): ("能不能退款？", "refund"),
    ("media_qa", "D"): ("违反了哪一条规定？", "Which rule"),
    ("media_qa", "E"): ("当事人还在岗吗？", "Is the person still in the job?"),
    ("final_report", "A"): ("已经在产的和已经售出的车", "cars already sold"),
    ("final_report", "D"): ("合规上的改动", "In compliance"),
}
"""Words that one type of crisis has, and no other."""


@pytest.mark.parametrize(("kind", "type_"), SAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_speaks_of_its_own_type_of_crisis(language: str, kind: str, type_: str):
    words = SAYS[kind, type_][LANGUAGES.index(language)]
    turns = {other: filled(language, kind, type=other, injury="").text for other in ("", *TYPES)}
    assert [other for other, text in turns.items() if words in text] == [type_]


@pytest.mark.parametrize(
    ("kind", "grade", "zh", "en"),
    [
        ("first_statement", "red", "直接负责", "is personally in charge"),
        ("media_qa", "red", "事发 24 小时之内，由本人公开说明", "within 24 hours of the event"),
        ("media_qa", "orange", "公司高管在直接处理", "Our executives are dealing with it"),
        ("media_qa", "yellow", "现在由最了解情况的人来回答", "The people who know most about it"),
    ],
)
def test_a_text_speaks_of_its_own_grade(kind: str, grade: str, zh: str, en: str):
    for language, words in (("zh", zh), ("en", en)):
        texts = {other: filled(language, kind, grade=other).text for other in ("red", "orange", "yellow", "")}
        assert [other for other, text in texts.items() if words in text][:1] == [grade]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "grades"),
    [
        ("first_statement", ["red"]),
        ("final_report", ["red"]),
        ("apology", ["red", "orange"]),
        ("executive_letter", ["red", "orange", "yellow"]),
        ("progress_update", []),
    ],
)
def test_where_somebody_has_to_sign_by_name_an_unknown_name_is_a_blank(
    language: str, kind: str, grades: list[str]
):
    public = TEXTS.get(language, kind)
    typed = {**answers(public), "signer": ""}
    nobody = given(language)["signer"].__class__("", "", language)
    missing = {
        grade: [ask.name for ask in draft(public, given(language, grade=grade, signer=nobody), typed).missing]
        for grade in ("red", "orange", "yellow")
    }
    assert [grade for grade, names in missing.items() if names == ["signer"]] == grades


@pytest.mark.parametrize(("language", "words"), [("zh", "直接负责"), ("en", "personally in charge")])
@pytest.mark.parametrize("kind", ["first_statement", "media_qa"])
def test_nobody_is_said_to_be_in_charge_who_is_not_named(language: str, words: str, kind: str):
    public = TEXTS.get(language, kind)
    assert words in draft(public, given(language), {}).text
    assert words not in draft(public, bare(language), {}).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_signs_is_asked_only_where_nobody_is_known_to(language: str):
    public = TEXTS.get(language, "first_statement")
    assert "signer" in [ask.name for ask in questions(public, bare(language))]
    assert "signer" not in [ask.name for ask in questions(public, given(language))]


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_what_is_known_already_is_filled_in_and_may_be_changed(language: str, kind: str):
    public = TEXTS.get(language, kind)
    known = prefilled(public, given(language, what="what", next_update="then"))
    assert dict(known) == {
        a.name: {"what": "what", "next_update": "then"}[a.source] for a in public.asks if a.source
    }
    own = draft(public, given(language), dict.fromkeys(known, "other words"))
    assert not known or "other words" in f"{own.title}{own.text}"
    assert draft(public, given(language), dict.fromkeys(known, "  ")) == draft(public, given(language), {})


@pytest.mark.parametrize(
    ("language", "text", "answers", "then"),
    [
        ("zh", "在【待填：哪里？】，【待填：何时？】。", {"哪里？": "成都"}, "在成都，【待填：何时？】。"),
        (
            "en",
            "In [To fill in: where?] and [to fill in:where?].",
            {"where?": " Chengdu "},
            "In Chengdu and Chengdu.",
        ),
        (
            "en",
            "[To fill in: a?]",
            {"a?": "[To fill in: b?] \\1 {{ x }}", "b?": "no"},
            "[To fill in: b?] \\1 {{ x }}",
        ),
        ("en", "- [To fill in: a?]\n- c", {"a?": "one\n\n two "}, "- one\n- two\n- c"),
        ("en", "So: [To fill in: a?]", {"a?": "one\ntwo"}, "So: one\ntwo"),
        ("en", "[To fill in: a?]", {"a?": " "}, "[To fill in: a?]"),
        ("zh", "没有待填。", {"哪里？": "成都"}, "没有待填。"),
    ],
)
def test_an_answer_stands_where_its_blank_stood(language: str, text: str, answers: dict[str, str], then: str):
    assert fill(text, language, answers) == then


HOSTILE = "{{ company.hotline }} {% for a in b %} {# c #} <@U123> @all <script> & *bold* ${x}"


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_what_people_type_is_never_read_as_a_template(language: str, kind: str):
    public = TEXTS.get(language, kind)
    made = draft(public, given(language, facts=[]), {ask.name: HOSTILE for ask in public.asks})
    assert HOSTILE in made.text
    assert made.missing == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_of_thirty_thousand_characters_is_taken_as_it_is(language: str):
    made = draft(TEXTS.get(language, "progress_update"), given(language), {"correction": "因" * 30_000})
    assert "因" * 30_000 in made.text


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_a_text_names_the_company_and_a_way_to_reach_it(language: str, kind: str):
    ours = company(language)
    text = filled(language, kind).text
    assert ours.name in text or kind == "media_qa"
    assert ours.hotline in text or kind == "service_script"
