"""What goes wrong on purpose: planned faults, rate limits, a bot on a socket instead of HTTP."""

import asyncio
import time

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from sandbox.faults import Faults
from sandbox.limits import Limits
from tests.sandbox.conftest import Here, run, until
from tests.sandbox.test_chat import refusal


def texts(here: Here) -> list[str]:
    """What has really arrived in the direct message of U04."""
    return [message.text for message in here.world.messages[here.world.im_of("U04").id]]


async def caught(call) -> BaseException | None:
    """What a call raised."""
    try:
        await call
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        return error
    return None


@pytest.mark.parametrize(
    ("kind", "carried_out"),
    [
        ("429", False),
        ("500", False),
        ("502", False),
        ("503", False),
        ("reset_before", False),
        ("reset_after", True),
        ("bad_json", True),
        ("hang", False),
        ("error:fatal_error", False),
    ],
)
def test_the_second_call_goes_wrong_as_planned(kind, carried_out):
    faults = Faults()
    faults.plan("chat.postMessage", 2, kind, seconds=1.0 if kind == "429" else 0.05)

    async def story(here: Here) -> None:
        await here.client.chat_postMessage(channel="U04", text="one")
        error = await caught(here.client.chat_postMessage(channel="U04", text="two"))
        assert error is not None
        await here.client.chat_postMessage(channel="U04", text="three")
        assert texts(here) == (["one", "two", "three"] if carried_out else ["one", "three"])
        if kind in ("429", "500", "502", "503"):
            assert error.response.status_code == int(kind)
        if kind.startswith("reset"):
            assert isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError)
        if kind.startswith("error"):
            assert error.response["error"] == "fatal_error"

    run(story, faults=faults)


def test_every_call_takes_its_latency_and_a_slow_one_longer():
    async def story(here: Here) -> None:
        started = time.monotonic()
        await here.client.auth_test()
        assert 0.05 <= time.monotonic() - started < 0.5
        here.installation.faults.plan_next("auth.test", "slow", seconds=0.2)
        started = time.monotonic()
        await here.client.auth_test()
        assert time.monotonic() - started >= 0.25

    run(story, faults=Faults(latency=0.05))


def test_one_message_a_second_in_each_channel_after_a_short_burst():
    moment = [100.0]

    async def story(here: Here) -> None:
        for text in ("one", "two", "three"):
            await here.client.chat_postMessage(channel="U04", text=text)
        await here.client.chat_postMessage(channel="U05", text="elsewhere")
        error = await caught(here.client.chat_postMessage(channel="U04", text="four"))
        assert (error.response.status_code, error.response["error"]) == (429, "ratelimited")
        assert error.response.headers["Retry-After"] == "1"
        moment[0] += 1
        await here.client.chat_postMessage(channel="U04", text="five")
        assert await caught(here.client.chat_postMessage(channel="U04", text="six"))
        assert texts(here) == ["one", "two", "three", "five"]

    run(story, limits=Limits(enabled=True, clock=lambda: moment[0], posts_at_once=3))


def test_the_workspace_has_its_own_limit_on_posts():
    moment = [100.0]

    async def story(here: Here) -> None:
        for user in ("U04", "U05", "U06"):
            await here.client.chat_postMessage(channel=user, text="a")
        moment[0] += 20
        error = await caught(here.client.chat_postMessage(channel="U07", text="a"))
        assert error.response.headers["Retry-After"] == "40"
        moment[0] += 40
        await here.client.chat_postMessage(channel="U07", text="a")

    run(story, limits=Limits(enabled=True, clock=lambda: moment[0], posts_a_minute=3))


def test_tiers_count_calls_per_minute():
    moment = [100.0]

    async def story(here: Here) -> None:
        for number in range(20):
            await here.client.conversations_create(name=f"inc-{number}")
        error = await caught(here.client.conversations_create(name="inc-20"))
        assert error.response.headers["Retry-After"] == "60"
        moment[0] += 60
        await here.client.conversations_create(name="inc-20")

    run(story, limits=Limits(enabled=True, clock=lambda: moment[0]))


def test_calls_are_remembered():
    async def story(here: Here) -> None:
        await here.client.chat_postMessage(channel="U04", text="one")
        [call] = here.world.calls
        assert (call.method, call.args["text"], "token" in call.args) == ("chat.postMessage", "one", False)

    run(story)


def test_a_bot_on_a_socket_gets_everything_there():
    async def story(here: Here) -> None:
        @here.bolt.command("/crisis")
        async def crisis(ack):
            await ack("over the socket")

        @here.bolt.event("message")
        async def heard(event):
            here.notes.append(event["text"])

        handler = AsyncSocketModeHandler(here.bolt, "xapp-1")
        await handler.connect_async()
        await until(lambda: here.world.links)
        here.driver.wire.bot_url = "http://127.0.0.1:9"
        result = await here.driver.say("U04", "C001", "/crisis")
        assert result.ephemeral.text == "over the socket"
        await here.driver.say("U04", here.world.im_of("U04").id, "hello")
        await until(lambda: here.notes == ["hello"])
        here.driver.wire.patience = 0.2
        unknown = await here.driver.say("U04", "C001", "/unknown")
        assert unknown.failure == "operation_timeout"
        await handler.close_async()
        await until(lambda: not here.world.links)

    run(story)


def test_a_socket_needs_an_app_token():
    async def story(here: Here) -> None:
        assert (
            await refusal(here.client.apps_connections_open(app_token="xoxb-sandbox"))
            == "not_allowed_token_type"
        )

    run(story)


def test_a_silent_bot_cannot_be_reached():
    async def story(here: Here) -> None:
        here.driver.wire.bot_url = "http://127.0.0.1:9"
        result = await here.driver.say("U04", "C001", "/crisis")
        assert (result.status, result.failure) == (0, "dispatch_failed")
        await asyncio.sleep(0)

    run(story)


def test_a_scheduled_message_appears_by_itself():
    async def story(here: Here) -> None:
        due = int(time.time()) + 1
        await here.client.chat_scheduleMessage(channel="U04", text="later", post_at=due)
        await until(lambda: texts(here) == ["later"])

    run(story)
