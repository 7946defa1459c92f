"""The texts that answer sheets begin from: whole, findable line by line, and nothing in them that would block."""

from itertools import product

import pytest

from bot.crisis.kinds import AUDIENCES
from bot.crisis.people import Company
from bot.crisis.public import Fact
from statements.drafts import draft
from statements.principles import Checked, own_principles
from statements.sheets import lines, match
from statements.templates import LANGUAGES, PublicTexts
from tests.makers import NINE

COMPANY = Company(
    "星途汽车", "星途汽车有限公司", "400-000-1234", "care@example.com", "example.com", ("微博",)
)
FACTS = (Fact(1, "11月21日 14:05", "工单", "xu", NINE, status="confirmed"),)
TYPES = ("A", "B", "C", "D", "E", "")
INJURIES = ("", "none", "injury", "death", "heavy_loss")
TEXTS = PublicTexts()


def begun(language, audience, *, facts=FACTS, kind="A", injury="", flag=False, answer=""):
    """A draft in which every question has the same answer, by default none."""
    public = TEXTS.get(language, f"lines_{audience}")
    given = {
        "company": COMPANY,
        "facts": list(facts),
        "type": kind,
        "grade": "red",
        "injury": injury,
        "regulator": flag,
        "contacted": flag,
        "earlier": [],
        "promises": [],
        "today": "",
        "now": "12:00",
        "next_update": "16:00",
        "signer": "",
    }
    return draft(public, given, {ask.name: answer for ask in public.asks})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_beginning_has_ten_lines_and_no_gaps(audience, language):
    for facts, kind, injury, flag in product(((), FACTS), TYPES, INJURIES, (False, True)):
        text = begun(language, audience, facts=facts, kind=kind, injury=injury, flag=flag).text
        assert len(lines(text)) >= 9
        assert text.count("\n### ") == len(lines(text))
        assert "\n\n\n" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_once_it_is_filled_in_nothing_blocks_it(audience, language):
    for kind, injury, flag in product(TYPES, INJURIES, (False, True)):
        made = begun(language, audience, kind=kind, injury=injury, flag=flag, answer="…")
        checked = Checked(f"lines_{audience}", language, made.title, made.text, FACTS, COMPANY, NINE)
        found = own_principles().findings(checked)
        assert [finding.words for finding in found if finding.level == "block"] == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_both_languages_ask_the_same(audience):
    asked = [TEXTS.get(language, f"lines_{audience}").asks for language in LANGUAGES]
    zh, en = ([(ask.name, ask.long, ask.optional, ask.source) for ask in asks] for asks in asked)
    assert zh == en


@pytest.mark.parametrize(
    ("language", "audience", "question", "found"),
    [
        ("zh", "service", "还能不能开", "我的车还能开吗？还能充电、还能用吗？"),
        ("zh", "service", "我要退款", "我要退车、退款、赔偿，你们给不给？"),
        ("zh", "service", "有人受伤吗", "有没有人受伤或者死亡？"),
        ("zh", "dealers", "记者来店里拍摄怎么办", "记者或博主到店里拍摄、采访怎么办？"),
        ("zh", "dealers", "试驾车还能开吗", "店里的现车、试驾车还能卖、还能开吗？"),
        ("zh", "staff", "可以发朋友圈吗", "我能不能发朋友圈、发微博，或者在评论区替公司解释？"),
        ("zh", "investors", "股价跌了怎么看", "股价跌了，你们怎么看？会不会回购、增持？"),
        ("zh", "media", "能采访高管吗", "能不能采访高管、采访当事的员工？"),
        ("en", "service", "Can I still charge it?", "Can I still drive my car, charge it, use it?"),
        ("en", "media", "may we interview an executive", "Can we interview an executive, or the employee concerned?"),
    ],
)  # fmt: skip
def test_what_is_asked_first_is_found(language, audience, question, found):
    known = lines(begun(language, audience, answer="…").text)
    assert match(question, known)[0].question == found
