"""Doing what the outbox asks: in order, once, and somebody else's turn where it cannot be done."""

import asyncio
import re

import pytest
from sqlalchemy import event

from bot.chat import Card, ChatError, Send
from bot.crisis.ending import close, reopen
from bot.crisis.events import InviteRefused, PageUndelivered, RoomArchived, RoomFailed, RoomOpened
from bot.crisis.incident import fill_in
from bot.crisis.paging import answer_page
from bot.delivery import Delivery
from bot.meter import Meter
from bot.speaking import Speaker
from tests.makers import NINE, a_graded, an_incident, at, happened
from tests.memory_chat import MemoryChat
from tests.scene import text


class PowerCut(BaseException):
    """The process dies at this very moment."""


def keep(scene, incident):
    """A new incident, committed but not yet spoken of."""

    def unit(work):
        assert work.incidents.new_id(NINE) == 1
        work.incidents.add(incident)

    scene.run(unit)


def change(scene, deed):
    scene.run(lambda work: deed(work.incidents.get(1)))


def opened(scene, incident=None):
    """An incident whose room is there and everything said that was to be said."""
    keep(scene, incident or an_incident())
    scene.deliver()
    scene.chat.said.clear()
    return scene


def put(scene, *sends):
    scene.run(lambda work: work.outbox.put(sends))


def a_message(key="1/x", lane="1/post", card="first_tasks", **more):
    return Send(key=key, incident=1, deed="post", lane=lane, card=card, after="1/room/0", **more)


def a_page(person, key="1/page/x/1"):
    return Send(key=key, incident=1, deed="direct", lane=key, to=person, card="page", args={"n": 1})


def keys(scene):
    return [said.key for said in scene.chat.said.values()]


def sent_to(scene, card):
    return [said.place for said in scene.chat.said.values() if f"/{card}/" in said.key]


def states(scene):
    rows = scene.run(lambda work: work.outbox.listed("pending", "claimed", "sent", "cancelled", "dead"))
    return {row.key: row.state for row in rows}


def errors(scene):
    return {
        row.key: row.error
        for row in scene.run(lambda work: work.outbox.listed("pending", "cancelled", "dead"))
    }


def test_a_room_is_made_and_filled_in_order(scene):
    keep(scene, an_incident())
    scene.deliver()
    (room,) = scene.chat.rooms.values()
    assert scene.incident().room == room.id == "C1"
    assert scene.chat.members["C1"] == ["xu", "wang", "zhao", "liu", "wu", "emma"]
    assert keys(scene) == ["1/state/0", "1/tasks/0"]
    state = next(iter(scene.chat.said))
    assert (scene.chat.pinned, scene.chat.bookmarks) == ([state], {"C1": state})
    assert scene.chat.topics["C1"]
    assert set(states(scene).values()) == {"sent"}


def test_pages_go_out_although_the_room_cannot_be_made(scene):
    scene.chat.failures["open_room"] = [ChatError("restricted_action", permanent=True)]
    keep(scene, a_graded("orange"))
    scene.deliver()
    assert sent_to(scene, "page") == ["sun", "wu", "zhao", "he"]
    assert happened(scene.incident(), RoomFailed) == [RoomFailed("restricted_action")]
    assert sent_to(scene, "room_failed") == ["xu"]


def test_each_reader_is_spoken_to_in_their_own_language(scene):
    keep(scene, a_graded("red", title="Brakes"))
    scene.deliver()
    pages = {said.place: text(said.card) for said in scene.chat.said.values() if "/page/" in said.key}
    assert re.search("[一-鿿]", pages["wang"])
    assert not re.search("[一-鿿]", pages["emma"])


def test_what_waits_behind_a_send_goes_out_in_the_same_go(scene):
    opened(scene)
    put(scene, a_message("1/grade/0", card="grade", args={"n": 0}), a_message("1/b"))
    change(scene, lambda one: one.record(a_graded("green").verdict, "xu", NINE))
    change(scene, lambda one: one.record(a_graded("red").verdict, "xu", NINE))
    scene.deliver()
    assert states(scene)["1/grade/0"] == "cancelled"
    assert "1/b" in keys(scene)


