"""How a call reaches Feishu: as us, not while it refuses to listen, not when the send is not ours, never twice."""

import asyncio
import contextlib

import aiohttp
import pytest
from starlette.responses import JSONResponse
from structlog.testing import capture_logs

from bot.chat import ChatError
from bot.feishu.calls import Calls, listed
from bot.feishu.methods import ABOUT_US, CHANGE_CHAT, HISTORY, SEND, TOKEN, UPDATE
from bot.lease import held, must_hold
from tests.bot.feishu.open_api import Hang, a_token, fine, no, run


async def failure(call):
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value


def tokens_used(here):
    return [asked.headers.get("authorization") for asked in here.api.asked if asked.method != TOKEN]


def test_a_call_is_made_as_our_app_in_utf_8():
    async def story(here):
        await here.calls.ask(CHANGE_CHAT, chat_id="oc_1", body={"name": "刹车失灵"})
        first, second = here.api.asked
        assert (first.method, first.body) == (TOKEN, {"app_id": "cli_1", "app_secret": "shh"})
        assert (second.method, second.body) == ("PUT /im/v1/chats/oc_1", {"name": "刹车失灵"})
        assert second.headers["authorization"] == "Bearer t-1"
        assert second.headers["content-type"] == "application/json; charset=utf-8"

    run(story)


def test_what_stands_in_a_path_cannot_leave_it():
    async def story(here):
        await here.calls.ask(CHANGE_CHAT, chat_id="../../bot?x=1", body={})
        assert here.api.asked[-1].method in (
            "PUT /im/v1/chats/../../bot?x=1",
            "PUT /im/v1/chats/..%2F..%2Fbot?x=1",
        )
        assert here.api.asked[-1].query == {}

    run(story)


def test_one_token_serves_all_who_wait_and_all_who_come():
    async def story(here):
        await asyncio.gather(*(here.calls.ask(ABOUT_US) for _ in range(20)))
        await here.calls.ask(ABOUT_US)
        assert len(here.api.calls(TOKEN)) == 1
        assert tokens_used(here) == ["Bearer t-1"] * 21

    run(story)


def test_a_token_is_renewed_half_an_hour_before_its_end_and_nobody_waits_for_it():
    async def story(here):
        await here.calls.ask(ABOUT_US)
        here.ahead = 5400 - 60
        await here.calls.ask(ABOUT_US)
        assert len(here.api.calls(TOKEN)) == 1
        here.ahead = 5400 + 60
        await here.calls.ask(ABOUT_US)
        assert tokens_used(here) == ["Bearer t-1"] * 3
        while tokens_used(here)[-1] == "Bearer t-1":
            await here.calls.ask(ABOUT_US)
        assert len(here.api.calls(TOKEN)) == 2

    run(story)


def test_while_no_new_token_is_to_be_had_the_old_one_serves():
    async def story(here):
        await here.calls.ask(ABOUT_US)
        here.ahead = 7000
        here.api.plan(TOKEN, *(JSONResponse({}, 502) for _ in range(3)))
        for _ in range(3):
            await here.calls.ask(ABOUT_US)
        assert tokens_used(here) == ["Bearer t-1"] * 4

    run(story)


def test_without_any_token_all_who_wait_learn_why():
    async def story(here):
        here.api.plan(TOKEN, no(10014, "app secret invalid"))
        errors = await asyncio.gather(*(here.calls.ask(ABOUT_US) for _ in range(3)), return_exceptions=True)
        assert [(error.code, error.retry_after, error.permanent) for error in errors] == [
            ("invalid_auth", 30.0, False)
        ] * 3
        assert len(here.api.asked) == 1
        assert await here.calls.ask(ABOUT_US), "the next call asks again"

    run(story)


@pytest.mark.parametrize("code", [99991661, 99991663, 99991664, 99991671])
def test_a_token_that_feishu_has_forgotten_is_replaced_at_once(code):
    async def story(here):
        here.api.plan(SEND, no(code, "Invalid access token"), fine(message_id="om_1"))
        assert await here.calls.ask(SEND, body={"uuid": "u"}) == {"message_id": "om_1"}
        assert tokens_used(here) == ["Bearer t-1", "Bearer t-2"]

    run(story)


def test_a_second_refusal_of_the_token_is_an_administrators():
    async def story(here):
        here.api.plan(SEND, no(99991663), no(99991663))
        error = await failure(here.calls.ask(SEND, body={}))
        assert (error.code, error.permanent, error.retry_after) == ("invalid_auth", False, 30.0)
        assert len(here.api.calls(SEND)) == 2

    run(story)


def test_ten_calls_with_a_forgotten_token_fetch_one_new_one():
    async def story(here):
        await here.calls.ask(ABOUT_US)
        here.api.plan(CHANGED, *(no(99991663) for _ in range(10)))
        await asyncio.gather(*(here.calls.ask(CHANGE_CHAT, chat_id="oc_1", body={}) for _ in range(10)))
        assert len(here.api.calls(TOKEN)) == 2

    run(story)


CHANGED = "PUT /im/v1/chats/oc_1"


