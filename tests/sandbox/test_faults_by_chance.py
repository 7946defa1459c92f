"""Faults by rates, calls that take effect after the connection is gone, and whoever watches every call."""

import asyncio
import random
from collections import Counter

from sandbox.faults import BAD_DAY, Faults, Moment
from tests.sandbox.conftest import Here, run, until
from tests.sandbox.test_faults_and_limits import caught, texts


def struck(seed: int, calls: int) -> list[str]:
    """The faults of a bad day, in order."""
    faults = Faults(rates=BAD_DAY, chance=random.Random(seed))
    return [fault.kind for _ in range(calls) if (fault := faults.strike("chat.postMessage"))]


def test_a_bad_day_is_as_bad_as_it_says():
    kinds = Counter(struck(seed=1, calls=10_000))
    assert set(kinds) == {"reset_after", "500_after", "503", "reset_before", "429", "late"}
    assert 1700 <= kinds.total() <= 1900
    assert 350 <= kinds["reset_after"] <= 450


def test_the_same_seed_gives_the_same_day():
    assert struck(seed=7, calls=500) == struck(seed=7, calls=500) != struck(seed=8, calls=500)


def test_what_was_planned_comes_before_chance():
    faults = Faults(rates={"503": 1.0})
    faults.plan("auth.test", 2, "429")
    assert [faults.strike("auth.test").kind for _ in range(3)] == ["503", "429", "503"]


def test_a_late_call_takes_effect_after_its_connection_is_gone():
    faults = Faults()
    faults.plan("chat.postMessage", 1, "late", seconds=0.05)

    async def story(here: Here) -> None:
        assert await caught(here.client.chat_postMessage(channel="U04", text="one")) is not None
        assert texts(here) == []
        await until(lambda: texts(here) == ["one"])

    run(story, faults=faults)


def test_an_accepted_call_may_look_like_an_error_of_the_server():
    faults = Faults()
    faults.plan("chat.postMessage", 1, "500_after")

    async def story(here: Here) -> None:
        error = await caught(here.client.chat_postMessage(channel="U04", text="one"))
        assert (error.response.status_code, texts(here)) == (500, ["one"])

    run(story, faults=faults)


def test_whoever_watches_sees_each_call_before_and_after_it_took_effect():
    seen: list[tuple[int, str, Moment, int]] = []
    faults = Faults()
    faults.plan("chat.postMessage", 2, "503")
    faults.plan("chat.postMessage", 3, "reset_after")

    async def story(here: Here) -> None:
        async def watch(number: int, method: str, moment: Moment) -> None:
            seen.append((number, method, moment, len(texts(here))))

        faults.watch = watch
        for text in ("one", "two", "three"):
            await caught(here.client.chat_postMessage(channel="U04", text=text))

    run(story, faults=faults)
    assert seen == [
        (1, "chat.postMessage", "before", 0),
        (1, "chat.postMessage", "after", 1),
        (2, "chat.postMessage", "before", 1),
        (3, "chat.postMessage", "before", 1),
        (3, "chat.postMessage", "after", 2),
    ]


def test_whoever_hangs_up_after_asking_takes_nothing_back():
    faults = Faults(latency=0.2)

    async def story(here: Here) -> None:
        asking = asyncio.create_task(here.client.chat_postMessage(channel="U04", text="one"))
        await until(lambda: faults.calls)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert texts(here) == []
        await until(lambda: texts(here) == ["one"])

    run(story, faults=faults)