def test_a_person_out_of_reach_is_passed_over_at_once(scene):
    keep(scene, a_graded("orange"))
    scene.chat.failures["direct"] = [ChatError("user_disabled", permanent=True)]
    scene.now = at("+1 s")
    scene.deliver()
    incident = scene.incident()
    assert happened(incident, PageUndelivered) == [PageUndelivered("sun", "user_disabled")]
    assert incident.calls["regional_director"].person == "he"
    assert sent_to(scene, "page") == ["wu", "zhao", "he", "he"]


def test_with_a_revoked_token_everything_ends_and_nothing_goes_round_and_round(scene):
    """Every call is refused for good: each person is tried once, and then we wait as for an answer."""
    refusal = ChatError("token_revoked", permanent=True)
    scene.chat.failures = {method: [refusal] * 200 for method in ("open_room", "post", "direct", "invite")}
    keep(scene, a_graded("red"))
    assert scene.deliver() < 60
    incident = scene.incident()
    assert len(happened(incident, PageUndelivered)) <= 15
    assert all(call.open and call.answer_by > NINE for call in incident.calls.values())


@pytest.mark.parametrize(
    ("error", "not_yet", "again"),
    [
        pytest.param(ChatError("not_connected"), "+0.7 s", "+1.3 s", id="passing"),
        pytest.param(ChatError("ratelimited", retry_after=30), "+29 s", "+30 s", id="asked to wait"),
        pytest.param(ChatError("ratelimited", retry_after=0), "+0.5 s", "+1 s", id="asked to wait no time"),
        pytest.param(ChatError("timeout", in_doubt=True), "+4.9 s", "+5 s", id="in doubt: let it settle"),
    ],
)
def test_what_could_not_be_sent_now_is_tried_later(scene, error, not_yet, again):
    opened(scene)
    scene.chat.failures["post"] = [error]
    put(scene, a_message())
    scene.deliver()
    scene.now = at(not_yet)
    scene.deliver()
    assert keys(scene) == []
    assert errors(scene)["1/x"] == error.code
    scene.now = at(again)
    scene.deliver()
    assert keys(scene) == ["1/x"]


def test_many_that_failed_at_one_moment_do_not_come_back_at_one(scene):
    opened(scene)
    scene.chat.failures["post"] = [ChatError("not_connected")] * 20
    put(scene, *(a_message(f"1/x{number}", lane=f"1/{number}") for number in range(20)))
    scene.deliver()
    again = [row.due_at for row in scene.run(lambda work: work.outbox.listed("pending"))]
    assert at("+0.8 s") <= min(again) < max(again) <= at("+1.2 s")
    assert len(set(again)) > 10


def test_the_longer_it_fails_the_longer_the_pause(scene):
    opened(scene)
    scene.chat.failures["post"] = [ChatError("not_connected")] * 7
    put(scene, a_message("1/x"))
    pauses = []
    for _ in range(7):
        scene.deliver()
        (row,) = scene.run(lambda work: work.outbox.listed("pending"))
        pauses.append((row.due_at - scene.now).total_seconds())
        scene.now = row.due_at
    usual = [1, 2, 5, 10, 30, 60, 60]
    assert pauses == [pytest.approx(seconds, rel=0.2) for seconds in usual]


def test_one_message_that_must_wait_holds_up_its_lane_and_no_other(scene):
    opened(scene)
    scene.chat.failures["post"] = [ChatError("ratelimited", retry_after=30)]
    put(scene, a_message("1/a"), a_message("1/b"), a_message("1/c", lane="1/other"))
    scene.deliver()
    assert keys(scene) == ["1/c"]
    scene.now = at("+31 s")
    scene.deliver()
    assert keys(scene) == ["1/c", "1/a", "1/b"]


