"""From answers to a grade, with every reason in order."""

import json
from dataclasses import asdict

import pytest

from bot.crisis.checklist import UNKNOWN, Checklist
from bot.crisis.grading import Reason, at_least, has_enough, judge
from bot.playbooks import load

PLAYBOOK = load("service_network")


def judged(**answers):
    return judge(Checklist(answers), PLAYBOOK)


def rules_of(verdict):
    return [reason.params["rule"] for reason in verdict.reasons if reason.code == "rule"]


@pytest.mark.parametrize(
    ("views", "level"),
    [
        (0, "L1"),
        (999, "L1"),
        (1000, "L2"),
        (99_999, "L2"),
        (100_000, "L3"),
        (999_999, "L3"),
        (1_000_000, "L4"),
        (100_000_000_000, "L4"),
    ],
)
def test_a_figure_on_a_border_belongs_to_the_higher_level(views, level):
    assert judged(views=views, severity="S1", control="C1").spread == level


@pytest.mark.parametrize(
    ("sign", "level"),
    [
        ({"platform": ["moments"]}, "L1"),
        ({"followers": 4999}, "L1"),
        ({"followers": 5000}, "L2"),
        ({"media": "self_media"}, "L2"),
        ({"media": "journalist_contacted"}, "L2"),
        ({"media": "mainstream"}, "L3"),
        ({"hot_list": True}, "L3"),
        ({"hot_list": False}, "L1"),
        ({"hot_list": UNKNOWN}, "L1"),
        ({"regulator_acts": True}, "L4"),
    ],
)
def test_signs_put_the_spread_at_a_level_however_small_the_figure(sign, level):
    assert judged(views=10, severity="S1", control="C1", **sign).spread == level


def test_a_sign_never_lowers_what_the_views_say():
    verdict = judged(views=500_000, severity="S2", control="C2", media="self_media")
    assert verdict.spread == "L3"
    assert verdict.reasons[1] == Reason(
        "spread_sign", {"signs": {"media": "self_media"}, "from": "L3", "to": "L3", "changed": False}
    )


@pytest.mark.parametrize("views", [{}, {"views": UNKNOWN}])
def test_unknown_views_count_as_local_and_the_reason_says_so(views):
    verdict = judged(severity="S1", control="C1", **views)
    assert (verdict.spread, verdict.grade) == ("L1", "green")
    assert verdict.reasons[0] == Reason("views_unknown", {"level": "L1"})


@pytest.mark.parametrize(
    ("answers", "severity", "control"),
    [
        ({"severity": "S1", "control": "C1"}, "S1", "C1"),
        ({"severity": "S1", "severity_unsure": True, "control": "C1"}, "S2", "C1"),
        ({"severity": "S1", "severity_unsure": False, "control": "C1"}, "S1", "C1"),
        ({"severity": "S5", "severity_unsure": True, "control": "C4", "control_unsure": True}, "S5", "C4"),
        ({"severity": UNKNOWN, "control": "C1"}, "S2", "C1"),
        ({"severity_unsure": True, "control_unsure": True}, "S2", "C2"),
        ({}, "S2", "C2"),
    ],
)
def test_doubt_is_one_level_up_and_no_answer_is_doubt_about_the_lowest(answers, severity, control):
    verdict = judged(views=800, **answers)
    assert (verdict.severity, verdict.control) == (severity, control)


def test_doubt_that_reaches_s4_is_red():
    verdict = judged(views=800, severity="S3", severity_unsure=True, control="C1")
    assert verdict.grade == "red"
    assert verdict.reasons[0] == Reason(
        "level_unsure", {"scale": "severity", "from": "S3", "to": "S4", "changed": True}
    )


@pytest.mark.parametrize(
    ("sign", "rule", "grade"),
    [
        ({"injury": "heavy_loss"}, None, "green"),
        ({"injury": "injury"}, "injury", "red"),
        ({"injury": "death"}, "injury", "red"),
        ({"vulnerable": True}, "vulnerable_people", "orange"),
        ({"legal_threat": True}, "legal_threat", "orange"),
        ({"regulator": True}, "regulator_threat", "orange"),
        ({"media": "journalist_contacted"}, "journalist", "orange"),
        ({"organised": "yes"}, "organised_attack", "orange"),
        ({"organised": "no"}, None, "green"),
        ({"organised": UNKNOWN}, None, "green"),
        ({"control": "C4"}, "out_of_control", "orange"),
        ({"severity": "S4"}, "grave_severity", "red"),
        ({"severity": "S5"}, "grave_severity", "red"),
        ({"others_report_same": True}, "suspected_systemic", "orange"),
        ({"growth_per_hour": 50.0}, None, "green"),
        ({"growth_per_hour": 50.1}, "fast_growth", "yellow"),
    ],
)
def test_every_rule_works_whatever_the_spread(sign, rule, grade):
    verdict = judged(**{"views": 10, "severity": "S1", "control": "C1", **sign})
    assert (rules_of(verdict), verdict.grade) == ([rule] if rule else [], grade)


