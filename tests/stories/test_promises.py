"""A sentence that commits us: found while drafting, confirmed by a person, chased until a later text tells of it."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.makers import at
from tests.publishing import PLAIN, PROMISING, dismisses, drafts, judges, publishes, signs
from tests.scene import Scene, buttons, text

FINDINGS = "我们将于7日内公布调查结果。"
NEXT = "下一次通报：3月2日13:00。"
DUE = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
"""Six in the evening in Shanghai, seven days after the text was written."""

CALLED = ("U01", "U02", "U03", "U04", "U05", "U06", "U07", "U10", "U11")


def a_red_crisis(scene: Scene) -> None:
    """Opened, graded, everybody on it, within the first minute."""
    scene.opens()
    scene.answers("U15", views="500", injury="injury", severity="S4", control="C2")
    for user in CALLED:
        scene.presses(user, "on_it")


def reminders(scene: Scene) -> list[tuple[str, str]]:
    """Who was reminded of the first promise at which stage, in order."""
    found = [
        said for said in scene.posted("promise/1/") if said.key.split("/")[3] in ("before", "due", "over")
    ]
    return [(said.key.split("/")[3], said.place) for said in found]


def first_line(scene: Scene, key: str) -> str:
    """The headline of the last message whose key contains this, as it reads now."""
    return text(scene.posted(key)[-1].card).splitlines()[0]


def test_a_promise_is_found_confirmed_chased_and_kept(scene: Scene) -> None:
    # 09:20  The draft says two things that read like promises; the card asks about each.
    a_red_crisis(scene)
    scene.at("+20 min")
    assert drafts(scene, "first_statement", PROMISING) == 1
    card = scene.posted("statement/1")[0].card
    assert "有 2 句像承诺，请逐句认定" in text(card)
    assert (FINDINGS in text(card), NEXT in text(card)) == (True, True)
    assert buttons(card).count("promise") == buttons(card).count("no_promise") == 2

    # One is, with its date read out of the sentence and whoever speaks as its owner; the other has a clock of its own.
    judges(scene, 1, FINDINGS)
    dismisses(scene, 1, NEXT)
    promise = scene.incident().promises[1]
    assert (promise.text, promise.due_at, promise.owner, promise.open) == (FINDINGS, DUE, "emma", False)
    assert "请逐句认定" not in text(scene.posted("statement/1")[0].card)
    assert [said.place for said in scene.posted("promise/1/owner")] == ["emma"]

    # 09:40  Only what is out is promised.
    signs(scene, 1, "U04", "U05", "U01")
    scene.at("+40 min")
    publishes(scene, 1, ["site", "weibo"])
    assert scene.incident().promises[1].given_at == at("+40 min")

    # A day before, and at its time, its owner is asked; from then on the room hears of it, each day.
    scene.at("+6 d")
    assert reminders(scene) == []
    scene.restart()
    scene.at("+6.4 d")
    assert reminders(scene) == [("before", "emma")]
    scene.asleep_until("+8.5 d")
    assert reminders(scene)[1:] == [("over", "emma"), ("over", "C1")]
    scene.at("+9.5 d")
    assert reminders(scene)[3:] == [("over", "emma"), ("over", "C1")]
    assert first_line(scene, "promise/1/over").startswith("🔴 承诺已到期，尚未兑现")

    # The next update begins with what was promised.
    form = scene.presses("U09", "draft", "1/progress_update/zh").form
    assert form is not None
    scene.sends("U09", form)
    assert "我们将于7日内公布调查结果（期限：3月9日 18:00）" in scene.incident().statements[2].latest.text

    # It tells the findings; the promise is linked to it, and nobody is asked any more.
    assert drafts(scene, "detailed_explanation", PLAIN) == 3
    signs(scene, 3, "U04", "U05", "U01")
    publishes(scene, 3, ["site"])
    form = scene.presses("U10", "promise_kept", "1/1").form
    assert form is not None
    scene.sends("U10", form)
    kept = scene.incident().promises[1]
    assert (kept.kept_in, kept.open) == (3, False)
    assert first_line(scene, "promise/1/kept").startswith("✅ 承诺已兑现")
    assert first_line(scene, "promise/1/over").startswith("✅ ")
    told = len(reminders(scene))
    scene.at("+12 d")
    assert len(reminders(scene)) == told
