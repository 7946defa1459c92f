"""Tasks: taken, ticked off, taken back, marked as not needed; in the room for all, in a list for one."""

import pytest

from bot.chat import Reply
from tests.makers import at
from tests.scene import Scene, buttons, text


def headline(reply: Reply) -> str:
    """The first line of what the person sees."""
    card = reply.card or reply.done
    assert card is not None
    return text(card).splitlines()[0]


def test_the_list_shows_every_task_by_checkpoint_with_its_button(scene: Scene) -> None:
    scene.opens()
    card = scene.says("U10", "/crisis tasks").card
    assert card is not None
    lines = text(card).splitlines()
    assert lines[0] == "Tasks: 35 open, 0 done"
    assert [line for line in lines if "by " in line and "min:" in line][:2] == [
        "5 min: facts gathered · by 09:05 (0/1 done)",
        "15 min: graded and started · by 09:15 (0/7 done)",
    ]
    assert set(buttons(card)) == {"take", "not_needed"}
    assert buttons(card)[-1] == "not_needed"


def test_the_card_in_the_room_shows_who_took_what(scene: Scene) -> None:
    scene.opens()
    assert scene.presses("U04", "take", "1/committee_told") == Reply()
    task = scene.incident().tasks["committee_told"]
    assert (task.owner, task.state) == ("wang", "open")
    card = scene.posted("tasks/")[0].card
    assert "▫️ 告知危机委员会：wang" in text(card)
    scene.presses("U04", "done", "1/committee_told")
    assert "✅ 告知危机委员会（wang，09:00）" in text(scene.posted("tasks/")[0].card)


def test_a_passing_list_is_drawn_anew_for_who_looks_at_it(scene: Scene) -> None:
    scene.opens()
    reply = scene.presses("U04", "take", "1/committee_told", passing=True)
    assert reply.replace
    assert reply.card is not None
    assert "告知危机委员会：wang" in text(reply.card)


def test_a_task_may_be_taken_over(scene: Scene) -> None:
    scene.opens()
    scene.presses("U04", "take", "1/committee_told")
    scene.presses("U09", "take", "1/committee_told")
    assert scene.incident().tasks["committee_told"].owner == "wu"


def test_a_tick_by_mistake_is_taken_back(scene: Scene) -> None:
    scene.opens()
    scene.presses("U04", "done", "1/basics_known")
    shown = scene.says("U04", "/crisis tasks").card
    assert shown is not None
    assert "undo" in buttons(shown)
    scene.presses("U04", "undo", "1/basics_known", passing=True)
    assert scene.incident().tasks["basics_known"].state == "open"


def test_pressing_done_twice_says_by_whom_it_was_done(scene: Scene) -> None:
    scene.opens()
    scene.presses("U04", "done", "1/basics_known")
    reply = scene.presses("U10", "done", "1/basics_known")
    assert reply.card is not None
    assert text(reply.card) == (
        "That task is settled already\nBy wang. If that was a slip, undo it in the task list."
    )
    assert buttons(reply.card) == ["tasks"]


def test_not_needed_takes_a_reason_which_is_kept_beside_it(scene: Scene) -> None:
    scene.opens()
    form = scene.presses("U04", "not_needed").form
    assert form is not None
    assert scene.sends("U04", form, task="third_party_asked", reason="  ").errors == {
        "reason": "请写明理由，将记入处置记录。"
    }
    reply = scene.sends("U04", form, task="third_party_asked", reason="原因已查明 <!channel>")
    assert headline(reply) == "已标记为无需办理"
    task = scene.incident().tasks["third_party_asked"]
    assert (task.state, task.by, task.reason) == ("not_needed", "wang", "原因已查明 <!channel>")


def test_the_form_offers_only_what_is_open(scene: Scene) -> None:
    scene.opens()
    scene.presses("U04", "done", "1/committee_told")
    form = scene.presses("U04", "not_needed").form
    assert form is not None
    offered = [option.value for option in form.items[0].options]
    assert "committee_told" not in offered
    assert len(offered) == 34


def test_what_somebody_else_did_meanwhile_is_not_marked_as_needless(scene: Scene) -> None:
    scene.opens()
    form = scene.presses("U10", "not_needed").form
    assert form is not None
    scene.presses("U04", "done", "1/committee_told")
    assert (
        headline(scene.sends("U10", form, task="committee_told", reason="x"))
        == "That task is settled already"
    )
    assert scene.incident().tasks["committee_told"].state == "done"


@pytest.mark.parametrize("name", ["take", "done", "undo"])
@pytest.mark.parametrize("value", ["1/no_such_task", "1/", "1/{{7*7}}"])
def test_a_task_that_is_not_there_says_to_look_at_the_list(scene: Scene, name: str, value: str) -> None:
    scene.opens()
    assert headline(scene.presses("U10", name, value)) == "That task is not there"


def test_when_all_is_done_there_is_nothing_to_mark(scene: Scene) -> None:
    scene.opens()
    for name in scene.incident().tasks:
        scene.presses("U04", "done", f"1/{name}")
    assert headline(scene.presses("U10", "not_needed")) == "No task is open"


def test_the_bot_ticks_off_what_it_sees_itself(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", severity="S1", control="C1", views="10")
    assert scene.incident().tasks["grade_posted"].state == "done"
    scene.presses("U15", "on_it")
    assert scene.incident().tasks["response_team_up"].state == "done"


def test_after_the_end_the_list_can_be_seen_and_not_changed(scene: Scene) -> None:
    scene.opens()
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="误报")
    shown = scene.says("U04", "/crisis tasks 1").card
    assert shown is not None
    assert buttons(shown) == ["status"]
    scene.now = at("+3 d")
    reply = scene.presses("U04", "take", "1/committee_told")
    assert headline(reply) == "处置已结束，未作改动"
    assert reply.card is not None
    assert buttons(reply.card) == ["reopen"]
