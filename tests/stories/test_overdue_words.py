"""Signed, and yet nobody can read it; out, and yet not everywhere; corrected, and the old one still stands."""

from __future__ import annotations

from tests.makers import at
from tests.publishing import PLAIN, drafts, edits, publishes, signs
from tests.scene import Scene, buttons, text
from tests.stories.test_promises import a_red_crisis

SIGNERS = ("U04", "U05", "U01")
ALL = ("site", "weibo", "wechat", "douyin", "kuaishou", "app_push", "community", "press", "internal")


def told(scene: Scene, name: str) -> list[tuple[str, str]]:
    """Who was told of what is overdue, and the headline."""
    return [(said.place, text(said.card).splitlines()[0]) for said in scene.posted(f"{name}/")]


def in_the_room(scene: Scene, key: str) -> str:
    """A card in the room, as it reads now."""
    return text(scene.posted(key)[0].card)


def test_from_the_signature_to_the_last_channel(scene: Scene) -> None:
    # 09:20  All have signed; 15 minutes later it stands nowhere yet.
    a_red_crisis(scene)
    scene.at("+20 min")
    drafts(scene, "first_statement", PLAIN)
    signs(scene, 1, *SIGNERS)
    assert "待发布：官网、微博" in in_the_room(scene, "statement/1")
    scene.at("+34 min")
    assert told(scene, "unpublished") == []
    scene.restart()
    scene.at("+35 min")
    assert told(scene, "unpublished") == [
        ("emma", "⏰ Signed, and not published yet · 维修次日刹车失灵，客户受伤")
    ]
    assert "已逾时，仍未发布：官网、微博" in in_the_room(scene, "statement/1")

    # 09:40  On two channels; an hour later the room's card and whoever speaks are told of the other seven.
    scene.at("+40 min")
    publishes(scene, 1, ["site", "weibo"])
    assert scene.incident().tasks["official_word_out"].state == "done"
    assert "待发布：微信公众号、抖音" in in_the_room(scene, "published/1/2")
    scene.at("+100 min")
    assert told(scene, "incomplete") == [
        ("emma", "⏰ Not published yet on 7 channels · 维修次日刹车失灵，客户受伤")
    ]
    assert "已逾时，仍未发布：微信公众号、抖音" in in_the_room(scene, "published/1/2")

    # 10:50  The rest follows, the form always beginning with the next one; the task is ticked off by itself.
    scene.at("+110 min")
    for channel in ALL[2:]:
        form = scene.presses("U09", "published", "1/1").form
        assert form is not None
        scene.sends("U09", form)
        assert channel in scene.incident().statements[1].published
    assert "未发布" not in in_the_room(scene, "statement/1")
    assert scene.incident().tasks["statement_on_every_channel"].state == "done"

    # 12:00  A correction is signed; half an hour later the old version still stands on eight of them.
    scene.at("+3 h")
    edits(scene, 1, f"{PLAIN}\n\n更正：轮胎亦无异常。", title="更正说明")
    signs(scene, 1, *SIGNERS)
    publishes(scene, 1, ["site"])
    scene.at("+210 min")
    assert [place for place, _ in told(scene, "outdated")] == ["wu"]
    assert told(scene, "outdated")[0][1].startswith("⏰ 微博、微信公众号")
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_what_is_recorded_in_time_reminds_nobody(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+20 min")
    drafts(scene, "first_statement", PLAIN)
    signs(scene, 1, *SIGNERS)
    publishes(scene, 1, ALL)
    scene.at("+3 h")
    assert told(scene, "unpublished") == told(scene, "incomplete") == told(scene, "outdated") == []


def test_a_withdrawn_text_is_asked_after_until_it_is_down(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+20 min")
    drafts(scene, "first_statement", PLAIN)
    signs(scene, 1, *SIGNERS)
    publishes(scene, 1, ["site"], user="U10")
    form = scene.presses("U04", "withdraw", "1/1").form
    assert form is not None
    scene.sends("U04", form, reason="有误")
    scene.at("+50 min")
    assert told(scene, "outdated") == [
        ("emma", "⏰ A withdrawn text is still out on Official site · 维修次日刹车失灵，客户受伤")
    ]


def test_whoever_speaks_is_reminded_every_four_hours_and_the_head_of_all_before_a_day_is_over(
    scene: Scene,
) -> None:
    a_red_crisis(scene)
    scene.at("+20 min")
    drafts(scene, "first_statement", PLAIN)
    signs(scene, 1, *SIGNERS)
    publishes(scene, 1, ["site"])
    scene.at("+230 min")
    word = scene.posted("next_word/")
    assert [(said.place, buttons(said.card)) for said in word] == [("emma", ["draft", "statements"])]
    assert text(word[0].card).startswith("⏰ Progress update due by 13:20")

    # The next word in time moves the next reminder; after a night without the bot there is one of each, not ten.
    drafts(scene, "progress_update", PLAIN)
    signs(scene, 2, *SIGNERS)
    publishes(scene, 2, ["site"])
    scene.at("+7 h")
    assert len(scene.posted("next_word/")) == 1
    scene.asleep_until("+23.5 h")
    assert [said.place for said in scene.posted("next_word/")] == ["emma", "emma"]
    assert [(said.key.split("/")[3], said.place) for said in scene.posted("executive/")] == [("60", "chen")]

    # Nobody has spoken: the room hears of it; then a letter is out, and the plan goes on without a word of it.
    scene.at("+24 h")
    assert [(said.key.split("/")[3], said.place) for said in scene.posted("executive/")][1:] == [
        ("0", "chen"),
        ("0", "C1"),
    ]
    assert "高管应已公开发声，尚无记录" in text(scene.posted("executive/")[-1].card)
    assert scene.incident().reminded["executive/red/0"] == at("+24 h")


def test_an_executives_letter_in_time_ends_it(scene: Scene) -> None:
    a_red_crisis(scene)
    drafts(scene, "executive_letter", PLAIN)
    signs(scene, 1, *SIGNERS)
    publishes(scene, 1, ["site"])
    scene.at("+25 h")
    assert scene.posted("executive/") == []
    assert scene.incident().tasks["executive_seen_or_heard"].state == "done"
