"""The bot is gone, and the room hears of its times all the same; it is there, and nobody notices the net."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.chat import ChatError, Form
from bot.store import make_engine
from tests.databases import empty_sqlite
from tests.makers import at
from tests.memory_chat import Said
from tests.scene import Scene, text

CHECKPOINTS = ["5min", "15min", "30min", "60min", "4h", "24h"]


def a_red_crisis(scene: Scene) -> None:
    """Opened, graded, everybody on it, within the first minute."""
    scene.opens()
    scene.answers("U15", views="500", injury="injury", severity="S4", control="C2")
    for user in ("U01", "U02", "U03", "U04", "U05", "U06", "U07", "U10", "U11"):
        scene.presses(user, "on_it")


def backups(scene: Scene) -> list[Said]:
    """What the platform has posted by itself, in the order in which it came."""
    return [said for said in scene.chat.said.values() if said.key.startswith("left:")]


def names(scene: Scene) -> list[str]:
    """Of which times the platform has reminded the room."""
    return [said.key.split("-", 3)[-1] for said in backups(scene)]


def waiting(scene: Scene) -> dict[str, datetime]:
    """What lies with the platform, and when it would be posted."""
    return {each.ref.split("-", 3)[-1]: each.at for each in scene.chat.waiting.values()}


def close(scene: Scene, **fields: Any) -> None:
    """By somebody who may."""
    scene.sends("U04", _form(scene, "U04", "close"), reason="已处置完毕", **fields)


def test_down_for_a_day_the_room_hears_of_every_checkpoint_in_order(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.asleep_until("+25 h")

    room = [said for said in scene.chat.said.values() if said.place == "C1"]
    assert names(scene) == CHECKPOINTS
    assert {said.place for said in backups(scene)} == {"C1"}
    times = ("09:05", "09:15", "09:30", "10:00", "13:00", "3月3日 09:00")
    for said, due in zip(backups(scene), times, strict=True):
        assert "自动备用提醒" in text(said.card)
        assert f"（{due}）已到，机器人未确认" in text(said.card)

    # Back again, it tells once what was missed, as late, after all that the platform had said.
    told = [said for said in room if "/checkpoint/" in said.key]
    assert [said.key for said in told] == ["1/checkpoint/24h"]
    assert text(told[0].card).count("补报") == 6
    assert room.index(told[0]) > room.index(backups(scene)[-1])
    assert list(waiting(scene)) == [f"update-{hours}h" for hours in (28, 32, 36, 40, 44, 48)]
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_on_a_healthy_day_nobody_ever_sees_one_and_nothing_stays_when_it_is_closed(scene: Scene) -> None:
    a_red_crisis(scene)
    assert waiting(scene) == {
        "5min": at("+8 min"),
        "15min": at("+18 min"),
        "30min": at("+33 min"),
        "60min": at("+63 min"),
        "4h": at("+243 min"),
        "24h": at("+1443 min"),
    }
    scene.at("+24 h")
    assert list(waiting(scene)) == [f"update-{hours}h" for hours in (28, 32, 36, 40, 44, 48)]
    close(scene)
    assert waiting(scene) == {}
    scene.at("+10 d")
    assert names(scene) == []


def test_to_the_final_report_there_is_never_one_too_many(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+121 d")
    assert (names(scene), waiting(scene)) == ([], {})
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_back_within_three_minutes_it_tells_late_and_nobody_sees_the_backup(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+14 min")
    scene.asleep_until("+16.9 min")
    assert [said.key for said in scene.posted("checkpoint/")] == ["1/checkpoint/5min", "1/checkpoint/15min"]
    scene.at("+29 min")
    assert names(scene) == []


def test_back_in_its_last_minute_both_are_read_and_nothing_is_tried_in_vain(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+14 min")
    scene.asleep_until("+17.5 min")
    scene.at("+29 min")
    assert names(scene) == ["15min"]
    assert not [key for key in keys(scene, "1/net/") if "15min" in key and key.endswith("/told")]


def keys(scene: Scene, beginning: str) -> list[str]:
    """Of all sends, whatever became of them."""
    listed = scene.run(
        lambda work: work.outbox.listed("pending", "claimed", "sent", "cancelled", "superseded", "dead")
    )
    return [one.key for one in listed if one.key.startswith(beginning)]


def test_the_backup_stays_until_the_bot_has_really_spoken(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+14 min")
    scene.chat.failures["post"] = [ChatError("fatal_error")] * 2
    scene.at("+15 min")
    assert "15min" in waiting(scene)
    scene.at("+16 min")
    assert [said.key for said in scene.posted("checkpoint/15min")] == ["1/checkpoint/15min"]
    assert "15min" not in waiting(scene)


def test_while_messages_are_refused_the_platform_reminds_the_room(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+14 min")
    scene.chat.failures["post"] = [ChatError("fatal_error", retry_after=60.0)] * 5
    scene.at("+25 min")
    assert names(scene) == ["15min"]
    assert [said.key for said in scene.posted("checkpoint/15min")] == ["1/checkpoint/15min"]
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_what_is_refused_for_good_is_told_by_the_platform_and_no_row_is_stuck(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+14 min")
    scene.chat.failures["post"] = [ChatError("msg_blocked", permanent=True)]
    scene.at("+19 min")
    assert scene.posted("checkpoint/15min") == []
    assert names(scene) == ["15min"]
    assert set(scene.outbox()) == {"sent", "cancelled", "dead"}


def test_a_lost_answer_leaves_no_second_one(scene: Scene) -> None:
    scene.chat.lost["leave"] = [ChatError("connection_lost", in_doubt=True)] * 3
    a_red_crisis(scene)
    scene.at("+1 min")
    assert list(waiting(scene)) == CHECKPOINTS
    scene.at("+24 h")
    assert names(scene) == []


def test_an_earlier_time_zero_moves_what_was_left(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.sends("U04", _form(scene, "U04", "details"), time_zero=at("-10 min"))
    scene.tick()
    assert {name: when for name, when in waiting(scene).items() if name in CHECKPOINTS} == {
        "15min": at("+8 min"),
        "30min": at("+23 min"),
        "60min": at("+53 min"),
        "4h": at("+233 min"),
        "24h": at("+1433 min"),
    }
    scene.at("+24 h")
    assert names(scene) == []


def test_closed_by_mistake_and_reopened_it_is_covered_again(scene: Scene) -> None:
    a_red_crisis(scene)
    close(scene)
    assert waiting(scene) == {}
    scene.sends("U04", _form(scene, "U04", "reopen"), reason="并非误报")
    assert list(waiting(scene)) == CHECKPOINTS
    scene.asleep_until("+1 h")
    assert names(scene) == ["5min", "15min", "30min"]


def test_the_next_room_gets_what_the_archived_one_had(scene: Scene) -> None:
    a_red_crisis(scene)
    close(scene, archive=["archive"])
    scene.sends("U04", _form(scene, "U04", "reopen"), reason="并非误报")
    scene.at("+1 min")
    rooms = {each.room for each in scene.chat.waiting.values()}
    assert (list(waiting(scene)), rooms) == (CHECKPOINTS, {scene.incident().room})
    assert scene.incident().room != "C1"


def test_in_a_hundred_healthy_crises_of_every_kind_nobody_sees_one(
    migrated_file: Path, tmp_path: Path
) -> None:
    """Goal R6, its other half: begun early or late, moved, closed, reopened; somebody is on each of them."""
    dice = Random(20261121)
    with Scene(make_engine(empty_sqlite(migrated_file, tmp_path))) as scene:
        for number in range(1, 101):
            scene.wait(timedelta(seconds=dice.randrange(30)))
            zero = scene.now - timedelta(minutes=dice.choice([0, 0, 7, 40, 300]))
            scene.sends("U15", _opening(scene), time_zero=zero)
            _something_happens(scene, dice, str(number))
        scene.wait(timedelta(hours=25))
        assert names(scene) == []
        incidents = [scene.incident(number) for number in range(1, 101)]
        rooms = Counter(each.room for each in scene.chat.waiting.values())
        assert rooms == {incident.room: 6 for incident in incidents if incident.open}
        assert 50 < len(rooms) < 100


def _opening(scene: Scene) -> Form:
    form = scene.says("U15", "/crisis open 刹车失灵").form
    assert form is not None
    return form


def _something_happens(scene: Scene, dice: Random, number: str) -> None:
    answers = _form(scene, "U15", "checklist", number)
    scene.sends("U15", answers, severity="S1", control="C1", views="10")
    scene.presses("U15", "on_it", number)
    deed = dice.choice(["nothing", "nothing", "details", "close", "reopen"])
    if deed == "details":
        moved = scene.now - timedelta(minutes=dice.randrange(400))
        scene.sends("U04", _form(scene, "U04", "details", number), time_zero=moved)
    elif deed in ("close", "reopen"):
        scene.sends("U04", _form(scene, "U04", "close", number), reason="误报")
        if deed == "reopen":
            scene.sends("U04", _form(scene, "U04", "reopen", number), reason="并非误报")


def _form(scene: Scene, user: str, name: str, number: str = "1") -> Form:
    form = scene.presses(user, name, number).form
    assert form is not None
    return form
