"""The safety net: exactly what is wanted lies with the platform, and is taken back when the bot has spoken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import Send
from bot.clock import ring
from bot.crisis.ending import close, reopen, room_archived
from bot.crisis.events import BOT, DetailsChanged, RoomOpened
from bot.crisis.incident import Incident, change_details
from bot.net import adjust, still_left
from bot.reactions import react
from tests.deeds import Step, steps
from tests.deeds import take as happen
from tests.makers import NINE, a_playbook, a_roster, an_incident, at, person
from timelines.backups import backups

PLAYBOOK, ROSTER = a_playbook(), a_roster()
PR = person("U04")
FIRST_DAY = [
    "1/net/4/5min/20260302010500",
    "1/net/4/15min/20260302011500",
    "1/net/4/30min/20260302013000",
    "1/net/4/60min/20260302020000",
    "1/net/4/4h/20260302050000",
    "1/net/4/24h/20260303010000",
]
"""Left at the opening: the room is entry 4 of the history."""


def with_room() -> Incident:
    """Opened at nine, its room there at once."""
    incident = an_incident()
    incident.record(RoomOpened("C1", "crisis-1"), BOT, NINE)
    return incident


def asked(incident: Incident, when: str, left: Collection[str] = (), *, on: bool = True) -> list[Send]:
    """What the net asks for at that moment."""
    return adjust(incident, at(when), left, PLAYBOOK, on=("slack",) if on else ())


def targets(sends: list[Send]) -> list[tuple[str, str, str]]:
    """What is taken back, how its key goes on, and after which message."""
    return [(send.target, send.key.removeprefix(send.target), send.after) for send in sends]


def taken(sends: list[Send]) -> list[Send]:
    """Those that take something back."""
    return [send for send in sends if send.deed == "take_back"]


def test_when_the_room_is_there_all_of_the_first_day_is_left() -> None:
    sends = asked(with_room(), "+0 min")

    assert [(send.deed, send.key) for send in sends] == [("leave", key) for key in FIRST_DAY]
    assert sends[3] == Send(
        key="1/net/4/60min/20260302020000",
        incident=1,
        deed="leave",
        lane="1/net",
        card="backup",
        args={
            "name": "60min",
            "due_at": "2026-03-02T02:00:00+00:00",
            "post_at": "2026-03-02T02:03:00+00:00",
            "ref": "GH-1-4-60min",
            "room": "C1",
        },
    )


def test_without_a_room_nothing_is_left() -> None:
    assert asked(an_incident(), "+0 min") == []


def test_what_lies_there_already_is_not_left_again() -> None:
    assert asked(with_room(), "+1 min", FIRST_DAY) == []


def test_when_a_checkpoint_is_told_its_backup_goes_after_the_message_and_the_next_is_left() -> None:
    incident = with_room()
    ring(incident, PLAYBOOK, ROSTER, at("+5 min"))

    back, new = asked(incident, "+5 min", FIRST_DAY)

    assert targets([back]) == [(FIRST_DAY[0], "/told", "1/checkpoint/5min")]
    assert (back.lane, back.args) == ("1/net/4/5min/20260302010500/told", {"room": "C1"})
    assert (new.deed, new.key) == ("leave", "1/net/4/update/28h/20260303050000")
    assert new.args["ref"] == "GH-1-4-update-28h"


def test_what_is_told_in_one_message_is_taken_back_after_that_one() -> None:
    incident = with_room()
    ring(incident, PLAYBOOK, ROSTER, at("+16 min"))

    assert targets(taken(asked(incident, "+16 min", FIRST_DAY[1:]))) == [
        (FIRST_DAY[1], "/told", "1/checkpoint/15min")
    ]
    assert incident.reached.keys() == {"5min", "15min"}


def test_of_missed_updates_the_backup_goes_after_the_one_that_is_told() -> None:
    incident = with_room()
    ring(incident, PLAYBOOK, ROSTER, at("+24 h"))
    left = ["1/net/4/update/28h/20260303050000", "1/net/4/update/32h/20260303090000"]
    ring(incident, PLAYBOOK, ROSTER, at("+32 h"))

    assert targets(taken(asked(incident, "+32 h", left))) == [(left[1], "/told", "1/update/32h")]
    assert targets(taken(asked(incident, "+28 h", left)))[0] == (left[0], "/told", "1/update/32h")


@pytest.mark.parametrize("reactions", ["checkpoint/60min", "update/28h"])
def test_the_messages_it_waits_for_are_the_ones_that_are_sent(reactions: str) -> None:
    incident = with_room()
    incident.stored = len(incident.history)
    ring(incident, PLAYBOOK, ROSTER, at("+60 min") if "60min" in reactions else at("+28 h"))
    left = [FIRST_DAY[3]] if "60min" in reactions else ["1/net/4/update/28h/20260303050000"]
    moment = "+60 min" if "60min" in reactions else "+28 h"

    waits_for = {send.after for send in taken(asked(incident, moment, left))}

    assert waits_for == {f"1/{reactions}"}
    assert waits_for <= {send.key for send in react(incident, PLAYBOOK)}


def test_closing_takes_everything_back_at_once() -> None:
    incident = with_room()
    ring(incident, PLAYBOOK, ROSTER, at("+5 min"))
    close(incident, "误报", PR, at("+6 min"))

    sends = asked(incident, "+6 min", FIRST_DAY)

    assert sorted(targets(sends)) == sorted((key, "/off", "") for key in FIRST_DAY)
    assert {send.lane for send in sends} == {"1/net"}


def test_after_reopening_all_is_left_anew_under_other_keys() -> None:
    incident = with_room()
    close(incident, "误报", PR, at("+1 min"))
    reopen(incident, "并非误报", PR, at("+2 min"))

    keys = [send.key for send in asked(incident, "+2 min")]

    assert keys == [key.replace("/net/4/", "/net/6/") for key in FIRST_DAY]


def test_a_corrected_title_or_drill_mark_is_left_anew() -> None:
    incident = with_room()
    change_details(incident, PR, at("+1 min"), DetailsChanged("演练：刹车失灵", "刹车失灵", "A", True, NINE))

    sends = asked(incident, "+1 min", FIRST_DAY)

    assert sorted(targets(taken(sends))) == sorted((key, "/off", "") for key in FIRST_DAY)
    assert [send.key for send in sends if send.deed == "leave"] == [
        key.replace("/net/4/", "/net/5/") for key in FIRST_DAY
    ]


def test_what_was_left_in_an_archived_room_is_taken_back_there() -> None:
    incident = with_room()
    room_archived(incident, at("+1 min"))
    incident.record(RoomOpened("C2", "crisis-1-2"), BOT, at("+2 min"))

    sends = asked(incident, "+2 min", FIRST_DAY)

    assert {send.args["room"] for send in taken(sends)} == {"C1"}
    assert {send.args["room"] for send in sends if send.deed == "leave"} == {"C2"}


def test_switched_off_it_leaves_nothing_and_takes_back_what_was_left() -> None:
    assert asked(with_room(), "+0 min", on=False) == []
    assert targets(asked(with_room(), "+1 min", FIRST_DAY[:1], on=False)) == [(FIRST_DAY[0], "/off", "")]


@pytest.mark.parametrize(
    ("when", "back"),
    [("+5 min", [FIRST_DAY[0]]), ("+6.9 min", [FIRST_DAY[0]]), ("+7 min", []), ("+9 min", [])],
    ids=["in time", "just in time", "in its last minute", "posted"],
)
def test_nothing_is_taken_back_in_its_last_minute_or_later(when: str, back: list[str]) -> None:
    incident = with_room()
    ring(incident, PLAYBOOK, ROSTER, at(when))

    assert [send.target for send in taken(asked(incident, when, FIRST_DAY[:1]))] == back


def test_while_only_the_clock_is_down_a_click_does_not_take_back_what_is_due() -> None:
    incident = with_room()
    for when in ("+5 min", "+6 min", "+7 min", "+7.9 min"):
        assert taken(asked(incident, when, FIRST_DAY)) == []


@pytest.mark.parametrize(
    ("when", "still"), [("+0 min", True), ("+6.9 min", True), ("+7 min", False), ("+9 min", False)]
)
def test_a_backup_whose_turn_comes_late_is_neither_left_nor_taken_back(when: str, still: bool) -> None:
    leave = asked(with_room(), "+0 min")[0]
    told = with_room()
    ring(told, PLAYBOOK, ROSTER, at("+5 min"))
    back = asked(told, "+5 min", FIRST_DAY)[0]

    assert still_left(leave, with_room(), PLAYBOOK, at(when)) is still
    assert still_left(back, told, PLAYBOOK, at(when)) is still
    assert still_left(leave, told, PLAYBOOK, at(when)) is False


@dataclass
class Platform:
    """Does at once what the net asks for, and posts what is due."""

    left: dict[str, datetime] = field(default_factory=dict)
    posted: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def let_pass(self, now: datetime) -> None:
        """Post what nobody has taken back."""
        for key, post_at in list(self.left.items()):
            if post_at <= now:
                del self.left[key]
                self.posted.append(key)

    def take(self, sends: list[Send], now: datetime) -> None:
        """Leave and take back. Slack refuses the past."""
        for send in sends:
            self.keys.append(send.key)
            if send.deed == "leave":
                self.left[send.key] = datetime.fromisoformat(send.args["post_at"])
                assert self.left[send.key] > now
            else:
                del self.left[send.target]


@given(steps, st.booleans())
@settings(max_examples=150, deadline=None)
def test_after_whatever_happened_there_lies_with_the_platform_what_is_wanted(
    drawn: list[Step], rings: bool
) -> None:
    incident, now, platform = an_incident(), NINE, Platform()
    for step in drawn:
        now = happen(incident, step, now)
        platform.let_pass(now)
        if rings:
            ring(incident, PLAYBOOK, ROSTER, now)
        platform.take(adjust(incident, now, platform.left.keys(), PLAYBOOK), now)
        wanted = {(one.name, one.post_at) for one in backups(incident, PLAYBOOK, now)}
        lies = {
            ("/".join(key.split("/")[3:-1]), post_at)
            for key, post_at in platform.left.items()
            if (post_at - now).total_seconds() > 60
        }
        assert lies == wanted
    assert len(platform.keys) == len(set(platform.keys)), "no key is used twice"
