"""The alarm clock: what is due happens, once, also after an outage, and one failure holds up nobody else."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from apscheduler.schedulers import base as schedulers
from sqlalchemy import event, update

from bot.clock import Clock, ring
from bot.crisis.checklist import ITEMS
from bot.crisis.ending import close
from bot.crisis.events import (
    BOT,
    Answered,
    CheckpointsReached,
    DecisionsAsked,
    DetailsChanged,
    Graded,
    PageUnanswered,
    ReadingAsked,
    Reminded,
    RolePaged,
)
from bot.crisis.incident import Incident, change_details
from bot.crisis.judging import judge_answers
from bot.crisis.paging import answer_page
from bot.crisis.tasks import take, tick_off
from bot.meter import Meter
from bot.store import Consequences, Moments, Store
from bot.store.tables import history
from tests.makers import NINE, a_graded, a_playbook, a_roster, an_incident, at, happened
from timelines.reminders import next_due

PLAYBOOK, ROSTER = a_playbook(), a_roster()


def rung(incident, *times):
    for when in times:
        ring(incident, PLAYBOOK, ROSTER, at(when))
    return incident


def complete(incident):
    incident.record(Answered({item.name: "unknown" for item in ITEMS}), "xu", at("+1 min"))
    return incident


def all_on_it(incident):
    while waiting := [call.person for call in incident.calls.values() if call.open]:
        answer_page(incident, waiting[0], at("+1 min"))
    return incident


def reminders(incident):
    return {event.name: event for event in happened(incident, Reminded)}


def test_at_five_minutes_the_room_is_nudged_and_the_checkpoint_told():
    incident = rung(an_incident(), "+5 min")
    assert happened(incident, Reminded) == [Reminded("nudge")]
    assert happened(incident, CheckpointsReached) == [CheckpointsReached(("5min",))]
    assert incident.history[-1].by == BOT


def test_ringing_again_says_nothing_again():
    incident = rung(an_incident(), "+5 min")
    before = list(incident.history)
    rung(incident, "+5 min", "+5.5 min", "+9.9 min")
    assert incident.history == before


def test_ringing_too_early_does_nothing():
    incident = an_incident()
    before = list(incident.history)
    assert rung(incident, "+4.9 min").history == before


def test_a_checkpoint_is_met_when_nothing_is_open():
    incident = complete(an_incident())
    rung(incident, "+5 min")
    assert happened(incident, CheckpointsReached) == [CheckpointsReached(("5min",), met=("5min",))]


def test_at_fifteen_minutes_the_bot_grades_pages_and_says_why():
    incident = rung(an_incident(), "+5 min", "+15 min")
    (graded,) = happened(incident, Graded)
    assert (graded.cause, graded.grade) == ("clock", "yellow")
    assert [page.role for page in happened(incident, RolePaged)] == ["service_manager", "regional_pr"]
    assert {page.answer_by for page in happened(incident, RolePaged)} == {at("+30 min")}


def test_a_silent_page_goes_to_the_deputy_with_a_time_of_its_own():
    incident = rung(a_graded("red"), "+3 min")
    assert PageUnanswered("ceo", "chen") in happened(incident, PageUnanswered)
    assert incident.calls["ceo"].person == "lin"
    assert incident.calls["ceo"].answer_by == at("+6 min")


def test_an_answered_page_goes_nowhere():
    incident = rung(all_on_it(a_graded("red")), "+3 min", "+6 min")
    assert happened(incident, PageUnanswered) == []


def test_owners_of_open_tasks_get_a_word_before_their_checkpoint():
    incident = an_incident()
    take(incident, "committee_told", "wang", at("+1 min"))
    take(incident, "reach_judged", "wu", at("+1 min"))
    take(incident, "basics_known", "xu", at("+1 min"))
    tick_off(incident, "basics_known", "xu", at("+2 min"))
    rung(incident, "+10 min")
    assert reminders(incident)["before/15min"] == Reminded("before/15min", people=("wang", "wu"))


def test_who_speaks_gets_a_word_before_a_statement_is_due():
    incident = rung(complete(all_on_it(a_graded("green"))), "+55 min")
    assert reminders(incident)["before/60min"].people[-1] == "emma"


@pytest.mark.parametrize(
    ("grade", "when", "name", "people"),
    [
        ("green", "+55 min", "before/green/first_contact", ("xu",)),
        ("orange", "+55 min", "before/orange/first_contact", ("sun",)),
        ("red", "+25 min", "before/red/first_word", ("emma", "chen")),
    ],
)
def test_who_leads_and_who_speaks_get_a_word_before_the_deadline(grade, when, name, people):
    incident = rung(all_on_it(a_graded(grade)), when)
    assert reminders(incident)[name].people == people


def test_until_somebody_leads_who_opened_it_gets_the_word():
    incident = rung(a_graded("red"), "+25 min")
    assert reminders(incident)["before/red/first_word"].people == ("emma", "xu")


def test_the_committee_is_asked_to_decide_once():
    incident = rung(an_incident(), "+30 min", "+60 min", "+4 h")
    assert happened(incident, DecisionsAsked) == [
        DecisionsAsked(("first_statement", "technical_inquiry", "lawyers", "media"))
    ]


def test_a_reading_is_asked_for_every_quarter_of_an_hour_while_views_double():
    incident = an_incident()
    answers = {"views": 10_000, "growth_per_hour": 120.0, "severity": "S1", "control": "C1"}
    incident.record(Answered(answers), "xu", NINE)
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, NINE)
    rung(incident, "+14 min", "+15 min", "+16 min", "+30 min")
    assert len(happened(incident, ReadingAsked)) == 2


def test_after_hours_of_silence_all_checkpoints_come_in_one_message_that_says_so():
    incident = rung(complete(all_on_it(a_graded("green"))), "+5 h")
    assert [event.names for event in happened(incident, CheckpointsReached)] == [
        ("5min", "15min", "30min", "60min", "4h")
    ]
    assert happened(incident, CheckpointsReached)[0].late == ("5min", "15min", "30min", "60min", "4h")


def test_after_an_outage_nobody_is_reminded_of_what_is_past_already():
    """ "In five minutes" is a lie hours later, and a dozen of them are a flood; the room hears that it is late."""
    incident = complete(all_on_it(a_graded("green")))
    take(incident, "committee_told", "wang", at("+2 min"))
    rung(incident, "+5 h")
    assert {name: event.people for name, event in reminders(incident).items()} == {
        "before/15min": (),
        "before/30min": (),
        "before/60min": (),
        "before/4h": (),
        "before/green/first_contact": ("xu",),
    }
    assert reminders(incident)["before/green/first_contact"].late


def test_after_a_short_outage_the_word_still_comes_while_there_is_time():
    incident = an_incident()
    take(incident, "committee_told", "wang", at("+2 min"))
    rung(incident, "+5 min", "+13 min")
    assert reminders(incident)["before/15min"] == Reminded("before/15min", late=True, people=("wang",))


def test_a_time_zero_moved_back_reminds_nobody_of_what_is_past():
    incident = complete(all_on_it(a_graded("green")))
    take(incident, "committee_met", "wang", at("+2 min"))
    details = DetailsChanged(incident.title, incident.what, incident.type, incident.drill, at("-20 min"))
    rung(incident, "+5 min", "+9 min")
    change_details(incident, "xu", at("+11 min"), details)
    rung(incident, "+11 min")
    assert reminders(incident)["before/30min"].people == ()
    assert "30min" in happened(incident, CheckpointsReached)[-1].names


def test_of_missed_updates_only_the_latest_is_told():
    incident = complete(all_on_it(a_graded("green")))
    rung(incident, "+24 h", "+45 h")
    told = [event for event in happened(incident, Reminded) if event.name.startswith("update/")]
    assert [(event.name, event.tell, event.late) for event in told] == [
        ("update/28h", False, True),
        ("update/32h", False, True),
        ("update/36h", False, True),
        ("update/40h", False, True),
        ("update/44h", True, True),
    ]


def test_what_had_passed_before_the_opening_is_early_and_not_late():
    incident = rung(complete(an_incident(zero=at("-40 min"))), "+1 min")
    (reached,) = happened(incident, CheckpointsReached)
    assert (reached.names, reached.early, reached.late) == (
        ("5min", "15min", "30min"),
        ("5min", "15min", "30min"),
        (),
    )


def test_a_closed_incident_is_left_alone():
    incident = an_incident()
    close(incident, "over", "wang", at("+1 min"))
    before = list(incident.history)
    assert rung(incident, "+5 min", "+1 d").history == before


def test_a_whole_crisis_of_120_days_is_told_from_beginning_to_end():
    incident = complete(all_on_it(a_graded("green")))
    rings = 0
    while (ahead := next_due(incident, PLAYBOOK)) is not None:
        ring(incident, PLAYBOOK, ROSTER, ahead)
        rings += 1
        assert rings < 200
    assert ahead is None
    assert incident.history[-1].event == Reminded("final_report", people=("emma",))
    assert incident.history[-1].at == at("+120 d")
    updates = [event for event in happened(incident, Reminded) if event.name.startswith("update/")]
    assert (len(updates), all(event.tell and not event.late for event in updates)) == (47, True)
    assert [event.names for event in happened(incident, CheckpointsReached)] == [
        ("5min",),
        ("15min",),
        ("30min",),
        ("60min",),
        ("4h",),
        ("24h",),
    ]


def keep(scene, *made):
    for number, incident in enumerate(made, 1):
        own = Incident.from_history(number, incident.history)
        own.stored = 0

        def unit(work, own=own):
            work.incidents.new_id(NINE)
            work.incidents.add(own)

        scene.run(unit)


def test_a_round_rings_for_every_incident_that_is_due_and_for_no_other(scene):
    keep(scene, an_incident(), an_incident(zero=at("-30 min")), an_incident())
    scene.run(lambda work: close(work.incidents.get(3), "over", "wang", NINE))
    scene.now = at("+1 min")
    scene.tick()
    reached = [happened(scene.incident(number), CheckpointsReached) for number in (1, 2, 3)]
    assert [len(found) for found in reached] == [0, 1, 0]


@pytest.mark.unsound
def test_one_incident_that_cannot_be_rung_holds_up_no_other(scene):
    """Its history was written by a newer version, during an update of the bot. It is due as long as that lasts."""
    keep(scene, an_incident(), an_incident())
    with scene._engine.begin() as connection:
        connection.execute(
            update(history).where(history.c.incident_id == 1, history.c.seq == 1).values(kind="New")
        )
    scene.restart()
    scene.now = at("+5 min")
    assert asyncio.run(scene.clock.tick()) is False
    assert happened(scene.incident(2), CheckpointsReached) == [CheckpointsReached(("5min",))]


def test_a_round_in_which_all_went_well_says_so(scene):
    keep(scene, an_incident())
    scene.now = at("+5 min")
    assert asyncio.run(scene.clock.tick()) is True


def test_a_bot_that_was_down_for_hours_says_so_in_one_message(scene):
    keep(scene, complete(all_on_it(a_graded("green"))))
    scene.deliver()
    before = len(scene.posted("checkpoint"))
    scene.asleep_until("+5 h")
    assert len(scene.posted("checkpoint")) - before == 1
    assert len(scene.posted("update")) == 0


@pytest.mark.unsound
def test_two_processes_ringing_at_once_tell_everything_once(scene, engine):
    keep(scene, *[an_incident() for _ in range(4)])
    scene.now = at("+5 min")
    consequences = Consequences(react=lambda incident: [], next_due=partial(next_due, playbook=PLAYBOOK))
    other = Store(engine, consequences, lambda: Moments(scene.now, scene.now))

    async def both():
        clocks = [Clock(store, PLAYBOOK, ROSTER) for store in (scene.store, other)]
        await asyncio.gather(*(clock.tick() for clock in clocks * 2))

    asyncio.run(both())
    other.close()
    for number in range(1, 5):
        assert len(happened(scene.incident(number), CheckpointsReached)) == 1


def now_store(engine):
    """A store that lives by the wall clock, and an event that says when something was committed."""
    rang = asyncio.Event()
    loop = asyncio.get_running_loop()
    consequences = Consequences(react=lambda incident: [], next_due=partial(next_due, playbook=PLAYBOOK))

    def moments():
        return Moments(datetime.now(UTC), datetime.now(UTC))

    store = Store(engine, consequences, moments)
    store.on_change = lambda: loop.call_soon_threadsafe(rang.set)
    return store, rang


def just_due(work):
    now = datetime.now(UTC)
    incident = an_incident(zero=now - timedelta(minutes=6), now=now - timedelta(minutes=6))
    incident.id = work.incidents.new_id(now)
    work.incidents.add(incident)


@pytest.mark.parametrize("failures", [0, 1], ids=["all is well", "the first round fails"])
def test_at_work_it_rings_in_real_time_and_no_failure_stops_it(engine, failures):
    broken = [OSError("the database is away")] * failures

    def away(connection):
        if broken:
            raise broken.pop()

    async def work():
        store, rang = now_store(engine)
        await store.run(just_due)
        await asyncio.wait_for(rang.wait(), 5)
        rang.clear()
        clock = Clock(store, PLAYBOOK, ROSTER)
        event.listen(engine, "begin", away)
        clock.start()
        await asyncio.wait_for(rang.wait(), 5)
        await clock.stop(5)
        event.remove(engine, "begin", away)
        found = await store.run(lambda work: work.incidents.get(1, to_change=False))
        await asyncio.to_thread(store.close)
        return happened(found, CheckpointsReached)

    assert asyncio.run(work()) == [CheckpointsReached(("5min",))]


class Rounds(Meter):
    """Says when the clock has gone round so many times."""

    def __init__(self, wanted):
        self.left, self.gone = wanted, asyncio.Event()

    def went_round(self, loop):
        self.left -= 1
        if self.left <= 0:
            self.gone.set()


async def hold_up(seconds, until):
    """Keep the loop busy for longer than the shortest wait, turn after turn."""
    while not until.is_set():
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            pass
        await asyncio.sleep(0)


def test_a_loop_that_is_held_up_does_not_end_the_clock(engine):
    """The next round's time comes before the scheduler has noticed that the last one is over."""

    async def work():
        store, _ = now_store(engine)
        await store.run(just_due)
        rounds = Rounds(wanted=4)
        clock = Clock(store, PLAYBOOK, ROSTER, meter=rounds)
        busy = asyncio.create_task(hold_up(0.03, rounds.gone))
        clock.start()
        await asyncio.wait_for(rounds.gone.wait(), 15)
        await busy
        await clock.stop(5)
        await asyncio.to_thread(store.close)

    asyncio.run(work())


class SetBack(datetime):
    """A wall clock that is an hour behind for so many looks, and then right again."""

    looks = 0

    @classmethod
    def now(cls, tz=None):
        behind = timedelta(hours=1 if cls.looks else 0)
        cls.looks = max(0, cls.looks - 1)
        return datetime.now(tz) - behind


def test_a_wall_clock_that_is_set_back_an_hour_does_not_stop_the_rounds_for_an_hour(engine, monkeypatch):
    """The scheduler, which sleeps by that clock, would sleep until it has come to where it was."""
    monkeypatch.setattr(schedulers, "datetime", SetBack)

    async def work():
        store, _ = now_store(engine)
        rounds = Rounds(wanted=2)
        clock = Clock(store, PLAYBOOK, ROSTER, meter=rounds)
        clock.start()
        await asyncio.wait_for(rounds.gone.wait(), 15)
        SetBack.looks = 3
        rounds.left, rounds.gone = 2, asyncio.Event()
        await asyncio.wait_for(rounds.gone.wait(), 15)
        assert SetBack.looks == 0
        await clock.stop(5)
        await asyncio.to_thread(store.close)

    asyncio.run(work())
