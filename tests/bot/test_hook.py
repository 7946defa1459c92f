"""The company's own site is told by one signed POST, and its answer means the same as a platform's."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from aiohttp.test_utils import TestServer, unused_port

from bot.chat import ChatError
from bot.crisis import drafting
from bot.hook import Hook, Taken, signature, told_to_site
from tests.makers import ROOT, at
from tests.site import SECRET, Site, a_statement, signed

T = TypeVar("T")
TOLD = {"event": "statement.published", "delivery": "1-20260302010000/1/1", "text": "刹车失灵"}


def told(site: Site, deed: Callable[[Hook], Awaitable[T]], **more: Any) -> T:
    """What comes of it, at that site."""

    async def story() -> T:
        async with at_work(site) as url:
            hook = Hook(url, SECRET, clock=lambda: 1772413200.7, **more)
            try:
                return await deed(hook)
            finally:
                await hook.close()

    return asyncio.run(story())


@asynccontextmanager
async def at_work(site: Site) -> AsyncIterator[str]:
    """Its address."""
    async with TestServer(site.app()) as there:
        yield str(there.make_url("/statements"))
        site.let_go.set()


def tell(hook: Hook) -> Awaitable[Taken]:
    """The same each time."""
    return hook.tell(TOLD)


def refusal(site: Site, **more: Any) -> ChatError:
    """Why it was not taken."""
    with pytest.raises(ChatError) as refused:
        told(site, tell, **more)
    return refused.value


def test_the_site_is_told_by_one_signed_post():
    site = Site()
    told(site, tell)
    (heard,) = site.heard
    assert (heard.method, heard.path) == ("POST", "/statements")
    assert {name: heard.headers[name] for name in heard.headers if name.startswith("Golden-Hour")} == {
        "Golden-Hour-Delivery": "1-20260302010000/1/1",
        "Golden-Hour-Timestamp": "1772413200",
        "Golden-Hour-Signature": "v1=00e90d6d31ee1886579c4c014a40fdd47afd5419fef73b309b30945cb63616c5",
    }
    assert heard.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(heard.body) == TOLD


def test_the_signature_is_of_the_moment_and_the_bytes():
    assert signature("ssssssssssssssssssssssssssssssss", "1772413200", b'{"event": "ping"}') == (
        # printf '1772413200.{"event": "ping"}' | openssl dgst -sha256 -hmac ssssssssssssssssssssssssssssssss
        "27eec0821f363c71dc4a52e1d10cc3798963709d3a2f94aca9cc96ac9d98fea7"
    )


def is_ours(**changes: Any) -> bool:
    """What the example of the documentation says of a message, with something changed on its way."""
    site = Site()
    told(site, tell)
    (heard,) = site.heard
    example = re.search(r"```python\n(.*?)```", (ROOT / "docs/webhooks.md").read_text("utf-8"), re.DOTALL)
    assert example is not None
    names: dict[str, Any] = {}
    exec(example[1], names)
    arrived = {"headers": heard.headers, "body": heard.body, "secret": SECRET, "now": 1772413201.0}
    verdict: bool = names["is_ours"](**arrived | changes)
    return verdict


def test_the_documented_example_believes_us():
    assert is_ours()
    assert is_ours(now=1772413200.0 + 299)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"body": b'{"event": "statement.withdrawn"}'}, id="another body"),
        pytest.param({"secret": "another secret of forty characters here."}, id="another secret"),
        pytest.param({"now": 1772413200.0 + 302}, id="an old message, said again"),
        pytest.param({"headers": {}}, id="not signed"),
        pytest.param(
            {"headers": {"Golden-Hour-Timestamp": "1772413200", "Golden-Hour-Signature": "v1=é"}},
            id="signed with nonsense",
        ),
    ],
)
def test_the_documented_example_believes_nobody_else(changes: dict[str, Any]):
    assert not is_ours(**changes)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_a_yes(status: int):
    assert told(Site([(status, "")]), tell) == Taken(status)


@pytest.mark.parametrize(
    ("said", "link"),
    [
        ('{"link": "https://www.example.com/notice/3"}', "https://www.example.com/notice/3"),
        ('{"link": "http://intranet/notice?id=3#top", "more": 1}', "http://intranet/notice?id=3#top"),
        ('{"link": "javascript:alert(1)"}', ""),
        ('{"link": "ftp://www.example.com/"}', ""),
        ('{"link": "https:///nowhere"}', ""),
        ('{"link": "https://[::1"}', ""),
        ('{"link": "https://www.example.com/a b"}', ""),
        ('{"link": "https://www.example.com/\\nDone"}', ""),
        (f'{{"link": "https://www.example.com/{"a" * 3000}"}}', ""),
        (f'{{"more": "{"a" * 20000}", "link": "https://www.example.com/"}}', ""),
        ('{"link": 3}', ""),
        ('["https://www.example.com/"]', ""),
        ("<html>", ""),
    ],
)
def test_a_link_is_taken_up_and_nothing_else(said: str, link: str):
    assert told(Site([(200, said)]), tell) == Taken(200, link)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 409, 410, 422])
def test_what_the_site_refuses_is_refused_for_good(status: int):
    error = refusal(Site([(status, "刹车失灵")]))
    assert (error.code, error.permanent) == (f"site:http_{status}", True)


def test_a_redirect_is_not_followed():
    """The text is for one address; a redirect would carry it to where nobody has allowed it to go."""
    inside = Site()

    async def story() -> ChatError:
        async with at_work(inside) as elsewhere, at_work(Site([(307, "")], location=elsewhere)) as url:
            hook = Hook(url, SECRET)
            with pytest.raises(ChatError) as refused:
                await hook.tell(TOLD)
            await hook.close()
            return refused.value

    assert asyncio.run(story()).permanent
    assert inside.heard == []


@pytest.mark.parametrize(
    ("status", "told_to_wait", "waits"),
    [
        (429, "7", 7.0),
        (429, "", 30.0),
        (429, "Wed, 21 Oct 2026 07:28:00 GMT", 30.0),
        (429, "999999999", 60.0),
        (503, "20", 20.0),
        (503, "", None),
        (500, "nan", None),
    ],
)
def test_a_site_that_is_busy_is_asked_again_when_it_says(status: int, told_to_wait: str, waits: float | None):
    error = refusal(Site([(status, "")], retry_after=told_to_wait))
    assert (error.code, error.permanent) == (f"site:http_{status}", False)
    assert error.retry_after == waits


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_after_a_fault_of_the_site_nobody_knows_whether_it_has_the_text(status: int):
    assert refusal(Site([(status, "")])).in_doubt


def test_a_slow_answer_is_a_doubt():
    error = refusal(Site(["slow"]), timeout=0.2)
    assert (error.code, error.permanent, error.in_doubt) == ("site:timeout", False, True)


def test_a_lost_answer_is_a_doubt():
    error = refusal(Site(["lost"]))
    assert (error.code, error.permanent, error.in_doubt) == ("site:connection_lost", False, True)


def test_a_closed_door_is_no_doubt():
    async def story() -> None:
        hook = Hook(f"http://127.0.0.1:{unused_port()}/", SECRET)
        try:
            await hook.tell(TOLD)
        finally:
            await hook.close()

    with pytest.raises(ChatError) as refused:
        asyncio.run(story())
    assert (refused.value.code, refused.value.in_doubt) == ("site:not_connected", False)


def test_a_ping_is_signed_like_anything_else():
    site = Site()
    told(site, Hook.ping)
    (heard,) = site.heard
    assert json.loads(heard.body) == {"event": "ping", "delivery": "ping"}
    assert signed(heard)


def test_a_first_version_is_published():
    assert told_to_site(a_statement(), 1, 1, withdrawn=False) == {
        "event": "statement.published",
        "delivery": "1-20260302010000/1/1",
        "crisis": "1-20260302010000",
        "statement": 1,
        "version": 1,
        "kind": "first_statement",
        "language": "zh",
        "title": "关于制动异常的情况说明",
        "text": "## 已经开始做的\n\n- **成立**专项小组",
        "text_plain": "已经开始做的\n\n- 成立专项小组",
        "fingerprint": "fd0159948077",
        "approved_at": "2026-03-02T01:10:00+00:00",
        "emergency": False,
        "corrects": None,
    }


def test_a_withdrawal_carries_no_text_that_could_be_put_up_by_mistake_and_no_reason_of_ours():
    incident = a_statement()
    drafting.withdraw(incident, 1, "律师要求", "wang", at("+20 min"))
    assert told_to_site(incident, 1, 1, withdrawn=True) == {
        "event": "statement.withdrawn",
        "delivery": "1-20260302010000/1/withdrawn",
        "crisis": "1-20260302010000",
        "statement": 1,
        "version": 1,
        "kind": "first_statement",
        "language": "zh",
    }
