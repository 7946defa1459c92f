"""Every block and element appears; nothing a bot or a person wrote becomes markup."""

import functools
import re
from typing import Any

import pytest
from jinja2 import Environment

from sandbox.page import render
from sandbox.page.regions import find_place, pen_for, snapshot
from sandbox.page.stage import Place, Stage
from sandbox.world import World
from tests.sandbox.page.makers import (
    COMMANDS,
    ELEMENTS,
    INPUTS,
    a_card,
    a_form,
    a_world,
    an_input,
    mrkdwn,
    plain,
)

EVIL = '<script>alert("x")</script><img src=x onerror=y>'


@functools.cache
def _environment() -> Environment:
    return render.environment()


def a_stage(world: World, **more: Any) -> Stage:
    """A stage without a driver: enough to draw."""
    return Stage(world, None, _environment(), render.words(), render.emoji(), COMMANDS, **more)


def drawn(blocks: list[dict[str, Any]], user: str = "U04", **message: Any) -> str:
    """The HTML of one message with these blocks."""
    world = a_world()
    channel = world.im_of(user)
    world.post(channel.id, world.bot_id, "fallback", blocks=blocks, **message)
    return snapshot(a_stage(world), Place(user, channel.id)).items[0][1]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda e: f"{e['type']}-{e['action_id']}")
def test_every_element_can_act(element: dict[str, Any]) -> None:
    html = drawn([{"type": "actions", "block_id": "b", "elements": [element]}])
    assert f'data-act="{element["action_id"]}"' in html
    assert 'data-block="b"' in html
    assert 'class="unknown"' not in html


