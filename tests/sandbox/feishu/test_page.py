"""What a person does on the Feishu page arrives, and they see what came of it."""

import json
import re
from typing import Any

import aiohttp
import pytest
from starlette.responses import Response

from sandbox.feishu.page import render
from sandbox.feishu.page.deeds import DEEDS
from sandbox.feishu.page.regions import pen_for, snapshot
from sandbox.feishu.page.rows import Rows
from sandbox.page import render as shared
from sandbox.page.stage import Place, Stage
from sandbox.page.stream import frames
from tests.sandbox.feishu.conftest import button, card, plain
from tests.sandbox.feishu.page_makers import (
    EMMA,
    HALL,
    MENU,
    WANG,
    ZHAO,
    Studio,
    a_form,
    a_page,
    run,
    words_of,
)
from tests.sandbox.page.web import do, regions


@pytest.mark.parametrize("deed", ["press", "submit", "look", "answer"])
@pytest.mark.parametrize("message", ["om_999", ""])
@pytest.mark.parametrize("value", ["", "{", "[]", "{}", "7", '{"name": "x"}'])
def test_what_is_gone_is_told_so(deed: str, message: str, value: str) -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        asked = {"as": WANG, "message": message, "value": value, "form": "f", "button": "b", "values": []}
        status, told = await do(web, deed, **asked)
        assert (status, told["gone"]) == (409, True)
        assert studio.heard == []

    run(visit)


def test_words_typed_in_private_reach_the_bot() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        chat = studio.world.p2p_of(WANG).id
        assert await do(web, "say", **{"as": WANG, "in": chat, "text": "危机 <b>"}) == (200, {})
        assert words_of(studio.world.messages[chat][-1]) == "危机 <b>"
        assert json.loads(studio.heard[-1]["event"]["message"]["content"]) == {"text": "危机 <b>"}
        assert "危机 &lt;b&gt;" in (await regions(web, WANG, chat))["log"]

    run(visit)


def test_the_bot_hears_its_name_in_a_group() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        room = studio.group(WANG, ZHAO)
        await do(web, "say", **{"as": WANG, "in": room, "text": "@赵清和 看一下"})
        await do(web, "say", **{"as": WANG, "in": room, "text": "@goldenhour 状态"})
        assert studio.heard[-1]["event"]["message"]["mentions"][0]["name"] == "goldenhour"
        seen = await regions(web, ZHAO, room)
        assert '<span class="mention me" data-kind="person">@赵清和</span> 看一下' in seen["log"]
        assert "[有人@我]" not in seen["sidebar"]

    run(visit)


def test_a_dozen_mentions_and_an_address_are_each_what_they_are() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        names = [person.name for person in studio.world.people.values()]
        text = " ".join(f"@{name}" for name in names) + " @所有人 https://example.com/a?b=1&c。@_user_99"
        await do(web, "say", **{"as": WANG, "in": HALL, "text": text})
        log = (await regions(web, WANG, HALL))["log"]
        assert all(f'data-kind="person">@{name}</span>' in log for name in names)
        assert '<span class="mention" data-kind="all">@所有人</span>' in log
        assert '<a href="https://example.com/a?b=1&amp;c" target="_blank"' in log
        assert "@_user_99" in log

    run(visit)


def test_a_group_that_does_not_allow_it_says_so() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        room = studio.group(WANG, may_call_all="only_owner")
        _, told = await do(web, "say", **{"as": WANG, "in": room, "text": "@所有人 注意"})
        assert told == {"toast": {"kind": "warning", "words": "此群不允许@所有人。"}}
        assert studio.world.messages[room] == []

    run(visit)


def test_the_menu_stands_in_private_and_reports_its_key() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        foot = (await regions(web, WANG, studio.world.p2p_of(WANG).id))["foot"]
        assert 'data-menu-key="open">上报危机' in foot
        assert (
            'data-menu-key="open">Open a crisis'
            in (await regions(web, EMMA, studio.world.p2p_of(EMMA).id))["foot"]
        )
        assert "data-menu-key" not in (await regions(web, WANG, HALL))["foot"]
        assert (await do(web, "menu", **{"as": WANG, "key": "open"}))[0] == 200
        assert studio.heard[-1]["event"]["event_key"] == "open"

    run(visit)


