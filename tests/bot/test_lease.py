"""How long a send is ours, by the later of two clocks."""

import pytest

from bot.chat import ChatError
from bot.lease import Patience, held, moment, must_hold


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


def test_without_a_lease_anything_may_leave():
    must_hold()


@pytest.mark.parametrize("which", [0, 1])
def test_a_call_may_not_leave_once_either_clock_says_so(which):
    clocks = [Hand(), Hand()]
    with held(5.0, moment(clocks)):
        clocks[which].at = 105.0
        must_hold()
        clocks[which].at = 105.1
        with pytest.raises(ChatError) as lost:
            must_hold()
    assert (lost.value.code, lost.value.permanent, lost.value.in_doubt) == ("lease_lost", False, False)
    must_hold()


def test_a_clock_set_back_gives_no_time():
    clocks = [Hand(), Hand()]
    with held(5.0, moment(clocks)):
        clocks[0].at, clocks[1].at = 106.0, 40.0
        with pytest.raises(ChatError):
            must_hold()


def test_a_call_that_left_at_the_last_moment_has_ended_before_the_lease():
    patience = Patience()
    assert patience.lease.total_seconds() == patience.settle + patience.call == 10.0
