"""Feishu's limits: what nobody may see in any second or minute, whoever asks."""

from typing import get_args

import pytest

from bot.chat import COSMETIC, PAGE, WORDS, Deed
from bot.feishu.limits import CALLS, IN_A_PLACE, METHODS, Limiter
from bot.feishu.methods import SEND, UPDATE

DEEDS = [deed for deed in get_args(Deed) if CALLS[deed]]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def moments(deed: Deed, place: str = "") -> list[float]:
    """When somebody greedy gets a turn who asks fifty times a second for two minutes, each time elsewhere or there."""
    clock = Clock()
    limiter, given = Limiter(clock), []
    for step in range(6000):
        clock.now = 1000 + step / 50
        if limiter.pace(deed, place or f"oc_{step}", PAGE) == 0:
            given.append(clock.now)
    return given


def busiest(given: list[float], seconds: float) -> int:
    """The most turns within so many seconds."""
    return max(sum(at <= other < at + seconds - 1e-6 for other in given) for at in given)


@pytest.mark.parametrize("deed", DEEDS)
def test_no_second_sees_more_than_fifty_and_no_minute_more_than_a_thousand(deed):
    given = moments(deed)
    assert busiest(given, 1) <= 50
    assert 900 <= busiest(given, 60) <= 1000


@pytest.mark.parametrize("deed", ["post", "direct", "update"])
def test_one_chat_one_person_one_message_see_no_more_than_five_a_second(deed):
    given = moments(deed, "oc_1")
    assert busiest(given, 1) <= 5
    assert busiest(given, 60) >= 115


def test_every_deed_is_counted():
    assert set(CALLS) == set(get_args(Deed))
    assert {deed for deed in CALLS if not CALLS[deed]} == {"leave", "take_back", "hook"}
    assert set(METHODS) == {method for methods in CALLS.values() for method in methods}
    assert set(IN_A_PLACE) == {SEND, UPDATE}


def test_a_hundred_people_are_called_within_five_seconds():
    clock = Clock()
    limiter, waiting = Limiter(clock), [f"ou_{number}" for number in range(100)]
    for step in range(50):
        clock.now = 1000 + step / 10
        waiting = [person for person in waiting if limiter.pace("direct", person, PAGE) > 0]
        assert step > 0 or len(waiting) == 66
    assert waiting == []


def test_words_in_a_room_wait_for_no_other_room():
    limiter = Limiter(lambda: 1000.0)
    while limiter.pace("post", "oc_1", WORDS) == 0:
        pass
    assert limiter.pace("post", "oc_1", WORDS) > 0
    assert limiter.pace("post", "oc_2", WORDS) == 0


def test_updates_of_one_message_hold_up_no_other():
    limiter = Limiter(lambda: 1000.0)
    while limiter.pace("update", "om_1", COSMETIC) == 0:
        pass
    assert limiter.pace("update", "om_2", COSMETIC) == 0
