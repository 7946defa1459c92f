"""A signed statement reaches the company's own site: late, if need be, but never lost, and never two mixed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import Engine, delete
from structlog.testing import capture_logs

from bot.crisis import drafting, facts, publishing
from bot.crisis.events import SendGivenUp
from bot.crisis.incident import Incident
from bot.crisis.public_events import HookAsked, HookDelivered
from bot.hook import Hook
from bot.store.tables import sends
from statements.history import line
from tests.makers import happened
from tests.scene import WORDS, Scene, text
from tests.site import SECRET, TEXT, Site, sign, signed, write

LINK = '{"link": "https://www.example.com/notice/1"}'


@pytest.fixture
def site(scene: Scene) -> Iterator[Site]:
    """A site, and a yellow crisis with a signed first statement that rests on a fact."""
    site = Site()
    server = TestServer(site.app())
    scene.awaits(server.start_server())
    hook = scene.awaits(a_hook(scene, str(server.make_url("/statements"))))
    scene.hook = hook
    scene.restart()
    scene.opens()
    scene.answers("U15", views="2000", severity="S1", control="C1")
    change(scene, "+8 min", lambda one: facts.note(one, "未发现人员受伤", "客服", "xu", scene.now))
    change(scene, "+8 min", lambda one: facts.check(one, 1, "confirmed", "网点", "zheng", scene.now))
    new_version(scene, "+10 min", TEXT)
    yield site
    site.let_go.set()
    scene.awaits(hook.close())
    scene.awaits(server.close())


async def a_hook(scene: Scene, url: str) -> Hook:
    return Hook(url, SECRET, timeout=0.5, clock=lambda: scene.now.timestamp())


def change(scene: Scene, when: str, deed: Callable[[Incident], object]) -> None:
    """Somebody does something to the incident; what follows is sent."""
    scene.at(when)
    scene.run(lambda work: deed(work.incidents.get(1)))  # type: ignore[arg-type]
    scene.deliver()


def new_version(scene: Scene, when: str, said: str) -> None:
    """Written and signed."""
    change(scene, when, lambda one: (write(one, said, scene.now, [1]), sign(one, scene.now)))


def press(scene: Scene, when: str) -> None:
    """ "Publish to the site"."""
    change(scene, when, lambda one: publishing.hand_to_site(one, 1, "wu", scene.now))


def states(scene: Scene) -> list[str]:
    """What has become of each send to the site, in order."""
    rows = scene.run(lambda work: work.outbox.listed("pending", "claimed", "sent", "cancelled", "dead"))
    return [row.state for row in rows if "/hook/" in row.key]


def deliveries(site: Site) -> list[str]:
    """Each by its last part, as the site heard them; every one of them signed."""
    assert all(signed(heard) for heard in site.heard)
    told = [heard.headers["Golden-Hour-Delivery"] for heard in site.heard]
    assert told == [heard.says["delivery"] for heard in site.heard]
    return [delivery.split("/", 1)[1] for delivery in told]


def test_it_is_there_with_its_link_and_no_log_names_text_address_or_secret(scene: Scene, site: Site):
    site.answers = [(201, LINK)]
    with capture_logs() as logs:
        press(scene, "+11 min")
    assert [heard.says["text"] for heard in site.heard] == [TEXT]
    there = scene.incident().statements[1].published["site"]
    assert (there.version, there.link, there.by) == (1, "https://www.example.com/notice/1", "wu")
    for hidden in ("专项小组", "制动异常", "127.0.0.1", "example.com", SECRET):
        assert all(hidden not in str(line) for line in logs)


def test_a_site_that_is_down_gets_the_same_delivery_when_it_is_back(scene: Scene, site: Site):
    site.answers = [(503, ""), (502, "<html>"), (200, "")]
    press(scene, "+11 min")
    assert scene.incident().statements[1].published == {}
    scene.at("+12 min")
    assert deliveries(site) == ["1/1", "1/1", "1/1"]
    assert happened(scene.incident(), HookDelivered) == [HookDelivered(1, 1, 200)]


@pytest.mark.parametrize("trouble", ["lost", "slow"])
def test_after_a_lost_answer_it_is_told_again_as_the_same_delivery(scene: Scene, site: Site, trouble: str):
    site.answers = [trouble, (200, LINK)]
    press(scene, "+11 min")
    scene.at("+12 min")
    assert deliveries(site) == ["1/1", "1/1"]
    assert [heard.body for heard in site.heard[1:]] == [site.heard[0].body]
    assert len(happened(scene.incident(), HookDelivered)) == 1


def test_killed_in_the_middle_it_is_told_again_after_the_start(scene: Scene, site: Site):
    site.answers = [(503, "")]
    press(scene, "+11 min")
    scene.restart()
    scene.at("+12 min")
    assert deliveries(site) == ["1/1", "1/1"]
    assert states(scene) == ["sent"]


def test_what_the_site_refuses_is_told_to_the_room_each_time_somebody_asks(scene: Scene, site: Site):
    site.answers = [(400, "刹车失灵")]
    press(scene, "+11 min")
    (notice,) = scene.posted("given_up/")
    assert notice.place == scene.incident().room
    assert text(notice.card).splitlines()[:2] == [
        "❗ 未能推送稿件至官网（第 1 号稿件第 1 版）",
        "官网接口未接收，代码 site:http_400。"
        "官网尚未照办。请先由人工在官网发布、更正或撤下，并登记链接；接口恢复后可以再次推送。",
    ]

    site.answers = [(400, ""), (200, LINK)]
    press(scene, "+20 min")
    assert len(scene.posted("given_up/")) == 2
    press(scene, "+21 min")
    assert deliveries(site) == ["1/1", "1/1", "1/1"], "one thing to be done, however often it was asked for"
    assert "site" in scene.incident().statements[1].published


def test_a_site_that_stays_down_is_told_to_the_room_and_can_be_asked_again(scene: Scene, site: Site):
    site.answers = [(503, "")] * 12
    press(scene, "+11 min")
    scene.at("+25 min")
    assert len(site.heard) == 12
    assert states(scene) == ["dead"]
    assert len(scene.posted("given_up/")) == 1
    press(scene, "+26 min")
    assert states(scene) == ["dead", "sent"]


def test_a_site_that_asks_for_patience_is_told_to_the_room_all_the_same(scene: Scene, site: Site):
    site.answers = [(429, "")] * 99
    press(scene, "+11 min")
    scene.at("+25 min")
    assert len(scene.posted("given_up/")) == 1


def test_what_was_edited_meanwhile_is_not_sent(scene: Scene, site: Site):
    site.answers = [(503, "")]
    press(scene, "+11 min")
    scene.run(lambda work: write(work.incidents.get(1), f"{TEXT}。", scene.now, [1]))  # type: ignore[arg-type]
    scene.at("+12 min")
    assert deliveries(site) == ["1/1"]
    assert states(scene) == ["cancelled"]


def test_what_rests_on_a_refuted_fact_waits_for_somebody_to_press_again(scene: Scene, site: Site):
    site.answers = [(503, "")]
    press(scene, "+11 min")
    change(scene, "+11 min", lambda one: facts.check(one, 1, "refuted", "医院", "zheng", scene.now))
    scene.at("+12 min")
    assert states(scene) == ["cancelled"]
    change(scene, "+13 min", lambda one: facts.check(one, 1, "confirmed", "医院更正", "zheng", scene.now))
    assert len(site.heard) == 1
    press(scene, "+14 min")
    assert states(scene) == ["cancelled", "sent"]


def test_a_correction_names_what_it_corrects(scene: Scene, site: Site):
    press(scene, "+11 min")
    new_version(scene, "+20 min", f"{TEXT}，由质量负责人带队")
    press(scene, "+21 min")
    assert [(heard.says["event"], heard.says["corrects"]) for heard in site.heard] == [
        ("statement.published", None),
        ("statement.corrected", 1),
    ]
    assert deliveries(site) == ["1/1", "1/2"]


def test_a_version_after_one_that_the_site_refused_corrects_nothing(scene: Scene, site: Site):
    site.answers = [(422, "")]
    press(scene, "+11 min")
    new_version(scene, "+20 min", f"{TEXT}，由质量负责人带队")
    press(scene, "+21 min")
    assert site.heard[1].says["event"] == "statement.published"


def test_a_withdrawal_comes_last_and_by_itself(scene: Scene, site: Site):
    press(scene, "+11 min")
    site.answers = [(503, ""), (200, "")]
    change(scene, "+20 min", lambda one: drafting.withdraw(one, 1, "车牌写错", "wang", scene.now))
    scene.at("+21 min")
    assert deliveries(site) == ["1/1", "1/withdrawn", "1/withdrawn"]
    assert site.heard[1].says["event"] == "statement.withdrawn"
    assert scene.incident().statements[1].handed[1].taken_down_at is not None


def test_what_was_withdrawn_before_it_was_there_is_only_taken_down(scene: Scene, site: Site):
    site.answers = ["lost"]
    press(scene, "+11 min")
    change(scene, "+11 min", lambda one: drafting.withdraw(one, 1, "车牌写错", "wang", scene.now))
    scene.at("+12 min")
    assert deliveries(site) == ["1/1", "1/withdrawn"]
    assert states(scene) == ["cancelled", "sent"]


def test_without_a_site_the_room_is_told_so(scene: Scene, site: Site):
    scene.hook = None
    scene.restart()
    press(scene, "+11 min")
    (notice,) = scene.posted("given_up/")
    assert "未设置官网接口" in text(notice.card)


@pytest.mark.unsound
def test_what_was_lost_from_the_outbox_is_put_back_by_the_auditor(scene: Scene, site: Site, engine: Engine):
    site.answers = [(503, "")]
    press(scene, "+11 min")
    with engine.begin() as connection:
        connection.execute(delete(sends).where(sends.c.deed == "hook"))
    assert [(finding.kind, finding.what) for finding in scene.audit()] == [("missing", "hook")]
    scene.deliver()
    assert deliveries(site) == ["1/1", "1/1"]
    assert scene.audit() == ()


def test_the_history_says_who_and_what(scene: Scene, site: Site):
    site.answers = [(400, ""), (201, LINK)]
    press(scene, "+11 min")
    press(scene, "+12 min")
    change(scene, "+13 min", lambda one: drafting.withdraw(one, 1, "车牌写错", "wang", scene.now))
    kinds = (HookAsked, HookDelivered, SendGivenUp)
    entries = [entry for entry in scene.incident().history if isinstance(entry.event, kinds)]
    context = scene.voice.context(scene.incident(), scene.now, None)
    assert [line(entry, context, WORDS) for entry in entries] == [
        "吴倩 将第 1 号稿件第 1 版推送至官网（文本指纹 dad3d0151b33）。",
        "未能推送稿件至官网（第 1 号稿件第 1 版）：官网接口未接收，代码 site:http_400。",
        "吴倩 将第 1 号稿件第 1 版推送至官网（文本指纹 dad3d0151b33）。",
        "官网已接收第 1 号稿件第 1 版（HTTP 201）：https://www.example.com/notice/1。",
        "王敏 通知官网撤下第 1 号稿件（文本指纹 dad3d0151b33）。",
        "官网已收到第 1 号稿件的撤下通知（HTTP 200）。",
    ]
