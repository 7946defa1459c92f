"""The manifest asks for what the code uses, and for nothing else."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bot.slack
from bot.chat import Button, Card, Part, Plain
from bot.slack.manifest import EVENTS, SCOPES, manifest, scopes

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(bot.slack.__path__[0]).glob("*.py"))
CARD = Card((Plain("x"),), (Part(buttons=(Button("a", "A"),)),))


def called():
    """Methods of the Web API used anywhere in the package: conversations_create is conversations.create."""
    names = re.findall(r"self\._(?:web|client)\.([a-z]+_\w+)", SOURCES)
    return {name.replace("_", ".") for name in names}


def test_the_table_names_exactly_the_methods_that_are_called():
    assert set(SCOPES) == called()


def test_the_granted_scopes_suffice_for_everything(run):
    async def story(here):
        room = await here.chat.open_room("crisis-1", "crisis-1", "1.room")
        await here.chat.drain(2)
        await here.chat.open_room("crisis-1", "crisis-1", "1.room")
        await here.chat.invite(room.id, ["wang", "liu"])
        await here.chat.topic(room.id, "x")
        message = await here.chat.post(room.id, CARD, "1.state")
        await here.chat.update(message, CARD, "1.state")
        await here.chat.pin(message)
        await here.chat.bookmark(room.id, "x", message)
        await here.chat.direct("wang", CARD, "1.page")
        now = datetime.now(UTC)
        assert await here.chat.find("1.state", now, room=room.id) == message
        assert await here.chat.find("1.page", now, person="wang")
        left = await here.chat.leave(room.id, CARD, now + timedelta(days=1), "GH-1-24h")
        assert await here.chat.left(room.id) == {"GH-1-24h": left}
        await here.chat.take_back(room.id, left)
        await here.chat.archive(room.id)
        unused = set(scopes()) - here.world.scopes_used
        assert unused == {"commands", "users:read"}, "the second comes with the e-mail scope"

    run(story, scopes=frozenset(scopes()))


def test_over_http_slack_is_told_where_to_knock():
    shape = manifest("https://bot.example.com/slack/events", socket_mode=False)
    command = shape["features"]["slash_commands"][0]
    assert (command["command"], command["should_escape"]) == ("/crisis", True)
    settings = shape["settings"]
    addresses = {
        command["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    }
    assert addresses == {"https://bot.example.com/slack/events"}
    assert settings["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_in_socket_mode_there_is_no_address():
    assert "https://" not in str(manifest("https://bot.example.com/slack/events", socket_mode=True))


def test_it_keeps_to_slacks_limits():
    shape = manifest("https://bot.example.com", socket_mode=False)
    about, command = shape["display_information"], shape["features"]["slash_commands"][0]
    assert len(about["name"]) <= 35 and len(about["description"]) <= 140
    assert "打开" in command["usage_hint"] and "open" in command["usage_hint"]
