"""Who is let in from Feishu, and what comes of it."""

import asyncio
import hashlib
import json
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.chat import Button, Card, Field, Form, Part, Plain, Reply
from bot.feishu.crypt import Keys
from tests.bot.feishu.standing_in import TOKEN, event, line, played, press, sealed, signed

CARD = Card((Plain("Here you are"),), (Part(((Plain("more"),),), buttons=(Button("more", "More"),)),))
FORM = Form("details", "Details", "Send", (Field("title", "Title", "text"),), {"incident": "12"})
CHALLENGE = {"type": "url_verification", "challenge": "ajls384kdjx98XX", "token": TOKEN}
DONE = {"name": "done", "value": "12"}


def sent(asked="message:om_line", again=False, **typed):
    value = {"form": "details", "about": {"incident": "12", "asked": asked}, "fields": ["title"]}
    return press(value, typed, event_id="e2" if again else "e1")


def knocked(body, headers, **options):
    """What one request is answered with, and what was asked of us."""
    found = []

    async def story(here):
        found.append(await here.knock(body, headers))
        found.append([command.name for command in here.asked])

    played(story, **options)
    return found


@pytest.mark.parametrize("headers", [{}, signed(sealed(CHALLENGE))], ids=["as it is", "signed"])
def test_feishu_may_check_the_address(headers):
    assert knocked(sealed(CHALLENGE), headers) == [(200, {"challenge": "ajls384kdjx98XX"}), []]


def test_feishu_may_check_the_address_in_the_clear_where_there_is_no_key():
    body = json.dumps(CHALLENGE).encode()
    assert knocked(body, {}, keys=Keys(TOKEN))[0] == (200, {"challenge": "ajls384kdjx98XX"})


def test_without_a_key_events_come_in_by_their_token():
    assert knocked(json.dumps(line("status")).encode(), {}, keys=Keys(TOKEN)) == [(200, {}), ["status"]]


LINE = sealed(line("status"))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (sealed(CHALLENGE | {"token": "other"}), {}),
        (json.dumps(CHALLENGE).encode(), {}),
        (json.dumps(line("status")).encode(), {}),
        (json.dumps(line("status")).encode(), signed(json.dumps(line("status")).encode())),
        (LINE, {}),
        (LINE, signed(LINE, key="other")),
        (LINE, signed(LINE, "1795233906")),
        (LINE, signed(LINE) | {"x-lark-request-nonce": "n2"}),
        (sealed(line("status", token="other")), signed(sealed(line("status", token="other")))),
        (b"[" * 50_000, {}),
        (b"\xff\xfe", {"x-lark-signature": "\u00e9"}),
        (b"", {}),
    ],
    ids=[
        "challenge with another token",
        "challenge in the clear",
        "in the clear",
        "in the clear but signed",
        "not signed",
        "signed with another key",
        "two hours old",
        "another nonce",
        "event with another token",
        "deep nonsense",
        "no text",
        "nothing",
    ],
)
def test_whoever_is_not_feishu_learns_nothing_and_nothing_happens(body, headers):
    assert knocked(body, headers) == [(401, None), []]


def test_a_body_beyond_a_megabyte_is_refused():
    body = b"x" * 1_000_001
    assert knocked(body, signed(body)) == [(413, None), []]


def test_a_copy_of_what_was_done_is_accepted_and_does_nothing():
    async def story(here):
        assert await here.knock(LINE, signed(LINE)) == (200, {})
        assert await here.knock(LINE, signed(LINE)) == (200, {})
        assert len(here.asked) == 1

    played(story)


def test_an_old_event_and_one_of_a_kind_we_do_not_know_are_accepted():
    async def story(here):
        old = {"uuid": "u1", "token": TOKEN, "type": "event_callback", "event": {"type": "message"}}
        assert await here.hears(old) == {}
        assert await here.hears(event("contact.user.updated_v3", {})) == {}
        assert here.asked == []

    played(story)


