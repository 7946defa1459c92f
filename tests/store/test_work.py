"""One transaction: what was asked, what it changed and what is to be sent, together or not at all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import func, select, text

from bot.chat import Card, Plain, Reply, Send
from bot.crisis.events import TaskDone
from bot.crisis.incident import fill_in
from bot.crisis.paging import answer_page
from bot.store.tables import history, inbox, sends
from tests.makers import NINE, a_graded, an_incident, at, happened

SAVED = Reply(card=Card((Plain("已保存"),)))
OTHER = Reply(card=Card((Plain("something else"),)))


class Crash(Exception):
    """The process dies here."""


def count(memory, table):
    with memory.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def asks(work, key="click-1", reply=SAVED):
    """What the frame does with a command."""
    if not work.first_time(key):
        return work.first_answer(key)
    work.remember(key, reply)
    return reply


def test_a_redelivery_gets_the_first_answer_again(memory):
    assert memory.run(asks) == SAVED
    assert memory.run(lambda work: asks(work, reply=OTHER)) == SAVED
    assert memory.run(lambda work: asks(work, "click-2", OTHER)) == OTHER


def test_a_form_that_was_not_taken_may_be_sent_again_under_the_same_key(memory):
    def refuse(work):
        assert work.first_time("view-1")
        work.forget("view-1")

    memory.run(refuse)
    assert memory.run(lambda work: work.first_time("view-1"))


def test_a_command_whose_process_died_was_never_asked(memory):
    def dies(work):
        assert work.first_time("click-1")
        raise Crash

    with pytest.raises(Crash):
        memory.run(dies)
    assert memory.run(lambda work: work.first_time("click-1"))


def test_the_same_key_within_one_transaction_is_new_once(memory):
    assert memory.run(lambda work: [work.first_time("a"), work.first_time("a"), work.first_time("b")]) == [
        True,
        False,
        True,
    ]


def test_of_many_that_ask_the_same_at_the_same_time_exactly_one_is_the_first(memory, another):
    start, first = Barrier(6), []

    def ask(process):
        def unit(work):
            if work.first_time("click-1"):
                first.append(process)
                work.remember("click-1", SAVED)
                return SAVED
            return work.first_answer("click-1")

        start.wait(5)
        return process.run(unit)

    for _ in range(10):
        first.clear()
        memory.run(lambda work: work.forget("click-1"))
        with ThreadPoolExecutor(6) as threads:
            answers = [threads.submit(ask, process) for process in [memory, another] * 3]
            assert [answer.result(10) for answer in answers] == [SAVED] * 6
        assert len(first) == 1


@pytest.mark.parametrize(
    ("ending", "second_is_first"),
    [
        pytest.param("remember", False, id="it was answered"),
        pytest.param("forget", True, id="it was not taken"),
        pytest.param("die", True, id="its process died"),
    ],
)
def test_who_asks_the_same_meanwhile_waits_to_know_how_the_first_ended(
    memory, another, ending, second_is_first
):
    if memory.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    asked, end = Event(), Event()

    def first(work):
        assert work.first_time("click-1")
        asked.set()
        end.wait(5)
        if ending == "die":
            raise Crash
        if ending == "remember":
            work.remember("click-1", SAVED)
        else:
            work.forget("click-1")

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(memory.run, first)
        asked.wait(5)
        two = threads.submit(
            another.run, lambda work: work.first_time("click-1") or work.first_answer("click-1")
        )
        while not two.done() and not _somebody_waits(memory):
            pass
        end.set()
        assert (one.exception(5) is not None) == (ending == "die")
        assert two.result(5) == (True if second_is_first else SAVED)


def _somebody_waits(memory):
    with memory.engine.connect() as connection:
        return connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first() is not None


def test_answers_that_nobody_can_ask_for_again_are_dropped(memory):
    memory.run(lambda work: asks(work, "old"))
    memory.at("+3 h").run(lambda work: asks(work, "new"))
    memory.run(lambda work: work.tidy(at("+1 h")))
    assert [memory.run(lambda work, key=key: work.first_time(key)) for key in ("old", "new")] == [True, False]


def test_history_sends_and_next_due_time_are_written_together(speaking):
    number = speaking.run(lambda work: work.incidents.new_id(NINE))
    speaking.run(lambda work: work.incidents.add(a_graded("orange")))
    assert number == 1
    pages = speaking.run(
        lambda work: [row.key for row in work.outbox.listed("pending") if row.key.startswith("1/page/")]
    )
    assert pages == ["1/page/sun/1", "1/page/wu/1", "1/page/zhao/1", "1/page/he/1"]
    assert speaking.run(lambda work: work.incidents.earliest_due()) == at("+5 min")
    assert count(speaking, history) == len(speaking.run(lambda work: work.incidents.get(1)).history)


def test_a_process_that_dies_before_the_commit_leaves_nothing_of_it(speaking):
    def dies(work):
        work.incidents.new_id(NINE)
        work.incidents.add(a_graded("orange"))
        work.first_time("click-1")
        work.finish()
        raise Crash

    with pytest.raises(Crash):
        speaking.run(dies)
    assert [count(speaking, table) for table in (history, sends, inbox)] == [0, 0, 0]


def test_what_the_bot_can_see_is_ticked_off_at_the_commit(speaking):
    speaking.run(lambda work: work.incidents.new_id(NINE))
    speaking.run(lambda work: work.incidents.add(a_graded("green")))
    speaking.run(lambda work: answer_page(work.incidents.get(1), "xu", at("+1 min")))
    stored = speaking.run(lambda work: work.incidents.get(1, to_change=False))
    assert happened(stored, TaskDone) == [TaskDone("grade_posted"), TaskDone("response_team_up")]


def test_what_was_undone_has_not_happened(speaking):
    speaking.run(lambda work: work.incidents.new_id(NINE))
    speaking.run(lambda work: work.incidents.add(an_incident()))
    before = [count(speaking, table) for table in (history, sends)]

    def refused(work):
        fill_in(work.incidents.get(1), "xu", at("+1 min"), {"views": 900})
        work.undo()

    speaking.run(refused)
    assert [count(speaking, table) for table in (history, sends)] == before
    assert speaking.run(lambda work: work.incidents.get(1)).answers == {"type": "A"}


@pytest.mark.parametrize(
    ("unit", "rings"),
    [
        pytest.param(lambda work: work.incidents.get(1), 0, id="only looked"),
        pytest.param(lambda work: work.first_time("click-1"), 0, id="only noted a key"),
        pytest.param(
            lambda work: fill_in(work.incidents.get(1), "xu", NINE, {"views": 1}), 1, id="something happened"
        ),
        pytest.param(
            lambda work: work.outbox.put([Send(key="1/x", incident=1, deed="post", lane="x")]),
            1,
            id="something to send",
        ),
    ],
)
def test_the_store_says_when_there_is_something_to_do(memory, unit, rings):
    memory.run(lambda work: work.incidents.add(an_incident()))
    assert memory.rings() == 1
    memory.rang.clear()
    memory.run(unit)
    assert memory.rings() == rings
