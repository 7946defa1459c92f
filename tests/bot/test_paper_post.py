"""What is taken from a statement's page and brought back to it, over HTTP: nothing that is typed or sent is lost."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest

from bot.clerk import Clerk
from bot.crisis.ending import close
from statements.documents.docx_out import as_docx
from statements.documents.uploads import read
from tests.bot.paper_makers import (
    EVIL,
    LI,
    TEXT,
    TITLE,
    URL,
    WANG,
    a_paper,
    approved,
    drafted,
    got,
    link,
    sent,
    typed,
    visited,
)
from tests.statements.documents.makers import SHEET


@pytest.fixture
def paper(scene):
    return a_paper(scene)


@pytest.mark.parametrize("kind", ["docx", "md", "txt"])
def test_it_can_be_taken_away_and_brought_back(kind, scene, paper):
    drafted(scene)

    address = link(scene, paper)

    async def visit(browser):
        async with browser.get(f"{address.removeprefix(URL)}/statement.{kind}") as answer:
            return answer.status, answer.headers["content-disposition"], await answer.read()

    status, name, data = visited(paper, visit)
    assert status == 200
    assert unquote(name).endswith(f"filename*=UTF-8''关于刹车失灵的说明.{kind}")
    told = read(f"a.{kind}", data)
    assert (told.title, told.text) == (TITLE, TEXT.replace("- ", "• ") if kind == "txt" else TEXT)


def test_a_file_that_cannot_be_made_now_says_when_to_ask_again(scene, paper):
    drafted(scene)
    status, _, headers = got(
        replace(paper, clerk=Clerk(patience=0.0)), link(scene, paper) + "/statement.docx"
    )
    assert (status, headers["retry-after"]) == (503, "5")


def test_an_upload_is_the_next_version_and_voids_the_signatures(scene, paper):
    drafted(scene)
    approved(scene)
    status, page = sent(paper, link(scene, paper), ("改.docx", as_docx(SHEET)), base="1")
    assert status == 303
    assert "已保存为第 2 版。此前的签字已作废，请重新送签。" in page
    latest = scene.incident().statements[1].latest
    assert (latest.number, latest.by, latest.title, latest.text) == (2, LI, SHEET.title, SHEET.text)
    assert not scene.incident().statements[1].approved


def test_facts_that_were_cited_go_with_the_words(scene, paper):
    drafted(scene, cites=(1,))
    sent(paper, link(scene, paper), base="1", title=TITLE, text="改过。")
    assert scene.incident().statements[1].latest.cites == (1,)


def test_what_only_was_opened_and_saved_is_no_new_version(scene, paper):
    drafted(scene)
    same = as_docx(replace(SHEET, title=TITLE, text=TEXT))
    status, page = sent(paper, link(scene, paper), ("a.docx", same), base="1")
    assert (status, "内容与第 1 版相同" in page) == (303, True)
    assert len(scene.incident().statements[1].versions) == 1


def test_pressed_twice_it_is_saved_once(scene, paper):
    drafted(scene)
    for words in ("已保存为第 2 版", "内容与第 2 版相同"):
        status, page = sent(paper, link(scene, paper), base="1", title=TITLE, text="改过。")
        assert (status, words in page) == (303, True)
    assert len(scene.incident().statements[1].versions) == 2


def test_how_a_file_was_read_is_said(scene, paper):
    drafted(scene)
    _, page = sent(paper, link(scene, paper), ("a.txt", "致歉信\n\n我们道歉。".encode("gb18030")), base="1")
    assert "已按 GB18030 读取" in page
    assert scene.incident().statements[1].latest.title == "致歉信"


def test_of_two_who_write_at_once_the_second_sees_the_difference_and_loses_nothing(scene, paper):
    drafted(scene)
    sent(paper, link(scene, paper, WANG), base="1", title=TITLE, text="我们正在核查，并停用车辆。")
    mine = "我们正在核查，很抱歉。\n\n" + EVIL
    status, page = sent(paper, link(scene, paper), base="1", title=TITLE, text=mine)
    assert status == 409
    assert "稿件已被他人修改" in page
    assert "核查，<del>并停用车辆</del><ins>很抱歉</ins>。" in page
    assert (
        typed(page)
        == "我们正在核查，很抱歉。\n\n&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}&lt;/textarea&gt;"
    )
    assert page.count('name="base" value="2"') == 2
    status, page = sent(
        paper, link(scene, paper), base="2", title=TITLE, text="我们正在核查，停用车辆，很抱歉。"
    )
    assert (status, "已保存为第 3 版" in page) == (303, True)


@pytest.mark.parametrize(
    ("text", "words"), [("一" * 30_001, "稿件太长"), ("", "稿件是空的")], ids=["too long", "empty"]
)
def test_what_cannot_be_taken_is_kept_on_the_page(text, words, scene, paper):
    drafted(scene)
    status, page = sent(paper, link(scene, paper), base="1", title=TITLE, text=text)
    assert (status, words in page, typed(page)) == (400, True, text)


def test_a_file_that_cannot_be_taken_says_why(scene, paper):
    drafted(scene)
    for name, data, status, words in (
        ("a.docm", b"x", 400, "文件含有宏，未读取"),
        ("a.docx", b"x", 400, "文件无法读取"),
        ("", b"", 400, "请先选择文件"),
    ):
        told, page = sent(paper, link(scene, paper), (name, data), base="1")
        assert (told, words in page) == (status, True)


def test_twenty_megabytes_are_refused_with_a_page_that_says_so(scene, paper):
    drafted(scene)
    status, page = sent(paper, link(scene, paper), ("a.docx", bytes(20_000_000)), base="1")
    assert (status, "文件太大" in page, "最大 2 MB" in page) == (413, True, True)


def test_what_is_no_form_is_refused(scene, paper):
    drafted(scene)

    address = link(scene, paper)

    async def visit(browser):
        async with browser.post(address.removeprefix(URL), data=b"{}") as answer:
            return answer.status

    assert visited(paper, visit) == 400


def test_after_the_end_it_can_be_read_but_not_changed(scene, paper):
    drafted(scene)
    scene.run(lambda work: close(work.incidents.get(1), "已查明", LI, work.now))
    assert "<form" not in got(paper, link(scene, paper))[1]
    status, page = sent(paper, link(scene, paper), base="1", title=TITLE, text="改过。")
    assert (status, "处置已结束，未作改动" in page, "改过。</textarea>" in page) == (400, True, True)
