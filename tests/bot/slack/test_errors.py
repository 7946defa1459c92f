"""Slack's bad days: what each failure tells about trying again."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.chat import Card, ChatError, Plain
from bot.slack.client import SlackChat, web_client
from sandbox.server import SandboxServer

LATER = Card((Plain("Grade orange"),))


async def opened(here):
    return await here.chat.open_room("crisis-12", "crisis-12", "12.room")


async def failure(call):
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value


FAULTS = {
    "429": ("ratelimited", False, 3.0, False),
    "500": ("http_500", False, None, True),
    "502": ("http_502", False, None, True),
    "503": ("http_503", False, None, True),
    "hang": ("timeout", False, None, True),
    "reset_before": ("connection_lost", False, None, True),
    "reset_after": ("connection_lost", False, None, True),
    "bad_json": ("unreadable_answer", False, None, True),
    "error:rate_limited": ("rate_limited", False, 1.0, False),
    "error:fatal_error": ("fatal_error", False, None, True),
    "error:service_unavailable": ("service_unavailable", False, None, False),
    "error:is_archived": ("is_archived", True, None, False),
    "error:msg_too_long": ("msg_too_long", True, None, False),
    "error:restricted_too_many": ("restricted_too_many", False, None, False),
    "error:account_inactive": ("account_inactive", False, 30.0, False),
    "error:invalid_auth": ("invalid_auth", False, 30.0, False),
    "error:missing_scope": ("missing_scope", False, 30.0, False),
    "error:not_authed": ("not_authed", False, 30.0, False),
    "error:token_expired": ("token_expired", False, 30.0, False),
    "error:token_revoked": ("token_revoked", False, 30.0, False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_failure_says_whether_to_try_again(run, fault):
    async def story(here):
        here.faults.plan("chat.postMessage", 1, fault, 3.0)
        room = await opened(here)
        error = await failure(here.chat.post(room.id, LATER, "k"))
        assert (error.code, error.permanent, error.retry_after, error.in_doubt) == FAULTS[fault]
        assert len(here.calls("chat.postMessage")) <= 1, "nothing is sent a second time behind our back"

    run(story, call_seconds=0.5)


def test_what_came_while_the_token_was_refused_goes_out_with_the_new_one(run):
    async def story(here):
        room, token = await opened(here), here.web.token
        here.web.token = "xoxb-revoked"
        assert (await failure(here.chat.post(room.id, LATER, "k"))).retry_after == 30.0
        here.web.token = token
        assert await here.chat.post(room.id, LATER, "k")

    run(story)


def test_a_closed_port_may_be_tried_again_without_doubt(run):
    async def story(here):
        here.web.base_url = "http://127.0.0.1:9/api/"
        error = await failure(here.chat.check())
        assert (error.code, error.permanent, error.in_doubt) == ("not_connected", False, False)

    run(story)


@pytest.mark.parametrize(
    ("content", "body"), [("text/plain", "ok"), ("application/json", "[]"), ("text/html", "<html>")]
)
def test_an_answer_that_is_not_slacks_leaves_doubt(content, body):
    """Some proxies answer 200 with pages of their own."""

    async def story():
        async def page(_request):
            return Response(body, media_type=content)

        async with SandboxServer(
            Starlette(routes=[Route("/api/auth.test", page, methods=["POST"])])
        ) as server:
            web = web_client("xoxb-1", f"{server.url}/api/")
            error = await failure(SlackChat(web, None).check())
            await web.session.close()
        assert (error.code, error.in_doubt) == ("unreadable_answer", True)

    asyncio.run(story())


def test_an_unknown_host_may_be_tried_again_without_doubt(run):
    async def story(here):
        here.web.base_url = "http://slack.invalid/api/"
        error = await failure(here.chat.check())
        assert (error.permanent, error.in_doubt, error.code) == (False, False, "not_connected")

    run(story)


def test_a_proxy_of_the_environment_is_not_used(run, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    async def story(here):
        assert (await here.chat.identity()).team_id == "T0SANDBOX"

    run(story)
