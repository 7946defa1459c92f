"""Clocks that jump, sleep, or change to summer time: nothing is told twice, lost, or off by an hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from bot.chat import ChatError
from tests.makers import at
from tests.scene import Scene, text

EVERYBODY = ("U07", "U09", "U05", "U08")


def an_orange_crisis(scene: Scene) -> None:
    """Opened and graded, everybody on it."""
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    for user in EVERYBODY:
        scene.presses(user, "on_it")


def told(scene: Scene) -> list[str]:
    """Checkpoints and updates in the order in which the room heard of them."""
    keys = [said.key.removeprefix("1/") for said in scene.chat.said.values() if said.place == "C1"]
    return [key for key in keys if key.startswith(("checkpoint/", "update/")) or key == "final_report"]


def over(scene: Scene) -> bool:
    """Everything that was to be sent has been, or was no longer true."""
    return set(scene.outbox()) <= {"sent", "cancelled"}


def test_an_hour_forth_and_back_again_tells_everything_once(scene: Scene) -> None:
    an_orange_crisis(scene)
    scene.at("+6 min")
    scene.now += timedelta(hours=1)
    scene.tick()
    assert told(scene) == ["checkpoint/5min", "checkpoint/60min"]
    assert text(scene.posted("checkpoint/60min")[0].card).count("补报") == 3

    # Somebody has put the clock right. What was told is told; the rest comes at its own time.
    scene.now -= timedelta(hours=1)
    scene.at("+4 h")
    assert told(scene) == ["checkpoint/5min", "checkpoint/60min", "checkpoint/4h"]
    assert "补报" not in text(scene.posted("checkpoint/4h")[0].card)
    assert over(scene)


def test_an_hour_back_and_forth_again_tells_everything_once(scene: Scene) -> None:
    an_orange_crisis(scene)
    scene.at("+16 min")
    scene.now -= timedelta(hours=1)
    scene.at("+10 min")
    assert told(scene) == ["checkpoint/5min", "checkpoint/15min"]
    scene.now += timedelta(hours=1)
    scene.at("+4 h")
    assert told(scene) == ["checkpoint/5min", "checkpoint/15min", "checkpoint/60min", "checkpoint/4h"]
    assert over(scene)


def test_what_people_do_while_the_clock_is_behind_is_answered_at_once(scene: Scene) -> None:
    an_orange_crisis(scene)
    scene.at("+16 min")
    scene.now -= timedelta(hours=1)
    scene.presses("U04", "done", "1/line_agreed")
    scene.answers("U15", views="900000")
    assert over(scene)


def test_what_waited_when_the_clock_was_put_back_waits_no_longer_than_a_pause(scene: Scene) -> None:
    """A try put off until 09:15:01 must not wait an hour for a clock that shows 08:15."""
    an_orange_crisis(scene)
    scene.at("+14.9 min")
    scene.chat.failures["post"] = [ChatError("connection_refused")]
    scene.at("+15 min")
    assert told(scene) == ["checkpoint/5min"]
    scene.now -= timedelta(hours=1)
    scene.wait(timedelta(minutes=15))
    assert told(scene) == ["checkpoint/5min", "checkpoint/15min"]
    assert over(scene)


def test_what_was_in_doubt_is_looked_for_though_the_clock_was_put_back(scene: Scene) -> None:
    an_orange_crisis(scene)
    scene.at("+14.9 min")
    scene.chat.lost["post"] = [ChatError("connection_lost", in_doubt=True)]
    scene.at("+15 min")
    scene.now -= timedelta(hours=1)
    scene.restart()
    scene.wait(timedelta(minutes=15))
    assert told(scene) == ["checkpoint/5min", "checkpoint/15min"]
    assert over(scene)


def test_a_machine_that_slept_for_a_day_tells_what_it_missed_once(scene: Scene) -> None:
    """The process lives on and knows nothing of it."""
    an_orange_crisis(scene)
    scene.at("+10 min")
    scene.now += timedelta(days=1)
    scene.tick()
    assert told(scene) == ["checkpoint/5min", "checkpoint/24h"]
    words = text(scene.posted("checkpoint/24h")[0].card)
    for name in ("15分钟节点", "30分钟节点", "60分钟节点", "4小时节点", "24小时节点"):
        assert name in words
    scene.at("+29 h")
    assert told(scene) == ["checkpoint/5min", "checkpoint/24h", "update/28h"]
    assert over(scene)


def test_a_clock_that_is_put_right_every_minute_tells_everything_once(scene: Scene) -> None:
    """Ten seconds fast in each minute, and set back each time: as bad as a slow drift can be."""
    an_orange_crisis(scene)
    for minute in range(1, 66):
        scene.now = at(f"+{minute} min") + timedelta(seconds=10)
        scene.tick()
        scene.now -= timedelta(seconds=10)
        scene.tick()
    assert told(scene) == [f"checkpoint/{name}" for name in ("5min", "15min", "30min", "60min")]
    assert over(scene)


BERLIN_SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""Half past one in the night in which Berlin leaves out the hour from two to three."""