@pytest.mark.parametrize("element", INPUTS, ids=lambda e: e["type"])
def test_every_field_has_a_label_a_hint_and_a_place_for_its_error(element: dict[str, Any]) -> None:
    html = drawn([an_input(element, "标签", "b", hint=plain("提示"), optional=True)])
    assert 'data-input="b"' in html
    assert "标签" in html
    assert "提示" in html
    assert "选填" in html
    assert 'class="field-error"' in html
    described = re.search(r'aria-describedby="(\S+) (\S+)"', html)
    assert described
    assert all(f'id="{name}"' in html for name in described.groups())


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"type": "header", "text": plain("标题")}, '<h3 class="block-title">标题</h3>'),
        ({"type": "divider"}, "<hr>"),
        ({"type": "section", "text": mrkdwn("*a*")}, "<strong>a</strong>"),
        ({"type": "section", "fields": [mrkdwn("f1"), plain("f2")]}, "f2"),
        ({"type": "context", "elements": [mrkdwn("_c_")]}, "<em>c</em>"),
        ({"type": "image", "image_url": "https://x.cn/a.png", "alt_text": "曲线"}, 'aria-label="曲线"'),
        ({"type": "unheard_of"}, "unheard_of"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_every_block_is_drawn(block: dict[str, Any], expected: str) -> None:
    assert expected in drawn([{"block_id": "b", **block}])


def test_rich_text_is_drawn_with_its_styles() -> None:
    elements = [
        {"type": "text", "text": "b", "style": {"bold": True, "italic": True}},
        {"type": "link", "url": "https://a.cn", "text": "l"},
        {"type": "user", "user_id": "U10"},
        {"type": "channel", "channel_id": "C001"},
        {"type": "emoji", "name": "fire"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1796097600, "format": "{time}", "fallback": "x"},
        {"type": "usergroup", "usergroup_id": "S1"},
    ]
    parts = [
        {"type": "rich_text_section", "elements": elements},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [{"type": "rich_text_section", "elements": elements[:1]}],
        },
        {"type": "rich_text_quote", "elements": elements[:1]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": EVIL}]},
    ]
    html = drawn([{"type": "rich_text", "block_id": "b", "elements": parts}])
    assert "<strong><em>b</em></strong>" in html
    for words in (
        "@Emma Clarke",
        "#general",
        "🔥",
        "@here",
        ">12:00</time>",
        "@S1",
        "<ol",
        "<blockquote>",
        "<pre>",
    ):
        assert words in html
    assert "<script>" not in html


def test_nothing_written_by_anyone_becomes_markup() -> None:
    """Every text of a full message is hostile at once."""
    hostile = [
        {"type": "header", "block_id": EVIL, "text": plain(EVIL)},
        {"type": "section", "block_id": "s", "text": mrkdwn(EVIL), "fields": [plain(EVIL)]},
        {"type": "image", "block_id": "i", "image_url": EVIL, "alt_text": EVIL, "title": plain(EVIL)},
        an_input(
            {**INPUTS[0], "placeholder": plain(EVIL), "initial_value": EVIL}, EVIL, "b", hint=plain(EVIL)
        ),
        {
            "type": "actions",
            "block_id": "a",
            "elements": [
                {
                    "type": "button",
                    "action_id": EVIL,
                    "text": plain(EVIL),
                    "value": EVIL,
                    "url": "javascript:x",
                },
                {
                    "type": "static_select",
                    "action_id": "x",
                    "placeholder": plain(EVIL),
                    "options": [{"text": plain(EVIL), "value": EVIL, "description": plain(EVIL)}],
                },
            ],
        },
    ]
    card = a_card(f'red"/><script>{EVIL}', EVIL)
    html = drawn(hostile, attachments=[card | {"title": EVIL, "title_link": "javascript:x", "footer": EVIL}])
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html.replace("javascript:x</", "")


def test_a_card_keeps_its_colour_and_a_false_colour_is_grey() -> None:
    assert 'fill="#d32f2f"' in drawn([], attachments=[a_card("#d32f2f", "红")])
    assert 'fill="#c62828"' in drawn([], attachments=[a_card("danger", "红")])
    assert 'fill="#9aa1a9"' in drawn([], attachments=[a_card("url(#x)", "红")])


def test_a_confirm_dialog_brings_its_own_words() -> None:
    html = drawn([{"type": "actions", "block_id": "b", "elements": [ELEMENTS[1]]}])
    assert "<template data-confirm" in html
    for words in ("确定降级？", "<strong>不再</strong>", "再想想"):
        assert words in html


def test_descriptions_stand_under_their_options() -> None:
    assert "<small>阅读量低于 1,000，仅限朋友圈或本地论坛</small>" in drawn(
        [{"type": "actions", "block_id": "b", "elements": [ELEMENTS[3]]}]
    )


def test_an_optional_choice_can_be_taken_back_and_says_so() -> None:
    html = drawn([an_input(ELEMENTS[3], "级别", "b", optional=True)])
    assert "data-clear>清除选择</button>" in html
    assert "data-clear" not in drawn([an_input(ELEMENTS[3], "级别", "b")])


def test_a_form_shows_what_the_workspace_remembers() -> None:
    world = a_world()
    pen = pen_for(a_stage(world), "U04", "V1", {"b": {"v": {"type": "number_input", "value": "7"}}})
    assert pen.given("b", {"type": "number_input", "action_id": "v", "initial_value": "3"}) == "7"
    assert pen.given("other", {"type": "number_input", "action_id": "v", "initial_value": "3"}) == "3"
    moment = {"type": "datetimepicker", "action_id": "v", "initial_date_time": 1796097600}
    assert pen.given("b2", moment) == "2026-12-01T12:00"


@pytest.mark.parametrize(("user", "words"), [("U04", "仅你可见"), ("U10", "Only visible to you")])
def test_the_page_speaks_the_language_of_the_person(user: str, words: str) -> None:
    assert words in drawn([], user=user, ephemeral_to=user)


def test_edited_app_and_clock_are_marked() -> None:
    html = drawn([], user="U10", edited=True)
    assert "(edited)" in html
    assert ">APP<" in html
    assert ">4:00 AM</time>" in html


def test_lines_of_one_person_stand_together_but_never_across_a_private_one() -> None:
    world = a_world()
    channel = world.im_of("U04")
    for ephemeral in (None, None, "U04", None):
        world.post(channel.id, world.bot_id, "x", ephemeral_to=ephemeral)
    shot = snapshot(a_stage(world), Place("U04", channel.id))
    assert ["compact" in html for _, html in shot.items] == [False, True, False, False]


def test_replies_stand_under_their_message() -> None:
    world = a_world()
    channel = world.im_of("U04")
    first = world.post(channel.id, world.bot_id, "question")
    world.post(channel.id, "U04", "answer", thread_ts=first.ts)
    shot = snapshot(a_stage(world), Place("U04", channel.id))
    assert len(shot.items) == 1
    assert "answer" in shot.items[0][1]
    assert "1 条回复" in shot.items[0][1]


def test_a_redrawn_message_is_not_the_old_one() -> None:
    world = a_world()
    channel = world.im_of("U04")
    message = world.post(channel.id, world.bot_id, "before")
    stage, place = a_stage(world), Place("U04", channel.id)
    old = snapshot(stage, place)
    assert snapshot(stage, place).since(old) == {}
    message.text = "after"
    news = snapshot(stage, place).since(old)
    assert list(news["items"]) == [message.ts]
    assert "after" in news["items"][message.ts]
    assert news["regions"] == {}


def test_the_switcher_counts_what_the_bot_has_written_to_each() -> None:
    world = a_world()
    world.post(world.im_of("U01").id, world.bot_id, "page")
    shot = snapshot(a_stage(world), find_place(world, {"as": "U04", "in": "C001"}))
    assert shot.regions["people"].count('class="badge"') == 1
    assert f"?as=U01&amp;in={world.im_of('U01').id}" in shot.regions["people"]
    assert "未读私信 1 条" in shot.regions["people"]


def test_a_private_room_is_shown_to_its_members_only() -> None:
    world = a_world()
    room = world.create_channel("crisis-1", "U04", is_private=True)
    world.post(room.id, "U04", "secret")
    assert "crisis-1" in snapshot(a_stage(world), find_place(world, {"as": "U04"})).regions["sidebar"]
    peek = find_place(world, {"as": "U05", "in": room.id})
    shot = snapshot(a_stage(world), peek)
    assert peek.channel == ""
    assert "crisis-1" not in "".join(shot.regions.values())
    assert shot.items == ()


def test_an_archived_channel_can_only_be_read() -> None:
    world = a_world()
    world.channels["C001"].archived = True
    shot = snapshot(a_stage(world), find_place(world, {"as": "U10", "in": "C001"}))
    assert "<textarea" not in shot.regions["foot"]
    assert "archived" in shot.regions["foot"]


def test_a_long_channel_shows_its_end_first() -> None:
    world = a_world()
    channel = world.im_of("U04")
    for number in range(130):
        world.post(channel.id, world.bot_id, f"n{number}")
    stage = a_stage(world)
    shot = snapshot(stage, Place("U04", channel.id))
    assert shot.earlier
    assert "n129" in shot.items[-1][1]
    assert len(snapshot(stage, Place("U04", channel.id, all=True)).items) == 130


def test_both_languages_have_the_same_words() -> None:
    words = render.words()
    assert words["en"].keys() == words["zh"].keys()
    assert words["en"]["system"].keys() == words["zh"]["system"].keys()
    for key, text in words["en"].items():
        if isinstance(text, str):
            assert set(re.findall(r"%\(\w+\)s", text)) == set(re.findall(r"%\(\w+\)s", words["zh"][key])), key


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Emma Clarke", "EC"), ("陈志远", "志远"), ("王敏", "王敏"), ("goldenhour", "Go"), ("", "")],
)
def test_initials_are_what_colleagues_would_write(name: str, letters: str) -> None:
    assert render.initials(name) == letters


def test_letters_on_an_avatar_can_be_read() -> None:
    assert render.ink_on("#f2c200") == "#1b1f24"
    assert render.ink_on("#8c2f39") == "#ffffff"


def test_a_form_is_drawn_once_it_is_open() -> None:
    world = a_world()
    view = a_form()
    assert "sheet" not in snapshot(a_stage(world), find_place(world, {"as": "U04"})).regions["modal"]
    opened = type("Opened", (), {"id": "V1", "view": view, "state": {}})
    world.views["U04"].append(opened)  # type: ignore[arg-type]
    html = snapshot(a_stage(world), find_place(world, {"as": "U04"})).regions["modal"]
    assert 'data-view="V1"' in html
    assert html.count("data-input=") == 8
