"""Who is let in, and what else the wire may bring."""

import logging
import time

import aiohttp
import pytest

from bot.chat import Card, Field, Form, Plain, Reply
from bot.slack import inbound
from sandbox.wire import signed

SECRET = "shh"
FORM = Form("declare", "Declare", "Send", (Field("title", "Title", "text"),))
CARD = Card((Plain("Here you are"),))


async def knock(here, body, headers):
    address = f"{here.bot_url}/slack/events"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
BODY = b"command=%2Fcrisis&text=status&team_id=T0SANDBOX&user_id=U04&trigger_id=1.2.3"
BAD = {
    "no signature at all": {},
    "a wrong secret": signed("other", BODY, int(time.time())),
    "a signature of another body": signed(SECRET, b"other", int(time.time())),
    "an old time": signed(SECRET, BODY, int(time.time()) - 301),
    "a time to come": signed(SECRET, BODY, int(time.time()) + 400),
    "a time that is no number": signed(SECRET, BODY, 1) | {"X-Slack-Request-Timestamp": "yesterday"},
    "a time beyond all numbers": signed(SECRET, BODY, 1) | {"X-Slack-Request-Timestamp": "9" * 400},
    "a signature that is not ASCII": signed(SECRET, BODY, int(time.time()))
    | {"X-Slack-Signature": "v0=\u00e9"},
}


@pytest.mark.parametrize("headers", BAD.values(), ids=BAD)
def test_a_stranger_is_not_let_in(run, headers):
    async def story(here):
        assert (await knock(here, BODY, HEADERS | headers))[0] == 401
        assert here.asked == []

    run(story)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 50_000, b"not json", b"payload=nonsense"])
def test_a_stranger_cannot_make_us_fail_with_nonsense(run, body):
    async def story(here):
        headers = {"Content-Type": "application/json"} | signed("other", body, int(time.time()))
        assert (await knock(here, body, headers))[0] == 401

    run(story)


def test_a_well_signed_command_comes_in(run):
    async def story(here):
        assert (await knock(here, BODY, HEADERS | signed(SECRET, BODY, int(time.time()))))[0] == 200
        assert here.asked[0].name == "status"

    run(story)


def test_a_body_beyond_a_megabyte_is_refused(run):
    async def story(here):
        body = b"a=" + b"x" * 1_000_001
        assert (await knock(here, body, HEADERS | signed(SECRET, body, int(time.time()))))[0] == 413

    run(story)


def test_slack_may_check_the_address(run):
    async def story(here):
        body = b'{"type":"url_verification","challenge":"abc","token":"t"}'
        headers = {"Content-Type": "application/json"} | signed(SECRET, body, int(time.time()))
        status, text = await knock(here, body, headers)
        assert (status, "abc" in text) == (200, True)

    run(story)


def test_somebody_of_another_workspace_is_outside(run):
    async def story(here):
        body = BODY.replace(b"T0SANDBOX", b"T0PARTNER")
        await knock(here, body, HEADERS | signed(SECRET, body, int(time.time())))
        assert (here.asked[0].name, here.asked[0].text) == ("outside", "")

    run(story)


def test_no_request_of_a_person_waits_for_a_call_of_ours(run, monkeypatch):
    """Bolt would ask auth.test on the first request, and open an OAuth flow when it sees these variables."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "x")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-other")

    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        assert (await here.says("/crisis status")).status == 200
        assert here.world.calls == []

    run(story)


def test_bolt_never_writes_what_people_say_into_the_log(run, caplog):
    async def story(here):
        here.answer = lambda command: Reply(form=FORM)
        await here.says("/crisis open top-secret")
        await here.tasks.drain(2)

    with caplog.at_level(logging.DEBUG):
        run(story)
    assert "top-secret" not in caplog.text and "xoxb" not in caplog.text


def test_a_stop_waits_for_what_is_under_way(run):
    async def story(here):
        here.faults.plan("views.open", 1, "slow", 0.3)
        here.answer = lambda command: Reply(form=FORM)
        await here.says("/crisis open")
        assert await here.tasks.drain(2) == 0
        assert here.world.views_of("U04")

    run(story)


def test_a_stop_does_not_wait_for_ever(run):
    async def story(here):
        here.faults.plan("views.open", 1, "slow", 1.5)
        here.answer = lambda command: Reply(form=FORM)
        await here.says("/crisis open")
        assert await here.tasks.drain(0.05) == 1

    run(story)


def test_socket_mode_brings_the_same_commands(run):
    async def story(here):
        app = inbound.build(
            here.dispatch,
            signing_secret=SECRET,
            client=here.web,
            team_id=here.world.team_id,
            people=lambda person: None,
            sorry=lambda user: CARD,
            tasks=here.tasks,
        )
        socket = await inbound.listen(app, "xapp-sandbox")
        await here.until(lambda: here.world.links)
        here.answer = lambda command: Reply(card=Card((Plain("By socket"),)))
        result = await here.says("/crisis status")
        assert (result.ephemeral.text, here.asked[0].name) == ("By socket", "status")
        await socket.close_async()

    run(story)
