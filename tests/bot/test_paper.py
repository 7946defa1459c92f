"""The page of a statement, over HTTP: for one person and a while, with copies of what all have signed."""

from __future__ import annotations

import re

import pytest

from bot.brief import key
from bot.crisis.drafting import Wording, change, withdraw
from bot.crisis.facts import check
from bot.crisis.incident import invite
from bot.crisis.public_events import Published
from bot.paper_links import PaperLinks
from tests.bot.paper_makers import (
    EVIL,
    LI,
    TITLE,
    URL,
    WANG,
    a_paper,
    approved,
    drafted,
    got,
    link,
    sent,
)
from tests.makers import NINE, at, person


@pytest.fixture
def paper(scene):
    return a_paper(scene)


def test_it_shows_the_text_and_how_it_stands(scene, paper):
    drafted(scene)
    status, page, headers = got(paper, link(scene, paper))
    assert status == 200
    assert "<p>我们正在核查。</p>\n<ul><li>已停用同批车辆</li></ul>" in page
    assert '<p class="state">草稿</p>' in page
    assert (
        f"首份声明 · 危机 1 第 1 号稿件 · 第 1 版 · 指纹 {scene.incident().statements[1].latest.seal}" in page
    )
    assert "default-src 'none'" in headers["content-security-policy"]
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")


def test_it_speaks_the_readers_language(scene, paper):
    drafted(scene)
    emma = person("U10")
    scene.run(lambda work: invite(work.incidents.get(1), [emma], work.now))
    page = got(paper, link(scene, paper, emma))[1]
    assert '<html lang="en">' in page
    assert '<p class="state">draft</p>' in page
    assert "First statement · crisis 1, statement 1 · version 1 · fingerprint" in page
    assert '<article lang="zh"><p>我们正在核查。</p>' in page


def test_nothing_that_people_typed_runs_there(scene, paper):
    drafted(scene, title=EVIL, text=EVIL)
    approved(scene)
    _, page, headers = got(paper, link(scene, paper))
    assert page.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}&lt;/textarea&gt;" in page
    nonce = re.search(r'<script nonce="([\w-]+)">', page)[1]
    assert f"script-src 'nonce-{nonce}'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]


def test_nothing_can_be_copied_before_all_have_signed(scene, paper):
    drafted(scene)
    page = got(paper, link(scene, paper))[1]
    assert "会签尚未完成，不得发布。" in page
    assert 'class="copy' not in page
    approved(scene)
    page = got(paper, link(scene, paper))[1]
    assert page.count('class="copy first"') == 9
    assert "【关于刹车失灵的说明】\n\n我们正在核查。\n• 已停用同批车辆\n\n示例汽车有限公司</textarea>" in page
    assert '<h3>微博</h3><span class="facts"><span>40 字，上限 2,000 字</span>' in page


def test_a_fact_that_was_refuted_takes_the_copies_away(scene, paper):
    drafted(scene, cites=(1,))
    approved(scene)
    assert 'class="copy' in got(paper, link(scene, paper))[1]
    scene.run(lambda work: check(work.incidents.get(1), 1, "refuted", "复核", LI, work.now))
    page = got(paper, link(scene, paper))[1]
    assert "引用的事实已变为待核实或不实，请勿再发。" in page
    assert 'class="copy' not in page


def test_released_in_an_emergency_it_says_so_whatever_comes_after(scene, paper):
    drafted(scene)
    approved(scene, emergency=True)
    scene.run(lambda work: work.incidents.get(1).record(Published(1, 1, "site"), LI, work.now))
    assert '<p class="state">已发布 · 紧急放行（总指挥一人签发）</p>' in got(paper, link(scene, paper))[1]


def test_a_drill_is_marked_on_every_copy(scene, paper):
    drafted(scene, drill="drill")
    approved(scene)
    page = got(paper, link(scene, paper))[1]
    assert "这是演练，请勿对外发布。" in page
    assert "【演练】关于刹车失灵的说明\n\n我们正在核查。" in page


def test_the_full_text_is_where_it_was_published_first_of_all_on_our_site(scene, paper):
    drafted(scene, text="我们正在核查刹车。" * 60)
    approved(scene)
    assert "全文：【待填：先在官网发布，再把全文链接填在这里】" in got(paper, link(scene, paper))[1]
    for channel, address in (("weibo", "https://weibo.com/1"), ("site", "https://example.com/1")):
        event = Published(1, 1, channel, address)
        scene.run(lambda work, event=event: work.incidents.get(1).record(event, LI, work.now))
    page = got(paper, link(scene, paper))[1]
    assert "全文：https://example.com/1" in page
    assert "原文超出 53 字，已在整句处截断并附上全文链接" in page


