"""The five-minute checklist: half-done is fine, several hands are fine, and no hand undoes another."""

import pytest

from bot.chat import Form
from bot.crisis.checklist import ITEMS
from tests.makers import at
from tests.scene import Scene, buttons, text


def opened(scene: Scene, user: str) -> Form:
    """The form as this person sees it now."""
    form = scene.presses(user, "checklist").form
    assert form is not None
    return form


def values(form: Form) -> dict[str, object]:
    """What the form shows, without what is empty."""
    return {item.name: item.value for item in form.items if getattr(item, "value", None)}


def said(reply) -> str:
    """The last page of a form."""
    assert reply.done is not None, reply
    return text(reply.done)


def test_the_button_opens_all_fifteen_items_or_one_group(scene: Scene) -> None:
    scene.opens()
    names = [item.name for item in opened(scene, "U04").items if hasattr(item, "kind")]
    assert names == [
        *(item.name for item in ITEMS),
        "severity",
        "control",
        "unsure",
        "flags",
        "comments",
        "type",
        "unknown",
    ]
    one = scene.presses("U04", "checklist", "1/customer").form
    assert one is not None
    assert [item.name for item in one.items if hasattr(item, "kind")] == [
        "contact",
        "history",
        "attitude",
        "unknown",
    ]


def test_half_of_it_is_saved_and_counted(scene: Scene) -> None:
    scene.opens()
    reply = scene.answers("U15", views="1.2万", platform=["douyin"], injury="none")
    assert said(reply).startswith("已保存，尚未定级\n选定严重程度和可控程度，即可定级。信息清单还差 12 项。")
    assert buttons(reply.done) == ["checklist"]
    assert scene.incident().answers == {"views": 12000, "platform": ["douyin"], "injury": "none"}
    (state,) = scene.posted("state/")
    assert "已知 3/15，待填 12" in text(state.card)


def test_the_next_person_sees_what_is_known_and_adds_to_it(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="8000", complaint="要求退车")
    form = opened(scene, "U06")
    assert values(form) == {"views": "8000", "complaint": "要求退车"}
    scene.sends("U06", form, contact="yes", attitude="angry")
    assert scene.incident().answers == {
        "views": 8000,
        "complaint": "要求退车",
        "contact": "yes",
        "attitude": "angry",
    }
    assert [entry.by for entry in scene.incident().history if type(entry.event).__name__ == "Answered"] == [
        "xu",
        "liu",
    ]


def test_saving_what_one_saw_records_nothing(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="8000", growth_per_hour="62.5%", published_at=at("-1 h"), flags=["vulnerable"])
    before = len(scene.incident().history)
    reply = scene.answers("U06")
    assert said(reply).startswith("已保存")
    assert len(scene.incident().history) == before


def test_severity_and_control_give_the_grade_and_call_its_roles(scene: Scene) -> None:
    scene.opens()
    reply = scene.answers("U15", views="500", injury="injury", severity="S4", control="C2")
    assert said(reply).startswith("🔴 已保存，现行级别：红色")
    assert scene.incident().grade == "red"
    assert [message.place for message in scene.posted("page/")] == [
        "chen",
        "wang",
        "zhao",
        "lin",
        "zhou",
        "liu",
        "zheng",
        "emma",
        "sun",
    ]
    assert len(scene.posted("grade/")) == 1
    assert scene.chat.topics["C1"] == "🔴 红色｜维修次日刹车失灵，客户受伤"


def test_a_rule_alone_is_enough_for_a_grade(scene: Scene) -> None:
    """An injury is red whatever nobody has judged yet."""
    scene.opens()
    scene.answers("U15", injury="injury")
    assert scene.incident().grade == "red"


def test_not_sure_counts_one_level_higher_and_is_told(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="20000", severity="S2", control="C2", unsure=["severity"])
    incident = scene.incident()
    assert (incident.grade, incident.verdict.severity) == ("orange", "S3")
    assert incident.verdict.reasons[0][0] == "level_unsure"


def test_unknown_is_an_answer_and_completes_the_list(scene: Scene) -> None:
    scene.opens()
    reply = scene.answers("U15", views="未知", unknown=[item.name for item in ITEMS if item.name != "views"])
    assert "尚未定级" in said(reply)
    assert scene.incident().checklist.complete
    assert scene.incident().tasks["checklist_filled"].state == "done"
    assert values(opened(scene, "U04"))["unknown"] == [item.name for item in ITEMS]


