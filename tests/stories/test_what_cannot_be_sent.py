"""What the platform refuses for good is told once, to whoever can do something about it."""

from __future__ import annotations

import pytest

from bot.chat import ChatError
from bot.crisis.events import SendGivenUp
from tests.makers import happened
from tests.scene import Scene, buttons, text


@pytest.fixture
def crisis(scene: Scene) -> Scene:
    """Orange, and two are on it."""
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+1 min").presses("U09", "on_it")
    scene.at("+1 min").presses("U07", "on_it")
    return scene


def refuses(scene: Scene, method: str, code: str, times: int = 99) -> None:
    scene.chat.failures[method] = [ChatError(code, permanent=True) for _ in range(times)]


def test_a_room_that_somebody_archived_is_told_to_those_at_work_once(crisis: Scene) -> None:
    # 09:02  Somebody archives the room by hand; nothing more can be said in it.
    refuses(crisis, "post", "is_archived")
    crisis.at("+16 min")

    # Whoever answered hears it directly, once, with what to do; nobody else does.
    told = crisis.posted("given_up/")
    assert [said.place for said in told] == ["sun", "wu"]
    assert text(told[0].card).splitlines()[:2] == [
        "❗ 机器人无法在危机群内发言｜维修次日刹车失灵，客户受伤",
        "原因：危机群已被归档。计时、定级和呼叫照常进行，但提醒和通报进不了群。",
    ]
    assert buttons(told[0].card) == ["tasks", "status"]

    # 10:00  More is refused meanwhile, and nobody is told again.
    crisis.at("+1 h")
    assert len(crisis.posted("given_up/")) == 2
    assert len(happened(crisis.incident(), SendGivenUp)) > 3

    # Somebody mends the room, and an operator has everything sent again.
    crisis.chat.failures.clear()
    dead = crisis.run(lambda work: work.outbox.listed("dead"))
    for row in dead:
        assert crisis.run(lambda work, row=row: work.outbox.retry(row.id))
    crisis.deliver()
    assert crisis.run(lambda work: work.outbox.listed("dead")) == []
    assert len(crisis.posted("checkpoint/15min")) == 1


def test_people_who_cannot_be_written_to_are_named_in_one_message(crisis: Scene) -> None:
    # 09:25  Reminders before the half hour: none of them can be delivered.
    refuses(crisis, "direct", "messages_tab_disabled")
    crisis.at("+27 min")

    (notice,) = crisis.posted("given_up/")
    assert notice.place == crisis.incident().room
    lost = [event.people for event in happened(crisis.incident(), SendGivenUp)]
    assert len(lost) > 1
    assert text(notice.card).splitlines()[:2] == [
        "❗ 未能发送私信",
        "、".join(dict.fromkeys(person for people in lost for person in people))
        + "：机器人未开启私信功能。请直接打电话联系本人。",
    ]


def test_that_nobody_can_be_told_is_left_to_the_operator(crisis: Scene) -> None:
    refuses(crisis, "post", "account_inactive")
    refuses(crisis, "direct", "account_inactive")
    crisis.at("+6 min")

    assert crisis.posted("given_up/") == []
    dead = [row.key for row in crisis.run(lambda work: work.outbox.listed("dead"))]
    assert any("/given_up/" in key for key in dead)


def test_a_card_that_was_deleted_is_told_once_a_day(crisis: Scene) -> None:
    refuses(crisis, "update", "message_not_found", times=999)
    crisis.at("+4 h")
    assert [said.place for said in crisis.posted("given_up/")] == [crisis.incident().room]

    crisis.at("+30 h")
    assert len(crisis.posted("given_up/")) == 2
