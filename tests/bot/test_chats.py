"""Several platforms as one Chat: whose trouble is told, and what a room is called where it is opened."""

import asyncio

import pytest

from bot.chat import ChatError
from bot.chats import Chats
from bot.crisis.people import Person
from tests.memory_chat import MemoryChat

BUSY = ChatError("ratelimited", retry_after=30)
REFUSED = ChatError("invalid_auth", permanent=True)


class Local(MemoryChat):
    def __init__(self, name, error=None):
        super().__init__()
        self.name = name
        self.error = error

    async def check(self):
        if self.error:
            raise self.error
        return self.name

    def called(self, number, title, plain):
        return f"{self.name} {title}", plain


def chats(on_slack=None, on_feishu=None):
    return Chats([Local("slack", on_slack), Local("feishu", on_feishu)], lambda id: Person(id, id, "zh"))


def test_all_are_asked_who_we_are():
    assert asyncio.run(chats().check()) == "slack; feishu"


@pytest.mark.parametrize(
    ("on_slack", "on_feishu", "told"),
    [(BUSY, None, BUSY), (None, BUSY, BUSY), (BUSY, REFUSED, REFUSED), (REFUSED, BUSY, REFUSED)],
)
def test_the_gravest_trouble_is_told_as_its_platform_told_it(on_slack, on_feishu, told):
    with pytest.raises(ChatError) as caught:
        asyncio.run(chats(on_slack, on_feishu).check())
    assert caught.value is told


@pytest.mark.parametrize("platform", ["slack", "feishu"])
def test_a_room_is_called_as_on_its_own_platform(platform):
    assert chats().near(platform).called(1, "刹车失灵", "危机 1") == (f"{platform} 刹车失灵", "危机 1")
