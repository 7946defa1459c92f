"""Once per intent: what is delivered, pressed or sent again changes nothing, and is answered as it was at first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.chat import Command, Reply
from bot.crisis import events
from bot.store import make_engine
from handlers.dispatch import handle, intended
from tests.databases import emptied_postgres
from tests.makers import happened, person
from tests.scene import Scene, text


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A bot on each kind of database: what is unique is theirs to say."""
    if request.param == "sqlite":
        yield request.getfixturevalue("scene")
        return
    engine = make_engine(emptied_postgres(request.getfixturevalue("postgres")))
    with Scene(engine) as made:
        yield made
    engine.dispose()


@pytest.fixture
def red(scene: Scene) -> Scene:
    """A red crisis: everybody is called."""
    scene.opens()
    scene.answers(severity="S4", control="C2")
    return scene


def headline(reply: Reply) -> str:
    """The first line of what the person sees."""
    card = reply.card or reply.done
    return text(card).splitlines()[0] if card else ""


NOW = Command("typed", "now", "command:1", "U15", text="车辆自燃", room="C0")


def test_a_hundred_at_once_are_one_crisis_and_a_hundred_equal_answers(either: Scene) -> None:
    with ThreadPoolExecutor(100) as people:
        replies = list(
            people.map(
                lambda _: either.store.run_now(lambda work: handle(either.voice, NOW, work)), range(100)
            )
        )

    assert all(reply == replies[0] for reply in replies)
    assert replies[0].opened == 1
    assert either.run(lambda work: len(work.incidents.headers(closed=True))) == 1


def test_after_a_restart_the_first_answer_is_given_again(either: Scene) -> None:
    first = either.says("U15", "/crisis now 车辆自燃", key="command:1")
    either.restart()

    assert either.says("U15", "/crisis now 车辆自燃", key="command:1") == first
    assert either.run(lambda work: len(work.incidents.headers(closed=True))) == 1


def test_the_first_answer_is_kept_for_a_week(scene: Scene) -> None:
    first = scene.says("U15", "/crisis now 车辆自燃", key="command:1")
    scene.at("+6.9 d")
    assert scene.says("U15", "/crisis now 车辆自燃", key="command:1") == first
    scene.at("+7.1 d")
    assert scene.run(lambda work: work.first_time("command:1")), "nobody asks that late"


@pytest.fixture
def replicas(postgres: str) -> Iterator[tuple[Scene, Scene]]:
    """Two processes on one database; on SQLite there is only ever one."""
    engines = [make_engine(emptied_postgres(postgres)), make_engine(postgres)]
    with Scene(engines[0]) as one, Scene(engines[1]) as other:
        yield one, other
    for engine in engines:
        engine.dispose()


def test_another_replica_waits_for_the_first_and_answers_the_same(replicas: tuple[Scene, Scene]) -> None:
    """The same request at two replicas: the second must not answer before it knows what the first has done."""
    (one, other), begun, go_on = replicas, threading.Event(), threading.Event()

    def slowly(work: object) -> Reply:
        reply = handle(one.voice, NOW, work)  # type: ignore[arg-type]
        begun.set()
        assert go_on.wait(10)
        return reply

    with ThreadPoolExecutor(2) as both:
        first = both.submit(one.store.run_now, slowly)
        assert begun.wait(10)
        second = both.submit(other.store.run_now, lambda work: handle(other.voice, NOW, work))
        assert not second.done()
        go_on.set()
        assert second.result(10) == first.result(10)
    assert one.run(lambda work: len(work.incidents.headers(closed=True))) == 1


def test_where_the_first_replica_fails_the_second_does_it(replicas: tuple[Scene, Scene]) -> None:
    (one, other), begun, go_on = replicas, threading.Event(), threading.Event()

    def dies(work: object) -> Reply:
        handle(one.voice, NOW, work)  # type: ignore[arg-type]
        begun.set()
        assert go_on.wait(10)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as both:
        first = both.submit(one.store.run_now, dies)
        assert begun.wait(10)
        second = both.submit(other.store.run_now, lambda work: handle(other.voice, NOW, work))
        go_on.set()
        assert isinstance(first.exception(10), ZeroDivisionError)
        assert second.result(10).opened > 0
    assert one.run(lambda work: len(work.incidents.headers(closed=True))) == 1


TWICE = [
    ("U04", "on_it", "1", events.PageAnswered, "您已到位，无需重复应答"),
    ("U04", "pass_on", "1", events.RolePaged, "已转呼下一位"),
    ("U04", "take", "1/committee_met", events.TaskTaken, ""),
    ("U04", "done", "1/committee_met", events.TaskDone, "这项任务已有结论"),
    ("U04", "undo", "1/basics_known", events.TaskReopened, ""),
    ("U01", "decide_yes", "1/{question}", events.Decided, ""),
    ("U01", "decide_no", "1/{question}", events.Decided, ""),
    ("U02", "refuse_lower", "1/{asked}", events.LowerRefused, "已没有待确认的下调"),
    ("U02", "confirm_lower", "1/{asked}", events.Graded, "已没有待确认的下调"),
]