@pytest.mark.unsound
def test_being_asked_to_wait_is_no_failure_however_often(scene):
    """A storm makes the platform say "slower" again and again; a page is never given up for that."""
    opened(scene, a_graded("orange"))
    scene.chat.failures["direct"] = [ChatError("ratelimited", retry_after=1)] * 30
    put(scene, a_page("zhao", "1/page/zhao/2"))
    for second in range(31):
        scene.now = at(f"+{2 * second} s")
        scene.deliver()
    assert "1/page/zhao/2" in keys(scene)
    assert happened(scene.incident(), PageUndelivered) == []


def others_get_through(scene, number):
    """Something else is sent meanwhile, to somebody who has to be told."""
    key = f"1/other/{number}"
    args = {"name": "24h"}
    put(scene, Send(key=key, incident=1, deed="direct", lane=key, to="xu", card="before", args=args))


def test_after_twelve_tries_it_is_given_up_and_kept_for_an_operator(scene):
    opened(scene)
    scene.chat.failures["post"] = [ChatError("http_503")] * 12
    put(scene, a_message("1/a"), a_message("1/b"))
    for minute in range(0, 40, 2):
        others_get_through(scene, minute)
        scene.now = at(f"+{minute} min")
        scene.deliver()
        scene.deliver()
    assert states(scene)["1/a"] == "dead"
    assert errors(scene)["1/a"] == "http_503"
    assert [key for key in keys(scene) if "given_up" not in key and "other" not in key] == ["1/b"]


def test_while_the_platform_is_away_nothing_is_given_up(scene):
    """Hours of tries in vain say nothing about this message; when the platform is back, it goes."""
    opened(scene)
    scene.chat.failures["post"] = [ChatError("http_503")] * 200
    put(scene, a_message("1/a"))
    for minute in range(3, 200):
        scene.now = at(f"+{minute} min")
        scene.deliver()
    assert states(scene)["1/a"] == "pending"
    scene.chat.failures["post"] = []
    scene.now = at("+202 min")
    scene.deliver()
    assert keys(scene) == ["1/a"]


def test_a_crash_is_no_try(scene):
    opened(scene)
    for minute in range(1, 14):
        scene.chat.failures["post"] = [PowerCut()]
        if minute == 1:
            put(scene, a_message("1/a"))
        scene.now = at(f"+{minute} min")
        with pytest.raises(PowerCut):
            scene.deliver()
        scene.restart()
    scene.chat.failures["post"] = [ChatError("http_503")]
    scene.now = at("+20 min")
    scene.deliver()
    assert states(scene)["1/a"] == "pending"


def test_a_page_that_is_given_up_is_the_next_persons(scene):
    opened(scene, a_graded("orange"))
    scene.chat.failures["direct"] = [ChatError("no_permission", permanent=True)]
    put(scene, a_page("zhao", "1/page/zhao/2"))
    scene.deliver()
    assert happened(scene.incident(), PageUndelivered) == [PageUndelivered("zhao", "no_permission")]
    assert scene.incident().calls["legal_director"].person == "david"


@pytest.mark.parametrize("deed", ["post", "direct"])
def test_a_message_whose_answer_was_lost_is_looked_for_and_not_sent_twice(scene, deed):
    opened(scene, a_graded("orange"))
    scene.chat.lost[deed] = [ChatError("timeout", in_doubt=True)]
    put(scene, a_message("1/x") if deed == "post" else a_page("zhao", "1/x"))
    scene.deliver()
    assert states(scene)["1/x"] == "pending"
    scene.now = at("+6 s")
    scene.deliver()
    assert keys(scene) == ["1/x"]
    (message,) = scene.chat.said
    assert scene.run(lambda work: work.outbox.message("1/x")) == message


def test_what_an_operator_tries_again_is_looked_for_too(scene):
    opened(scene)
    scene.chat.lost["post"] = [ChatError("fatal_error", permanent=True)]
    put(scene, a_message())
    scene.deliver()
    (dead,) = scene.run(lambda work: work.outbox.listed("dead"))
    assert scene.run(lambda work: work.outbox.retry(dead.id))
    scene.deliver()
    assert keys(scene).count("1/x") == 1
    assert states(scene)["1/x"] == "sent"