def test_a_lease_that_is_over_stops_the_call_but_not_the_token_for_others():
    async def story(here):
        with held(-1):
            error = await failure(here.calls.ask(SEND, body={}))
        assert (error.code, error.in_doubt, error.permanent) == ("lease_lost", False, False)
        assert [asked.method for asked in here.api.asked] == [TOKEN]
        assert await here.calls.ask(ABOUT_US)

    run(story)


@pytest.mark.parametrize(("method", "names"), [(HISTORY, {}), (UPDATE, {"message_id": "om_1"})])
def test_frozen_as_the_request_is_written_nothing_leaves(method, names):
    """A process that stands still as soon as the head of a request is ready, until its time is over."""

    async def story(here):
        await here.calls.ask(ABOUT_US)
        asked = len(here.api.asked)
        body = {"content": "{}"} if names else None
        with held(60):
            assert await here.calls.ask(method, body=body, **names) == {}
        here.calls.session.trace_configs.append(freezing())
        with held(0.05):
            error = await failure(here.calls.ask(method, body=body, **names))
        assert (error.code, error.in_doubt) == ("lease_lost", False)
        assert len(here.api.asked) == asked + 1

    run(story)


def freezing() -> aiohttp.TraceConfig:
    async def stand_still(*_):
        with contextlib.suppress(ChatError):
            while True:
                must_hold()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(stand_still)
    trace.freeze()
    return trace


def test_what_feishu_refused_one_it_is_not_asked_by_another():
    async def story(here):
        here.api.plan(SEND, no(99991400, status=429, **{"x-ogw-ratelimit-reset": "30"}))
        assert (await failure(here.calls.ask(SEND, body={}, place="oc_1"))).retry_after == 30.0
        error = await failure(here.calls.ask(SEND, body={}, place="oc_2"))
        assert (error.code, error.permanent, error.in_doubt) == ("ratelimited", False, False)
        assert 29.0 < error.retry_after <= 30.0
        assert len(here.api.calls(SEND)) == 1
        assert await here.calls.ask(ABOUT_US), "another method is another matter"
        here.ahead = 30.0
        assert await here.calls.ask(SEND, body={"receive_id": "oc_1"}, place="oc_1")

    run(story)


def test_what_is_too_fast_for_one_chat_holds_up_no_other():
    async def story(here):
        for place in ("oc_1", "oc_2"):
            here.api.plan(SEND, no(230020))
            assert (await failure(here.calls.ask(SEND, body={}, place=place))).retry_after == 1.0
        assert (await failure(here.calls.ask(SEND, body={}, place="oc_1"))).code == "ratelimited"
        assert await here.calls.ask(SEND, body={"receive_id": "oc_3"}, place="oc_3")

    run(story)


def test_a_refusal_is_logged_by_its_number_and_never_by_its_words():
    async def story(here):
        await here.calls.ask(ABOUT_US)
        here.api.plan(SEND, no(230099, "Failed to create card content, ext=ErrCode: 100290; 刹车失灵"))
        with capture_logs() as logs:
            error = await failure(here.calls.ask(SEND, body={}))
        assert error.code == "bad_card:100290"
        assert logs == [
            {
                "event": "feishu.refused",
                "method": "POST /im/v1/messages",
                "code": 230099,
                "log_id": "log2",
                "log_level": "warning",
            }
        ]

    run(story)


def test_what_is_listed_is_fetched_page_by_page_as_it_is_wanted():
    async def story(here):
        here.api.plan(
            HISTORY,
            fine(items=[{"message_id": "om_1"}], has_more=True, page_token="p2"),
            fine(items=[{"message_id": "om_2"}], has_more=True, page_token="p3"),
            fine(items=[{"message_id": "om_3"}], has_more=False, page_token=""),
        )
        seen = [each["message_id"] async for each in listed(here.calls, HISTORY, {"container_id": "oc_1"})]
        assert seen == ["om_1", "om_2", "om_3"]
        assert [asked.query for asked in here.api.calls(HISTORY)] == [
            {"container_id": "oc_1"},
            {"container_id": "oc_1", "page_token": "p2"},
            {"container_id": "oc_1", "page_token": "p3"},
        ]

    run(story)


def test_a_closed_port_may_be_tried_again_without_doubt():
    async def story():
        calls = Calls("cli_1", "shh", "http://127.0.0.1:9")
        error = await failure(calls.ask(ABOUT_US))
        await calls.close()
        assert (error.code, error.permanent, error.in_doubt) == ("not_connected", False, False)

    asyncio.run(story())


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    async def story(here):
        assert (await here.calls.ask(ABOUT_US))["bot"]["open_id"] == "ou_bot"

    run(story)


def test_whoever_gives_up_waiting_for_a_token_takes_it_from_nobody():
    async def story(here):
        here.api.plan(TOKEN, Hang(), a_token("t-9"))
        impatient = asyncio.create_task(here.calls.ask(ABOUT_US))
        await here.api.entered.wait()
        impatient.cancel()
        error = await failure(here.calls.ask(ABOUT_US))
        assert (error.code, error.in_doubt) == ("timeout", False), "nothing was sent without a token"
        assert await here.calls.ask(ABOUT_US)
        assert tokens_used(here) == ["Bearer t-9"]

    run(story, call_seconds=0.3)
