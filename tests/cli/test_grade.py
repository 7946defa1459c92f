"""`goldenhour grade`: the policy alone, from JSON to JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from tests.makers import ROOT


def graded(given: Any, *options: str) -> Result:
    """What the command says to this on standard input."""
    text = given if isinstance(given, str) else json.dumps(given)
    return CliRunner().invoke(main, ["grade", *options], input=text)


def test_an_object_comes_back_as_an_object_with_every_reason() -> None:
    outcome = graded({"views": "1.2万", "severity": "S3", "control": "C2", "media": "journalist_contacted"})
    assert outcome.exit_code == 0
    said = json.loads(outcome.stdout)
    assert {
        name: said[name] for name in ("grade", "spread", "severity", "control", "listed", "warnings")
    } == {
        "grade": "orange",
        "spread": "L2",
        "severity": "S3",
        "control": "C2",
        "listed": True,
        "warnings": [],
    }
    assert len(said["reasons"]) >= 3
    assert all(isinstance(reason, str) for reason in said["reasons"])


def test_a_list_comes_back_as_a_list_in_order() -> None:
    outcome = graded([{"injury": "injury"}, {"severity": "S1", "control": "C1", "views": 10}])
    assert [one["grade"] for one in json.loads(outcome.stdout)] == ["red", "green"]


def test_an_empty_list_is_an_empty_list() -> None:
    assert json.loads(graded([]).stdout) == []


def test_knowing_nothing_is_doubt_and_no_error() -> None:
    outcome = graded({})
    assert outcome.exit_code == 0
    assert json.loads(outcome.stdout)["grade"] == "yellow"


def test_another_policy_and_language() -> None:
    outcome = graded({"injury": "death"}, "--playbook", "automaker_levels", "--language", "zh")
    said = json.loads(outcome.stdout)
    assert said["grade"] == "red"
    assert "伤亡" in "".join(said["reasons"])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"vews": 5}, "Entry 1: 'vews' is no key; these are: views, "),
        ({"views": "many"}, "Entry 1: 'views': That is no figure I can read."),
        ({"views": -1}, "Entry 1: 'views': This cannot be below zero."),
        ([{"views": 1}, {"severity": "S9"}], "Entry 2: 'severity': Please choose one of the options."),
        ([{"views": 1}, 7], "Entry 2 is no JSON object but int."),
        ("7", "Entry 1 is no JSON object but int."),
        ("null", "Entry 1 is no JSON object but NoneType."),
        ("{", "Standard input is not JSON: "),
        ("", "Standard input is not JSON: "),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_a_sentence_on_standard_error(given: Any, says: str) -> None:
    outcome = graded(given)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert outcome.stderr.startswith(says)
    assert "Traceback" not in outcome.stderr


def test_an_unknown_policy_names_those_there_are() -> None:
    outcome = graded({}, "--playbook", "nowhere")
    assert outcome.exit_code == 2
    for name in ("service_network", "automaker_levels", "new_media"):
        assert name in outcome.stderr


@pytest.mark.process
def test_python_dash_m_bot_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "grade"],
        input='{"injury": "injury"}',
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    assert json.loads(done.stdout)["grade"] == "red"
