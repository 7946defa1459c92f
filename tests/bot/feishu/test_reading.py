"""What Feishu reports, read as Commands."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.chat import Command
from bot.feishu.reading import READERS, Heard, Place, event_of, read, without_command, words

US = "ou_bot"
HEADER = {
    "event_id": "5e3702a84e847582be8db7fb73283c02",
    "event_type": "im.message.receive_v1",
    "create_time": "1795241106000",
    "token": "v-token",
    "app_id": "cli_ours",
    "tenant_key": "736588c9260f175e",
}
WANG = {"open_id": "ou_wang", "union_id": "on_8ed6aa67826108097d9ee143816345", "user_id": "e33ggbyz"}
SENDER = {"sender_id": WANG, "sender_type": "user", "tenant_key": "736588c9260f175e"}
BOT_NAMED = {
    "key": "@_user_1",
    "id": {"open_id": "ou_bot"},
    "name": "黄金一小时",
    "tenant_key": "736588c9260f175e",
}
LIU_NAMED = {"key": "@_user_2", "id": {"open_id": "ou_liu"}, "name": "刘洋", "tenant_key": "736588c9260f175e"}


def event(kind, body, **header):
    return {"schema": "2.0", "header": HEADER | {"event_type": kind} | header, "event": body}


def message(text, *mentions, chat="p2p", kind="text", sender=SENDER, content=None, **header):
    said = {
        "message_id": "om_5ce6d572455d361153b7cb51da133945",
        "chat_id": "oc_5ce6d572455d361153b7xx51da133945",
        "chat_type": chat,
        "message_type": kind,
        "create_time": "1795241106000",
        "update_time": "1795241106000",
        "content": json.dumps({"text": text}) if content is None else content,
    }
    if mentions:
        said["mentions"] = list(mentions)
    return event("im.message.receive_v1", {"sender": sender, "message": said}, **header)


def press(value, form_value=None, **operator):
    action = {"tag": "button", "name": "submit", "value": value, "timezone": "Asia/Shanghai"}
    if form_value is not None:
        action["form_value"] = form_value
    body = {
        "operator": {"tenant_key": "736588c9260f175e", "user_id": "e33ggbyz", "open_id": "ou_wang"}
        | operator,
        "token": "c-295ee57216a5dc9de90fefd0aadb4b1d7d342d38",
        "action": action,
        "host": "im_message",
        "context": {"open_message_id": "om_card", "open_chat_id": "oc_room"},
    }
    return event("card.action.trigger", body, create_time="1795241106123456")


def heard(payload):
    return read(event_of(payload), US)


def asked(payload):
    command = heard(payload).command
    return command.name, command.text


def test_a_line_in_private_is_a_command():
    assert heard(message("/crisis open 杭州城西服务中心 刹车失灵")) == Heard(
        Command(
            kind="typed",
            name="open",
            key="message:om_5ce6d572455d361153b7cb51da133945",
            user="ou_wang",
            room="oc_5ce6d572455d361153b7xx51da133945",
            text="杭州城西服务中心 刹车失灵",
            platform="feishu",
        ),
        Place("ou_wang"),
    )


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("/crisis", "", ""),
        ("/crisis status 12", "status", "12"),
        ("／ｃｒｉｓｉｓ　ｏｐｅｎ　刹车，失灵", "open", "刹车，失灵"),
        ("/危机 打开 x", "打开", "x"),
        ("／危机　打开　x", "打开", "x"),
        ("危机：打开：刹车失灵", "打开", "刹车失灵"),
        ("危机: 打开: 刹车失灵", "打开", "刹车失灵"),
        ("危机", "", ""),
        ("危机：", "", ""),
        ("Crisis Now 4S店维修后车辆自燃", "now", "4S店维修后车辆自燃"),
        ("状态", "状态", ""),
        ("/状态", "状态", ""),
        ("状态。", "状态", ""),
        ("\ufeff状态\u200b", "状态", ""),
        ("？", "?", ""),
        ("", "help", ""),
        ("   ", "help", ""),
        ("立即 第一行\n第二行", "立即", "第一行\n第二行"),
        ("打开 客户说：刹车失灵 14:05", "打开", "客户说：刹车失灵 14:05"),
        ("https://weibo.com/1 有人发帖", "https://weibo.com/1", "有人发帖"),
        ("14:05 有人发帖", "14:05", "有人发帖"),
        ("危机公关怎么做", "危机公关怎么做", ""),
    ],
)
def test_what_people_type_on_phones_is_understood(text, name, rest):
    assert asked(message(text)) == (name, rest)


@pytest.mark.parametrize(
    ("text", "found"),
    [("open x", ("open", "x")), ("  ", ("", "")), ("a" * 100_000, ("a" * 100_000, ""))],
)
def test_the_verb_is_the_first_word(text, found):
    assert words(text) == found


def test_a_line_without_the_command_stays_as_it_is():
    assert without_command("打开：x") == "打开：x"


def test_the_same_message_has_the_same_key_though_it_is_delivered_as_a_new_event():
    first, second = heard(message("状态")), heard(message("状态", event_id="another"))
    assert first.command.key == second.command.key == "message:om_5ce6d572455d361153b7cb51da133945"


def test_in_a_group_the_bot_hears_its_name_and_reads_the_names_of_others():
    found = heard(
        message("@_user_1 危机 打开 @_user_2 说刹车失灵 @_all @_user_10", BOT_NAMED, LIU_NAMED, chat="group")
    )
    assert (found.command.name, found.command.text) == ("打开", "@刘洋 说刹车失灵 @all @_user_10")
    assert found.place == Place("ou_wang", room="oc_5ce6d572455d361153b7xx51da133945")


def test_the_name_may_stand_anywhere():
    assert asked(message("状态 @_user_1", BOT_NAMED, chat="group")) == ("状态", "")


def test_in_a_group_the_name_alone_asks_what_can_be_done():
    assert asked(message("@_user_1", BOT_NAMED, chat="group")) == ("", "")


@pytest.mark.parametrize("mentions", [[], [LIU_NAMED], ["nonsense"], [{"key": "@_user_1"}]])
def test_in_a_group_what_is_not_for_the_bot_is_not_heard(mentions):
    assert heard(message("@_user_2 状态", *mentions, chat="group")) is None


@pytest.mark.parametrize("kind", ["image", "sticker", "audio", "file", "share_chat", "merge_forward"])
def test_whoever_sends_a_picture_is_shown_what_can_be_typed(kind):
    assert asked(message("", kind=kind, content='{"image_key":"img_x"}')) == ("help", "")


def test_rich_text_is_read_by_its_words():
    rows = [
        [
            {"tag": "at", "user_id": "@_user_1", "user_name": "黄金一小时"},
            {"tag": "text", "text": " 打开 刹车"},
        ],
        [{"tag": "a", "href": "https://example.com", "text": "帖子"}, {"tag": "img", "image_key": "img_x"}],
    ]
    content = json.dumps({"title": "", "content": rows})
    assert asked(message("", BOT_NAMED, chat="group", kind="post", content=content)) == ("打开", "刹车\n帖子")


@pytest.mark.parametrize("content", ["", "not json", "[1]", "null", '{"text": 5}', "[" * 50_000])
def test_a_message_whose_content_is_nonsense_is_a_picture_to_us(content):
    assert asked(message("", content=content)) == ("help", "")


def test_an_entry_of_the_menu_is_a_verb():
    body = {
        "operator": {"operator_name": "王敏", "operator_id": WANG},
        "event_key": "open",
        "timestamp": 1795241106,
    }
    assert heard(event("application.bot.menu_v6", body)) == Heard(
        Command("typed", "open", "menu:5e3702a84e847582be8db7fb73283c02", "ou_wang", platform="feishu"),
        Place("ou_wang"),
        twice="menu ou_wang open",
    )


def test_a_button_is_known_by_its_event_and_a_second_press_by_what_it_is():
    assert heard(press({"name": "done", "value": "12/inform_legal"})) == Heard(
        Command(
            kind="pressed",
            name="done",
            key="press:5e3702a84e847582be8db7fb73283c02",
            user="ou_wang",
            room="oc_room",
            value="12/inform_legal",
            platform="feishu",
        ),
        Place("ou_wang", "oc_room", card="om_card"),
        twice="press ou_wang om_card done 12/inform_legal",
    )


def test_a_button_in_a_card_that_only_one_person_sees_is_told_apart():
    assert heard(press({"name": "status", "value": "", "passing": True})).command.passing


def test_whoever_pressed_is_the_operator_whatever_the_card_says():
    command = heard(press({"name": "done", "value": "12", "user": "ou_boss", "operator": "ou_boss"})).command
    assert command.user == "ou_wang"


FORM = {
    "form": "details",
    "about": {"incident": "12", "asked": "press:1"},
    "fields": ["title", "facts", "type", "signs", "at", "later"],
    "moments": {"at": "", "later": ""},
}


def test_a_form_is_read_into_plain_values():
    typed = {
        "title": "刹车失灵 <at id=all></at>",
        "facts": "  ",
        "signs": ["injury", "press"],
        "at": "2026-11-21 19:00 +0800",
    }
    assert heard(press(FORM, typed)) == Heard(
        Command(
            kind="sent",
            name="details",
            key="form:om_card:details:ou_wang",
            user="ou_wang",
            fields={
                "title": "刹车失灵 <at id=all></at>",
                "facts": None,
                "type": None,
                "signs": ["injury", "press"],
                "at": datetime(2026, 11, 21, 11, 0, tzinfo=UTC),
                "later": None,
            },
            about={"incident": "12"},
            platform="feishu",
        ),
        Place("ou_wang", "oc_room", card="om_card"),
        asked="press:1",
        typed=typed,
    )


@pytest.mark.parametrize("form_value", [None, {}, [], {"title": "", "at": "", "signs": []}])
def test_a_form_of_which_nothing_is_filled_in_has_no_answers(form_value):
    assert heard(press(FORM, form_value)).command.fields == dict.fromkeys(FORM["fields"])


def test_a_form_sent_twice_is_one_intent_and_another_form_in_its_place_another():
    first, second = (
        heard(press(FORM, {"title": "a"})),
        heard(press(FORM | {"form": "reopen"}, {"title": "a"})),
    )
    assert first.command.key == heard(press(FORM, {"title": "b"})).command.key != second.command.key


def test_a_group_into_which_the_bot_is_brought_hears_who_it_is():
    body = {
        "chat_id": "oc_room",
        "operator_id": WANG,
        "external": False,
        "operator_tenant_key": "736588c9260f175e",
        "name": "华东售后",
    }
    assert heard(event("im.chat.member.bot.added_v1", body)) == Heard(
        Command(
            "typed",
            "hello",
            "added:5e3702a84e847582be8db7fb73283c02",
            "ou_wang",
            "oc_room",
            platform="feishu",
        ),
        Place("ou_wang", "oc_room", aloud=True),
    )


@pytest.mark.parametrize("kind", ["im.chat.member.bot.deleted_v1", "im.chat.disbanded_v1"])
def test_a_room_that_is_no_more_is_told_of_and_nobody_can_say_so_by_typing(kind):
    body = {"chat_id": "oc_room", "operator_id": WANG, "operator_tenant_key": "736588c9260f175e", "name": "x"}
    command = heard(event(kind, body)).command
    assert (command.kind, command.name, command.room) == ("pressed", "room_gone", "oc_room")


@pytest.mark.parametrize(
    "payload",
    [
        message("open x", sender=SENDER | {"tenant_key": "partner"}),
        message("open x", tenant_key=""),
        message("open x", tenant_key=None),
        press({"name": "done", "value": "12"}, tenant_key="partner"),
        press(FORM, {"title": "x"}, tenant_key="partner"),
        event(
            "im.chat.member.bot.added_v1",
            {"chat_id": "oc_room", "operator_id": WANG, "operator_tenant_key": "partner"},
        ),
    ],
)
def test_people_of_other_companies_are_outside_and_bring_nothing_in(payload):
    command = heard(payload).command
    assert (command.kind, command.name, command.user) == ("typed", "outside", "ou_wang")
    assert (command.text, command.value, command.fields, command.about) == ("", "", {}, {})


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"header": [], "event": None},
        event("im.message.read_v1", {"reader": {}}),
        event("contact.user.updated_v3", {}),
        {
            "uuid": "u1",
            "token": "v-token",
            "type": "event_callback",
            "event": {"type": "message", "text": "hi"},
        },
        event("im.message.receive_v1", {}),
        message("open", sender=SENDER | {"sender_type": "app"}),
        message("open", sender={"sender_type": "user"}),
        message("open", sender=SENDER | {"sender_id": None}),
        event("application.bot.menu_v6", {"event_key": "open"}),
        event(
            "application.bot.menu_v6", {"event_key": "open", "operator": {"operator_id": WANG}}, event_id=""
        ),
        event("card.action.trigger", {}),
        press({}),
        press("done"),
        press({"value": "12"}),
        press({"name": "done"}, open_id=""),
        event("im.chat.member.bot.added_v1", {"chat_id": "oc_room"}),
    ],
)
def test_what_is_no_business_of_ours_is_let_go(payload):
    assert heard(payload) is None


def test_an_old_event_has_its_kind_and_id_elsewhere():
    found = event_of(
        {"uuid": "u1", "type": "event_callback", "event": {"type": "message", "tenant_key": "t"}}
    )
    assert (found.kind, found.id, found.tenant) == ("message", "u1", "t")


EDGES = re.compile("^[\\s：:\u200b\u200e\u200f\u2060\ufeff]+|[\\s：:\u200b\u200e\u200f\u2060\ufeff]+$")
NAMES = some.sampled_from(
    ["name", "value", "form", "about", "title", "sender", "message", "operator", "open_id"]
)
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(some.sampled_from([*READERS, "another"]), ANYTHING)
def test_whatever_an_event_holds_it_is_read_or_let_go(kind, body):
    found = heard(event(kind, body))
    assert found is None or found.command.user


@given(ANYTHING, ANYTHING)
def test_whatever_a_press_brings_back_it_is_read_or_let_go(value, form_value):
    found = heard(press(value, form_value))
    assert found is None or found.command.user == "ou_wang"


@given(some.text())
def test_whatever_is_typed_after_the_verb_goes_on_as_it_was_typed(text):
    verb, rest = words(f"打开 {text}")
    assert (verb, EDGES.sub("", rest)) == ("打开", EDGES.sub("", text))
