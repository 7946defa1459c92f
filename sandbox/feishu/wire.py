"""Carries events and card callbacks from Feishu to the bot: closed and signed where a key is set, brought again
when nobody took them."""

import asyncio
import json
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.feishu import crypt
from sandbox.feishu.world import World

PATIENCE_SECONDS = 3.0
CHALLENGE_SECONDS = 1.0
CONNECT_SECONDS = 2.0
AGAIN_AFTER = (15.0, 300.0, 3600.0, 21_600.0)
PATH = "/feishu/events"


@dataclass(frozen=True)
class Answer:
    """What came back in time. failure: "", or why nothing did ("timeout", "unreachable", "status")."""

    status: int
    text: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Sent:
    """One raw request, kept so that a test can deliver it again byte for byte."""

    body: bytes
    headers: dict[str, str]
    payload: dict[str, Any]


@dataclass
class Waiting:
    """An event that no bot has taken yet. due: seconds of the world's clock. tries: how often it was brought again."""

    payload: dict[str, Any]
    due: float
    tries: int = 0


def signed(body: bytes, encrypt_key: str, moment: int, nonce: str) -> dict[str, str]:
    """The headers by which a bot knows that Feishu is speaking. moment: seconds since 1970."""
    timestamp = str(moment)
    return {
        "X-Lark-Request-Timestamp": timestamp,
        "X-Lark-Request-Nonce": nonce,
        "X-Lark-Signature": crypt.signature(timestamp, nonce, encrypt_key, body),
    }


@dataclass
class Wire:
    """The way to one bot. A session is made at first use and closed by `close`."""

    world: World
    encrypt_key: str
    verification_token: str
    bot_url: str
    patience: float = PATIENCE_SECONDS
    sent: deque[Sent] = field(default_factory=lambda: deque(maxlen=1000))
    waiting: list[Waiting] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def challenge(self, challenge: str = "sandbox-challenge") -> bool:
        """What the console does when the address is saved: whether the bot says the word back within a second."""
        payload = {"type": "url_verification", "challenge": challenge, "token": self.verification_token}
        answer = await self._post(self.letter(payload), CHALLENGE_SECONDS)
        try:
            return not answer.failure and bool(json.loads(answer.text) == {"challenge": challenge})
        except ValueError:
            return False

    async def event(self, payload: dict[str, Any]) -> Answer:
        """Something happened. Unless the bot takes it with 200 within three seconds, it comes again, four times."""
        answer = await self.again(self.letter(payload))
        if answer.failure:
            self.waiting.append(Waiting(payload, self.world.clock() + AGAIN_AFTER[0]))
        return answer

    async def callback(self, payload: dict[str, Any]) -> Answer:
        """Somebody waits for the answer; it is asked for once."""
        return await self.again(self.letter(payload))

    async def redeliver(self) -> None:
        """Brings again whatever is due by now."""
        async with self._one_at_a_time:
            moment = self.world.clock()
            due = [event for event in self.waiting if event.due <= moment]
            self.waiting = [event for event in self.waiting if event.due > moment]
            for event in due:
                await self._bring_again(event)

    async def again(self, sent: Sent) -> Answer:
        """The same bytes, once more or for the first time."""
        return await self._post(sent, self.patience)

    def letter(self, payload: dict[str, Any]) -> Sent:
        """A payload as it travels: in the clear, or closed and signed."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.encrypt_key:
            body = json.dumps({"encrypt": crypt.encrypted(body, self.encrypt_key)}).encode()
            headers |= signed(body, self.encrypt_key, int(time.time()), secrets.token_hex(8))
        sent = Sent(body, headers, payload)
        self.sent.append(sent)
        return sent

    async def close(self) -> None:
        """Lets go of the session."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _bring_again(self, event: Waiting) -> None:
        answer = await self.again(self.letter(event.payload))
        event.tries += 1
        if answer.failure and event.tries < len(AGAIN_AFTER):
            event.due = self.world.clock() + AGAIN_AFTER[event.tries]
            self.waiting.append(event)

    async def _post(self, sent: Sent, patience: float) -> Answer:
        timeout = aiohttp.ClientTimeout(total=patience, connect=CONNECT_SECONDS)
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        request = self._session.post(
            self.bot_url + PATH, data=sent.body, headers=sent.headers, timeout=timeout, allow_redirects=False
        )
        try:
            async with request as response:
                text = await response.text()
                return Answer(response.status, text, "" if response.status == 200 else "status")
        except TimeoutError:
            return Answer(0, failure="timeout")
        except aiohttp.ClientError:
            return Answer(0, failure="unreachable")