def test_a_bot_can_be_brought_into_a_group() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        assert "data-add-bot" in (await regions(web, WANG, HALL))["header"]
        await do(web, "add_bot", **{"as": WANG, "in": HALL})
        assert studio.heard[-1]["header"]["event_type"] == "im.chat.member.bot.added_v1"
        seen = await regions(web, WANG, HALL)
        assert "data-add-bot" not in seen["header"]
        assert "王敏 邀请 goldenhour 加入了群聊" in seen["log"]

    run(visit)


def test_a_press_brings_the_bots_value_and_shows_its_toast() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        message = studio.says(WANG, card(button("好")))
        studio.replies.append({"toast": {"type": "success", "content": "已记录"}})
        value = '{"name": "on_it", "value": "7"}'
        told = await do(web, "press", **{"as": WANG, "message": message.id, "value": value})
        assert told == (200, {"toast": {"kind": "success", "words": "已记录"}})
        assert studio.heard[-1]["event"]["action"]["value"] == {"name": "on_it", "value": "7"}

    run(visit)


@pytest.mark.parametrize(
    ("person", "reply", "words"),
    [
        (WANG, Response(status_code=500), "机器人返回了错误状态 (200671)"),
        (WANG, Response("nonsense"), "机器人的返回内容格式有误 (200672)"),
        (WANG, {"card": {"type": "raw", "data": {"schema": "1.0"}}}, "机器人返回了旧版卡片 (200830)"),
        (
            EMMA,
            {"card": {"type": "raw", "data": {"schema": "2.0"}}},
            "The card in the bot's answer is not valid (200673)",
        ),
    ],
    ids=["status", "body", "schema", "card"],
)
def test_a_useless_answer_is_shown_with_feishus_code(person: str, reply: Any, words: str) -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        message = studio.says(person, card(button("好")))
        studio.replies.append(reply)
        _, told = await do(web, "press", **{"as": person, "message": message.id, "value": '{"value": "7"}'})
        assert told == {"toast": {"kind": "error", "words": words}}

    run(visit)


def test_what_the_client_refuses_the_bot_never_hears() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        message = studio.says(WANG, a_form())
        asked = {"as": WANG, "message": message.id, "form": "declare", "button": "send"}
        status, told = await do(web, "submit", **asked, values={"what": " ", "level": ""})
        assert (status, told) == (200, {"errors": {"what": "请填写此项。", "level": "请选择。"}})
        _, told = await do(web, "submit", **asked, values={"what": "长" * 21, "level": "L"})
        assert told == {"errors": {"what": "请缩短到 20 个字以内。"}}
        assert studio.heard == []

    run(visit)


def test_a_form_is_sent_as_a_feishu_client_sends_it() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        message = studio.says(EMMA, a_form(views="1.2万"))
        values = {
            "what": "刹车\n失灵",
            "views": "",
            "level": "L",
            "where": ["L", "M"],
            "since": "2026-11-21T14:05",
        }
        asked = {"as": EMMA, "message": message.id, "form": "declare", "button": "send", "values": values}
        assert await do(web, "submit", **asked, extra="unknown") == (200, {})
        assert studio.heard[-1]["event"]["action"]["form_value"] == {
            "what": "刹车\n失灵",
            "views": "",
            "level": "L",
            "where": ["L", "M"],
            "since": "2026-11-21 14:05 +0000",
        }

    run(visit)


def test_a_refused_form_comes_back_with_what_was_typed() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        message = studio.says(WANG, a_form())
        again = a_form(what="刹车失灵", views="很多")
        studio.replies.append(
            {"toast": {"type": "error", "content": "有 1 处"}, "card": {"type": "raw", "data": again}}
        )
        values = {"what": "刹车失灵", "views": "很多", "level": "L"}
        asked = {"as": WANG, "message": message.id, "form": "declare", "button": "send", "values": values}
        _, told = await do(web, "submit", **asked)
        assert told == {"toast": {"kind": "error", "words": "有 1 处"}}
        log = (await regions(web, WANG, message.chat))["log"]
        assert ">刹车失灵</textarea>" in log
        assert 'value="很多"' in log

    run(visit)