@pytest.mark.parametrize(
    "moment",
    [pytest.param("failures", id="just before the call"), pytest.param("lost", id="just after the call")],
)
def test_a_process_that_dies_on_the_way_loses_nothing_and_doubles_nothing(scene, moment):
    opened(scene)
    getattr(scene.chat, moment)["post"] = [PowerCut()]
    put(scene, a_message("1/a"), a_message("1/b"))
    with pytest.raises(PowerCut):
        scene.deliver()
    scene.restart()
    scene.now = at("+4 s")
    scene.deliver()
    assert "1/b" not in keys(scene)
    scene.now = at("+16 s")
    scene.deliver()
    assert keys(scene) == ["1/a", "1/b"]


def test_a_process_that_dies_with_the_room_made_makes_no_second_one(scene):
    keep(scene, an_incident())

    class Dying(MemoryChat):
        async def open_room(self, name, fallback, key):
            await super().open_room(name, fallback, key)
            raise PowerCut

    living, dying = scene.chat, Dying()
    dying.rooms, dying.members = living.rooms, living.members
    with pytest.raises(PowerCut):
        asyncio.run(another(scene, dying).deliver_all())
    scene.now = at("+16 s")
    scene.deliver()
    assert len(scene.chat.rooms) == 1
    assert happened(scene.incident(), RoomOpened) == [RoomOpened("C1", "crisis-1")]


def another(scene, chat, meter=Meter()):
    """A second process that speaks for the same bot."""
    speaker = Speaker(chat, scene.voice)
    return Delivery(scene.store, speaker, scene.voice, meter=meter, clocks=[lambda: scene.now.timestamp()])


def test_a_replica_that_alone_cannot_reach_the_platform_gives_nothing_up_and_says_nothing_twice(scene):
    """It is first for a minute; when its pauses are over, another takes up what it failed at."""
    opened(scene)

    class CutOff(MemoryChat):
        async def post(self, room, card, key):
            raise ChatError("not_connected")

    cut_off = another(scene, CutOff())
    put(scene, *(a_message(f"1/x{number}", lane=f"1/{number}") for number in range(5)))
    for second in range(60):
        scene.now = at(f"+{second} s")
        asyncio.run(cut_off.deliver_all())
    assert keys(scene) == []
    for second in (60, 100, 140):
        scene.now = at(f"+{second} s")
        scene.deliver()
        asyncio.run(cut_off.deliver_all())
    assert sorted(keys(scene)) == [f"1/x{number}" for number in range(5)]
    assert {states(scene)[f"1/x{number}"] for number in range(5)} == {"sent"}


def test_a_worker_frozen_beyond_its_lease_sends_nothing_of_what_it_holds(scene):
    """It stops just before its first call leaves; its leases end, and another process sends both."""
    opened(scene, a_graded("orange"))
    put(scene, a_page("sun", "1/p/1"), a_page("wu", "1/p/2"))

    class Freezing(MemoryChat):
        async def direct(self, person, card, key):
            if not self.said:
                scene.now = at("+20 s")
                await another(scene, scene.chat).deliver_all()
            return await super().direct(person, card, key)

    frozen = Freezing()
    asyncio.run(another(scene, frozen).deliver_all())
    assert keys(scene) == ["1/p/1", "1/p/2"]
    assert frozen.said == {}
    assert states(scene)["1/p/1"] == states(scene)["1/p/2"] == "sent"


def test_a_page_answered_while_it_waited_is_not_sent(scene):
    opened(scene, a_graded("orange"))
    scene.chat.failures["direct"] = [ChatError("not_connected")]
    put(scene, a_page("zhao", "1/page/zhao/2"))
    scene.deliver()
    change(scene, lambda one: answer_page(one, "zhao", at("+1 s")))
    scene.now = at("+2 s")
    scene.deliver()
    assert states(scene)["1/page/zhao/2"] == "cancelled"
    assert errors(scene)["1/page/zhao/2"] == "no_longer_true"
    assert "1/page/zhao/2" not in keys(scene)


