"""One crisis on two platforms: its room is where it was opened, and whoever is only on the other answers there."""

from __future__ import annotations

import re
from pathlib import Path

from bot.chat import Card
from bot.crisis.events import PageAnswered
from tests.local_scene import LocalScene
from tests.makers import at, happened
from tests.scene import buttons, text

RED = {"views": "500", "injury": "injury", "severity": "S4", "control": "C2"}
UNGRADED = "⚪ 未定级｜维修次日刹车失灵，客户受伤"
GRADED = "🔴 红色｜维修次日刹车失灵，客户受伤"


def states(scene: LocalScene, *on: str) -> dict[str, str]:
    """The first line of each state card, by where it stands."""
    return {said.place: text(said.card).splitlines()[0] for said in scene.posted("state/", on=on)}


def known(card: Card) -> str:
    """How many of the questions are answered."""
    found = re.search(r"已知 (\d+/\d+)", text(card))
    return found[1] if found else ""


def called(scene: LocalScene, *on: str) -> set[str]:
    """Who was paged there."""
    return {said.place for said in scene.posted("page/", on=on)}


def is_one_crisis(scene: LocalScene) -> None:
    """There is one in all; nothing was lost, nothing said twice."""
    assert scene.run(lambda work: len(work.incidents.headers(closed=True))) == 1
    assert len(set(scene.marks())) == len(scene.marks())
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_opened_in_feishu_it_calls_those_who_are_only_on_slack_there(tmp_path: Path) -> None:
    with LocalScene(tmp_path, "feishu", "slack") as both:
        # 09:00  许诺 opens it in Feishu: a group there. 吴倩 of PR is only on Slack and gets its head in private.
        both.opens("U15")
        room = both.incident().room
        assert room.startswith("oc_")
        assert both.members() == ["emma", "liu", "wang", "xu", "zhao"]
        assert states(both, "feishu") == {room: UNGRADED}
        assert states(both, "slack") == {"wu": UNGRADED}

        # 09:02  She has her part of the facts, and fills them in on Slack; everybody's card counts them.
        both.at("+2 min")
        both.answers("U09", views="500", platform=["moments"])
        assert both.incident().checklist.answered_count == 2
        assert {said.place: known(said.card) for said in both.posted("state/")} == {
            room: "2/15",
            "wu": "2/15",
        }

        # 09:04  Red: the CMO is paged on Slack, as she is nowhere else, all others in Feishu, where they are urged too.
        both.at("+4 min")
        both.answers("U15", **RED)
        assert called(both, "slack") == {"lin"}
        assert called(both, "feishu") == {"chen", "wang", "zhao", "zhou", "liu", "sun", "zheng", "emma"}
        assert states(both) == {room: GRADED, "wu": GRADED, "lin": GRADED}
        both.at("+5 min")
        assert both.urged() == {"app": 8, "sms": 8}

        # 09:06  She answers there: her page says so, the room hears of it, and it is one crisis in which she has.
        both.at("+6 min")
        both.presses("U02", "on_it")
        (page,) = both.posted("page/", on=["slack"])
        assert text(page.card).splitlines()[0] == "✅ 您已到位｜维修次日刹车失灵，客户受伤"
        assert buttons(page.card) == []
        assert [said.place for said in both.posted("answered/")] == [room]
        call = both.incident().calls["cmo"]
        assert (call.answered_by, call.answered_at) == ("lin", at("+6 min"))
        assert [event.roles for event in happened(both.incident(), PageAnswered)] == [("cmo",)]

        # 09:06  From her own card she can do what others do in the room.
        both.presses("U02", "take", "1/line_agreed")
        assert both.incident().tasks["line_agreed"].owner == "lin"

        # 09:30  One clock: the group is told of the times, once; the cards on Slack are kept up to date with its own.
        both.at("+30 min")
        assert {said.place for said in both.posted("checkpoint/")} == {room}
        assert [said.key for said in both.posted("checkpoint/")] == [
            "1/checkpoint/5min",
            "1/checkpoint/15min",
            "1/checkpoint/30min",
        ]
        following = {said.place for said in both.posted("state/") if "｜60分钟" in text(said.card)}
        assert following == {room, "wu", "lin"}
        is_one_crisis(both)


def test_opened_on_slack_it_calls_those_who_are_only_in_feishu_there(tmp_path: Path) -> None:
    with LocalScene(tmp_path, "slack", "feishu") as both:
        # 09:00  The room is a channel; 赵清和 of legal is only in Feishu.
        both.opens("U15")
        room = both.incident().room
        assert both.members() == ["emma", "liu", "wang", "wu", "xu"]
        assert states(both, "slack") == {room: UNGRADED}
        assert states(both, "feishu") == {"zhao": UNGRADED}

        # 09:04  Red: she and the CTO are paged in Feishu, which alone can call harder than by a message.
        both.at("+4 min")
        both.answers("U15", **RED)
        assert called(both, "feishu") == {"zhao", "zhou"}
        both.at("+5 min")
        assert both.urged() == {"app": 2, "sms": 2}

        # 09:05  Both answer there, each once; the others still are called.
        both.presses("U05", "on_it")
        both.presses("U03", "on_it")
        assert {said.card.tone for said in both.posted("page/", on=["feishu"])} == {"grey"}
        assert {role for role, call in both.incident().calls.items() if call.answered_by} == {
            "legal_director",
            "cto",
        }
        assert states(both) == {room: GRADED, "zhao": GRADED, "zhou": GRADED}

        # 09:20  The end of it, said on Slack, stands on both.
        for user in ("U01", "U02"):
            both.presses(user, "on_it")
        both.at("+20 min")
        both.closes("U01", reason="演习结束")
        assert [said.place for said in both.posted("closed/")] == [room]
        assert {said.card.tone for said in both.posted("state/")} == {"grey"}
        is_one_crisis(both)
