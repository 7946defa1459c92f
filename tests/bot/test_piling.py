"""What piled up while nothing could be sent is told once."""

from datetime import timedelta

import pytest

from bot.chat import Send
from bot.piling import late_by_now, may_pile_up, speaks_for
from tests.makers import NINE, at

LONG = timedelta(minutes=3)


def a_card(card, key="1/x", deed="post", **args):
    return Send(key=key, incident=1, deed=deed, lane="1/post", card=card, args=args)


def a_checkpoint(*names, late=(), early=()):
    return a_card(
        "checkpoint", f"1/checkpoint/{names[-1]}", names=[*names], met=[], late=[*late], early=[*early]
    )


def test_the_newest_checkpoint_names_all_that_waited():
    older, newer = a_checkpoint("15min", late=["15min"]), a_checkpoint("30min")
    between = a_card("grade", n=0)
    speaker = speaks_for(older, [between, newer])
    assert speaker is not None
    assert (speaker.key, speaker.args["names"]) == ("1/checkpoint/30min", ["15min", "30min"])
    assert speaker.args["late"] == ["15min"]


@pytest.mark.parametrize(
    ("send", "waited", "expected"),
    [
        pytest.param(a_card("update"), LONG, True, id="nobody has heard of it for minutes"),
        pytest.param(a_card("update"), timedelta(minutes=2), False, id="in time"),
        pytest.param(a_card("grade"), LONG, False, id="not of a kind that repeats"),
        pytest.param(a_card("update", deed="update"), LONG, False, id="no message of its own"),
    ],
)
def test_what_may_pile_up(send, waited, expected):
    assert may_pile_up(send, waited) is expected


@pytest.mark.parametrize("behind", [[], [a_card("reading")]], ids=["nothing", "another kind"])
def test_with_nothing_of_its_kind_behind_it_it_speaks_for_itself(behind):
    assert speaks_for(a_card("update"), behind) is None


DUE = {"15min": at("+15 min"), "30min": at("+30 min")}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(at("+32 min"), ["15min"], id="two minutes are no delay"),
        pytest.param(at("+33 min"), ["15min", "30min"], id="three are"),
    ],
)
def test_a_checkpoint_that_waited_for_the_platform_is_late(now, expected):
    assert late_by_now(a_checkpoint("15min", "30min"), DUE, now).args["late"] == expected


def test_a_checkpoint_that_had_passed_when_all_began_is_not_late():
    told = late_by_now(a_checkpoint("15min", early=["15min"]), DUE, at("+40 min"))
    assert told.args["late"] == []


def test_nothing_else_is_ever_late():
    assert late_by_now(a_card("update"), DUE, NINE + timedelta(days=1)) == a_card("update")