def test_a_line_is_answered_in_private():
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        assert await here.hears(line("/crisis Status 12")) == {}
        command = here.asked[0]
        assert (command.name, command.text, command.user, command.platform) == (
            "status",
            "12",
            "ou_wang",
            "feishu",
        )
        assert [to for to, _ in here.feishu.said] == ["ou_wang"]

    played(story)


def test_a_message_delivered_again_as_another_event_is_answered_once():
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        await here.hears(line("status"))
        await here.hears(line("status", event_id="e2"))
        assert {command.key for command in here.asked} == {"message:om_line"}
        assert len(here.asked) == 2 and len(here.feishu.said) == 1

    played(story)


def test_a_line_is_acknowledged_only_when_it_is_committed():
    async def story(here):
        here.gate.clear()
        body = sealed(line("status"))
        knock = asyncio.create_task(here.knock(body, signed(body)))
        done, _ = await asyncio.wait({knock}, timeout=0.1)
        assert not done
        here.gate.set()
        assert await knock == (200, {})

    played(story, patience=0.01)


def test_a_press_is_answered_at_once():
    async def story(here):
        here.answer = lambda command: Reply(card=Card((Plain("Noted"),)))
        assert await here.hears(press(DONE)) == {"toast": {"type": "info", "content": "Noted"}}
        assert here.feishu.said == []

    played(story)


def test_a_form_comes_in_private():
    async def story(here):
        here.answer = lambda command: Reply(form=FORM)
        answer = await here.hears(press({"name": "details", "value": "12"}))
        assert answer == {"toast": {"type": "info", "content": "form in private wang"}}
        ((to, card),) = here.feishu.said
        assert (to, card["header"]["title"]["content"]) == ("ou_wang", "Details")

    played(story)


def test_a_second_press_of_the_same_thing_is_the_same_press():
    async def story(here):
        here.answer = lambda command: Reply(form=FORM)
        await here.hears(press(DONE, event_id="e1"))
        await here.hears(press(DONE, event_id="e2"))
        assert [command.key for command in here.asked] == ["press:e1", "press:e1"]
        assert len(here.feishu.said) == 1
        await here.hears(press(DONE | {"value": "13"}, event_id="e3"))
        here.ahead = timedelta(seconds=3)
        await here.hears(press(DONE, event_id="e4"))
        assert [command.key for command in here.asked[2:]] == ["press:e3", "press:e4"]

    played(story)


def test_a_slow_press_is_answered_afterwards():
    async def story(here):
        here.answer = lambda command: Reply(card=Card((Plain("Noted"),)))
        here.gate.clear()
        answer = await here.hears(press(DONE))
        assert answer == {"toast": {"type": "info", "content": "under way wang"}}
        here.gate.set()
        await here.tasks.drain(5)
        assert [to for to, _ in here.feishu.said] == ["ou_wang"]

    played(story, patience=0.01)


def test_a_slow_form_turns_into_its_last_page_afterwards():
    async def story(here):
        here.answer = lambda command: Reply(done=CARD)
        here.gate.clear()
        await here.hears(sent(title="x"))
        here.gate.set()
        await here.tasks.drain(5)
        assert [message for message, _ in here.feishu.changed] == ["om_card"]

    played(story, patience=0.01)


def broken(command):
    raise RuntimeError("secret words of a person")


def test_a_failing_line_gets_a_sentence_and_the_log_gets_ids_only():
    async def story(here):
        here.answer = broken
        with capture_logs() as logs:
            assert await here.hears(line("status confidential")) == {}
        assert [card["header"]["title"]["content"] for _, card in here.feishu.said] == ["sorry wang"]
        assert "secret" not in str(logs) and "confidential" not in str(logs)
        assert (logs[0]["user"], logs[0]["error"]) == ("ou_wang", "RuntimeError")

    played(story)


