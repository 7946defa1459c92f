"""One voice on the phone: lines are issued, read, found wrong, recalled, and issued anew, as a shift would live it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local_scene import LocalScene
from tests.scene import Scene, buttons, text

YELLOW = {"views": "2000", "severity": "S1", "control": "C1"}
FIRST = """**先问安全。**

### 我的车还能开吗？
涉事的是一台车，其他车可以照常使用。

### 会不会召回？
要看调查的结论。"""
SECOND = FIRST.replace("涉事的是一台车，其他车可以照常使用。", "请先停用，我们安排检查。")
ASKED = {
    "event": "刹车失灵",
    "known": "公司正在检查这台车",
    "drive": "请先停用，我们安排检查。",
    "offer": "免费检查：工单选“专项检查”",
    "call_back": "2 小时内",
    "urgent": "值班经理，分机 8110",
    "press": "公关值班，分机 8120",
    "lead": "当班组长，分机 8100",
    "next_update": "3月2日 18:00",
}
"""What the text for customer service asks for."""

SERVICE = {"liu": "U06", "xu": "U15", "ma": "U13"}


def rewritten(scene: Scene, sheet: str, cites: list[str]) -> str:
    """吴倩 puts these words into the sheet and has them signed by 王敏. Returns what the button to issue is about."""
    form = scene.presses("U09", "statement_edit", "1/1").form
    assert form is not None
    empty = {item.name: "" for item in form.items if getattr(item, "name", "").startswith("text_")}
    scene.sends("U09", form, **{**empty, "title": "客服口径：刹车失灵", "text_1": sheet, "cites": cites})
    scene.presses("U09", "send_to_signers", "1/1")
    value = f"1/1/{scene.incident().statements[1].latest.seal}"
    scene.presses("U04", "sign", value)
    return value


def held(scene: Scene, person: str, name: str) -> list[str]:
    """Headlines of what somebody has in private, as they read now."""
    return [text(said.card).splitlines()[0] for said in scene.posted(name) if said.place == person]


def in_room(scene: Scene, name: str) -> str:
    """The room's latest message of that name."""
    return text([said for said in scene.posted(name) if said.place == "C1"][-1].card)