@pytest.mark.parametrize(("user", "name", "value", "event", "says"), TWICE, ids=[one[1] for one in TWICE])
def test_a_double_click_is_one_intent(
    red: Scene, user: str, name: str, value: str, event: type[object], says: str
) -> None:
    """Two clicks are two requests with keys of their own; the second finds that there is nothing left to do."""
    if name == "undo":
        red.presses("U04", "done", "1/basics_known")
    if name.startswith("decide_"):
        red.at("+31 min")
    if name.endswith("_lower"):
        form = red.presses("U01", "regrade").form
        assert form is not None
        red.sends("U01", form, grade="orange", reason="影响有限")
    value = value.format(question="".join(red.incident().questions[:1]), asked=_asked(red))

    red.presses(user, name, value)
    once = happened(red.incident(), event)
    again = red.presses(user, name, value)

    assert happened(red.incident(), event) == once
    assert headline(again) == says


def _asked(scene: Scene) -> str:
    """What the buttons of the latest request to lower carry."""
    shown = [button for said in scene.posted("lower/") for part in said.card.parts for button in part.buttons]
    return shown[0].value.partition("/")[2] if shown else ""


def test_the_same_form_sent_twice_counts_once(red: Scene) -> None:
    form = red.presses("U04", "reading").form
    assert form is not None
    first = red.sends("U04", form, views="50w", key="view:V1:h1")
    entries = len(red.incident().history)

    assert red.sends("U04", form, views="50w", key="view:V1:h1") == first
    assert len(red.incident().history) == entries


def test_a_form_mended_and_sent_again_after_a_seeming_failure_keeps_what_was_mended(red: Scene) -> None:
    """Our answer came too late, so the form stayed open; what the person added meanwhile must not be dropped."""
    form = red.presses("U15", "checklist").form
    assert form is not None
    red.sends("U15", form, injury="injury", key="view:V1:h1")
    red.sends("U15", form, injury="death", key="view:V1:h1")

    assert red.incident().answers["injury"] == "death"


def test_an_opening_mended_and_sent_again_opens_no_second_crisis(either: Scene) -> None:
    form = either.says("U15", "/crisis open 车辆自燃").form
    assert form is not None
    first = either.sends("U15", form, key="view:V1:h1")
    again = either.sends("U15", form, what="车辆自燃，一人受伤", key="view:V1:h1")

    assert again == first
    assert either.run(lambda work: len(work.incidents.headers(closed=True))) == 1


def test_answers_in_another_order_are_the_same_answers() -> None:
    one = Command("sent", "reading", "view:1", "U04", fields={"views": "1", "reason": "x"})
    other = Command("sent", "reading", "view:1", "U04", fields={"reason": "x", "views": "1"})

    assert intended(one) == Command("sent", "reading", intended(other).key, "U04", fields=one.fields)


def test_a_command_answered_with_a_form_gives_the_same_form_again(red: Scene) -> None:
    first = red.says("U04", "/crisis checklist", key="command:9")

    assert first.form is not None
    assert red.says("U04", "/crisis checklist", key="command:9") == first


def test_a_page_that_was_passed_on_is_an_old_card(red: Scene) -> None:
    """Whoever it was passed to is called now; the first may still come, as the card says, but not pass it again."""
    red.presses("U04", "pass_on")
    before = red.incident().history

    assert headline(red.presses("U04", "pass_on")) == "已转呼下一位"
    assert red.incident().history == before


def test_the_buttons_of_a_grade_that_has_moved_change_nothing(red: Scene) -> None:
    form = red.presses("U01", "regrade").form
    assert form is not None
    red.sends("U01", form, grade="orange", reason="影响有限")
    asked = _asked(red)
    red.presses("U02", "confirm_lower", f"1/{asked}")
    assert red.incident().grade == "orange"
    before = red.incident().history

    assert headline(red.presses("U03", "confirm_lower", f"1/{asked}")) == "已没有待确认的下调"
    assert headline(red.presses("U03", "refuse_lower", f"1/{asked}")) == "已没有待确认的下调"
    assert red.incident().history == before


OLD = {
    "on_it": "1",
    "pass_on": "1",
    "take": "1/committee_met",
    "done": "1/committee_met",
    "undo": "1/committee_met",
    "decide_yes": "1/any",
    "checklist": "1",
    "regrade": "1",
    "confirm_lower": "1/0",
    "refuse_lower": "1/0",
    "reading": "1",
    "details": "1",
}


def test_the_buttons_of_a_closed_crisis_change_nothing(red: Scene) -> None:
    form = red.presses("U01", "close").form
    assert form is not None
    red.sends("U01", form, reason="平息")
    before = red.incident().history

    said = {headline(red.presses("U04", name, value)) for name, value in OLD.items()}
    assert said == {"处置已结束，未作改动"}
    assert red.incident().history == before


def test_somebody_else_with_the_same_answers_is_somebody_else(red: Scene) -> None:
    """Keys name a request of the platform, and no two people share one."""
    red.presses("U04", "take", "1/committee_met", key="action:1")
    red.presses("U05", "take", "1/committee_met", key="action:2")

    assert red.incident().tasks["committee_met"].owner == person("U05")
