"""The end of a crisis, and its return."""

import pytest

from bot.chat import Form, Reply
from tests.makers import at
from tests.scene import Scene, buttons, text


def form(scene: Scene, user: str, name: str = "close") -> Form:
    """The form that asks why."""
    asked = scene.presses(user, name).form
    assert asked is not None
    return asked


def headline(reply: Reply) -> str:
    """The first line of what the person sees."""
    card = reply.card or reply.done
    assert card is not None
    return text(card).splitlines()[0]


def test_closing_takes_a_reason_and_is_told_in_the_room(scene: Scene) -> None:
    scene.opens()
    scene.now = at("+80 min")
    reply = scene.sends("U04", form(scene, "U04"), reason="客户确认系误会，已删帖")
    assert headline(reply) == "处置已结束"
    assert reply.done is not None
    assert buttons(reply.done) == ["reopen"]
    incident = scene.incident()
    assert (incident.open, incident.closed_at, incident.closed_because) == (
        False,
        at("+80 min"),
        "客户确认系误会，已删帖",
    )
    told = text(scene.posted("closed/")[0].card)
    assert "wang 结束处置，理由：客户确认系误会，已删帖" in told
    assert "历时 1小时20分钟" in told
    assert buttons(scene.posted("state/")[0].card) == ["reopen", "status"]
    assert scene.chat.archived == []


def test_no_timer_runs_any_more(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", injury="injury")
    scene.sends("U04", form(scene, "U04"), reason="误报")
    said = len(scene.chat.said)
    scene.at("+2 d")
    assert len(scene.chat.said) == said


def test_the_room_is_archived_on_request_after_the_last_word(scene: Scene) -> None:
    scene.opens()
    scene.sends("U04", form(scene, "U04"), reason="误报", archive=["archive"])
    assert scene.chat.archived == ["C1"]
    assert len(scene.posted("closed/")) == 1


def test_a_reason_typed_after_the_verb_is_kept(scene: Scene) -> None:
    scene.opens()
    asked = scene.says("U04", "/crisis close 系误会").form
    assert asked is not None
    assert [item.value for item in asked.items if item.name == "reason"] == ["系误会"]


@pytest.mark.parametrize("reason", ["", None, " \n\t ", "\u200b\u202e"])
def test_without_a_reason_the_form_stays(scene: Scene, reason: str | None) -> None:
    scene.opens()
    reply = scene.sends("U04", form(scene, "U04"), reason=reason)
    assert reply.errors == {"reason": "请写明理由，将记入处置记录。"}
    assert scene.incident().open


def test_closing_takes_a_deciding_role_asked_again_when_the_form_is_sent(scene: Scene) -> None:
    """Between opening the form and sending it the grade may have risen over the person's head."""
    scene.opens()
    reply = scene.presses("U10", "close")
    assert headline(reply) == "That takes a deciding role"
    asked = form(scene, "U15")
    scene.answers("U06", injury="injury")
    assert headline(scene.sends("U15", asked, reason="误报")) == "您没有这项决定权"
    assert scene.incident().open


def test_a_second_close_says_it_is_closed(scene: Scene) -> None:
    scene.opens()
    late = form(scene, "U05")
    scene.sends("U04", form(scene, "U04"), reason="误报")
    assert headline(scene.sends("U05", late, reason="误报")) == "处置此前已结束"
    assert headline(scene.says("U05", "/crisis close 1")) == "处置此前已结束"


def test_reopening_takes_a_reason_and_any_member_may(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S1", control="C1")
    scene.sends("U04", form(scene, "U04"), reason="误报")
    scene.now = at("+2 d")
    asked = form(scene, "U10", "reopen")
    assert scene.sends("U10", asked, reason=" ").errors == {
        "reason": "Please give a reason; it goes on record."
    }
    reply = scene.sends("U10", asked, reason="Another owner came forward")
    assert headline(reply) == "🟡 Reopened"
    assert scene.incident().open
    assert "emma 重启处置，理由：Another owner came forward" in text(scene.posted("reopened/")[0].card)


def test_an_archived_room_is_replaced_and_everybody_comes_along(scene: Scene) -> None:
    scene.opens()
    members = scene.chat.members["C1"]
    scene.sends("U04", form(scene, "U04"), reason="误报", archive=["archive"])
    scene.sends("U04", form(scene, "U04", "reopen"), reason="又来了")
    incident = scene.incident()
    assert (incident.room, incident.archived) == ("C2", False)
    assert scene.chat.members["C2"] == members
    assert [said.place for said in scene.posted("state/")] == ["C1", "C2"]
    assert scene.posted("reopened/")[0].place == "C2"


def test_an_open_one_cannot_be_reopened(scene: Scene) -> None:
    scene.opens()
    assert headline(scene.presses("U10", "reopen")) == "It is open"