BERLIN_AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""Half past two in the night in which Berlin has the hour from two to three twice."""


@pytest.fixture
def berlin(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """The bot of a company in Berlin, at the moment that the test names."""
    with Scene(engine, zone="Europe/Berlin", start=request.param) as made:
        yield made


@pytest.mark.parametrize(
    ("berlin", "said"),
    [
        pytest.param(BERLIN_SPRING, "下一节点：03:30｜60分钟", id="an hour that is not there"),
        pytest.param(BERLIN_AUTUMN, "下一节点：02:30｜60分钟", id="an hour that comes twice"),
        pytest.param(BERLIN_AUTUMN + timedelta(hours=1), "下一节点：03:30｜60分钟", id="its second time"),
    ],
    indirect=["berlin"],
)
def test_an_hour_is_an_hour_in_the_night_when_the_clocks_change(berlin: Scene, said: str) -> None:
    an_orange_crisis(berlin)
    berlin.at("+31 min")
    assert said in text(berlin.posted("state/")[0].card)
    berlin.at("+61 min")
    assert berlin.incident().reached["60min"] == at("+60 min", berlin.start)
    berlin.at("+25 h")
    assert told(berlin) == [f"checkpoint/{name}" for name in ("5min", "15min", "30min", "60min", "4h", "24h")]
    assert "补报" not in text(berlin.posted("checkpoint/24h")[0].card)


@pytest.mark.parametrize("berlin", [BERLIN_AUTUMN + timedelta(hours=9)], indirect=True)
@pytest.mark.parametrize(("fold", "zero"), [(0, BERLIN_AUTUMN), (1, BERLIN_AUTUMN + timedelta(hours=1))])
def test_half_past_two_chosen_in_a_form_is_the_one_that_was_meant(
    berlin: Scene, fold: int, zero: datetime
) -> None:
    half_past_two = datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=ZoneInfo("Europe/Berlin"))
    berlin.opens(time_zero=half_past_two)
    assert berlin.incident().time_zero == zero
    form = berlin.presses("U15", "details").form
    assert form is not None
    (shown,) = [item.value for item in form.items if getattr(item, "name", "") == "time_zero"]
    assert shown.timestamp() == zero.timestamp()


@pytest.mark.parametrize("berlin", [BERLIN_AUTUMN + timedelta(hours=9)], indirect=True)
def test_half_past_two_without_a_zone_is_not_guessed_at(berlin: Scene) -> None:
    berlin.opens()
    assert set(berlin.answers("U15", published_at="2026-10-25 02:30").errors) == {"published_at"}
    assert berlin.answers("U15", published_at="2026-10-25T02:30+02:00").errors == {}
    assert berlin.incident().answers["published_at"] == "2026-10-25T00:30:00+00:00"


@pytest.mark.parametrize("berlin", [BERLIN_SPRING - timedelta(days=3)], indirect=True)
def test_a_day_after_a_day_is_24_hours_also_over_the_change(berlin: Scene) -> None:
    """The rhythm counts from time zero; on people's clocks it moves by the hour that they have moved."""
    an_orange_crisis(berlin)
    berlin.at("+6 d")
    days = {name: when for name, when in berlin.incident().reminded.items() if name.startswith("update/day/")}
    assert days == {f"update/day/{day}": at(f"+{day} d", berlin.start) for day in (4, 5, 6)}
    told = {said.place: text(said.card) for said in berlin.posted("update/day/6")}
    assert "下次通报：4月2日 02:30" in told["C1"]
    assert "Next update: 2 Apr, 02:30" in told["emma"]


@pytest.mark.parametrize("berlin", [datetime(2028, 2, 28, 8, 0, tzinfo=UTC)], indirect=True)
def test_the_leap_day_is_a_day(berlin: Scene) -> None:
    an_orange_crisis(berlin)
    berlin.at("+1 d")
    assert "下次通报进展：2月29日 13:00" in text(berlin.posted("state/")[0].card)
    berlin.at("+4 d")
    assert berlin.incident().reminded["update/day/4"] == datetime(2028, 3, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("berlin", [datetime(2026, 1, 15, 8, 0, tzinfo=UTC)], indirect=True)
def test_a_hundred_and_twenty_days_over_the_change_end_at_their_hour(berlin: Scene) -> None:
    an_orange_crisis(berlin)
    berlin.at("+121 d")
    assert told(berlin)[-1] == "final_report"
    assert berlin.incident().reminded["final_report"] == datetime(2026, 5, 15, 8, 0, tzinfo=UTC)
    assert len(told(berlin)) == len(set(told(berlin))) == 54
    assert over(berlin)
