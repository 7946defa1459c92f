"""What happens to a room on the platform: the bot is let in, or there is no room any more."""

from bot.crisis.events import RoomArchived, RoomOpened
from tests.makers import happened
from tests.scene import text


def told(scene, name, room, kind="pressed"):
    return scene.command(kind, name, "U04", room=room)


def test_the_incident_goes_on_in_a_new_room_when_its_own_was_dissolved(scene):
    scene.opens()
    scene.chat.rooms.clear()
    assert told(scene, "room_gone", "C1").card is None
    assert happened(scene.incident(), RoomArchived) == [RoomArchived("C1")]
    assert len(happened(scene.incident(), RoomOpened)) == 2
    assert scene.incident().open
    assert [said.key for said in scene.chat.said.values()].count("1/state/1") == 1


def test_a_room_that_is_nobodys_is_missed_by_nobody(scene):
    scene.opens()
    told(scene, "room_gone", "C99")
    assert happened(scene.incident(), RoomArchived) == []


def test_let_into_a_group_it_says_what_it_is_for(scene):
    reply = told(scene, "hello", "C77", kind="typed")
    assert reply.card is not None
    assert "黄金一小时" in text(reply.card)


def test_in_a_room_of_its_own_it_says_nothing(scene):
    scene.opens()
    reply = told(scene, "hello", "C1", kind="typed")
    assert (reply.card, reply.form) == (None, None)
