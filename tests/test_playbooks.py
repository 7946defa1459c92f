"""The shipped policies: all eighty cells, no sign that lowers a grade, and the ten published scenarios."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crisis.checklist import CONTROLS, SEVERITIES, Checklist, read_answers
from bot.crisis.grading import cell_grade, judge
from bot.playbooks import load, shipped
from bot.rosters import load_roster

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
PLAYBOOKS = {name: load(name) for name in shipped()}
DEFAULT = PLAYBOOKS["service_network"]

# A line for each spread and severity, C1 to C4; a star marks a cell the source leaves open (domain 2.2).
CELLS = """
L1 S1  green    yellow*  yellow*  yellow*
L1 S2  yellow*  yellow*  yellow*  yellow*
L1 S3  yellow*  yellow*  yellow*  yellow*
L1 S4  yellow*  yellow*  yellow*  yellow*
L1 S5  yellow*  yellow*  yellow*  yellow*
L2 S1  yellow   yellow   orange*  orange*
L2 S2  yellow   yellow   orange*  orange*
L2 S3  orange*  orange   orange   red*
L2 S4  orange*  red*     red*     red*
L2 S5  orange*  red*     red*     red*
L3 S1  orange*  orange*  orange*  orange*
L3 S2  orange*  orange   orange   red*
L3 S3  orange*  orange   orange   red*
L3 S4  orange*  red*     red      red
L3 S5  orange*  red*     red      red
L4 S1  red      red      red      red
L4 S2  red      red      red      red
L4 S3  red      red      red      red
L4 S4  red      red      red      red
L4 S5  red      red      red      red
"""


def cells():
    for line in CELLS.strip().splitlines():
        spread, severity, *grades = line.split()
        for control, grade in zip(CONTROLS, grades, strict=True):
            yield pytest.param(spread, severity, control, grade, id=f"{spread}-{severity}-{control}")


@pytest.mark.parametrize(("spread", "severity", "control", "grade"), list(cells()))
def test_every_cell_of_the_matrix(spread, severity, control, grade):
    assert cell_grade(DEFAULT, spread, severity, control) == (grade.rstrip("*"), not grade.endswith("*"))


def test_the_source_names_35_of_the_80_cells():
    listed = [cell for cell in cells() if not cell.values[-1].endswith("*")]
    assert (len(list(cells())), len(listed)) == (80, 35)


def scenarios():
    for scenario in yaml.safe_load((ROOT / "tests/scenarios.yaml").read_text(encoding="utf-8")):
        yield pytest.param(scenario, id=scenario["name"])


@pytest.mark.parametrize("scenario", list(scenarios()))
def test_the_published_scenarios_come_out_as_the_source_says(scenario):
    verdict = judge(Checklist(read_answers(scenario["answers"], NOW)), DEFAULT)
    expected = scenario["grade"] if isinstance(scenario["grade"], list) else [scenario["grade"]]
    words = {
        None: None,
        "may turn red": "may_turn_red",
        "attitude complaints spread further": "attitude_spreads",
    }
    warning = words[scenario.get("warns")]
    assert verdict.grade in expected
    assert warning is None or warning in verdict.warnings


LADDERS = {
    "severity": SEVERITIES,
    "control": CONTROLS,
    "severity_unsure": (False, True),
    "control_unsure": (False, True),
    "views": (0, 999, 1000, 99_999, 100_000, 999_999, 1_000_000, 10**9),
    "growth_per_hour": (0.0, 50.0, 50.5, 99.0, 100.0, 900.0),
    "followers": (10, 4999, 5000, 10**6),
    "injury": ("none", "heavy_loss", "injury", "death"),
    "media": ("none", "self_media", "journalist_contacted", "mainstream"),
    "mood": ("supportive", "mixed", "hostile"),
    "attitude": ("rational", "angry", "malicious"),
    "organised": ("no", "unknown", "yes"),
    "evidence": (["none"], ["photo"], ["photo", "audio"], ["photo", "audio", "video"]),
    "hot_list": (False, True),
    "vulnerable": (False, True),
    "legal_threat": (False, True),
    "regulator": (False, True),
    "regulator_acts": (False, True),
    "others_report_same": (False, True),
}
"""Each fact's answers, from mild to grave."""


