"""Answering a page, passing it on, and pressing when there is nothing left to answer."""

from tests.makers import at
from tests.scene import Scene, buttons, text


def red(scene: Scene) -> None:
    """A red crisis: nine roles are called."""
    scene.opens()
    scene.answers("U15", views="500", injury="injury", severity="S4", control="C2")


def page_of(scene: Scene, person: str):
    """The person's page, the latest."""
    return [said for said in scene.posted("page/") if said.place == person][-1]


def test_a_page_says_what_for_which_role_and_until_when(scene: Scene) -> None:
    red(scene)
    card = page_of(scene, "emma").card
    assert card.tone == "red"
    assert buttons(card) == ["on_it", "pass_on"]
    lines = text(card).splitlines()
    assert lines[0] == "🔴 Red crisis: please answer · 维修次日刹车失灵，客户受伤"
    assert lines[1] == "You are needed as Spokesperson. Please answer by 09:03."
    assert "Injury or heavy loss: Somebody is injured" in lines
    assert "#" in lines[-1]


def test_on_it_is_shown_to_the_person_and_to_the_room_and_brings_the_tasks(scene: Scene) -> None:
    red(scene)
    assert scene.presses("U01", "on_it").card is None
    incident = scene.incident()
    assert (incident.calls["ceo"].answered_by, incident.calls["ceo"].answered_at) == ("chen", at("+0 min"))
    assert {name for name, task in incident.tasks.items() if task.owner == "chen"} == {
        "board_informed",
        "executive_seen_or_heard",
    }
    assert text(page_of(scene, "chen").card).startswith("✅ 您已到位｜")
    assert buttons(page_of(scene, "chen").card) == []
    answered = scene.posted("answered/")[0]
    assert text(answered.card).startswith("✅ 已有 1 人到位，8 人仍在呼叫\n✅ CEO：chen\n⏳ 公关总监：wang\n")
    assert "总指挥：chen" in text(scene.posted("state/")[0].card)


def test_the_grades_card_follows_who_is_called_and_who_answered(scene: Scene) -> None:
    red(scene)
    card = scene.posted("grade/")[0]
    assert "📟 CEO：chen，09:03 前应答" in text(card.card)
    scene.presses("U01", "on_it")
    assert "✅ CEO：chen 已到位" in text(card.card)
    scene.at("+3 min")
    assert "📟 法务总监：david，09:06 前应答" in text(card.card)


def test_who_is_called_is_invited(scene: Scene) -> None:
    red(scene)
    assert set(scene.chat.members["C1"]) >= {"chen", "lin", "zhou", "zheng", "sun"}


def test_passing_on_calls_the_deputy_at_once_and_says_so(scene: Scene) -> None:
    red(scene)
    scene.now = at("+1 min")
    scene.presses("U05", "pass_on")
    call = scene.incident().calls["legal_director"]
    assert (call.person, call.answer_by) == ("david", at("+4 min"))
    assert buttons(page_of(scene, "zhao").card) == ["on_it"], "one may still come back"
    assert text(page_of(scene, "zhao").card).splitlines()[1].startswith("您已转给 david")
    assert buttons(page_of(scene, "david").card) == ["on_it", "pass_on"]
    assert "zhao 已转交，现呼叫 david" in text(scene.posted("escalated/")[0].card)


def test_an_answer_ends_the_call_for_everybody_asked(scene: Scene) -> None:
    red(scene)
    scene.presses("U05", "pass_on")
    scene.presses("U14", "on_it")
    assert text(page_of(scene, "zhao").card).startswith("✅ 已有人到位，您无需应答｜")
    assert buttons(page_of(scene, "zhao").card) == []
    late = scene.presses("U05", "on_it")
    assert text(late.card) == "已有人到位\ndavid 已接手，您无需应答。"


def test_pressing_twice_changes_nothing_and_says_so(scene: Scene) -> None:
    red(scene)
    scene.presses("U01", "on_it")
    before = len(scene.incident().history)
    assert text(scene.presses("U01", "on_it").card).startswith("您已到位，无需重复应答")
    assert text(scene.presses("U01", "pass_on").card).startswith("您已到位，无需重复应答")
    assert len(scene.incident().history) == before


def test_who_was_not_called_is_told_how_to_help(scene: Scene) -> None:
    red(scene)
    assert (
        text(scene.presses("U09", "on_it").card) == "目前没有呼叫您\n如愿参与处置，可在任务清单中认领任务。"
    )


def test_an_answered_page_is_never_sent_again(scene: Scene) -> None:
    red(scene)
    for user in ("U01", "U02", "U03", "U04", "U05", "U06", "U07", "U10", "U11"):
        scene.presses(user, "on_it")
    sent = len(scene.posted("page/"))
    scene.at("+3 h")
    assert len(scene.posted("page/")) == sent == 9


def test_days_later_a_page_of_a_closed_crisis_says_it_is_over(scene: Scene) -> None:
    red(scene)
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="误报")
    assert text(page_of(scene, "chen").card).startswith("处置已结束，无需应答｜")
    scene.at("+3 d")
    reply = scene.presses("U01", "on_it")
    assert text(reply.card).startswith("处置已结束，未作改动")
    assert buttons(reply.card) == [] or buttons(reply.card) == ["reopen"]