def test_an_update_says_how_things_are_when_it_goes(scene):
    keep(scene, an_incident())
    scene.deliver()
    (state, _) = scene.chat.said
    change(scene, lambda one: fill_in(one, "xu", at("+1 min"), {"views": 900}))
    change(scene, lambda one: fill_in(one, "xu", at("+1 min"), {"complaint": "brakes"}))
    scene.deliver()
    assert len(scene.chat.said[state].versions) == 2


def test_what_is_said_afresh_is_what_is_updated_from_then_on(scene):
    """A platform that changes no message so old says it anew; the next update goes to the new one."""

    class Old(MemoryChat):
        async def update(self, message, card, key):
            asked.append((message, key.partition(" ")[0]))
            return "afresh"

    asked, chat = [], Old()
    keep(scene, an_incident())
    scene.deliver()
    (state, _) = scene.chat.said
    for minute in (1, 2, 3):
        change(scene, lambda one: fill_in(one, "xu", at("+1 min"), {"views": 900 + minute}))  # noqa: B023
        asyncio.run(another(scene, chat).deliver_all())
    assert asked == [(state, "1/state/0"), ("afresh", "1/state/0"), ("afresh", "1/state/0")]


@pytest.mark.parametrize(
    "send",
    [
        pytest.param(a_message("1/x", card="a_card_of_tomorrow"), id="a card that we do not know"),
        pytest.param(a_message("1/x", card="escalated"), id="words that lack a value"),
    ],
)
def test_what_we_cannot_put_into_words_holds_up_no_other(scene, send):
    opened(scene, a_graded("orange"))
    put(scene, send, a_message("1/y", lane="1/other"), a_page("zhao", "1/page/zhao/2"))
    scene.deliver()
    assert sorted(keys(scene)) == ["1/page/zhao/2", "1/y"]
    assert states(scene)["1/x"] == "pending"
    assert errors(scene)["1/x"].startswith("broken:")
    for minute in range(0, 150, 13):
        scene.now = at(f"+{minute} min")
        scene.deliver()
    assert states(scene)["1/x"] == "dead"


@pytest.mark.unsound
def test_who_was_not_let_in_is_told_in_the_room(scene):
    class Strict(MemoryChat):
        async def invite(self, room, people):
            await super().invite(room, people)
            return {"zhao": "user_is_restricted"}

    keep(scene, an_incident())
    asyncio.run(another(scene, strict := Strict()).deliver_all())
    assert happened(scene.incident(), InviteRefused) == [InviteRefused("zhao", "user_is_restricted")]
    assert [said.place for said in strict.said.values() if "/refused/" in said.key] == ["C1"]


def test_an_archived_room_is_known_to_be_gone(scene):
    opened(scene)
    change(scene, lambda one: close(one, "over", "wang", at("+1 min"), archive=True))
    scene.deliver()
    assert scene.chat.archived == ["C1"]
    assert happened(scene.incident(), RoomArchived) == [RoomArchived("C1")]
    change(scene, lambda one: reopen(one, "not over", "ma", at("+2 min")))
    scene.deliver()
    assert scene.incident().room == "C2"
    assert "1/state/1" in keys(scene)


def test_a_crisis_that_comes_back_before_its_room_was_archived_keeps_it(scene):
    opened(scene)
    change(scene, lambda one: close(one, "over", "wang", at("+1 min"), archive=True))
    change(scene, lambda one: reopen(one, "not over", "ma", at("+2 min")))
    scene.deliver()
    assert scene.chat.archived == []
    assert scene.incident().room == "C1"


class Ringing(MemoryChat):
    """Says when something was said, and may be held up on the way."""

    def __init__(self):
        super().__init__()
        self.begun, self.said_something, self.go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def direct(self, person, card: Card, key):
        self.begun.set()
        await self.go_on.wait()
        message = await super().direct(person, card, key)
        self.said_something.set()
        return message