@st.composite
def two_checklists(draw):
    """A checklist, and the same one with one answer graver or one sign more."""
    steps = {name: draw(st.integers(0, len(ladder) - 1)) for name, ladder in LADDERS.items()}
    kept = draw(st.sets(st.sampled_from(sorted(set(LADDERS) - {"severity", "control"}))))
    graver = draw(st.sampled_from(sorted(LADDERS)))
    step = draw(st.integers(steps[graver], len(LADDERS[graver]) - 1))
    base = {name: LADDERS[name][steps[name]] for name in {*kept, "severity", "control"}}
    base["type"] = draw(st.sampled_from("ABCDE"))
    return Checklist(base), Checklist({**base, graver: LADDERS[graver][step]})


@pytest.mark.parametrize("name", shipped())
@settings(deadline=None)
@given(pair=two_checklists())
def test_nothing_graver_ever_lowers_the_grade(name, pair):
    playbook = PLAYBOOKS[name]
    mild, grave = (judge(checklist, playbook) for checklist in pair)
    assert playbook.rank(grave.grade) >= playbook.rank(mild.grade)


@pytest.mark.parametrize("name", shipped())
def test_every_role_has_a_holder_in_the_example_roster(name):
    roster = load_roster(ROOT / "roster.example.yaml", PLAYBOOKS[name].roles)
    assert set(PLAYBOOKS[name].roles) == set(roster.holders)


@pytest.mark.parametrize("name", shipped())
def test_no_page_is_ever_left_without_somebody_further_up(name):
    playbook = PLAYBOOKS[name]
    assert {role for grade in playbook.grades for role in grade.pages} <= set(playbook.next_in_command)


@pytest.mark.parametrize(
    ("playbook", "grade", "contact", "word"),
    [
        ("service_network", "green", 60, None),
        ("service_network", "yellow", 120, None),
        ("service_network", "orange", 60, None),
        ("service_network", "red", None, 30),
        ("automaker_levels", "blue", None, 1440),
        ("automaker_levels", "yellow", None, 720),
        ("automaker_levels", "orange", None, 240),
        ("automaker_levels", "red", None, 60),
        ("new_media", "mild", None, 1440),
        ("new_media", "moderate", None, 1440),
        ("new_media", "severe", None, 1440),
    ],
)
def test_the_limits_of_each_grade_are_those_of_the_sources(playbook, grade, contact, word):
    policy = PLAYBOOKS[playbook].grade(grade)
    assert (policy.first_contact_minutes, policy.first_word_minutes) == (contact, word)


@pytest.mark.parametrize("name", shipped())
def test_the_policies_share_the_timeline(name):
    checkpoints = PLAYBOOKS[name].checkpoints
    assert [(each.name, each.minutes, each.statement) for each in checkpoints] == [
        ("5min", 5, False),
        ("15min", 15, False),
        ("30min", 30, False),
        ("60min", 60, True),
        ("4h", 240, True),
        ("24h", 1440, True),
    ]
    assert checkpoints[2].decisions == ("first_statement", "technical_inquiry", "lawyers", "media")


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        ({}, "yellow"),
        ({"severity": "S1"}, "blue"),
        ({"severity": "S1", "media": "journalist_contacted"}, "blue"),
        ({"severity": "S2"}, "yellow"),
        ({"severity": "S1", "views": 2000}, "yellow"),
        ({"severity": "S1", "organised": "yes"}, "yellow"),
        ({"severity": "S3"}, "orange"),
        ({"severity": "S1", "views": 200_000, "mood": "hostile"}, "orange"),
        ({"severity": "S1", "others_report_same": True}, "orange"),
        ({"severity": "S4"}, "red"),
        ({"severity": "S1", "injury": "death"}, "red"),
    ],
)
def test_automaker_levels_grade_by_what_happened(answers, grade):
    assert judge(Checklist(answers), PLAYBOOKS["automaker_levels"]).grade == grade


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        ({"type": "C"}, "mild"),
        ({"type": "A"}, "mild"),
        ({"type": "A", "views": 2000}, "moderate"),
        ({"severity": "S3"}, "moderate"),
        ({"views": 200_000}, "moderate"),
        ({"type": "E"}, "severe"),
        ({"injury": "injury"}, "severe"),
        ({"views": 2_000_000}, "severe"),
    ],
)
def test_new_media_grades_by_people_spread_and_loss(answers, grade):
    assert judge(Checklist(answers), PLAYBOOKS["new_media"]).grade == grade
