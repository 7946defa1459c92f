"""Carries requests from Slack to the bot: signed HTTP, or the socket when the bot has connected one."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.world import World

PATIENCE_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back within three seconds; `failure` is Slack's word for why nothing useful did."""

    status: int
    text: str = ""
    failure: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """One raw request, kept so that a test can deliver it again byte for byte."""

    path: str
    body: bytes
    headers: dict[str, str]
    kind: str
    payload: dict[str, Any]


def signed(secret: str, body: bytes, moment: int) -> dict[str, str]:
    """The two headers by which a bot knows that Slack is speaking."""
    base = b"v0:%d:%s" % (moment, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(moment), "X-Slack-Signature": f"v0={digest}"}


class Wire:
    """The way to one bot. A session that is not given is made at first use and closed by `close`."""

    def __init__(
        self, world: World, *, signing_secret: str, bot_url: str, session: aiohttp.ClientSession | None = None
    ) -> None:
        self.world, self.secret, self.bot_url = world, signing_secret, bot_url
        self.patience = PATIENCE_SECONDS
        self.sent: deque[Sent] = deque(maxlen=1000)
        self._session, self._own = session, session is None

    async def command(self, fields: dict[str, str]) -> Answer:
        """A slash command: plain form fields."""
        return await self._send("slash_commands", fields, urlencode(fields).encode(), FORM)

    async def interaction(self, payload: dict[str, Any]) -> Answer:
        """A click, a form or a shortcut: JSON in one form field."""
        body = urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()
        return await self._send("interactive", payload, body, FORM)

    async def event(self, payload: dict[str, Any], retry: dict[str, str] | None = None) -> Answer:
        """An event, perhaps not for the first time."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        return await self._send("events_api", payload, body, "application/json", retry)

    async def again(self, sent: Sent) -> Answer:
        """The same bytes once more."""
        if self.world.links:
            return await self._by_socket(sent)
        return await self._by_http(sent)

    async def close(self) -> None:
        """Lets go of a session of our own."""
        if self._own and self._session:
            await self._session.close()
            self._session = None

    async def _send(
        self,
        kind: str,
        payload: dict[str, Any],
        body: bytes,
        content: str,
        extra: dict[str, str] | None = None,
    ) -> Answer:
        headers = {"Content-Type": content, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= signed(self.secret, body, int(time.time())) | (extra or {})
        sent = Sent("/slack/events", body, headers, kind, payload)
        self.sent.append(sent)
        return await self.again(sent)

    async def _by_socket(self, sent: Sent) -> Answer:
        link = self.world.links[-1]
        try:
            payload = await asyncio.wait_for(
                link.deliver(sent.kind, sent.payload, sent.headers), self.patience
            )
        except TimeoutError:
            return Answer(0, failure="operation_timeout")
        except ConnectionError:
            return Answer(0, failure="dispatch_failed")
        return Answer(200, json.dumps(payload, ensure_ascii=False) if payload else "")

    async def _by_http(self, sent: Sent) -> Answer:
        timeout = aiohttp.ClientTimeout(total=self.patience)
        request = self._opened().post(
            self.bot_url + sent.path,
            data=sent.body,
            headers=sent.headers,
            timeout=timeout,
            allow_redirects=False,
        )
        try:
            async with request as response:
                text = await response.text()
                good = 200 <= response.status < 300
                failure = None if good else "dispatch_failed"
                return Answer(
                    response.status,
                    text,
                    failure,
                    {name.lower(): value for name, value in response.headers.items()},
                )
        except TimeoutError:
            return Answer(0, failure="operation_timeout")
        except aiohttp.ClientError:
            return Answer(0, failure="dispatch_failed")

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        return self._session