def test_what_was_unknown_can_be_answered_later(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", unknown=["views", "media"])
    scene.answers("U09", views="3万")
    assert scene.incident().answers == {"views": 30000, "media": "unknown"}


def test_everything_wrong_is_told_at_once_and_nothing_is_saved(scene: Scene) -> None:
    scene.opens()
    reply = scene.answers("U10", views="many", followers="-5", published_at=at("+1 min"), attitude="angry")
    assert reply.errors == {
        "views": 'That is no figure I can read. Write 8,000, 12k or 1.2m; or "unknown".',
        "followers": "This cannot be below zero.",
        "published_at": "This cannot be later than now.",
    }
    assert scene.incident().answers == {}


def test_a_stale_form_never_overwrites_what_somebody_answered_meanwhile(scene: Scene) -> None:
    scene.opens()
    stale = opened(scene, "U10")
    scene.answers("U06", views="50万", media="mainstream")
    reply = scene.sends("U10", stale, views="20000", contact="yes")
    assert scene.incident().answers == {"views": 500000, "media": "mainstream", "contact": "yes"}
    assert 'Views: liu answered "500,000" meanwhile, and that stands; your "20,000" was not saved.' in said(
        reply
    )
    assert buttons(reply.done)[0] == "checklist"


def test_a_stale_form_leaves_boxes_ticked_that_others_ticked(scene: Scene) -> None:
    """The stale form shows them empty; to send it says nothing about them."""
    scene.opens()
    stale = opened(scene, "U06")
    scene.answers("U04", flags=["vulnerable"], severity="S1", control="C1", unsure=["control"])
    assert scene.incident().grade == "orange"
    reply = scene.sends("U06", stale, contact="yes")
    incident = scene.incident()
    assert (incident.answers["vulnerable"], incident.answers["control_unsure"]) == (True, True)
    assert incident.lowering is None
    assert "vulnerable" not in said(reply)


def test_a_stale_form_marks_nothing_unknown_that_somebody_knows(scene: Scene) -> None:
    scene.opens()
    stale = opened(scene, "U06")
    scene.answers("U04", views="30000")
    scene.sends("U06", stale, unknown=["views", "mood"])
    assert scene.incident().answers == {"views": 30000, "mood": "unknown"}


def test_a_known_answer_replaces_an_unknown_of_meanwhile(scene: Scene) -> None:
    scene.opens()
    stale = opened(scene, "U06")
    scene.answers("U04", unknown=["views"])
    scene.sends("U06", stale, views="30000")
    assert scene.incident().answers["views"] == 30000


def test_who_opens_the_form_again_may_change_another_persons_answer(scene: Scene) -> None:
    scene.opens()
    scene.answers("U06", views="50万")
    scene.answers("U10", views="60万")
    assert scene.incident().answers["views"] == 600000


def test_a_box_one_saw_ticked_can_be_cleared(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", flags=["vulnerable"])
    scene.answers("U04", flags=[])
    assert scene.incident().answers["vulnerable"] is False


def test_an_answer_left_blank_takes_nothing_away(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", complaint="要求退车", injury="injury")
    scene.answers("U04", complaint=None, injury=None)
    assert (scene.incident().answers["complaint"], scene.incident().answers["injury"]) == (
        "要求退车",
        "injury",
    )


def test_answers_that_would_lower_the_grade_only_ask(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="500", injury="injury", severity="S4", control="C2")
    scene.answers("U15", injury="none", severity="S1", control="C1")
    incident = scene.incident()
    assert incident.grade == "red"
    assert (incident.lowering.to, incident.lowering.by_answers) == ("green", True)
    assert len(scene.posted("lower/")) == 1


def test_a_form_sent_after_the_close_keeps_its_answers_and_may_be_sent_again(scene: Scene) -> None:
    scene.opens()
    form = opened(scene, "U10")
    closing = scene.presses("U04", "close").form
    scene.sends("U04", closing, reason="误报")
    late = scene.sends("U10", form, key="view:V9", views="20000")
    assert late.errors == {
        "": "Closed meanwhile, so nothing was saved. Your answers are still here; submit again once it is reopened."
    }
    again = scene.presses("U04", "reopen").form
    scene.sends("U04", again, reason="又有人反映")
    scene.sends("U10", form, key="view:V9", views="20000")
    assert scene.incident().answers == {"views": 20000}


@pytest.mark.parametrize("typed", ["checklist", "清单", "checklist 1"])
def test_typing_opens_it_as_well(scene: Scene, typed: str) -> None:
    scene.opens()
    form = scene.says("U15", f"/crisis {typed}").form
    assert form is not None
    assert form.name == "checklist"
