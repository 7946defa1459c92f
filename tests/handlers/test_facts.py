"""The ledger of facts, as people use it."""

import pytest

from bot.crisis.public_events import FactChecked, FactNoted, FactReworded
from tests.makers import happened
from tests.scene import buttons, text


def the_facts(scene):
    return [(fact.text, fact.status, fact.source) for fact in scene.incident().facts.values()]


def test_a_fact_is_noted_and_verified_later(scene):
    scene.opens()
    form = scene.says("U15", "/crisis fact 制动管路完好", room="C1").form
    assert text(scene.sends("U15", form, source="门店监控").done).startswith("已记入事实台账")
    assert the_facts(scene) == [("制动管路完好", "unconfirmed", "门店监控")]
    ledger = scene.says("U04", "/crisis 事实", room="C1").card
    assert buttons(ledger) == ["fact_check", "fact_new"]
    form = scene.presses("U04", "fact_check", "1/1").form
    scene.sends("U04", form, status="confirmed", source="行车数据，技术部核对")
    assert happened(scene.incident(), FactChecked) == [FactChecked(1, "confirmed", "行车数据，技术部核对")]
    assert scene.incident().facts[1].verified_by == "wang"


def test_who_has_proof_at_hand_says_so_at_once(scene):
    scene.opens()
    form = scene.presses("U15", "fact_new", "1").form
    scene.sends("U15", form, text="事发时车速 38 公里每小时", source="行车数据", status="confirmed")
    assert the_facts(scene) == [("事发时车速 38 公里每小时", "confirmed", "行车数据")]


def test_what_is_put_differently_has_to_be_verified_again(scene):
    scene.opens()
    form = scene.says("U15", "/crisis fact 一人受伤", room="C1").form
    scene.sends("U15", form, source="医院", status="confirmed")
    form = scene.presses("U04", "fact_check", "1/1").form
    scene.sends("U04", form, text="两人受伤", status="unconfirmed", source="医院二次来电")
    assert happened(scene.incident(), FactReworded) == [FactReworded(1, "两人受伤", "医院二次来电")]
    assert the_facts(scene) == [("两人受伤", "unconfirmed", "医院二次来电")]


@pytest.mark.parametrize(
    ("given", "wrong"), [({"source": ""}, ["source"]), ({"text": " ", "source": " "}, ["text", "source"])]
)
def test_without_words_or_a_source_the_form_stays_open(scene, given, wrong):
    scene.opens()
    form = scene.says("U15", "/crisis fact 一人受伤", room="C1").form
    assert list(scene.sends("U15", form, **given).errors) == wrong
    assert the_facts(scene) == []


def test_what_the_checklist_says_is_on_the_ledger_unconfirmed(scene):
    scene.opens()
    scene.answers("U15", injury="injury", complaint="**维修**后失灵", views="500")
    assert the_facts(scene) == [
        ("当事人反映：**维修**后失灵", "unconfirmed", "信息清单"),
        ("有人受伤", "unconfirmed", "信息清单"),
    ]
    scene.answers("U15", injury="death")
    assert the_facts(scene)[1] == ("有人死亡", "unconfirmed", "信息清单")
    assert len(happened(scene.incident(), FactNoted)) == 2


def test_a_button_about_a_fact_that_there_is_not_is_answered_with_a_sentence(scene):
    scene.opens()
    for value in ("1/9", "1/x", "1/"):
        assert "没有找到这条事实" in text(scene.presses("U15", "fact_check", value).card)
