"""What is left with the platform for the case that the bot is down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.crisis.ending import close, reopen, room_archived
from bot.crisis.events import BOT, CheckpointsReached, DetailsChanged, Reminded, RoomOpened
from bot.crisis.incident import Incident, change_details
from tests.makers import NINE, a_playbook, an_incident, at, person
from timelines.backups import backups

PLAYBOOK = a_playbook()
FIRST_DAY = ["5min", "15min", "30min", "60min", "4h", "24h"]
PR = person("U04")


def with_room(zero: datetime = NINE) -> Incident:
    """Opened at nine, its room there at once."""
    incident = an_incident(zero=zero)
    incident.record(RoomOpened("C1", "crisis-1"), BOT, NINE)
    return incident


def told(incident: Incident, *names: str) -> Incident:
    """The room has heard of these checkpoints."""
    incident.record(CheckpointsReached(names), BOT, NINE)
    return incident


def names(incident: Incident, when: str) -> list[str]:
    """What would be left at that moment."""
    return [backup.name for backup in backups(incident, PLAYBOOK, at(when))]


@pytest.mark.parametrize(
    ("reached", "when", "wanted"),
    [
        ([], "+0 min", FIRST_DAY),
        (["5min"], "+5 min", ["15min", "30min", "60min", "4h", "24h", "update/28h"]),
        (FIRST_DAY[:5], "+4 h", ["24h", *(f"update/{n}h" for n in (28, 32, 36, 40, 44))]),
        (FIRST_DAY, "+24 h", [f"update/{n}h" for n in (28, 32, 36, 40, 44, 48)]),
    ],
    ids=["opening", "after the first", "after four hours", "after the first day"],
)
def test_the_next_six_times_are_left_checkpoints_first(
    reached: list[str], when: str, wanted: list[str]
) -> None:
    assert names(told(with_room(), *reached), when) == wanted


def test_each_is_posted_three_minutes_after_its_time() -> None:
    found = backups(with_room(), PLAYBOOK, NINE)

    assert [(one.due_at, one.post_at) for one in found[:2]] == [
        (at("+5 min"), at("+8 min")),
        (at("+15 min"), at("+18 min")),
    ]


@pytest.mark.parametrize("policy", ["service_network", "automaker_levels", "new_media"])
def test_from_the_opening_they_reach_to_the_end_of_the_first_day(policy: str) -> None:
    """Goal R6: the bot is down for a whole day, and no checkpoint passes in silence."""
    found = backups(with_room(), a_playbook(policy), NINE)

    assert {"15min", "30min", "60min", "4h", "24h"} <= {one.name for one in found}


def test_there_are_none_without_a_room() -> None:
    assert names(an_incident(), "+0 min") == []


def test_there_are_none_when_it_is_closed_and_again_when_it_is_reopened() -> None:
    incident = with_room()
    close(incident, "误报", PR, at("+2 min"))
    assert names(incident, "+2 min") == []

    reopen(incident, "并非误报", PR, at("+3 min"))
    assert names(incident, "+3 min") == FIRST_DAY


def test_there_are_none_while_the_room_is_archived() -> None:
    incident = with_room()
    room_archived(incident, at("+2 min"))
    assert names(incident, "+2 min") == []


def test_an_earlier_time_zero_moves_them() -> None:
    incident = with_room()
    change_details(incident, PR, at("+1 min"), DetailsChanged("刹车失灵", "刹车失灵", "A", False, at("-3 h")))

    found = backups(incident, PLAYBOOK, at("+1 min"))

    assert [(one.name, one.post_at) for one in found[:2]] == [
        ("4h", at("+63 min")),
        ("24h", at("+1263 min")),
    ]


@pytest.mark.parametrize(
    ("when", "first"),
    [("+4.9 min", "5min"), ("+5 min", "5min"), ("+6.9 min", "5min"), ("+7 min", "15min")],
    ids=["not due yet", "due now", "due and not told", "in the last minute"],
)
def test_what_is_due_stays_until_it_is_told_or_its_last_minute_begins(when: str, first: str) -> None:
    assert names(with_room(), when)[0] == first


def test_what_was_told_is_left_no_more() -> None:
    incident = told(with_room(), *FIRST_DAY)
    incident.record(Reminded("update/28h"), BOT, at("+28 h"))
    assert names(incident, "+28 h")[0] == "update/32h"


def test_the_last_one_is_the_final_report_once_it_is_in_reach() -> None:
    incident = told(with_room(), *FIRST_DAY)
    assert names(incident, "+119 d") == ["final_report"]
    assert names(incident, "+121 d") == []


def test_nothing_is_left_for_longer_than_a_platform_takes() -> None:
    zero = NINE + timedelta(days=119)
    assert names(with_room(zero), "+0 min") == []
    assert names(with_room(zero), "+9 min") == ["5min"]
