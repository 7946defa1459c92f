"""The outbox: what was committed is sent once, in its order, whoever dies on the way."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text, update

from bot.chat import PAGE, Send
from bot.lease import Patience
from bot.store import queries
from bot.store.outbox import Outbox
from bot.store.tables import incidents, sends
from tests.makers import NINE, at

LEASE = Patience().lease


def a_post(key, lane="1/post", **more):
    return Send(key=key, incident=1, deed="post", lane=lane, card="state", **more)


def a_page(person):
    return Send(key=f"1/page/{person}/1", incident=1, deed="direct", lane=person, to=person, card="page")


def an_update(key, target="1/state", **args):
    return Send(
        key=key, incident=1, deed="update", lane=f"{target}/update", target=target, card="grade", args=args
    )


def keys(claims):
    return [claimed.send.key for claimed in claims]


def states(memory):
    rows = memory.run(lambda work: work.outbox.listed("pending", "claimed", "sent", "cancelled", "dead"))
    return {row.key: row.state for row in rows}


def sent(memory, claimed, provider_id="m1"):
    return memory.run(lambda work: work.outbox.sent(claimed, provider_id))


def later(memory, claimed, seconds, error="ratelimited"):
    return memory.run(lambda work: work.outbox.later(claimed, seconds, error))


def dead(memory, claimed, error="is_archived"):
    return memory.run(lambda work: work.outbox.dead(claimed, error))


def cancelled(memory, claimed):
    return memory.run(lambda work: work.outbox.cancelled(claimed, "no_longer_true"))


def test_a_send_comes_out_as_it_went_in(memory):
    send = Send(
        key="1/invite/3",
        incident=1,
        deed="invite",
        lane="1/invite",
        to="room",
        card="grade",
        args={"n": 1, "names": ["5min"], "late": True},
        people=("wang", "zhao"),
    )
    memory.put(send)
    (claimed,) = memory.at("+2 s").claim()
    assert claimed.send == send
    assert (claimed.attempt, claimed.fence, claimed.first_at) == (1, 1, NINE)
    assert memory.run(lambda work: work.outbox.send_of("1/invite/3")) == send


def test_what_is_in_somebodys_hands_nobody_else_gets(memory, another):
    memory.put(a_post("1/a"))
    assert keys(memory.claim("one")) == ["1/a"]
    assert memory.claim("one") == []
    assert another.claim("two") == []


def test_a_cause_never_sends_twice(memory):
    memory.put(a_post("1/a"))
    (claimed,) = memory.claim()
    sent(memory, claimed)
    memory.put(a_post("1/a"), a_post("1/b"), a_post("1/b"))
    assert states(memory) == {"1/a": "sent", "1/b": "pending"}


def test_one_lane_keeps_its_order_and_lanes_do_not_wait_for_each_other(memory):
    memory.put(a_post("1/a"), a_post("1/b"), a_post("1/c"), a_post("1/x", lane="1/topic"))
    first = memory.claim()
    assert keys(first) == ["1/a", "1/x"]
    sent(memory, first[0])
    assert keys(memory.claim()) == ["1/b"]


@pytest.mark.parametrize(
    ("end", "next_goes"),
    [
        pytest.param(lambda memory, claimed: sent(memory, claimed), True, id="sent"),
        pytest.param(lambda memory, claimed: dead(memory, claimed), True, id="dead"),
        pytest.param(lambda memory, claimed: cancelled(memory, claimed), True, id="cancelled"),
        pytest.param(lambda memory, claimed: later(memory, claimed, 30), False, id="put off"),
        pytest.param(lambda memory, claimed: True, False, id="in somebody's hands"),
    ],
)
def test_the_next_of_a_lane_goes_when_the_first_has_come_to_an_end(memory, end, next_goes):
    memory.put(a_post("1/a"), a_post("1/b"))
    assert end(memory, memory.claim()[0])
    assert keys(memory.claim()) == (["1/b"] if next_goes else [])


def test_what_waits_for_another_goes_only_after_it_succeeded(memory):
    memory.put(a_post("1/after", lane="1/x", after="1/room/0"), a_post("1/room/0", lane="1/room/0"))
    (room,) = memory.claim()
    assert room.send.key == "1/room/0"
    assert memory.claim() == []
    sent(memory, room)
    assert keys(memory.claim()) == ["1/after"]


def test_what_waits_for_another_that_an_operator_may_try_again_keeps_waiting(memory):
    memory.put(a_post("1/room/0"), a_post("1/after", lane="1/x", after="1/room/0"))
    dead(memory, memory.claim()[0])
    assert memory.claim() == []
    assert states(memory)["1/after"] == "pending"


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(cancelled, id="no longer true"),
        pytest.param(
            lambda memory, claimed: (
                dead(memory, claimed),
                memory.run(lambda work: work.outbox.drop(claimed.id)),
            ),
            id="dropped by an operator",
        ),
    ],
)
def test_what_waits_for_something_that_will_never_be_sent_ends_with_it_down_the_line(memory, end):
    memory.put(
        a_post("1/room/0"),
        a_post("1/after", lane="1/x", after="1/room/0"),
        an_update("1/update", target="1/after"),
        a_post("1/other", lane="1/y"),
    )
    end(memory, memory.claim(limit=1)[0])
    assert states(memory) == {
        "1/room/0": "cancelled",
        "1/after": "cancelled",
        "1/update": "cancelled",
        "1/other": "pending",
    }


def test_a_pin_waits_for_the_message_it_pins(memory):
    pin = Send(key="1/pin", incident=1, deed="pin", lane="1/pin", after="1/room/0", target="1/state")
    memory.put(a_post("1/room/0", lane="1/room/0"), a_post("1/state"), pin)
    room, state = memory.claim()
    sent(memory, room)
    assert memory.claim() == []
    sent(memory, state)
    assert keys(memory.claim()) == ["1/pin"]


def test_pages_go_first_whatever_is_queued_before_them(memory):
    memory.put(*(a_post(f"1/{n}", lane=f"1/{n}") for n in range(5)), a_page("wang"), a_page("zhao"))
    assert keys(memory.claim(limit=3)) == ["1/page/wang/1", "1/page/zhao/1", "1/0"]
    assert keys(memory.claim(limit=2)) == ["1/1", "1/2"]


def test_a_page_waits_for_no_room(memory):
    memory.put(a_post("1/room/0"), a_post("1/state", after="1/room/0"), a_page("wang"))
    assert keys(memory.claim(limit=1)) == ["1/page/wang/1"]


def test_what_was_put_off_comes_back_at_its_time_and_counts_its_tries(memory):
    memory.put(a_post("1/a"))
    assert later(memory, memory.claim()[0], 30)
    assert memory.at("+29.9 s").claim() == []
    (claimed,) = memory.at("+30 s").claim()
    assert (claimed.attempt, claimed.fence, claimed.in_doubt) == (2, 2, False)


def test_a_try_that_says_nothing_about_it_does_not_count(memory):
    memory.put(a_post("1/a"))
    (claimed,) = memory.claim()
    memory.run(lambda work: work.outbox.later(claimed, 1, "http_503", counted=False))
    assert memory.at("+1 s").claim()[0].attempt == 1


def test_whoever_asks_us_to_wait_for_days_is_asked_again_in_a_quarter_of_an_hour(memory):
    memory.put(a_post("1/a"))
    later(memory, memory.claim()[0], 86_400)
    assert memory.at("+14.9 min").claim() == []
    assert len(memory.at("+15 min").claim()) == 1


def test_a_clock_set_back_an_hour_holds_nothing_up(memory):
    memory.put(a_post("1/new"), a_post("1/off", lane="1/x"), a_post("1/claimed", lane="1/y"))
    new, off, _ = memory.claim()
    later(memory, off, 60)
    memory.run(lambda work: work.outbox.not_yet(new, 1))
    memory.now = NINE - timedelta(hours=1)
    assert sorted(keys(memory.claim())) == ["1/claimed", "1/new", "1/off"]


def test_clocks_that_differ_a_little_end_no_lease(memory, another):
    memory.put(a_post("1/a"))
    memory.claim()
    another.now = NINE - timedelta(seconds=9)
    assert another.claim() == []


def test_what_was_not_tried_at_all_counts_no_try(memory):
    memory.put(a_post("1/a"))
    (claimed,) = memory.claim()
    assert memory.run(lambda work: work.outbox.not_yet(claimed, 2.0))
    assert memory.at("+1.9 s").claim() == []
    (again,) = memory.at("+2 s").claim()
    assert (again.attempt, again.fence, again.in_doubt) == (1, 2, False)


def test_a_doubt_stays_until_it_is_settled(memory):
    memory.put(a_post("1/a"))
    (claimed,) = memory.claim()
    memory.run(lambda work: work.outbox.later(claimed, 5, "timeout", in_doubt=True))
    (claimed,) = memory.at("+5 s").claim()
    assert claimed.in_doubt
    later(memory, claimed, 1)
    assert memory.at("+6 s").claim()[0].in_doubt


def test_the_only_process_takes_back_what_its_forerunner_held(memory):
    memory.put(a_post("1/a"), a_post("1/b", lane="1/x"), a_post("1/c"))
    first, second = memory.claim("killed")
    sent(memory, second)
    assert memory.at("+1 s").run(lambda work: work.outbox.release_all(timedelta(seconds=5))) == 1
    assert not sent(memory, first)
    assert memory.at("+5.9 s").claim() == []
    (again,) = memory.at("+6 s").claim()
    assert (again.send.key, again.in_doubt) == ("1/a", True)


def test_what_a_forerunner_held_is_never_put_off_beyond_its_lease(memory):
    memory.put(a_post("1/a"))
    memory.claim("killed")
    memory.at("+8 s").run(lambda work: work.outbox.release_all(timedelta(seconds=5)))
    assert memory.at("+9.9 s").claim() == []
    assert len(memory.at("+10 s").claim()) == 1


def test_in_a_restored_database_all_that_waits_is_in_doubt(memory):
    memory.put(a_post("1/a"), a_post("1/b"))
    sent(memory, memory.claim()[0])
    assert memory.run(lambda work: work.outbox.doubt_all()) == 1
    (claimed,) = memory.claim()
    assert (claimed.send.key, claimed.in_doubt) == ("1/b", True)


def test_lower_ranks_may_be_left_out(memory):
    memory.put(a_post("1/a"), a_page("wang"))
    (page,) = memory.run(lambda work: work.outbox.claim("one", 10, LEASE, lowest=PAGE))
    assert page.send.key == "1/page/wang/1"


def test_a_newer_one_speaks_for_an_older_one_and_takes_over_what_waits_for_it(memory):
    memory.put(a_post("1/a"), a_post("1/b"), an_update("1/u", target="1/a"))
    (older,) = memory.claim()
    (newer,) = memory.run(lambda work: work.outbox.behind(older))
    assert newer.key == "1/b"
    memory.run(lambda work: work.outbox.superseded(older, replace(newer, args={"names": ["a", "b"]})))
    (claimed,) = memory.claim()
    assert (claimed.send.key, claimed.send.args) == ("1/b", {"names": ["a", "b"]})
    sent(memory, claimed)
    (update,) = memory.claim()
    assert (update.send.key, update.send.target) == ("1/u", "1/b")


def a_leave(key):
    return Send(key=key, incident=1, deed="leave", lane="1/net", card="backup")


def taking_back(key, target, after=""):
    return Send(key=key, incident=1, deed="take_back", lane=key, target=target, after=after)


def test_what_was_left_with_the_platform_is_known_until_it_is_taken_back(memory):
    memory.put(a_leave("1/l1"), a_leave("1/l2"))
    assert memory.run(lambda work: work.outbox.left(1)) == {"1/l1", "1/l2"}
    sent(memory, memory.claim()[0])
    memory.put(taking_back("1/t", "1/l1"))
    assert memory.run(lambda work: work.outbox.left(1)) == {"1/l2"}
    assert memory.run(lambda work: work.outbox.left(2)) == set()


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        pytest.param(lambda memory, post: None, "pending", id="it is still to be said"),
        pytest.param(sent, "claimed", id="it was said"),
        pytest.param(cancelled, "claimed", id="it is not to be said at all"),
        pytest.param(dead, "cancelled", id="it cannot be said: then the platform shall"),
    ],
)
def test_a_backup_is_taken_back_once_its_message_needs_none(memory, end, expected):
    memory.put(a_leave("1/l"))
    sent(memory, memory.claim()[0])
    memory.put(a_post("1/post"), taking_back("1/t", "1/l", after="1/post"))
    (post,) = memory.claim()
    end(memory, post)
    memory.claim()
    assert states(memory)["1/t"] == expected


def test_the_claim_of_a_dead_worker_comes_back_after_its_lease(memory, another):
    memory.put(a_post("1/a"))
    memory.claim("dead")
    assert another.at("+10 s").claim("alive") == []
    (claimed,) = another.at("+10.1 s").claim("alive")
    assert (claimed.attempt, claimed.fence, claimed.first_at) == (1, 2, NINE)
    assert claimed.in_doubt


@pytest.mark.parametrize("record", [sent, dead, cancelled, lambda memory, claimed: later(memory, claimed, 5)])
def test_a_frozen_worker_that_lost_its_lease_records_nothing_any_more(memory, another, record):
    memory.put(a_post("1/a"))
    (lost,) = memory.claim("frozen")
    (ours,) = another.at("+11 s").claim("awake")
    assert record(memory.at("+12 s"), lost) is False
    assert states(memory) == {"1/a": "claimed"}
    assert sent(another, ours, "m-ours")
    assert record(memory, lost) is False
    assert memory.run(lambda work: work.outbox.message("1/a")) == "m-ours"


def test_what_arrived_together_is_written_down_together_but_for_what_another_took_over(memory, another):
    memory.put(a_post("1/a"), a_page("wang"), a_page("li"))
    ours = memory.claim("slow")
    (lost,) = another.at("+11 s").claim("awake", limit=1)
    arrived = [(claimed, f"m{claimed.id}") for claimed in reversed(ours)]
    kept = memory.at("+12 s").run(lambda work: work.outbox.all_sent(arrived))
    assert kept == {claimed.id for claimed in ours} - {lost.id}
    assert sorted(states(memory).values()) == ["claimed", "sent", "sent"]
    for claimed in ours:
        expected = "" if claimed.id == lost.id else f"m{claimed.id}"
        assert memory.run(lambda work, key=claimed.send.key: work.outbox.message(key)) == expected


def test_a_worker_that_was_only_slow_may_still_record_while_nobody_took_over(memory):
    memory.put(a_post("1/a"))
    (slow,) = memory.claim()
    assert sent(memory.at("+40 s"), slow)


def test_the_platforms_id_of_a_message_is_known_once_it_was_sent(memory):
    memory.put(a_post("1/a"))
    (claimed,) = memory.claim()
    assert memory.run(lambda work: work.outbox.message("1/a")) == ""
    sent(memory, claimed, "C1:17.2")
    assert memory.run(lambda work: work.outbox.message("1/a")) == "C1:17.2"
    assert memory.run(lambda work: work.outbox.message("1/never")) == ""
    assert memory.run(lambda work: work.outbox.send_of("1/never")) is None


def test_an_update_of_a_message_that_was_never_asked_for_is_left_out(memory):
    memory.put(an_update("1/u1"))
    assert states(memory) == {}


@pytest.mark.parametrize("end", [dead, cancelled])
def test_an_update_of_a_message_that_will_never_come_is_left_out(memory, end):
    memory.put(a_post("1/state"))
    end(memory, memory.claim()[0])
    memory.put(an_update("1/u1"))
    assert "1/u1" not in states(memory)


def test_an_update_waits_for_its_message(memory):
    memory.put(a_post("1/state"), an_update("1/u1"))
    (state,) = memory.claim()
    assert memory.claim() == []
    sent(memory, state)
    assert keys(memory.claim()) == ["1/u1"]


def test_updates_that_wait_become_one_which_says_the_latest(memory):
    memory.put(a_post("1/state"), an_update("1/u1", n=1), an_update("1/u2", n=2), an_update("1/u3", n=3))
    sent(memory, memory.claim()[0])
    (update,) = memory.claim()
    assert (update.send.target, update.send.args) == ("1/state", {"n": 3})
    sent(memory, update)
    assert memory.claim() == []


def test_an_update_that_is_on_its_way_is_followed_by_another(memory):
    memory.put(a_post("1/state"))
    sent(memory, memory.claim()[0])
    memory.put(an_update("1/u1", n=1))
    (first,) = memory.claim()
    memory.put(an_update("1/u2", n=2), an_update("1/u3", n=3))
    assert memory.claim() == []
    sent(memory, first)
    (second,) = memory.claim()
    assert second.send.args == {"n": 3}


def test_an_update_that_was_put_off_says_the_latest_too(memory):
    memory.put(a_post("1/state"))
    sent(memory, memory.claim()[0])
    memory.put(an_update("1/u1", n=1))
    later(memory, memory.claim()[0], 10)
    memory.put(an_update("1/u2", n=2))
    (update,) = memory.at("+10 s").claim()
    assert update.send.args == {"n": 2}


def test_an_update_asked_for_while_another_process_claims_the_one_that_waits_is_not_lost(memory, another):
    """The one being claimed was rendered from how things were before: what came after must follow it."""
    if memory.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    memory.put(a_post("1/state"))
    sent(memory, memory.claim()[0])
    memory.put(an_update("1/u1", n=1))
    claimed, done = Event(), Event()

    def claim_slowly(work):
        claims = work.outbox.claim("one", 10, LEASE)
        claimed.set()
        done.wait(5)
        return claims

    with ThreadPoolExecutor(2) as threads:
        claiming = threads.submit(memory.run, claim_slowly)
        claimed.wait(5)
        putting = threads.submit(another.put, an_update("1/u2", n=2))
        while not putting.done() and not _somebody_waits_for_a_lock(memory):
            pass
        done.set()
        assert keys(claiming.result(5)) == ["1/u1"]
        putting.result(5)
    assert states(memory)["1/u2"] == "pending"


def _somebody_waits_for_a_lock(memory):
    with memory.engine.connect() as connection:
        return connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first() is not None


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        pytest.param(lambda memory: None, None, id="empty"),
        pytest.param(lambda memory: memory.put(a_post("1/a")), None, id="due now: nothing to wait for"),
        pytest.param(
            lambda memory: (memory.put(a_post("1/a")), memory.claim()), "+10 s", id="a lease that may end"
        ),
        pytest.param(
            lambda memory: (memory.put(a_post("1/a")), later(memory, memory.claim()[0], 7)),
            "+7 s",
            id="put off",
        ),
        pytest.param(
            lambda memory: (memory.put(a_post("1/a")), sent(memory, memory.claim()[0])), None, id="all sent"
        ),
    ],
)
def test_when_to_look_again(memory, prepare, expected):
    prepare(memory)
    assert memory.run(lambda work: work.outbox.next_at()) == (at(expected) if expected else None)


def test_what_cannot_be_sent_is_kept_for_an_operator_who_tries_it_again(memory):
    memory.put(a_post("1/a"))
    dead(memory, memory.claim()[0], "channel_not_found")
    (listed,) = memory.run(lambda work: work.outbox.listed("dead"))
    assert (listed.key, listed.error, listed.attempt) == ("1/a", "channel_not_found", 1)
    assert memory.at("+1 h").run(lambda work: work.outbox.retry(listed.id))
    (again,) = memory.claim()
    assert again.send.key == "1/a"
    assert not memory.run(lambda work: work.outbox.retry(listed.id))


def test_what_an_operator_tries_again_is_looked_for_first(memory):
    """It may have arrived: its answers were lost, one after the other. Only later tries are looked for."""
    memory.put(a_post("1/a"))
    dead(memory, memory.claim()[0], "timeout")
    memory.run(lambda work: work.outbox.retry(1))
    (again,) = memory.claim()
    assert (again.attempt, again.in_doubt) == (1, True)


def test_an_operator_gives_up_only_what_is_dead(memory):
    memory.put(a_post("1/a"), a_post("1/b"))
    assert not memory.run(lambda work: work.outbox.drop(1))
    dead(memory, memory.claim()[0])
    assert memory.run(lambda work: work.outbox.drop(1))
    assert states(memory) == {"1/a": "cancelled", "1/b": "pending"}


def test_a_count_of_each_state(memory):
    memory.put(*(a_post(f"1/{n}", lane=f"1/{n}") for n in range(4)))
    first, second, *_ = memory.claim(limit=3)
    sent(memory, first)
    dead(memory, second)
    assert memory.run(lambda work: work.outbox.counts()) == {"pending": 1, "claimed": 1, "sent": 1, "dead": 1}


@pytest.mark.parametrize("record", [dead, lambda memory, claimed, error: later(memory, claimed, 1, error)])
def test_an_endless_error_is_cut_and_not_a_reason_to_record_nothing(memory, record):
    memory.put(a_post("1/a"))
    assert record(memory, memory.claim()[0], "x" * 5000)


def test_workers_that_claim_at_the_same_time_never_get_the_same_send(memory, another):
    memory.put(*(a_post(f"1/{n}", lane=f"1/{n}") for n in range(120)))
    start = Barrier(4)

    def work_off(process, owner):
        got = []
        start.wait(5)
        while claims := process.claim(owner, 7):
            got += keys(claims)
        return got

    with ThreadPoolExecutor(4) as threads:
        workers = [
            threads.submit(work_off, process, f"{n}")
            for n, process in enumerate([memory, another, memory, another])
        ]
        got = [key for worker in workers for key in worker.result(30)]
    assert sorted(got) == sorted(f"1/{n}" for n in range(120))


def test_lanes_keep_their_order_while_several_workers_take_from_them(memory, another):
    memory.put(*(a_post(f"1/{lane}/{n}", lane=f"1/{lane}") for n in range(8) for lane in "abc"))
    start, done = Barrier(3), []

    def work_off(process):
        start.wait(5)
        while process.run(lambda work: work.outbox.counts().get("sent", 0)) < 24:
            for claimed in process.claim(limit=3):
                done.append(claimed.send.key)
                sent(process, claimed)

    with ThreadPoolExecutor(3) as threads:
        for worker in [threads.submit(work_off, process) for process in (memory, another, memory)]:
            worker.result(30)
    for lane in "abc":
        assert [key for key in done if key.startswith(f"1/{lane}/")] == [f"1/{lane}/{n}" for n in range(8)]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "claim", "claim", "claim", "sent", "sent", "later", "dead", "freeze"]),
        st.integers(0, 9),
    ),
    max_size=50,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(MOVES)
def test_whatever_happens_a_send_ends_once_and_lanes_keep_their_order(engine, moves):
    """Workers claim, freeze, record late, fail: each send is recorded once, by its last holder, in its lane's turn."""
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(insert(incidents).values(id=10_000, declared_at=NINE))
        held, ended, now = [], [], NINE
        for number, (move, pick) in enumerate(moves):
            now = now + (at("+20 s") - NINE if move == "freeze" else at("+1 s") - NINE)
            outbox = Outbox(connection, now)
            if move == "put":
                lane, key = f"lane{pick % 3}", f"{number:03}"
                outbox.put([Send(key=key, incident=10_000, deed="post", lane=lane)])
            elif move == "claim":
                held += outbox.claim(f"worker{pick}", 1 + pick % 4, LEASE)
            elif held and move in ("sent", "later", "dead"):
                claimed = held[pick % len(held)]
                if move == "later":
                    outbox.later(claimed, pick, "busy")
                elif (outbox.sent if move == "sent" else outbox.dead)(claimed, "x"):
                    ended.append(claimed.send)
        assert len({send.key for send in ended}) == len(ended)
        for lane in ("lane0", "lane1", "lane2"):
            in_lane = [send.key for send in ended if send.lane == lane]
            assert in_lane == sorted(in_lane)
        finished = select(func.count()).where(sends.c.state.in_(("sent", "dead")))
        assert connection.execute(finished).scalar() == len(ended)
        transaction.rollback()


