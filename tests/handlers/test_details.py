"""What was said at the opening can be corrected, and only what was changed changes."""

from datetime import timedelta

from bot.chat import Form
from tests.makers import NINE, at
from tests.scene import Scene, text


def form(scene: Scene, user: str = "U04") -> Form:
    """The opening's questions, prefilled."""
    asked = scene.presses(user, "details").form
    assert asked is not None
    return asked


def test_a_correction_is_told_in_the_room_and_at_its_head(scene: Scene) -> None:
    scene.opens()
    scene.sends("U04", form(scene), what="维修次日转向失灵\n客户轻伤", type="A")
    incident = scene.incident()
    assert (incident.title, incident.what, incident.type) == (
        "维修次日转向失灵",
        "维修次日转向失灵\n客户轻伤",
        "A",
    )
    told = text(scene.posted("details/")[0].card)
    assert "wang 修改。" in told
    assert "标题：维修次日转向失灵" in told
    assert scene.chat.topics["C1"] == "⚪ 未定级｜维修次日转向失灵"
    assert "维修次日转向失灵" in text(scene.posted("state/")[0].card)


def test_an_earlier_time_zero_moves_every_time(scene: Scene) -> None:
    scene.opens()
    scene.sends("U04", form(scene), time_zero=at("-10 min"))
    assert scene.incident().time_zero == at("-10 min")
    scene.at("+6 min")
    assert [said.key for said in scene.posted("checkpoint/")] == ["1/checkpoint/5min", "1/checkpoint/15min"]


def test_saving_what_one_saw_says_nothing_to_anybody(scene: Scene) -> None:
    """The platform's picker knows whole seconds only; that is no correction."""
    scene.now = NINE + timedelta(milliseconds=417)
    scene.opens()
    before = len(scene.incident().history)
    shown = {item.name: item.value for item in form(scene).items}
    scene.sends("U04", form(scene), time_zero=shown["time_zero"].replace(microsecond=0))
    assert len(scene.incident().history) == before
    assert scene.posted("details/") == []


def test_an_empty_time_zero_leaves_it_as_it_was(scene: Scene) -> None:
    scene.opens(time_zero=at("-10 min"))
    scene.now = at("+2 min")
    scene.sends("U04", form(scene), time_zero=None, what="改了标题")
    assert scene.incident().time_zero == at("-10 min")


def test_a_long_text_survives_a_form_that_can_show_only_part_of_it(scene: Scene) -> None:
    long = "刹车失灵" * 1250
    scene.says("U15", f"/crisis now {long}")
    scene.sends("U04", form(scene), what=long[:3000], type="B")
    assert scene.incident().what == long
    assert scene.incident().type == "B"


def test_a_drill_may_turn_real(scene: Scene) -> None:
    scene.opens(drill="drill")
    scene.sends("U04", form(scene), drill="real")
    assert scene.incident().drill is False
    assert not scene.chat.topics["C1"].startswith("【演练】")


def test_what_cannot_be_is_told_beside_the_field(scene: Scene) -> None:
    scene.opens()
    reply = scene.sends("U10", form(scene, "U10"), what="  ", time_zero=at("+5 min"))
    assert reply.errors == {
        "what": "Say in a sentence what has happened.",
        "time_zero": "This cannot be later than now.",
    }
