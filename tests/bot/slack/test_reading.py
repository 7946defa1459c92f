"""Recorded payloads of Slack, read as Commands."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat import Command
from bot.slack import reading

PAYLOADS = Path(__file__).parents[2] / "platforms" / "payloads"
TEAM = "T0123ABCD"
TRIGGER = "1234567890.{}a1b2c3d4e5f60718293a4b5c6d7e8f9"


def payload(name):
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def test_a_command_keeps_what_was_typed_after_the_verb():
    assert reading.typed(payload("command_open"), TEAM) == Command(
        kind="typed",
        name="open",
        key=f"command:8812340002.{TRIGGER.format(0)}",
        user="U0789WANG",
        room="C0456EFGH",
        text="杭州城西服务中心 刹车失灵 @liu.yang",
    )


def test_a_command_alone_has_no_name():
    command = reading.typed(payload("command_empty"), TEAM)
    assert (command.name, command.text) == ("", "")


def test_what_a_phone_makes_of_typing_is_understood_and_quotes_stay():
    command = reading.typed(payload("command_typed_on_iphone"), TEAM)
    assert (command.name, command.text) == ("decide", "发布“致歉声明” — 今晚")


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("", "", ""),
        ("   ", "", ""),
        ("Open", "open", ""),
        ("ＯＰＥＮ　刹车，失灵", "open", "刹车，失灵"),
        ("\ufeffopen\u200b x", "open", "x"),
        ("打开 x", "打开", "x"),
        ("open  line one\nline two ", "open", "line one\nline two"),
    ],
)
def test_verbs_are_read_tolerantly(text, name, rest):
    found, after = reading.words(text)
    assert (found, after.strip()) == (name, rest)


def test_the_second_button_of_one_name_is_still_that_button():
    assert reading.pressed(payload("action_in_room"), TEAM) == Command(
        kind="pressed",
        name="task_done",
        key=f"action:8812350001.{TRIGGER.format(4)}",
        user="U0789WANG",
        room="C0999ROOM",
        value="12:inform_legal",
    )


def test_a_button_in_a_passing_message_is_told_apart():
    command = reading.pressed(payload("action_in_ephemeral"), TEAM)
    assert (command.name, command.value, command.passing) == ("status", "12", True)


def test_a_press_without_a_trigger_is_known_by_its_time_and_message():
    command = reading.pressed(payload("action_without_trigger"), TEAM)
    assert command.key == "action:1795258931.402117:1795258802.118349"


def test_a_form_is_read_into_plain_values():
    assert reading.sent(payload("view_declare"), TEAM) == Command(
        kind="sent",
        name="declare",
        key="view:V0ABCDEF12:1795258961.gk2Lq0aZ",
        user="U0789WANG",
        fields={
            "title": "刹车失灵 <!channel> & *急*",
            "facts": "第一行\n第二行",
            "place": None,
            "channel": "douyin",
            "level": None,
            "signs": ["injury", "press"],
            "roles": None,
            "at": datetime(2026, 11, 21, 11, 0, tzinfo=UTC),
            "later": None,
        },
        about={"incident": "12", "room": "C0999ROOM"},
    )


def test_a_button_in_a_form_brings_what_is_in_the_form():
    command = reading.pressed(payload("action_in_view"), TEAM)
    assert (command.kind, command.name, command.value) == ("pressed", "grade_help", "12")
    assert command.fields["channel"] == "douyin"
    assert command.about == {"incident": "12", "room": "C0999ROOM"}


def test_a_direct_message_is_a_command_with_or_without_the_slash():
    assert reading.written(payload("event_direct_message"), TEAM) == Command(
        kind="typed",
        name="status",
        key="event:Ev0KLMNOP1",
        user="U0789WANG",
        room="D0DIRECTW",
        text="12 <急> example.com/a liu@example.com",
    )


@pytest.mark.parametrize("name", ["event_own_message", "event_edited_message"])
def test_what_no_person_wrote_is_no_command(name):
    assert reading.written(payload(name), TEAM) is None


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (reading.typed, "command_from_another_workspace"),
        (reading.pressed, "action_by_a_guest_of_another_workspace"),
        (reading.written, "event_message_from_another_workspace"),
    ],
)
def test_people_of_other_workspaces_are_outside_and_bring_nothing_in(read, name):
    command = read(payload(name), TEAM)
    assert (command.kind, command.name, command.user) == ("typed", "outside", "U0PARTNER")
    assert (command.text, command.value, command.fields, command.about) == ("", "", {}, {})


def test_somebody_without_any_workspace_is_outside():
    body = payload("command_open") | {"team_id": ""}
    assert reading.typed(body, TEAM).name == "outside"


@pytest.mark.parametrize("carried", ["", "not json", "[1]", "null", None])
def test_a_form_that_carries_nonsense_carries_nothing(carried):
    assert reading.about({"private_metadata": carried}) == {}


def test_every_payload_has_its_test():
    """A recorded payload nobody reads is a rule nobody checks."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in PAYLOADS.glob("*.json") if path.stem not in source] == []