def test_a_turn_is_found_without_reading_all_that_was_ever_sent(memory):
    """The plan, with many sent and few waiting: indexes only, on either database."""
    memory.put(a_post("1/room"))
    sent(memory, memory.claim()[0])
    row = {"incident_id": 1, "deed": "post", "body": {}, "due_at": NINE, "created_at": NINE, "state": "sent"}
    with memory.engine.begin() as connection:
        connection.execute(
            insert(sends), [{**row, "key": f"1/old/{n}", "lane": "1/post"} for n in range(5000)]
        )
    memory.put(*(a_post(f"1/{n}", lane=f"1/{n}", after="1/room") for n in range(20)))
    sqlite = memory.engine.dialect.name == "sqlite"
    with memory.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
        claim = queries.CLAIM.compile(memory.engine, compile_kwargs={"literal_binds": False})
        plan = connection.exec_driver_sql(
            f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{claim}",
            claim.construct_params(
                {"now": NINE, "soon": NINE, "longest": NINE, "until": NINE, "by": "", "most": 20, "lowest": 3}
            )
            if not sqlite
            else tuple(3 for _ in claim.positiontup),
        )
        steps = [str(step[-1]) for step in plan]
    assert not [step for step in steps if "Seq Scan" in step or step.startswith("SCAN sends")]


def test_a_row_that_nobody_can_read_comes_out_and_holds_up_no_other(memory):
    memory.put(a_post("1/a", lane="1/a"), a_post("1/b", lane="1/b"))
    with memory.engine.begin() as connection:
        connection.execute(update(sends).where(sends.c.key == "1/a").values(body=["what", "is", "this"]))
    broken, sound = memory.claim()
    assert (broken.send.key, broken.send.card) == ("1/a", "")
    assert (sound.send.key, sound.send.card) == ("1/b", "state")