def test_a_note_for_staff_is_offered_to_no_channel_outside(scene, paper):
    drafted(scene, kind="internal_note")
    approved(scene)
    assert re.findall(r"<h3>(.*?)</h3>", got(paper, link(scene, paper))[1]) == ["内部邮件"]


def test_withdrawn_it_can_be_read_and_nothing_else(scene, paper):
    drafted(scene)
    approved(scene)
    scene.run(lambda work: withdraw(work.incidents.get(1), 1, "有误", LI, work.now))
    page = got(paper, link(scene, paper))[1]
    assert "稿件已撤回，请勿使用。" in page
    assert "<h3>" not in page
    assert "<form" not in page
    status, page = sent(paper, link(scene, paper), base="1", title=TITLE, text="再改")
    assert (status, "稿件已撤回" in page, "再改</textarea>" in page) == (400, True, True)


def test_an_address_that_is_not_ours_shows_nothing(scene, paper):
    incident = drafted(scene)
    address = link(scene, paper)
    seal = address.rsplit("/", 1)[1]
    of_another_key = PaperLinks(URL, key("another")).address(incident, 1, LI, scene.now)
    others = (
        address.replace("/text/1/1/", "/text/1/2/"),
        address.replace("/text/1/", "/text/2/"),
        address.replace(f"/{LI}/", f"/{WANG}/"),
        re.sub(r"/(\d{10})/", lambda match: f"/{int(match[1]) + 3600}/", address),
        address.replace(seal, "0" * 40),
        address.replace(seal, "字"),
        f"{URL}/text/{10**30}/{10**30}/{10**30}/x/y",
    )
    for wrong in (of_another_key, *others):
        assert got(paper, wrong)[:2] == (404, ""), wrong
        assert sent(paper, wrong, base="1", title="x", text="y") == (404, "")
        assert got(paper, wrong + "/statement.md")[:2] == (404, "")
    assert len(scene.incident().statements[1].versions) == 1


def test_a_link_is_the_same_for_an_hour_and_ends_after_half_a_day(scene, paper):
    incident = drafted(scene)
    assert paper.voice.paper.address(incident, 1, LI, NINE) == paper.voice.paper.address(
        incident, 1, LI, at("+59 min")
    )
    address = paper.voice.paper.address(incident, 1, LI, NINE)
    scene.now = at("+12 h")
    assert got(paper, address)[0] == 200
    scene.now = at("+13 h")
    assert got(paper, address)[:2] == (404, "")


def test_whoever_is_no_member_sees_nothing(scene, paper):
    incident = drafted(scene)
    assert "gast" not in incident.members
    assert got(paper, paper.voice.paper.address(incident, 1, "gast", scene.now))[:2] == (404, "")


def test_without_a_public_address_there_is_no_page(scene, paper):
    assert PaperLinks().address(drafted(scene), 1, LI, scene.now) == ""


def test_any_two_versions_can_be_compared(scene, paper):
    drafted(scene)
    assert "历次版本" not in got(paper, link(scene, paper))[1]
    for number, text in enumerate(("我们已核查。", "我们已核查，很抱歉。"), start=1):
        scene.run(
            lambda work, n=number, t=text: change(
                work.incidents.get(1), 1, Wording(TITLE, t), n, WANG, work.now
            )
        )
    page = got(paper, link(scene, paper) + "?from=2&to=3")[1]
    assert "从第 2 版到第 3 版的改动" in page
    assert "我们已核查<ins>，很抱歉</ins>。" in page
    assert "<p>第 2 版，王敏，3月2日 09:00</p>" in page
    for wrong in ("?from=0&to=3", "?from=2&to=9", "?from=x", "?from=2"):
        assert "的改动" not in got(paper, link(scene, paper) + wrong)[1]


def test_an_older_version_that_is_out_is_named_at_its_channel(scene, paper):
    drafted(scene)
    approved(scene)

    def unit(work):
        incident = work.incidents.get(1)
        incident.record(Published(1, 1, "weibo"), LI, work.now)
        change(incident, 1, Wording(TITLE, "新的。"), 1, LI, work.now)

    scene.run(unit)
    page = got(paper, link(scene, paper))[1]
    assert "3月2日 09:00 已发布第 1 版" in page
    assert '<p class="state">草稿</p>' in page
