"""Who may do what: each deed, tried by each kind of person, at each grade.

A crisis opened by customer service (U15). Of the roster at that moment: U15 and the standing members are in its room;
U02 decides about the gravest grade and so sees every crisis; U12 (HR) and U13 (service adviser) are not concerned.
"""

from __future__ import annotations

import pytest

from bot.chat import Reply
from tests.makers import ENOUGH_FOR
from tests.scene import Scene, text

OPENER, SPOKESPERSON, PR, LEGAL, SERVICE, CMO, HR, STRANGER = (
    "U15",
    "U10",
    "U04",
    "U05",
    "U06",
    "U02",
    "U12",
    "U99",
)
EVERYBODY = (OPENER, SPOKESPERSON, PR, LEGAL, SERVICE, CMO, HR, STRANGER)
CONCERNED = {OPENER, SPOKESPERSON, PR, LEGAL, SERVICE, CMO}

SEES = (
    "status",
    "checklist",
    "tasks",
    "grade",
    "take",
    "done",
    "undo",
    "not_needed",
    "details",
    "reading",
    "regrade",
)
"""Open to everybody concerned: the whole team works on the facts, the tasks and upwards."""

DECIDERS = {
    "green": {OPENER, PR, LEGAL, SERVICE, CMO},
    "yellow": {PR, LEGAL, CMO},
    "orange": {PR, LEGAL, CMO},
    "red": {PR, LEGAL, CMO},
}
"""Who holds a deciding role of each grade: 许诺 (U15) as deputy head of customer service only at green."""

COMMAND = {"green": OPENER, "yellow": OPENER, "orange": OPENER, "red": OPENER}
"""Who leads until the role in command has answered: whoever opened the room."""


def refused(reply: Reply) -> str:
    """Which of the refusals about permission this is, if one."""
    card = reply.card or reply.done
    first = text(card).splitlines()[0] if card else ""
    return {
        "没有找到这起事件": "not_found",
        "That crisis was not found": "not_found",
        "您没有这项决定权": "deciding_role_needed",
        "That takes a deciding role": "deciding_role_needed",
    }.get(first, "")


def graded(scene: Scene, grade: str) -> None:
    """A crisis of this grade, judged by the people of U15."""
    scene.opens()
    scene.answers(OPENER, **{name: str(value) for name, value in ENOUGH_FOR[grade].items()})
    assert scene.incident().grade == grade


def wish_to_lower(scene: Scene, to: str) -> None:
    """The spokesperson asks; somebody else has to confirm."""
    form = scene.presses(SPOKESPERSON, "regrade").form
    assert form is not None
    scene.sends(SPOKESPERSON, form, grade=to, reason="误报")


@pytest.mark.parametrize("grade", list(ENOUGH_FOR))
def test_only_those_concerned_see_a_crisis_and_work_on_it(scene: Scene, grade: str) -> None:
    graded(scene, grade)
    for action in SEES:
        value = "1/basics_known" if action in ("take", "done", "undo") else "1"
        outcome = {user: refused(scene.presses(user, action, value)) for user in EVERYBODY}
        assert outcome == {user: "" if user in CONCERNED else "not_found" for user in EVERYBODY}, (
            f"{action} at {grade}"
        )


@pytest.mark.parametrize("grade", list(ENOUGH_FOR))
def test_closing_takes_a_deciding_role_of_the_grade(scene: Scene, grade: str) -> None:
    graded(scene, grade)
    outcome = {user for user in EVERYBODY if scene.presses(user, "close").form is not None}
    assert outcome == DECIDERS[grade]
    for user in CONCERNED - DECIDERS[grade]:
        assert refused(scene.presses(user, "close")) == "deciding_role_needed"


@pytest.mark.parametrize("grade", ["yellow", "orange", "red"])
def test_lowering_is_confirmed_by_a_second_person_in_a_deciding_role(scene: Scene, grade: str) -> None:
    graded(scene, grade)
    for user in sorted(CONCERNED - {SPOKESPERSON}):
        wish_to_lower(scene, "green")
        reply = scene.presses(user, "confirm_lower", "1/green")
        allowed = user in DECIDERS[grade]
        assert refused(reply) == ("" if allowed else "deciding_role_needed")
        assert (scene.incident().grade == "green") is allowed
        if allowed:
            raised = scene.presses(SPOKESPERSON, "regrade").form
            assert raised is not None
            scene.sends(SPOKESPERSON, raised, grade=grade, reason="又严重了")


@pytest.mark.parametrize("grade", ["green", "yellow", "orange"])
@pytest.mark.parametrize("user", sorted(CONCERNED))
def test_anybody_concerned_may_raise(scene: Scene, grade: str, user: str) -> None:
    graded(scene, grade)
    form = scene.presses(user, "regrade").form
    assert form is not None
    scene.sends(user, form, grade="red", reason="更严重了")
    assert scene.incident().grade == "red"


@pytest.mark.parametrize("grade", list(ENOUGH_FOR))
def test_the_four_decisions_are_taken_by_deciders_and_by_who_leads(scene: Scene, grade: str) -> None:
    graded(scene, grade)
    scene.now = scene.now.replace(minute=31)
    scene.tick()
    for user in EVERYBODY:
        before = len(scene.incident().history)
        reply = scene.presses(user, "decide_yes" if before % 2 else "decide_no", "1/media")
        allowed = user in DECIDERS[grade] | {COMMAND[grade]}
        if user in CONCERNED:
            assert refused(reply) == ("" if allowed else "deciding_role_needed"), user
        else:
            assert refused(reply) == "not_found"


@pytest.mark.parametrize("user", [HR, STRANGER])
def test_a_crisis_is_not_even_named_to_those_not_concerned(scene: Scene, user: str) -> None:
    graded(scene, "orange")
    for asked in (
        "status 1",
        "grade 1",
        "tasks 1",
        "checklist 1",
        "close 1",
        "reopen 1",
        "list",
        "status",
        "",
    ):
        reply = scene.says(user, f"/crisis {asked}")
        assert reply.form is None
        assert reply.card is not None
        assert "刹车" not in text(reply.card), asked


def test_whoever_is_called_belongs_to_it_from_then_on(scene: Scene) -> None:
    graded(scene, "green")
    assert refused(scene.presses("U07", "status")) == "not_found"
    form = scene.presses(PR, "regrade").form
    assert form is not None
    scene.sends(PR, form, grade="orange", reason="记者来电")
    assert refused(scene.presses("U07", "status")) == ""


def test_a_form_opened_by_somebody_else_is_judged_by_who_sends_it(scene: Scene) -> None:
    """A form that was handed over, or forged, gives nobody a right they do not have."""
    graded(scene, "orange")
    form = scene.presses(PR, "close").form
    assert form is not None
    assert refused(scene.sends(SPOKESPERSON, form, reason="误报")) == "deciding_role_needed"
    assert refused(scene.sends(HR, form, reason="误报")) == "not_found"
    assert scene.incident().open


def test_of_a_closed_crisis_only_those_concerned_learn_that_it_is_closed(scene: Scene) -> None:
    graded(scene, "orange")
    form = scene.presses(PR, "close").form
    assert form is not None
    scene.sends(PR, form, reason="误报")
    assert refused(scene.presses(HR, "reopen")) == "not_found"
    assert scene.presses(SPOKESPERSON, "reopen").form is not None
