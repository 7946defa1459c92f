"""The committee's four questions at 30 minutes, answered by who may decide."""

from bot.chat import Reply
from tests.scene import Scene, buttons, text


def asked(scene: Scene, **answers: str) -> None:
    """A crisis at the deciding checkpoint."""
    scene.opens()
    scene.answers("U15", **(answers or {"views": "2000", "severity": "S3", "control": "C2"}))
    for user in ("U07", "U09", "U05", "U08"):
        scene.presses(user, "on_it")
    scene.at("+30 min")


def test_yes_and_no_are_recorded_and_shown_with_who_decided(scene: Scene) -> None:
    asked(scene)
    decisions = scene.posted("decisions")[0]
    assert text(decisions.card).splitlines()[0] == "请决定：4 个事项待定"
    assert buttons(decisions.card) == ["decide_yes", "decide_no"] * 4
    assert scene.presses("U04", "decide_yes", "1/first_statement") == Reply()
    scene.presses("U05", "decide_no", "1/media")
    taken = {name: (one.yes, one.by) for name, one in scene.incident().decisions.items()}
    assert taken == {"first_statement": (True, "wang"), "media": (False, "zhao")}
    assert text(decisions.card).splitlines()[0] == "请决定：2 个事项待定"
    assert "✅ 是（wang，09:30）" in text(decisions.card)
    assert "🚫 否（zhao，09:30）" in text(decisions.card)


def test_a_decision_may_be_changed_and_both_are_kept(scene: Scene) -> None:
    asked(scene)
    scene.presses("U04", "decide_yes", "1/lawyers")
    scene.presses("U04", "decide_no", "1/lawyers")
    assert scene.incident().decisions["lawyers"].yes is False
    kept = [entry.event.yes for entry in scene.incident().history if type(entry.event).__name__ == "Decided"]
    assert kept == [True, False]


def test_the_same_answer_again_changes_nothing(scene: Scene) -> None:
    asked(scene)
    scene.presses("U04", "decide_yes", "1/lawyers")
    before = len(scene.incident().history)
    scene.presses("U05", "decide_yes", "1/lawyers")
    assert len(scene.incident().history) == before


def test_all_four_tick_off_the_task(scene: Scene) -> None:
    asked(scene)
    for question in ("first_statement", "technical_inquiry", "lawyers", "media"):
        scene.presses("U04", "decide_no", f"1/{question}")
    assert scene.incident().tasks["decisions_taken"].state == "done"


def test_whoever_is_in_command_may_decide_without_a_deciding_role(scene: Scene) -> None:
    """Orange is led by the regional director, who is no decider of orange."""
    asked(scene)
    assert scene.presses("U07", "decide_yes", "1/media") == Reply()
    assert scene.incident().decisions["media"].by == "sun"


def test_others_are_told_who_may(scene: Scene) -> None:
    asked(scene)
    reply = scene.presses("U10", "decide_yes", "1/media")
    assert reply.card is not None
    assert text(reply.card) == (
        "That takes a deciding role\nOne of these may: CEO, CMO, CTO, PR director, Legal director."
    )
    assert scene.incident().decisions == {}


def test_what_has_not_been_asked_cannot_be_answered(scene: Scene) -> None:
    scene.opens()
    reply = scene.presses("U04", "decide_yes", "1/media")
    assert reply.card is not None
    assert text(reply.card).startswith("这一事项尚未提请决定")
