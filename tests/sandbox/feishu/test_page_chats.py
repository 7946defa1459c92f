"""What stands around the messages on the Feishu page: heads of groups, the list of chats, Feishu's own lines."""

from typing import Any

import aiohttp
import pytest

from sandbox.feishu.page.regions import find_place
from tests.sandbox.feishu.conftest import card
from tests.sandbox.feishu.page_makers import EMMA, HALL, WANG, ZHAO, Studio, a_page, run
from tests.sandbox.page.web import do, regions


def test_the_head_of_a_group_shows_what_is_kept_in_sight() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        room = studio.group(WANG, description="红色｜刹车失灵")
        message, chat = studio.tells(room, a_page()), studio.world.chats[room]
        chat.pins.append(message.id)
        chat.top_notice = {"action_type": "1", "message_id": message.id}
        chat.tabs.append(_tab("简报", "https://example.com/brief"))
        chat.tabs.append(_tab("坏", "javascript:alert(1)"))
        header = (await regions(web, WANG, room))["header"]
        assert f'class="notice head-red" href="#m-{message.id}"' in header
        assert "请您应答" in header
        assert "Pin 1" in header
        assert "群描述：红色｜刹车失灵" in header
        assert 'href="https://example.com/brief"' in header
        assert "javascript" not in header
        studio.world.recall(message)
        seen = await regions(web, WANG, room)
        assert "notice" not in seen["header"]
        assert "goldenhour 撤回了一条消息" in seen["log"]

    run(visit)


def _tab(name: str, url: str) -> dict[str, Any]:
    return {"tab_id": name, "tab_name": name, "tab_type": "url", "tab_content": {"url": url}}


def test_who_is_named_sees_it_in_the_list_until_they_have_read() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        room = studio.group(WANG, ZHAO)
        studio.tells(room, card({"tag": "markdown", "content": f"请<at id={ZHAO}></at>处理"}))
        side = (await regions(web, ZHAO))["sidebar"]
        assert "[有人@我]" in side
        assert f'data-entry="{room}" data-unread="1"' in side
        assert "[有人@我]" not in (await regions(web, WANG))["sidebar"]
        await do(web, "read", **{"as": ZHAO, "in": room})
        assert f'data-entry="{room}" data-unread="0"' in (await regions(web, ZHAO))["sidebar"]

    run(visit)


def test_a_group_in_which_only_the_owner_speaks_has_no_field() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        room = studio.group(WANG, may_speak="only_owner")
        seen = await regions(web, WANG, room)
        assert "data-say" not in seen["foot"]
        assert "此群仅群主和管理员可以发言。" in seen["foot"]
        studio.world.chats[room].dissolved = True
        assert "找不到这个会话" in (await regions(web, WANG, room))["main"]

    run(visit)


def test_who_has_left_the_company_is_no_trouble() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        del studio.world.people["ou_u12"]
        seen = await regions(web, WANG, HALL)
        assert "唐雪" not in seen["header"] + seen["foot"]
        assert "ou_u12" in seen["log"]
        assert 'aria-label="14 位成员"' in seen["header"]

    run(visit)


def test_who_is_outside_the_availability_range_has_no_chat_with_the_bot() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        studio.world.available = {WANG}
        assert "goldenhour" not in (await regions(web, ZHAO))["sidebar"]
        assert "goldenhour" in (await regions(web, WANG))["sidebar"]
        assert find_place(studio.world, {"as": ZHAO}).channel == ""

    run(visit)


@pytest.mark.parametrize(
    ("kind", "content", "shown"),
    [
        ("image", {"image_key": "k"}, "[图片]"),
        ("sticker", {"file_key": "k"}, "[表情]"),
        ("hongbao", {}, "[hongbao]"),
        (
            "post",
            {"zh_cn": {"title": "题", "content": [[{"tag": "text", "text": "<一>"}]]}},
            "<strong>题</strong><br>&lt;一&gt;",
        ),
    ],
)
def test_other_kinds_of_messages_are_told_in_words(kind: str, content: dict[str, Any], shown: str) -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        await studio.driver.sends(WANG, kind, content, HALL)
        assert shown in (await regions(web, WANG, HALL))["log"]

    run(visit)


def test_feishus_own_lines_are_in_the_readers_language() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        room = studio.group(WANG, EMMA, ZHAO)
        studio.driver.adds(WANG, room, "ou_u06", "ou_u07")
        studio.driver.leaves(ZHAO, room)
        log = (await regions(web, EMMA, room))["log"]
        assert "王敏 invited 刘洋, 孙建国 to this chat" in log
        assert "赵清和 left this chat" in log
        assert "王敏 邀请 刘洋、孙建国 加入了群聊" in (await regions(web, WANG, room))["log"]

    run(visit)
