"""The company that lives in the local Feishu: the same people as in the local Slack, under Feishu's kind of ids."""

import json
import time
from collections.abc import Callable
from datetime import datetime

import yaml

from sandbox.feishu.world import Person, World
from sandbox.world import PEOPLE


def open_id(slack_id: str) -> str:
    """Who somebody of people.yaml is here, e.g. ou_u04 for U04."""
    return f"ou_{slack_id.lower()}"


def make_world(
    now: Callable[[], datetime], *, bot_name: str = "goldenhour", clock: Callable[[], float] = time.monotonic
) -> World:
    """The car maker of people.yaml on an ordinary morning; the bot is installed but in no group yet."""
    world = World(now, bot_name=bot_name, clock=clock)
    company = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))
    for row in company["people"]:
        person = Person(**row | {"id": open_id(row["id"]), "mobile": f"138000000{row['id'][1:]}"})
        world.people[person.id] = person
    for row in company["channels"]:
        chat = world.create_chat(row["topic"], open_id(row["creator"]), world.people, has_bot=False)
        chat.description = row["purpose"]
        for line in row["messages"]:
            world.post(
                chat.id, open_id(line["user"]), "text", json.dumps({"text": line["text"]}, ensure_ascii=False)
            )
        for person_id in world.people:
            world.mark_read(person_id, chat.id)
    return world