def test_growth_counts_after_all_floors():
    verdict = judged(views=10, severity="S1", control="C1", growth_per_hour=60.0, vulnerable=True)
    assert verdict.grade == "red"
    assert [(reason.code, reason.params.get("to")) for reason in verdict.reasons] == [
        ("spread_by_views", None),
        ("cell_listed", None),
        ("rule", "orange"),
        ("rule", "red"),
    ]


def test_red_is_the_top():
    verdict = judged(views=10, severity="S5", control="C1", growth_per_hour=300.0)
    assert verdict.grade == "red"
    assert verdict.reasons[-2].params["changed"] is False


def test_doubling_is_one_grade_and_asks_for_readings():
    verdict = judged(views=6, severity="S1", control="C1", growth_per_hour=100.0)
    assert (verdict.grade, verdict.ask_readings) == ("yellow", True)
    assert rules_of(verdict) == ["fast_growth", "doubling"]
    assert not judged(views=6, severity="S1", control="C1", growth_per_hour=99.9).ask_readings


def test_a_rule_that_changes_nothing_is_a_reason_all_the_same():
    verdict = judged(views=1_000_000, severity="S2", control="C2", vulnerable=True)
    assert verdict.reasons[-1] == Reason(
        "rule",
        {
            "rule": "vulnerable_people",
            "effect": "floor",
            "signs": {"vulnerable": True},
            "from": "red",
            "to": "red",
            "changed": False,
        },
    )


@pytest.mark.parametrize(
    ("answers", "warnings"),
    [
        ({"severity": "S1", "evidence": ["audio"]}, ("attitude_spreads",)),
        ({"severity": "S1", "evidence": ["photo", "video"]}, ("attitude_spreads",)),
        ({"severity": "S1", "evidence": ["photo"]}, ()),
        ({"severity": "S2", "evidence": ["video"]}, ()),
        ({"severity": "S1", "others_report_same": True}, ("may_turn_red",)),
    ],
)
def test_warnings_guard_against_misjudgement(answers, warnings):
    assert judged(views=800, control="C1", **answers).warnings == warnings


def test_reasons_come_in_the_order_in_which_they_were_applied():
    verdict = judged(severity="S2", severity_unsure=True, views=2000, hot_list=True, legal_threat=True)
    assert [reason.code for reason in verdict.reasons] == [
        "level_unsure",
        "level_missing",
        "spread_by_views",
        "spread_sign",
        "cell_listed",
        "rule",
    ]


def test_a_verdict_can_be_stored():
    verdict = judged(views=2000, growth_per_hour=200.0, evidence=["video"], severity="S1", organised="yes")
    json.dumps(asdict(verdict), allow_nan=False)


def test_the_bots_own_judgement_is_never_below_its_floor():
    green = judged(views=10, severity="S1", control="C1")
    raised = at_least(green, "yellow", PLAYBOOK, "own_judgement")
    assert raised.grade == "yellow"
    assert raised.reasons[-1] == Reason("own_judgement", {"from": "green", "to": "yellow", "changed": True})


def test_the_bots_own_judgement_lowers_nothing():
    red = judged(injury="death")
    raised = at_least(red, "yellow", PLAYBOOK, "own_judgement")
    assert (raised.grade, raised.reasons[-1].params["changed"]) == ("red", False)


@pytest.mark.parametrize(
    ("answers", "enough"),
    [
        ({}, False),
        ({"views": 5_000_000}, False),
        ({"severity": "S2"}, False),
        ({"severity": "S2", "control": "C1"}, True),
        ({"severity": UNKNOWN, "control_unsure": True}, True),
        ({"severity": "S4"}, True),
        ({"injury": "injury"}, True),
        ({"growth_per_hour": 80.0}, True),
        ({"growth_per_hour": 20.0}, False),
        ({"severity": "S1", "evidence": ["video"]}, False),
    ],
)
def test_there_is_enough_when_both_levels_are_judged_or_a_rule_fires(answers, enough):
    assert has_enough(Checklist(answers), PLAYBOOK) is enough


def test_a_level_nobody_has_thought_about_is_not_enough_in_a_policy_of_rules():
    assert not has_enough(Checklist({"views": 10}), load("automaker_levels"))


def test_a_policy_without_a_matrix_starts_from_its_lowest_grade():
    verdict = judge(Checklist({"views": 10, "severity": "S1", "control": "C1"}), load("automaker_levels"))
    assert (verdict.grade, verdict.listed) == ("blue", False)
    assert verdict.reasons[-1] == Reason("lowest_grade", {"grade": "blue"})