def test_a_call_covers_the_screen_until_it_is_answered() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        message = studio.says(WANG, a_page())
        assert (await regions(web, WANG))["modal"] == ""
        for level, words in (("app", "应用内加急"), ("sms", "短信加急"), ("phone", "电话加急")):
            studio.world.urge(message, WANG, level)
            call = (await regions(web, WANG, HALL))["modal"]
            assert f"call-{level}" in call
            assert words in call
        assert "应用内 14:00 · 短信 14:00 · 电话 14:00" in call
        assert "请您应答" in call
        assert "<strong>CEO</strong>" in call
        assert ">我已到位</button>" in call
        assert (await regions(web, ZHAO))["modal"] == ""
        value = '{"name": "on_it", "value": "7"}'
        assert (await do(web, "answer", **{"as": WANG, "message": message.id, "value": value}))[0] == 200
        assert studio.heard[-1]["event"]["action"]["value"] == {"name": "on_it", "value": "7"}
        seen = await regions(web, WANG, message.chat)
        assert seen["modal"] == ""
        assert "王敏 · 应用内、短信、电话 · 已查看" in seen["log"]

    run(visit)


def test_a_call_can_be_looked_at_first() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        first, second = (
            studio.says(EMMA, a_page()),
            studio.says(EMMA, card({"tag": "markdown", "content": "FYI"})),
        )
        studio.world.urge(first, EMMA, "app")
        studio.world.urge(second, EMMA, "app")
        call = (await regions(web, EMMA))["modal"]
        assert f'data-call="{second.id}"' in call
        assert "data-answer" not in call
        await do(web, "look", **{"as": EMMA, "message": second.id})
        assert f'data-call="{first.id}"' in (await regions(web, EMMA))["modal"]
        assert studio.heard == []

    run(visit)


def test_the_stream_brings_what_changed_and_nothing_else() -> None:
    async def visit(studio: Studio, _web: aiohttp.ClientSession) -> None:
        stage = Stage(studio.world, studio.driver, render.environment(), render.words(), {}, shortcuts=MENU)
        chat = studio.world.p2p_of(WANG).id
        stream = frames(stage, Place(WANG, chat), snapshot)
        told = [frame async for frame in _until(stream, studio, chat)]
        assert told[0] == "retry: 1000\n\n"
        news = json.loads(told[-1].split("data: ", 1)[1])
        assert list(news["items"]) == news["order"]
        assert "people" in news["regions"]
        assert "modal" not in news["regions"]
        pen = pen_for(stage, WANG)
        assert Rows(studio.world, pen).preview(studio.world.messages[chat][-1]) == "Red"
        assert snapshot(stage, Place(WANG, chat)).since(snapshot(stage, Place(WANG, chat))) == {}

    run(visit)


async def _until(stream: Any, studio: Studio, chat: str) -> Any:
    """The frames up to the second one of the page; something is said after the first."""
    pages = 0
    async for frame in stream:
        yield frame
        pages += frame.startswith("event: page")
        if pages == 1:
            studio.tells(chat, card())
            pages = 2
        elif pages == 3:
            await stream.aclose()
            return


def test_the_words_are_the_same_in_both_languages() -> None:
    words = render.words()
    assert _keys(words["zh"]) == _keys(words["en"])
    assert words["en"]["speed"] % {"speed": 60} == "The clock runs 60 times as fast"
    assert set(DEEDS) == {"say", "press", "submit", "menu", "add_bot", "look", "answer", "read"}


SHARED_TEMPLATES = ("bits", "chat", "elements", "people", "phone", "you")


def test_every_word_that_a_template_says_is_there() -> None:
    templates = [
        *(render.HERE / "templates").glob("*.html"),
        *(shared.HERE / "templates" / f"{name}.html" for name in SHARED_TEMPLATES),
    ]
    said = {
        word
        for template in templates
        for word in re.findall(r"\bw\.(\w+)|say\('(\w+)'", template.read_text(encoding="utf-8"))
    }
    of_slack = {"choose_person", "choose_people", "more", "image", "unknown_block"}
    assert {one or other for one, other in said} - of_slack <= set(render.words()["zh"])


def _keys(part: Any) -> Any:
    return {key: _keys(value) for key, value in part.items()} if isinstance(part, dict) else None


def test_placeholders_and_labels_are_escaped() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        told = card(button('"><script>'), header={"title": plain("<b>红</b>"), "template": "red"})
        message = studio.says(WANG, told)
        log = (await regions(web, WANG, message.chat))["log"]
        assert "<script>" not in log
        assert "&lt;b&gt;红&lt;/b&gt;" in log

    run(visit)
