"""What Slack is left with for the time when we are down: posted by itself, told apart, taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.bot.slack.test_client import CARD, LATER, failure, opened


def in_a_day():
    return datetime.now(UTC) + timedelta(days=1)


def at(moment):
    return int(moment.timestamp())


def test_what_is_left_says_its_mark_and_carries_no_metadata(run):
    """Slack never posts what it was left with metadata; and its list shows nothing but the text."""

    async def story(here):
        room = (await opened(here)).id
        left = await here.chat.leave(room, CARD, in_a_day(), "GH-12-15min")
        [asked] = here.calls("chat.scheduleMessage")
        assert (asked["text"], asked.get("metadata")) == ("Grade red [GH-12-15min]", None)
        assert here.world.scheduled[left].message["attachments"][0]["color"] == "#c0392b"
        assert left in here.world.scheduled

    run(story)


def test_only_what_ends_in_a_mark_of_ours_was_left_by_us(run):
    async def story(here):
        room = (await opened(here)).id
        for text in ("Lunch?", "[GH-12-15min] again", "[gh-12-15min]", "[GH-]", "[GH-1 2]", "GH-12-15min"):
            await here.web.chat_scheduleMessage(channel=room, text=text, post_at=at(in_a_day()))
        assert await here.chat.left(room) == {}
        ours = await here.chat.leave(room, LATER, in_a_day(), "GH-12-15min")
        assert await here.chat.left(room) == {"GH-12-15min": ours}

    run(story)


def test_what_is_left_is_listed_page_by_page(run):
    async def story(here):
        room = (await opened(here)).id
        for number in range(201):
            await here.web.chat_scheduleMessage(
                channel=room, text=f"[GH-12-{number}]", post_at=at(in_a_day()) + number * 60
            )
        assert len(await here.chat.left(room)) == 201
        assert len(here.calls("chat.scheduledMessages.list")) == 2

    run(story)


@pytest.mark.parametrize(("days", "code"), [(-1, "time_in_past"), (0, "time_in_past"), (121, "time_too_far")])
def test_a_time_that_slack_does_not_take_is_refused_for_good(run, days, code):
    async def story(here):
        room = (await opened(here)).id
        moment = datetime.now(UTC) + timedelta(days=days)
        error = await failure(here.chat.leave(room, CARD, moment, "GH-12-15min"))
        assert (error.code, error.permanent) == (code, True)

    run(story)


def test_what_is_too_late_to_take_back_is_left_to_come(run):
    async def story(here):
        room = (await opened(here)).id
        soon_due = datetime.now(UTC) + timedelta(seconds=30)
        left = await here.chat.leave(room, CARD, soon_due, "GH-12-15min")
        await here.chat.take_back(room, left)
        assert left in here.world.scheduled

    run(story)


def test_a_leaving_whose_answer_was_lost_is_found_by_its_mark(run):
    async def story(here):
        room = (await opened(here)).id
        here.faults.plan("chat.scheduleMessage", 1, "reset_after")
        assert (await failure(here.chat.leave(room, CARD, in_a_day(), "GH-12-15min"))).in_doubt
        assert list(await here.chat.left(room)) == ["GH-12-15min"]

    run(story)
