"""How a call leaves: not while Slack refuses to listen, not when the send is no longer ours, never twice."""

import contextlib
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.chat import COSMETIC, WORDS, Card, ChatError, Plain
from bot.lease import held, must_hold
from bot.slack import inbound

LATER = Card((Plain("Grade orange"),))


async def opened(here, name="crisis-12"):
    return (await here.chat.open_room(name, name, name)).id


def an_hour_ago():
    return datetime.now(UTC) - timedelta(hours=1)


async def failure(call):
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value


def test_what_slack_refused_one_it_is_not_asked_by_another(run):
    async def story(here):
        room, other = await opened(here), await opened(here, "crisis-13")
        here.faults.plan_next("chat.postMessage", "429", 30.0)
        assert (await failure(here.chat.post(room, LATER, "a"))).retry_after == 30.0
        asked = len(here.calls("chat.postMessage"))
        error = await failure(here.chat.post(room, LATER, "b"))
        assert (error.code, error.permanent, error.in_doubt) == ("ratelimited", False, False)
        assert 29.0 < error.retry_after <= 30.0
        assert 29.0 < here.chat.pace("post", room, WORDS) <= 30.0
        assert len(here.calls("chat.postMessage")) == asked
        assert await here.chat.post(other, LATER, "c")
        here.ahead = 30.0
        assert await here.chat.post(room, LATER, "b")

    run(story)


def test_a_call_that_takes_no_turn_reports_a_refusal_too(run):
    async def story(here):
        room = await opened(here)
        here.faults.plan_next("conversations.history", "429", 9.0)
        assert (await failure(here.chat.find("a", an_hour_ago(), room=room))).retry_after == 9.0
        assert 8.0 < (await failure(here.chat.find("b", an_hour_ago(), room=room))).retry_after <= 9.0
        assert len(here.calls("conversations.history")) == 0

    run(story)


def test_a_page_is_held_up_where_it_was_refused_by_the_persons_own_id(run):
    """The turn is asked for a person of the roster, Slack's refusal names a member."""

    async def story(here):
        here.faults.plan_next("chat.postMessage", "429", 30.0)
        await failure(here.chat.direct("liu", LATER, "a"))
        assert 29.0 < here.chat.pace("direct", "liu", WORDS) <= 30.0
        assert here.chat.pace("direct", "wang", WORDS) == 0

    run(story)


def test_whoever_waits_for_turns_is_never_refused(run):
    """A busy hour in three rooms, as fast as turns are to be had, on a Slack that counts."""

    async def story(here):
        here.limits.enabled = True
        rooms = [(await turn(here, "open_room", "", name, name, name)).id for name in ("a-1", "a-2", "a-3")]
        for number in range(60):
            room = rooms[number % 3]
            message = await turn(here, "post", room, room, LATER, f"{number}")
            await turn(here, "update", room, message, LATER, "x")
            await turn(here, "direct", "wang", "wang", LATER, f"page {number}")
            await turn(here, "topic", room, room, "state")
            await turn(here, "leave", room, room, LATER, an_hour_ago() + timedelta(days=1), f"GH-1-{number}")
        assert [len(here.calls(method)) for method in ("chat.postMessage", "chat.update")] == [120, 60]
        assert 300 < here.ahead < 400, "the topics take six seconds each"

    run(story)


async def turn(here, deed, place, *what):
    """Wait for a turn, in no time, and use it."""
    while wait := here.chat.pace(deed, place, COSMETIC):
        here.ahead += wait
    return await getattr(here.chat, deed)(*what)


@pytest.mark.parametrize("deed", ["post", "find", "left"])
def test_a_send_that_is_no_longer_ours_never_reaches_slack(run, deed):
    async def story(here):
        room = await opened(here)
        await here.chat.drain(2)
        asked = len(here.world.calls)
        calls = {
            "post": here.chat.post(room, LATER, "k"),
            "find": here.chat.find("k", an_hour_ago(), room=room),
            "left": here.chat.left(room),
        }
        with held(-1):
            error = await failure(calls.pop(deed))
        for other in calls.values():
            other.close()
        assert (error.code, error.permanent, error.retry_after, error.in_doubt) == (
            "lease_lost",
            False,
            None,
            False,
        )
        assert len(here.world.calls) == asked

    run(story)


def test_frozen_between_the_head_and_the_body_of_a_request_nothing_leaves(run):
    async def story(here):
        room = await opened(here)
        await here.chat.drain(2)
        here.web.session.trace_configs.append(freezing())
        with held(0.05):
            error = await failure(here.chat.post(room, LATER, "k"))
        assert (error.code, error.in_doubt) == ("lease_lost", False)
        assert here.calls("chat.postMessage") == []

    run(story)


def test_what_is_ours_goes_through(run):
    async def story(here):
        with held(60):
            assert await here.chat.post(await opened(here), LATER, "k")
        assert await here.chat.check(), "outside a send there is nothing to hold"

    run(story)


def test_nothing_that_speaks_to_slack_repeats_a_call_by_itself(run):
    """The SDK's own default posts again when a connection breaks, which doubles messages."""

    async def story(here):
        socket = await inbound.listen(here.app, "xapp-1")
        clients = [here.web, here.app.client, socket.client.web_client]
        assert [client.retry_handlers for client in clients] == [[], [], []]
        await socket.close_async()

    run(story)


def freezing() -> aiohttp.TraceConfig:
    """A process that stands still as soon as the head of a request is ready, until its time is over."""

    async def stand_still(*_):
        with contextlib.suppress(ChatError):
            while True:
                must_hold()

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(stand_still)
    trace.freeze()
    return trace
