"""The grade: shown with every reason, raised by anybody at once, lowered by two."""

import pytest

from bot.chat import Form
from bot.crisis.events import CallsWithdrawn
from tests.makers import ENOUGH_FOR, happened
from tests.scene import Scene, buttons, text


def graded(scene: Scene, grade: str) -> None:
    """A crisis which its people have graded."""
    scene.opens()
    scene.answers("U15", **{name: str(value) for name, value in ENOUGH_FOR[grade].items()})
    assert scene.incident().grade == grade


def form(scene: Scene, user: str) -> Form:
    """The form for another grade."""
    asked = scene.presses(user, "regrade").form
    assert asked is not None
    return asked


def headline(reply) -> str:
    """The first line of what the person sees."""
    return text(reply.card or reply.done).splitlines()[0]


def test_the_card_has_colour_cell_reasons_pages_and_deadlines(scene: Scene) -> None:
    graded(scene, "orange")
    shown = scene.says("U04", "/crisis grade").card
    assert shown is not None
    assert shown.tone == "orange"
    assert text(shown).splitlines() == [
        "🟠 定级：橙色｜维修次日刹车失灵，客户受伤",
        "按信息清单定级（xu 填报）。",
        "依据",
        "1. 浏览量 2000，传播范围 L2。",
        "2. L2 × S3 × C2，矩阵定为橙色（预案明列）。",
        "呼叫",
        "📟 区域总监：sun，09:05 前应答",
        "📟 总部公关：wu，09:05 前应答",
        "📟 法务总监：zhao，09:05 前应答",
        "📟 服务中心经理：he，09:05 前应答",
        "首次联系客户：10:00 前",
        "拿不准，先上调。人人可上调，即时生效；下调须说明理由，并经第二人同意。",
    ]
    assert buttons(shown) == ["regrade", "checklist", "tasks"]


def test_before_the_first_grade_it_says_what_to_do(scene: Scene) -> None:
    scene.opens()
    reply = scene.says("U10", "/crisis grade")
    assert headline(reply) == "Not graded yet"
    assert buttons(reply.card) == ["checklist"]
    assert headline(scene.presses("U10", "regrade")) == "Not graded yet"


def test_anybody_in_the_room_raises_it_at_once_with_a_reason(scene: Scene) -> None:
    graded(scene, "green")
    reply = scene.sends("U09", form(scene, "U09"), grade="orange", reason="记者已致电")
    assert headline(reply) == "🟠 已上调至橙色"
    incident = scene.incident()
    assert (incident.grade, incident.verdict.cause, incident.verdict.reason) == (
        "orange",
        "raised",
        "记者已致电",
    )
    assert [said.place for said in scene.posted("page/")] == ["xu", "sun", "wu", "zhao", "he"]
    card = scene.posted("grade/")[-1].card
    assert "升至橙色（原绿色）" in text(card)
    assert "wu 上调，理由：记者已致电" in text(card)


def test_a_rise_calls_only_the_roles_that_were_not_called_before(scene: Scene) -> None:
    graded(scene, "orange")
    scene.presses("U05", "on_it")
    before = len(scene.posted("page/"))
    scene.sends("U04", form(scene, "U04"), grade="red", reason="伤者情况恶化")
    new = [said.place for said in scene.posted("page/")][before:]
    assert new == ["chen", "wang", "lin", "zhou", "liu", "zheng", "emma"]


def test_no_reason_keeps_the_form_open(scene: Scene) -> None:
    graded(scene, "green")
    reply = scene.sends("U09", form(scene, "U09"), grade="red", reason=" \u200b\n")
    assert reply.errors == {"reason": "请写明理由，将记入处置记录。"}
    assert scene.incident().grade == "green"


def test_lowering_asks_the_room_and_a_second_person_in_a_deciding_role_confirms(scene: Scene) -> None:
    graded(scene, "orange")
    reply = scene.sends("U15", form(scene, "U15"), grade="yellow", reason="客户已撤诉")
    assert headline(reply) == "已提出下调至黄色"
    assert scene.incident().grade == "orange"
    asked = scene.posted("lower/")[0]
    assert buttons(asked.card) == ["confirm_lower", "refuse_lower"]
    assert "首席执行官" in text(asked.card) or "CEO" in text(asked.card)

    assert scene.presses("U04", "confirm_lower", "1/yellow").card is None
    incident = scene.incident()
    assert (incident.grade, incident.verdict.asked_by, incident.gradings[-1].by) == ("yellow", "xu", "wang")
    assert buttons(asked.card) == []
    assert "降至黄色（原橙色）" in text(scene.posted("grade/")[-1].card)
    assert "xu 提出，wang 同意下调，理由：客户已撤诉" in text(scene.posted("grade/")[-1].card)


