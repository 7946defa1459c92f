"""From the facts to a signed text to the record of what was said, and what happens when a fact turns out wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local_scene import LocalScene
from tests.scene import buttons, text

RED = {"views": "500", "injury": "injury", "severity": "S4", "control": "C2"}
PUBLISH = {"site": "U09", "weibo": "U04", "wechat": "U10", "app_push": "U15", "community": "U05"}
"""Who puts it out where."""


@pytest.fixture(params=["slack", "feishu"])
def local(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalScene]:
    """The whole bot at each strict local platform."""
    with LocalScene(tmp_path, request.param) as made:
        yield made


def first_line(said) -> str:
    """What a locked phone shows."""
    return text(said.card).splitlines()[0]


def test_a_red_crisis_speaks_within_the_hour_and_puts_right_what_was_wrong(local: LocalScene) -> None:
    # 09:00  A red crisis. 09:02  Those who are called are on it, but the CEO, for whom his deputy stands in.
    local.opens("U15", "维修次日刹车失灵，客户受伤", type="A")
    local.answers("U15", complaint="刹车踏板踩到底没有反应", contact="yes", **RED)
    local.at("+2 min")
    for user in ("U04", "U05", "U10"):
        local.presses(user, "on_it")

    # 09:10  What the checklist said is on the ledger; the technical side verifies it.
    local.at("+10 min")
    local.presses("U15", "statements")
    local.presses("U15", "facts")
    assert [fact.status for fact in local.incident().facts.values()] == ["unconfirmed"] * 3
    for number in local.incident().facts:
        local.fills("U15", "fact_check", f"1/{number}", source="行车数据，技术部核对", status="confirmed")

    # 09:15  The PR manager drafts the first statement from them, and leaves open what is being done.
    local.at("+15 min")
    local.presses("U09", "statements")
    local.fills("U09", "draft", "1/first_statement/zh", answer_event="车主反映维修后制动异常")
    draft = local.posted("statement/1")[0]
    assert first_line(draft) == "📝 首份声明｜草稿"
    assert "【待填：现在已经做了什么？】" in text(draft.card)
    assert "send_to_signers" not in buttons(draft.card)

    # 09:18  Filling it in, somebody says too much: that blocks, and names why and a way out.
    local.fills("U09", "blanks", "1/1", answer_1="已成立专项小组，绝对不会再发生")
    draft = local.posted("statement/1")[0]
    assert "“绝对”" in text(draft.card) and "没有人能担保绝对" in text(draft.card)
    assert "send_to_signers" not in buttons(draft.card)

    # 09:20  Mended. All three signers get the same words at once.
    local.at("+20 min")
    whole = local.incident().statements[1].latest.text.replace("，绝对不会再发生", "，由质量负责人带队")
    local.fills("U09", "statement_edit", "1/1", text_1=whole)
    local.presses("U09", "send_to_signers", "1/1")
    seal = local.incident().statements[1].latest.seal
    asked = {said.place: text(said.card) for said in local.posted("sign/1/")}
    assert set(asked) == {"wang", "zhao", "chen"}
    assert all("由质量负责人带队" in words and seal in words for words in asked.values())

    # 09:21  Two sign. The CEO does not answer: reminded at 09:22:30, his deputy is asked at 09:25 and signs.
    local.at("+21 min")
    local.presses("U04", "sign", f"1/1/{seal}")
    local.presses("U05", "sign", f"1/1/{seal}")
    local.at("+24 min")
    assert [said.place for said in local.posted("sign_again/")] == ["chen"]
    local.at("+26 min")
    assert local.incident().statements[1].seats["ceo"].asked == ["chen", "lin"]
    assert not local.incident().statements[1].approved
    local.presses("U02", "sign", f"1/1/{seal}")
    assert first_line(local.posted("approved/")[0]) == "✅ 首份声明会签完毕，可以发布"

    # 09:30 to 09:50  It is out on five channels, each with who, when and the link.
    for minute, (channel, user) in enumerate(PUBLISH.items()):
        local.at(f"+{30 + 5 * minute} min")
        link = f"https://example.com/{channel}"
        local.fills(user, "published", "1/1", channel=channel, link=link, pinned="yes")
    published = local.posted("published/1/")[0]
    assert first_line(published) == "📢 首份声明已发布：官网、微博、微信公众号、App 推送、车主社区"
    standing = local.incident().statements[1].published
    assert {channel: (one.version, one.link) for channel, one in standing.items()} == {
        channel: (3, f"https://example.com/{channel}") for channel in PUBLISH
    }

    # 12:00  A fact turns out wrong: every text that used it is named, to the room and to who put it out.
    local.at("+3 h")
    local.presses("U15", "statements")
    local.presses("U15", "facts")
    local.fills("U15", "fact_check", "1/1", status="refuted", source="第三方检测报告")
    named = local.posted("told_wrongly/")
    assert first_line(named[0]) == "🔴 已发布的文稿引用了不实事实"
    assert "（第 1 号）关于车主反映维修后制动异常的情况说明" in text(named[0].card)

    # 12:05  The correction is a version of its own, signed again by all, and takes the old one's place.
    local.at("+185 min")
    statement = local.incident().statements[1]
    local.fills(
        "U09",
        "statement_edit",
        "1/1",
        text_1=f"更正：此前所述制动踏板一节不准确。\n\n{statement.latest.text}",
        cites=["2", "3"],
    )
    local.presses("U09", "send_to_signers", "1/1")
    statement = local.incident().statements[1]
    assert (statement.latest.corrects, statement.approved) == (3, False)
    for user in ("U04", "U05", "U01"):
        local.presses(user, "sign", f"1/1/{statement.latest.seal}")
    assert first_line(local.posted("statement/1")[0]) == "🔴 首份声明｜已发布的是旧版"
    for channel, user in PUBLISH.items():
        local.fills(user, "published", "1/1", channel=channel)
    assert first_line(local.posted("statement/1")[0]) == "✅ 首份声明｜已发布"
    assert first_line(local.posted("told_wrongly/")[0]) == "不实事实引出的文稿已处理"

    # Nothing was said twice and nothing was lost.
    assert len(set(local.marks())) == len(local.marks())
    assert set(local.outbox()) <= {"sent", "cancelled", "superseded"}
