"""Calling harder, from the row to the platform: about a page that is there, at most once, until somebody answers."""

import pytest

from bot.chat import ChatError, Send
from bot.crisis.events import SendGivenUp
from bot.crisis.paging import answer_page
from tests.makers import a_graded, at, happened
from tests.scene import Scene


def a_page(person):
    key = f"1/page/{person}/1"
    return Send(key=key, incident=1, deed="direct", lane=key, to=person, card="page", args={"n": 1})


def an_urge(person, level="sms"):
    key = f"1/urge/{person}/1/{level}"
    args = {"level": level, "n": 1}
    return Send(key=key, incident=1, deed="urge", lane=key, to=person, args=args, target=f"1/page/{person}/1")


def keep(scene: Scene, incident) -> None:
    def unit(work):
        assert work.incidents.new_id(at("+0 min")) == 1
        work.incidents.add(incident)

    scene.run(unit)


def put(scene, *sends):
    scene.run(lambda work: work.outbox.put(sends))


def state(scene, key="1/urge/zhao/1/sms"):
    return scene.run(lambda work: work.outbox.state(key))


@pytest.fixture
def called(scene):
    """An orange crisis whose pages have arrived; zhao has not answered."""
    keep(scene, a_graded("orange"))
    scene.deliver()
    return scene


def message_to(scene, person):
    (message,) = [id for id, said in scene.chat.said.items() if said.key == f"1/page/{person}/1"]
    return message


@pytest.mark.unsound
def test_it_is_about_the_page_that_was_sent(called):
    put(called, an_urge("zhao"))
    called.deliver()
    assert called.chat.urged == [(message_to(called, "zhao"), "zhao", "sms")]
    assert state(called) == "sent"


@pytest.mark.unsound
def test_whoever_has_answered_is_left_in_peace(called):
    put(called, an_urge("zhao"))
    called.run(lambda work: answer_page(work.incidents.get(1), "zhao", at("+1 min")))
    called.deliver()
    assert called.chat.urged == []
    assert state(called) == "cancelled"


@pytest.mark.unsound
def test_it_waits_for_its_page_and_ends_with_it(scene):
    scene.chat.failures["direct"] = [ChatError("http_503")] * 4
    keep(scene, a_graded("orange"))
    put(scene, an_urge("zhao"))
    scene.deliver()
    assert (scene.chat.urged, state(scene)) == ([], "pending")
    scene.chat.failures["direct"] = [ChatError("user_disabled", permanent=True)] * 4
    scene.asleep_until("+1 min").asleep_until("+2 min")
    assert (scene.chat.urged, state(scene)) == ([], "cancelled")


@pytest.mark.unsound
@pytest.mark.parametrize("happened_all_the_same", [True, False])
def test_nobody_is_rung_up_twice_because_an_answer_was_lost(called, happened_all_the_same):
    trouble = ChatError("timeout", in_doubt=True)
    (called.chat.lost if happened_all_the_same else called.chat.failures)["urge"] = [trouble]
    put(called, an_urge("zhao"))
    called.deliver()
    called.asleep_until("+2 min")
    called.deliver()
    assert len(called.chat.urged) == happened_all_the_same
    assert state(called) == "cancelled"


@pytest.mark.unsound
def test_the_room_hears_that_it_could_not_be_done_and_whom_to_ring(called):
    called.chat.failures["urge"] = [ChatError("quota_exhausted", permanent=True)]
    put(called, an_urge("zhao"))
    called.deliver()
    (given_up,) = happened(called.incident(), SendGivenUp)
    assert (given_up.deed, given_up.people, given_up.code) == ("urge", ("zhao",), "quota_exhausted")
    (told,) = called.posted("given_up")
    assert "加急呼叫" in str(told.card)
