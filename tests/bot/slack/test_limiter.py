"""Turns: never faster than Slack allows, the urgent first, and what Slack told one holds for all."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations_with_replacement, pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import COSMETIC, PAGE, PEOPLE, WORDS, Deed
from bot.slack.limiter import CALLS, IN_A_CHANNEL, METHODS, Limiter

RANKS = (PAGE, PEOPLE, WORDS, COSMETIC)
SLACKS_TIERS = {
    "bookmarks.add": 20,
    "bookmarks.list": 50,
    "chat.deleteScheduledMessage": 50,
    "chat.postMessage": 300,
    "chat.scheduleMessage": 50,
    "chat.update": 50,
    "conversations.archive": 20,
    "conversations.create": 20,
    "conversations.invite": 50,
    "conversations.setPurpose": 20,
    "conversations.setTopic": 20,
    "pins.add": 20,
}

DEEDS = [deed for deed in get_args(Deed) if CALLS[deed]]

deeds = st.sampled_from(DEEDS)
channels = st.sampled_from(["C1", "C2", "D1"])
ranks = st.sampled_from(RANKS)
pauses = st.sampled_from([0.0, 0.0, 0.0, 0.3, 1.0, 7.0, 61.0])
wishes = st.tuples(pauses, deeds, channels, ranks)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def a_limiter() -> tuple[Limiter, Clock]:
    clock = Clock()
    return Limiter(clock), clock


def after(wished) -> tuple[Limiter, Clock, dict]:
    """A limiter with a past, and when each of its buckets gave turns."""
    limiter, clock = a_limiter()
    given_at = defaultdict(list)
    for pause, deed, channel, rank in wished:
        clock.now += pause
        if limiter.pace(deed, channel, rank) == 0:
            for method in CALLS[deed]:
                given_at[method, ""].append(clock.now)
                given_at[method, channel].append(clock.now)
    return limiter, clock, given_at


def taken_at_once(limiter: Limiter, deed: Deed, channel: str, rank: int) -> int:
    """How many turns are to be had at this moment."""
    count = 0
    while limiter.pace(deed, channel, rank) == 0:
        count += 1
    return count


@given(st.lists(wishes, max_size=120))
def test_no_stretch_of_time_sees_more_than_its_bucket_allows(wished):
    _, _, given_at = after(wished)
    for (method, channel), moments in given_at.items():
        rate = IN_A_CHANNEL.get(method) if channel else METHODS[method]
        for first, last in combinations_with_replacement(range(len(moments)), 2) if rate else ():
            allowed = rate.burst + (moments[last] - moments[first]) * rate.per_second
            assert last - first + 1 <= allowed + 1e-6


@pytest.mark.parametrize("deed", DEEDS)
def test_no_minute_sees_more_than_slacks_tier(deed):
    """Somebody greedy asks ten times a second for five minutes, each time in another channel."""
    limiter, clock = a_limiter()
    given_at = []
    for step in range(3000):
        clock.now = 1000 + step / 10
        if limiter.pace(deed, f"C{step}", PAGE) == 0:
            given_at.append(clock.now)
    most = max(sum(at <= other < at + 60 for other in given_at) for at in given_at)
    tier = min(SLACKS_TIERS[method] for method in CALLS[deed])
    assert tier * 0.9 <= most <= tier


def test_every_method_that_a_deed_calls_has_its_tier():
    assert set(METHODS) == set(SLACKS_TIERS) == {method for methods in CALLS.values() for method in methods}
    assert set(CALLS) == set(get_args(Deed))


@given(st.lists(wishes, max_size=120), deeds, channels)
def test_a_page_never_waits_where_something_less_goes(wished, deed, channel):
    limiter, _, _ = after(wished)
    for rank in (COSMETIC, WORDS, PEOPLE):
        if limiter.pace(deed, channel, rank) == 0:
            assert limiter.pace(deed, channel, PAGE) == 0


@given(deeds, channels)
def test_the_lower_the_rank_the_longer_the_wait(deed, channel):
    limiter, _ = a_limiter()
    while limiter.pace(deed, channel, PAGE) == 0:
        pass
    waits = [limiter.pace(deed, channel, rank) for rank in (PEOPLE, WORDS, COSMETIC)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_a_hundred_who_wait_do_not_come_back_together():
    limiter, clock = a_limiter()
    taken_at_once(limiter, "update", "C1", COSMETIC)
    told = [limiter.pace("update", "C1", COSMETIC) for _ in range(100)]
    assert [round(later - sooner) for sooner, later in pairwise(told[:50])] == [1] * 49
    assert 60 <= told[-1] <= 62
    clock.now += told[40]
    assert limiter.pace("update", "C1", COSMETIC) == 0
    assert limiter.pace("update", "C1", PAGE) == 0, "a page does not stand in their line"


@given(st.lists(wishes, max_size=120), deeds, channels, ranks)
def test_the_wait_that_is_told_is_enough(wished, deed, channel, rank):
    limiter, clock, _ = after(wished)
    while (wait := limiter.pace(deed, channel, rank)) == 0:
        pass
    clock.now += wait
    assert limiter.pace(deed, channel, rank) == 0


@given(
    st.lists(wishes, max_size=40), deeds, channels, st.floats(min_value=1, max_value=60), pauses, deeds, ranks
)
def test_what_slack_told_one_to_wait_all_wait(wished, deed, channel, seconds, pause, other, rank):
    limiter, clock, _ = after(wished)
    method = CALLS[deed][-1]
    limiter.refused(method, channel, seconds)
    clock.now += pause
    left = seconds - pause
    if method in CALLS[other]:
        assert limiter.pace(other, channel, rank) >= left - 1e-6
    assert limiter.rest(method, channel) == pytest.approx(max(0.0, left))
    clock.now += 200
    assert limiter.pace(other, channel, rank) == 0


@pytest.mark.parametrize(
    ("deed", "rank", "turns"),
    [
        ("direct", PAGE, 5),
        ("direct", PEOPLE, 4),
        ("post", WORDS, 4),
        ("update", COSMETIC, 7),
        ("topic", COSMETIC, 7),
        ("open_room", PEOPLE, 9),
        ("invite", PEOPLE, 22),
        ("leave", COSMETIC, 17),
    ],
)
def test_so_many_go_at_once_in_a_quiet_hour(deed, rank, turns):
    assert taken_at_once(a_limiter()[0], deed, "C1", rank) == turns


def test_a_room_is_opened_without_a_wait():
    limiter, _ = a_limiter()
    opening = ["open_room", "invite", "post", "topic", "pin", "bookmark", "post", "post", "leave", "leave"]
    assert [limiter.pace(deed, "C1", COSMETIC if deed == "leave" else WORDS) for deed in opening] == [
        0.0
    ] * 10


def test_a_hundred_people_are_called_at_once():
    limiter, _ = a_limiter()
    assert sum(limiter.pace("direct", f"U{number}", PAGE) for number in range(150)) == 0
    assert limiter.pace("direct", "U999", PAGE) == pytest.approx(0.4)


def test_a_slack_of_ones_own_is_spoken_to_as_fast_as_it_goes_but_still_heard():
    limiter = Limiter(lambda: 1000.0, times=100)
    assert [limiter.pace("update", "C1", COSMETIC) for _ in range(700)] == [0.0] * 700
    limiter.refused("chat.update", "C1", 5)
    assert limiter.pace("update", "C1", COSMETIC) == 5


def test_words_leave_room_for_calls():
    limiter, _ = a_limiter()
    assert sum(taken_at_once(limiter, "post", f"C{number}", WORDS) for number in range(100)) == 120
    assert taken_at_once(limiter, "direct", "U1", PAGE) == 5
    assert taken_at_once(limiter, "post", "C100", WORDS) == 0


def test_a_post_refused_in_one_room_holds_up_no_other():
    limiter, clock = a_limiter()
    limiter.refused("chat.postMessage", "C1", 30)
    assert limiter.pace("post", "C1", WORDS) == 30
    assert limiter.pace("post", "C2", WORDS) == 0
    assert limiter.pace("update", "C1", COSMETIC) == 0
    clock.now += 30
    assert limiter.pace("post", "C1", WORDS) == 0


def test_refused_in_a_second_room_too_it_is_the_workspace():
    limiter, _ = a_limiter()
    limiter.refused("chat.postMessage", "C1", 30)
    limiter.refused("chat.postMessage", "C2", 10)
    assert [limiter.pace("post", room, WORDS) for room in ("C1", "C2", "C3")] == [30, 10, 10]


def test_a_shorter_wait_does_not_shorten_a_longer_one():
    limiter, _ = a_limiter()
    limiter.refused("conversations.create", "", 30)
    limiter.refused("conversations.create", "", 2)
    assert limiter.pace("open_room", "", PEOPLE) == 30