def test_at_work_it_sends_as_soon_as_it_is_woken_and_ends_with_what_it_has_begun(scene):
    opened(scene, a_graded("orange"))

    async def work():
        chat = Ringing()
        delivery = another(scene, chat)
        delivery.start()
        await scene.store.run(lambda work: work.outbox.put([a_page("zhao", "1/page/zhao/2")]))
        delivery.wake()
        await asyncio.wait_for(chat.begun.wait(), 5)
        stopping = asyncio.ensure_future(delivery.stop(5))
        # A round that was under way may still take what it finds.
        while any(task.get_name() == "delivery" for task in asyncio.all_tasks()):  # noqa: ASYNC110 - it rings nobody
            await asyncio.sleep(0)
        await scene.store.run(lambda work: work.outbox.put([a_page("wu", "1/page/wu/2")]))
        delivery.wake()
        chat.go_on.set()
        await asyncio.wait_for(stopping, 5)
        return [said.key for said in chat.said.values()]

    assert asyncio.run(work()) == ["1/page/zhao/2"]
    assert states(scene)["1/page/zhao/2"] == "sent"
    assert states(scene)["1/page/wu/2"] == "pending"


def test_a_round_that_fails_is_followed_by_another(scene, engine):
    """The database is away for a moment: whatever goes wrong in one round, there is a next one."""
    opened(scene, a_graded("orange"))
    put(scene, a_page("zhao", "1/page/zhao/2"))
    failures = [OSError("the database is away")] * 2

    def away(connection):
        if failures:
            raise failures.pop()

    async def work():
        chat = Ringing()
        chat.go_on.set()
        delivery = another(scene, chat)
        delivery.start()
        while not chat.said_something.is_set():
            delivery.wake()
            await asyncio.sleep(0)
        await delivery.stop(5)
        return [said.key for said in chat.said.values()]

    event.listen(engine, "begin", away)
    assert asyncio.run(asyncio.wait_for(work(), 10)) == ["1/page/zhao/2"]
    event.remove(engine, "begin", away)
    assert failures == []


@pytest.mark.unsound
def test_a_checkpoint_whose_own_tries_failed_for_long_is_told_as_late(scene):
    opened(scene, a_graded("orange"))
    scene.now = at("+30 min")
    scene.chat.failures["post"] = [ChatError("http_503")]
    args = {"names": ["30min"], "met": ["30min"], "late": [], "early": []}
    put(scene, a_message("1/checkpoint/30min", card="checkpoint", args=args))
    scene.deliver()
    scene.now = at("+40 min")
    scene.deliver()
    (told,) = scene.posted("checkpoint/30min")
    assert "补报" in text(told.card)


class Counting(Meter):
    """Only what came to rest without being done."""

    def __init__(self):
        self.rested, self.heard = [], asyncio.Event()

    def ended(self, deed, outcome):
        self.rested.append((deed, outcome))
        self.heard.set()


@pytest.mark.unsound
def test_whoever_counts_hears_what_was_dropped_and_not_what_only_waits(scene):
    """A page that was answered meanwhile is dropped; a take-back whose leaving is still on its way waits."""
    opened(scene, a_graded("orange"))
    change(scene, lambda one: answer_page(one, "zhao", NINE))
    left = "1/net/1/15min/20260302011500"
    leave = Send(key=left, incident=1, deed="leave", lane="1/net", card="backup", after="1/never")
    room = {"room": "C1"}
    back = Send(key="1/back", incident=1, deed="take_back", lane="1/back", args=room, target=left)
    put(scene, a_page("zhao", "1/page/zhao/2"), leave, back)
    meter = Counting()

    async def work():
        delivery = another(scene, scene.chat, meter)
        delivery.start()
        await meter.heard.wait()
        await delivery.stop(5)

    asyncio.run(asyncio.wait_for(work(), 10))
    assert meter.rested == [("direct", "cancelled")]
    assert states(scene)["1/back"] == "pending"
