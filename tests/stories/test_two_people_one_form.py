"""Several people fill in one checklist in the same five minutes, each on a phone, none in turn."""

from __future__ import annotations

from typing import Any

from bot.chat import Form
from tests.scene import Scene, text


def opened(scene: Scene, user: str, value: str = "1") -> Form:
    """The form as this person sees it."""
    form = scene.presses(user, "checklist", value).form
    assert form is not None
    return form


def test_four_people_one_list(scene: Scene) -> None:
    scene.opens()

    # 09:01  All four open it, each still empty.
    scene.at("+1 min")
    service, legal, pr, spokesperson = (opened(scene, user) for user in ("U06", "U05", "U09", "U10"))

    # 09:02  They save in turn what each knows; nobody's form shows the others' answers.
    scene.sends("U06", service, contact="yes", attitude="angry", history="老客户", customer_known="yes")
    scene.sends("U05", legal, injury="none", evidence=["video"], complaint="要求退一赔三")
    scene.sends("U09", pr, views="8万", platform=["douyin", "weibo"], mood="hostile", media="self_media")
    scene.sends("U10", spokesperson, followers="3万", organised="no", unknown=["growth_per_hour"])
    answers = scene.incident().answers
    assert answers == {
        "contact": "yes",
        "attitude": "angry",
        "history": "老客户",
        "customer_known": "yes",
        "injury": "none",
        "evidence": ["video"],
        "complaint": "要求退一赔三",
        "views": 80000,
        "platform": ["weibo", "douyin"],
        "mood": "hostile",
        "media": "self_media",
        "followers": 30000,
        "organised": "no",
        "growth_per_hour": "unknown",
    }

    # 09:03  Only one item is left, and the list says which.
    assert [item.name for item in scene.incident().checklist.unanswered()] == ["published_at"]
    scene.at("+5 min")
    assert text(scene.posted("nudge")[0].card).splitlines()[0] == "信息清单还差 1 项"

    # 09:06  The last one completes it; the reminder in the room follows.
    group = opened(scene, "U15", "1/spread")
    scene.sends("U15", group, unknown=["published_at"])
    assert scene.incident().checklist.complete
    assert text(scene.posted("nudge")[0].card).splitlines()[0] == "信息清单已填完"


def test_two_answers_to_one_question_keep_the_first_and_tell_the_second(scene: Scene) -> None:
    scene.opens()
    mine, theirs = opened(scene, "U10"), opened(scene, "U06")
    scene.sends("U06", theirs, injury="injury", views="900")
    reply = scene.sends("U10", mine, injury="none", views="900", mood="mixed")
    assert scene.incident().answers == {"injury": "injury", "views": 900, "mood": "mixed"}
    assert scene.incident().grade == "red"
    assert reply.done is not None
    told = text(reply.done)
    assert "Somebody is injured" in told
    assert "None" in told
    assert "900" not in told, "the same answer is no conflict"


def test_whoever_looks_again_may_correct_it_with_open_eyes(scene: Scene) -> None:
    scene.opens()
    mine, theirs = opened(scene, "U10"), opened(scene, "U06")
    scene.sends("U06", theirs, views="9万")
    scene.sends("U10", mine, views="900")
    scene.sends("U10", opened(scene, "U10"), views="900")
    assert scene.incident().answers == {"views": 900}


def test_one_person_on_two_devices_is_not_another_person(scene: Scene) -> None:
    scene.opens()
    phone, desk = opened(scene, "U10"), opened(scene, "U10")
    scene.sends("U10", phone, views="900")
    scene.sends("U10", desk, views="1200")
    assert scene.incident().answers == {"views": 1200}


def test_a_save_that_was_delivered_twice_is_one_entry(scene: Scene) -> None:
    scene.opens()
    form = opened(scene, "U10")
    first = scene.sends("U10", form, key="view:V1:h", views="900")
    assert scene.sends("U10", form, key="view:V1:h", views="900") == first
    kinds: list[Any] = [type(entry.event).__name__ for entry in scene.incident().history]
    assert kinds.count("Answered") == 1


def test_a_grade_given_meanwhile_is_not_undone_by_an_older_form(scene: Scene) -> None:
    scene.opens()
    stale = opened(scene, "U06")
    scene.answers("U05", severity="S4", control="C3", injury="injury")
    scene.sends("U06", stale, severity="S1", control="C1", views="200")
    incident = scene.incident()
    assert (incident.grade, incident.lowering) == ("red", None)
    assert incident.answers["severity"] == "S4"
