"""Who holds a role, who stands in, and who is called when all of these are silent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.people import Person, Roster
from tests.makers import a_playbook, a_roster

CHAIN = a_playbook().next_in_command


@pytest.mark.parametrize(
    ("role", "tried", "expected"),
    [
        pytest.param("regional_director", [], "sun", id="its holder first"),
        pytest.param("regional_director", ["sun"], "he", id="then the deputy"),
        pytest.param("regional_director", ["sun", "he"], "wang", id="then who is next in command"),
        pytest.param("regional_director", ["he", "sun", "wang"], "wu", id="then that one's deputy"),
        pytest.param("regional_director", ["sun", "he", "wang", "wu", "lin"], "chen", id="up to the CEO"),
        pytest.param(
            "regional_director", ["sun", "he", "wang", "wu", "lin", "chen"], None, id="and no further"
        ),
        pytest.param("hr_director", ["tang"], "lin", id="a role without a deputy"),
        pytest.param("board", [], None, id="a role that nobody holds"),
    ],
)
def test_a_role_goes_to_its_holder_then_the_deputies_then_up_the_line(role, tried, expected):
    assert a_roster().next_to_page(role, tried, CHAIN) == expected


@pytest.mark.parametrize(
    ("role", "tried", "on_it", "expected"),
    [
        pytest.param(
            "legal_director", ["zhao", "david"], {"wang"}, "wu", id="at work: not called to stand in"
        ),
        pytest.param("pr_director", [], {"wang"}, "wang", id="at work, and the role is their own"),
        pytest.param("pr_director", ["wang"], {"wu"}, "wu", id="at work, and its deputy"),
        pytest.param("hr_director", ["tang"], {"lin", "wang", "chen"}, None, id="all above are at work"),
    ],
)
def test_who_is_at_work_already_is_not_called_for_a_role_of_others(role, tried, on_it, expected):
    assert a_roster().next_to_page(role, tried, CHAIN, on_it) == expected


@given(st.sampled_from(sorted(a_playbook().roles)), st.sets(st.sampled_from(sorted(a_roster().people))))
def test_calling_on_and_on_reaches_nobody_twice_and_ends(role, on_it):
    called: list[str] = []
    while (person := a_roster().next_to_page(role, called, CHAIN, on_it)) is not None:
        assert person not in called
        called.append(person)
    assert called[: len(a_roster().holders[role])] == list(a_roster().holders[role])


def test_a_line_of_command_that_runs_in_a_circle_ends():
    roster = Roster(holders={"a": ("one",), "b": ("two",)})
    assert roster.next_to_page("a", ["one", "two"], {"a": "b", "b": "a"}) is None


def test_the_first_holder_of_each_role_nobody_twice_and_no_role_without_a_holder():
    held = a_roster().holding(["regional_pr", "board", "head_office_pr", "ceo"])
    assert [person.id for person in held] == ["wu", "chen"]


def test_somebody_of_the_roster_is_found_by_either_id():
    assert a_roster().on("slack", "U04", "en") == a_roster().person("wang")
    assert a_roster().person("wang").language == "zh"


def test_a_stranger_is_known_by_the_platforms_id_and_speaks_the_companys_language():
    stranger = Person("U99", "U99", "en", slack="U99", known=False)
    assert a_roster().on("slack", "U99", "en") == a_roster().person("U99", "en") == stranger
    assert stranger.roles == frozenset()


@pytest.mark.parametrize(
    ("ids", "near", "met"),
    [
        ({"slack": "U1", "feishu": "ou_1"}, "feishu", "feishu"),
        ({"slack": "U1", "feishu": "ou_1"}, "slack", "slack"),
        ({"slack": "U1"}, "feishu", "slack"),
        ({"feishu": "ou_1"}, "slack", "feishu"),
        ({}, "feishu", ""),
    ],
)
def test_somebody_is_met_near_a_crisis_or_wherever_they_are(ids, near, met):
    assert Person("wang", "王敏", "zh", **ids).met_on(near) == met
