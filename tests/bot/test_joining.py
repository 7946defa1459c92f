"""Where the bot is on two platforms, one that is away or refuses it keeps the other from nothing."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.chat import ChatError
from bot.crisis.people import Person
from bot.joining import Joining, NotReady

AWAY = ChatError("not_connected", retry_after=0.001)
REFUSED = ChatError("invalid_auth", permanent=True)
KNOCK = Request({"type": "http"})


class Local:
    """A platform that answers first with these errors, and with the last of them for ever where it is to stay away."""

    def __init__(self, name, *errors, stays_away=False):
        self.name, self.path, self.remedies = name, f"/{name}", {"invalid_auth": "Mend the token."}
        self.errors, self.stays_away = list(errors), stays_away
        self.back = asyncio.Event()
        self.opened = asyncio.Event()

    async def members(self, people):
        if self.errors:
            raise self.errors.pop(0)
        if self.stays_away:
            await self.back.wait()
        return {f"{self.name}-{person}": person for person in people}, {}

    @asynccontextmanager
    async def door(self, dispatch, voice, left):
        async def answer(_request):
            return Response(self.name)

        self.opened.set()
        try:
            yield answer
        finally:
            self.opened.clear()


def a_company():
    return {"wang": Person("wang", "王敏", "zh", slack="U1"), "liu": Person("liu", "刘洋", "zh")}


def story(told):
    asyncio.run(asyncio.wait_for(told(), 5))


async def said(doors, path):
    answer = await doors[path](KNOCK)
    return answer.status_code, answer.body.decode()


def test_people_get_the_ids_of_all_platforms_that_answer():
    async def told():
        people = a_company()
        joining = Joining([Local("slack"), Local("feishu", AWAY, AWAY)], people)
        await joining.first()
        assert (people["wang"].slack, people["wang"].feishu) == ("U1", "feishu-wang")
        assert (people["liu"].slack, people["liu"].feishu) == ("slack-liu", "feishu-liu")
        await joining.stop()

    story(told)


def test_one_that_stays_away_is_met_when_it_is_back_and_its_door_opened_then():
    async def told():
        people, feishu = a_company(), Local("feishu", stays_away=True)
        joining = Joining([Local("slack"), feishu], people, grace=0)
        await joining.first()
        async with joining.doors(None, None, lambda: 1) as doors:
            assert await said(doors, "/slack") == (200, "slack")
            assert await said(doors, "/feishu") == (503, "")
            feishu.back.set()
            await feishu.opened.wait()
            assert await said(doors, "/feishu") == (200, "feishu")
            assert people["liu"].feishu == "feishu-liu"
        assert not feishu.opened.is_set()
        await joining.stop()

    story(told)


def test_one_that_refuses_us_keeps_its_door_shut_and_the_other_goes_on():
    async def told():
        joining = Joining([Local("slack", REFUSED), Local("feishu")], a_company())
        await joining.first()
        async with joining.doors(None, None, lambda: 1) as doors:
            assert await said(doors, "/slack") == (503, "")
            assert await said(doors, "/feishu") == (200, "feishu")
        await joining.stop()

    story(told)


@pytest.mark.parametrize("names", [["slack"], ["slack", "feishu"]])
def test_where_all_refuse_us_it_is_said_what_to_do(names):
    async def told():
        joining = Joining([Local(name, REFUSED) for name in names], a_company())
        with pytest.raises(NotReady, match=r"Slack refuses the bot \(invalid_auth\). Mend the token."):
            await joining.first()
        await joining.stop()

    story(told)