def test_who_asked_cannot_confirm(scene: Scene) -> None:
    graded(scene, "orange")
    scene.sends("U04", form(scene, "U04"), grade="green", reason="误报")
    assert headline(scene.presses("U04", "confirm_lower", "1/green")) == "须由另一位同事确认"
    assert scene.incident().grade == "orange"


def test_a_second_person_without_a_deciding_role_is_told_who_may(scene: Scene) -> None:
    graded(scene, "orange")
    scene.sends("U15", form(scene, "U15"), grade="green", reason="误报")
    reply = scene.presses("U10", "confirm_lower", "1/green")
    assert text(reply.card) == (
        "That takes a deciding role\nOne of these may: CEO, CMO, CTO, PR director, Legal director."
    )
    assert scene.incident().grade == "orange"


def test_a_refusal_keeps_the_grade_and_tells_the_room(scene: Scene) -> None:
    graded(scene, "orange")
    scene.sends("U15", form(scene, "U15"), grade="green", reason="误报")
    scene.presses("U05", "refuse_lower", "1/green")
    assert (scene.incident().grade, scene.incident().lowering) == ("orange", None)
    assert text(scene.posted("lower_refused/")[0].card) == "🟠 维持橙色\nzhao 不同意下调至绿色。"
    assert headline(scene.presses("U04", "confirm_lower", "1/green")) == "已没有待确认的下调"


def test_who_asked_may_take_the_wish_back(scene: Scene) -> None:
    graded(scene, "orange")
    scene.sends("U15", form(scene, "U15"), grade="green", reason="误报")
    scene.presses("U15", "refuse_lower", "1/green")
    assert scene.incident().lowering is None


def test_a_raise_on_a_form_opened_before_the_grade_rose_never_becomes_a_lowering(scene: Scene) -> None:
    """At yellow somebody chooses orange; meanwhile an injury makes it red. They wanted up, not down."""
    graded(scene, "yellow")
    stale = form(scene, "U09")
    scene.answers("U15", injury="injury")
    assert scene.incident().grade == "red"
    reply = scene.sends("U09", stale, grade="orange", reason="还在扩散")
    assert text(reply.done) == "未上调\n现行级别已是红色，不低于您所选的级别。"
    assert scene.incident().lowering is None


def test_new_answers_judge_again_and_the_card_keeps_how_it_came_about(scene: Scene) -> None:
    graded(scene, "yellow")
    scene.answers("U04", media="journalist_contacted")
    incident = scene.incident()
    assert [grading.verdict.grade for grading in incident.gradings] == ["yellow", "orange"]
    assert len(scene.posted("grade/")) == 2
    scene.answers("U04", attitude="angry", growth_per_hour="10%")
    assert len(scene.posted("grade/")) == 2, "the same grade is no new card"


@pytest.mark.parametrize("grade", ["purple", "", None])
def test_a_grade_that_is_none_says_the_page_is_old(scene: Scene, grade: str | None) -> None:
    graded(scene, "green")
    assert headline(scene.sends("U04", form(scene, "U04"), grade=grade, reason="x")) == "这个页面已过期"


def test_who_was_called_only_for_the_graver_grade_is_called_no_more(scene: Scene) -> None:
    graded(scene, "red")
    scene.presses("U05", "on_it")
    scene.sends("U04", form(scene, "U04"), grade="yellow", reason="虚惊一场")
    scene.presses("U05", "confirm_lower", "1/yellow")
    calls = scene.incident().calls
    assert {role: call.answered_by for role, call in calls.items()} == {
        "legal_director": "zhao",
        "service_manager": "",
        "regional_pr": "",
    }
    (page,) = scene.posted("page/liu")
    assert text(page.card).splitlines()[0] == "级别已下调，不再需要您应答｜维修次日刹车失灵，客户受伤"
    scene.at("+10 min")
    assert len(scene.posted("page/liu")) == 1
    (withdrawn,) = happened(scene.incident(), CallsWithdrawn)
    assert "customer_service_director" in withdrawn.roles
    assert "liu" in withdrawn.people


def test_a_grade_that_rises_again_calls_them_anew(scene: Scene) -> None:
    graded(scene, "red")
    scene.sends("U04", form(scene, "U04"), grade="yellow", reason="虚惊一场")
    scene.presses("U05", "confirm_lower", "1/yellow")
    scene.at("+1 min")
    scene.sends("U04", form(scene, "U04"), grade="red", reason="视频流出")
    assert scene.incident().calls["customer_service_director"].person == "liu"
    assert len(scene.posted("page/liu")) == 2
