"""A crisis is closed too soon, its room archived, and comes back two days later."""

from __future__ import annotations

from tests.makers import at
from tests.scene import Scene, buttons, text


def test_closed_archived_and_back(scene: Scene) -> None:
    # 09:00  Orange; three of four answer.
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    for user in ("U07", "U09", "U05"):
        scene.presses(user, "on_it")

    # 09:03  Closed by the PR director, the room archived: silence.
    scene.at("+3 min")
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="客户确认系误会", archive=["archive"])
    assert scene.chat.archived == ["C1"]
    assert scene.incident().room == ""
    quiet = len(scene.chat.said)
    scene.at("+2 d")
    assert len(scene.chat.said) == quiet

    # The page nobody answered says that it is over.
    (page,) = [said for said in scene.posted("page/") if said.place == "he"]
    assert text(page.card).startswith("处置已结束，无需应答｜")

    # +2 d  Somebody presses an old button, and is offered the return.
    old = scene.presses("U07", "take", "1/first_inquiry_done")
    assert old.card is not None
    assert buttons(old.card) == ["reopen"]
    again = scene.presses("U07", "reopen").form
    assert again is not None
    scene.sends("U07", again, reason="另有两位车主反映同样问题")

    # A new room, everybody in it, and the clock where it stands: what was missed while it was closed is one message.
    incident = scene.incident()
    assert (incident.open, incident.room, incident.closed_because) == (True, "C2", "")
    assert set(scene.chat.members["C2"]) == set(incident.members)
    assert text(scene.posted("reopened/")[0].card).startswith("🟠 处置已重启｜")
    scene.tick()
    keys = [said.key for said in scene.chat.said.values() if said.place == "C2"]
    assert [key for key in keys if "checkpoint/" in key] == ["1/checkpoint/24h"]
    assert [key for key in keys if "update/" in key] == ["1/update/48h"]

    # It may be called late only where the bot was away; here it was closed.
    assert "补报" not in text(scene.posted("checkpoint/24h")[0].card)
    assert "补报" not in text(scene.posted("update/48h")[0].card)

    # The page that was open goes on to the next person.
    assert scene.incident().calls["service_manager"].person != "he"

    # Everything is on record, in order.
    kinds = [type(entry.event).__name__ for entry in scene.incident().history]
    assert kinds.index("Closed") < kinds.index("RoomArchived") < kinds.index("Reopened")
    assert kinds.count("RoomOpened") == 2


def test_twice_closed_and_twice_reopened_in_one_room(scene: Scene) -> None:
    scene.opens()
    for turn in (1, 2):
        scene.at(f"+{turn} min")
        form = scene.presses("U04", "close").form
        assert form is not None
        scene.sends("U04", form, reason=f"第{turn}次")
        back = scene.presses("U10", "reopen").form
        assert back is not None
        scene.sends("U10", back, reason=f"again {turn}")
    assert [said.place for said in scene.posted("closed/")] == ["C1", "C1"]
    assert [said.place for said in scene.posted("reopened/")] == ["C1", "C1"]
    assert "第1次" in text(scene.posted("closed/")[0].card)
    scene.at("+5 min")
    assert len(scene.posted("checkpoint/5min")) == 1


def test_checkpoints_that_pass_while_it_is_closed_are_not_rung(scene: Scene) -> None:
    scene.opens()
    scene.at("+6 min")
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="误报")
    scene.at("+3 h")
    assert scene.incident().reached == {"5min": at("+5 min")}
    assert scene.run(lambda work: work.incidents.earliest_due()) is None