def test_the_lines_of_customer_service_from_the_first_to_the_second(scene: Scene) -> None:
    # 09:00  A yellow crisis; what is known is on the ledger, verified.
    scene.opens("U15", "维修次日刹车失灵")
    scene.answers("U15", **YELLOW)
    form = scene.presses("U15", "fact_new", "1").form
    assert form is not None
    scene.sends("U15", form, text="涉事的是一台车", source="门店工单", status="confirmed")

    # 09:20  Lines for customer service, which rest on it, are drafted, signed and issued.
    scene.at("+20 min")
    form = scene.presses("U09", "draft", "1/lines_service").form
    assert form is not None
    scene.sends("U09", form, cites=["1"])
    scene.presses("U09", "issue", rewritten(scene, FIRST, ["1"]))
    for person in SERVICE:
        assert held(scene, person, "lines/1/") == ["📣 客服口径，请只用这一版"]

    # 09:25  Two of three have read them; the adviser on the phone has not.
    scene.at("+25 min")
    for person in ("liu", "xu"):
        scene.presses(SERVICE[person], "lines_read", "1/1")
    assert "3 人中 2 人已读" in in_room(scene, "lines/1")
    assert "未读：ma" in in_room(scene, "lines/1")

    # 09:50  She is reminded, once; the bot is restarted meanwhile and does not remind her again.
    scene.at("+51 min")
    scene.restart()
    scene.at("+90 min")
    assert held(scene, "ma", "lines_again/") == ["再次提醒，请确认已读｜客服口径，请只用这一版"]
    assert held(scene, "xu", "lines_again/") == []
    assert "（已再次提醒）" in in_room(scene, "lines/1")
    scene.presses("U13", "lines_read", "1/1")
    assert in_room(scene, "lines/1").endswith("其他车可以照常使用。\n会不会召回？\n要看调查的结论。")
    assert "✅ 全部已读。" in in_room(scene, "lines/1")

    # 11:00  A customer asks, and she finds the words.
    scene.at("+2 h")
    answer = scene.says("U13", "/crisis 口径 其他车还能开吗").card
    assert answer is not None
    assert "涉事的是一台车，其他车可以照常使用。" in text(answer)

    # 12:00  It was not one car. Nobody waits for better lines: those are out of use at once, wherever they stand.
    scene.at("+3 h")
    form = scene.presses("U11", "fact_check", "1/1").form
    assert form is not None
    scene.sends("U11", form, status="refuted", source="同批次复检，共三台")
    gone = "🚫 客服口径已作废，请勿再用"
    for person in SERVICE:
        assert held(scene, person, "lines/1/") == [gone]
        assert held(scene, person, "lines_recalled/1/") == [gone]
    assert held(scene, "ma", "lines_again/") == [gone]
    assert "其他车可以照常使用" not in in_room(scene, "lines/1")
    assert "❌ 涉事的是一台车（不实）" in in_room(scene, "lines_recalled/1")
    assert scene.says("U13", "/crisis 口径 还能开吗").form is not None

    # 12:20  A new version, and the old ones point to it.
    scene.at("+200 min")
    scene.presses("U09", "issue", rewritten(scene, SECOND, []))
    assert held(scene, "ma", "lines/2/") == ["📣 客服口径，请只用这一版"]
    old = next(said.card for said in scene.posted("lines/1/") if said.place == "ma")
    assert "现行的是新下发的一版" in text(old)
    assert buttons(old) == ["lines"]
    answer = scene.says("U13", "/crisis 口径 还能开吗").card
    assert answer is not None
    assert "请先停用，我们安排检查。" in text(answer)


@pytest.fixture(params=["slack", "feishu"])
def local(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalScene]:
    """The whole bot at each strict local platform."""
    with LocalScene(tmp_path, request.param) as made:
        yield made


def test_an_adviser_who_is_not_in_the_room_is_given_lines_on_either_platform(local: LocalScene) -> None:
    local.opens("U15", "维修次日刹车失灵")
    local.answers("U15", **YELLOW)

    # 09:10  A sheet is drafted from our text, signed by one who did not write it, and issued.
    local.at("+10 min")
    local.presses("U09", "statements")
    local.fills("U09", "draft", "1/lines_service/zh", **{f"answer_{name}": to for name, to in ASKED.items()})
    local.presses("U09", "send_to_signers", "1/1")
    value = f"1/1/{local.incident().statements[1].latest.seal}"
    local.presses("U04", "sign", value)
    local.presses("U09", "issue", value)
    assert {said.place for said in local.posted("lines/1/")} == set(SERVICE)
    assert "ma" not in local.members()

    # 09:15  The adviser confirms on her own card, and the room sees it.
    local.at("+15 min")
    local.presses("U13", "lines_read", "1/1")
    room = next(said for said in local.posted("lines/1") if said.place not in SERVICE)
    assert text(room.card).startswith("📣 客服口径已下发：3 人中 1 人已读")

    # 09:20  She is asked what nobody has approved an answer to: the room hears of it.
    local.at("+20 min")
    local.asks("U13", "/crisis line 轮胎是哪家的")
    asked = local.posted("line_asked/")[0]
    assert "轮胎是哪家的" in text(asked.card)

    # 09:30  Withdrawn: the card in her hand says so, and so does a message of its own.
    local.at("+30 min")
    local.presses("U09", "statements")
    local.fills("U09", "withdraw", "1/1", reason="热线号码写错了")
    for name in ("lines/1/ma", "lines_recalled/1/ma"):
        assert text(local.posted(name)[0].card).startswith("🚫 客服口径已作废，请勿再用")
    assert len(set(local.marks())) == len(local.marks())
    assert set(local.outbox()) <= {"sent", "cancelled", "superseded"}