def test_a_failing_form_stays_with_what_was_typed_and_can_be_sent_again():
    async def story(here):
        here.answer = broken
        answer = await here.hears(sent(title="刹车"))
        assert answer["toast"]["type"] == "warning" and "card" not in answer
        here.answer = lambda command: Reply(done=CARD)
        assert "card" in await here.hears(sent(title="刹车", again=True))
        assert here.asked[0].key == here.asked[1].key == "form:om_card:details:ou_wang"

    played(story)


def first_answers(command):
    """As the dispatcher has it: what was asked for under a key is answered the same again."""
    return Reply(form=FORM) if command.key == "message:om_line" else Reply(errors={"title": "too short"})


def test_a_refused_form_comes_again_in_its_card():
    async def story(here):
        here.answer = first_answers
        answer = await here.hears(sent(title="刹"))
        assert answer["toast"] == {"type": "error", "content": "to mend 1 ['Title'] wang"}
        elements = answer["card"]["data"]["body"]["elements"][0]["elements"]
        assert [one["default_value"] for one in elements if one["tag"] == "input"] == ["刹"]
        assert [command.name for command in here.asked] == ["details", "outside"]

    played(story)


def test_half_a_letter_in_a_refused_form_breaks_nothing():
    async def story(here):
        here.answer = first_answers
        answer = await here.hears(sent(title="刹\ud83d"))
        elements = answer["card"]["data"]["body"]["elements"][0]["elements"]
        assert [one["default_value"] for one in elements if one["tag"] == "input"] == ["刹"]

    played(story)


@pytest.mark.parametrize("asked", ["", "message:forgotten"])
def test_a_refused_form_that_cannot_be_had_again_stays_and_the_complaints_are_told(asked):
    async def story(here):
        here.answer = first_answers
        answer = await here.hears(sent(title="刹", asked=asked))
        assert answer == {"toast": {"type": "error", "content": "too short"}}

    played(story)


def test_a_form_with_a_field_missing_or_empty_is_read():
    async def story(here):
        await here.hears(sent())
        await here.hears(sent(title="", again=True))
        assert [command.fields for command in here.asked] == [{"title": None}, {"title": None}]

    played(story)


def test_somebody_of_another_company_is_outside():
    async def story(here):
        await here.hears(line("open x", tenant_key="another"))
        assert [(command.name, command.text) for command in here.asked] == [("outside", "")]

    played(story)


def test_somebody_known_to_another_app_alone_is_a_stranger_under_that_id():
    async def story(here):
        here.feishu.refuses["ou_wang"] = [99992361, 99992361]
        here.answer = lambda command: Reply(card=CARD)
        await here.hears(line("status", chat="group"))
        assert here.asked[0].user == "ou_wang"
        assert [to for to, _ in here.feishu.said] == ["oc_room"]

    played(story)


def test_a_group_hears_who_the_bot_is():
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        body = {"chat_id": "oc_new", "operator_id": {"open_id": "ou_wang"}, "name": "华东售后"}
        await here.hears(event("im.chat.member.bot.added_v1", body))
        assert [to for to, _ in here.feishu.said] == ["oc_new"]

    played(story)


def test_what_is_pressed_in_a_card_may_be_signed_with_a_time_as_go_prints_it():
    async def story(here):
        body = sealed(press(DONE))
        status, _ = await here.knock(body, signed(body, "2026-11-21 14:05:06.052290112 +0800 CST m=+3612.1"))
        assert (status, here.asked[0].name) == (200, "done")

    played(story)


def test_the_signature_is_over_the_bytes_as_they_came():
    async def story(here):
        text = json.dumps(line("状态"), ensure_ascii=False, indent=1).encode()
        headers = signed(text)
        assert headers["x-lark-signature"] == hashlib.sha256(b"1795241106n1test key" + text).hexdigest()
        assert (await here.knock(text + b"\n", headers))[0] == 401

    played(story)
