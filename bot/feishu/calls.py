"""The one way by which a call of ours reaches Feishu: not before Feishu will listen, not after our time is over."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import quote

import structlog

from bot.chat import ChatError
from bot.feishu.errors import OK, TOKEN_STALE, TOO_FAST_HERE, Answer, refused, told_to_wait
from bot.feishu.limits import Limiter
from bot.feishu.methods import TOKEN
from bot.feishu.tokens import Token, Tokens
from bot.http import NOT_ANSWERED, make_session, not_answered
from bot.meter import Meter

FEISHU = "https://open.feishu.cn"
LARK = "https://open.larksuite.com"
TIMEOUT_SECONDS = 5.0
JSON = "application/json; charset=utf-8"

log = structlog.get_logger(__name__)


class Calls:
    """Calls of the Open API as our app; each is made once and never again by itself. meter: who counts."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        base_url: str = FEISHU,
        *,
        timeout: float = TIMEOUT_SECONDS,
        limiter: Limiter | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """To be made inside a running loop, once for a process; the caller closes it.

        timeout: seconds for a whole call. limiter: of its own unless given. clock: seconds that never go back.
        """
        self.app_id, self._app = app_id, {"app_id": app_id, "app_secret": app_secret}
        self._base = f"{base_url.rstrip('/')}/open-apis"
        self.session = make_session(timeout)
        self._tokens = Tokens(self._new_token, clock)
        self.clock = clock
        self.limiter = limiter or Limiter()
        self.meter: Meter = Meter()

    async def ask(
        self,
        method: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        place: str = "",
        **names: str,
    ) -> Mapping[str, Any]:
        """The `data` of an answer, or all of it where Feishu has no `data` there. Raises ChatError.

        method: one of `methods`; names: what stands in its path. place: the chat, person or message for which
        Feishu counts. Nothing is asked while Feishu wants to hear nothing of this.
        """
        if rest := self.limiter.rest(method, place):
            raise ChatError("ratelimited", retry_after=rest)
        answer = await self._as_us(method, _filled(method, names), query, body)
        if answer.code != OK:
            raise self._refused(method, place, answer)
        assert answer.body is not None
        return answer.body.get("data", answer.body) or {}

    async def prove(self) -> None:
        """Ask for a token, as one that is at hand proves nothing; not even free tenants have such calls counted.

        Raises ChatError.
        """
        await self._new_token()

    async def close(self) -> None:
        """Let go of the connections."""
        await self.session.close()

    async def _as_us(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> Answer:
        """With our token; with a new one where that is over, for then nothing has been done."""
        verb, token = method.partition(" ")[0], await self._tokens.get()
        answer = await self._answer(verb, path, token, query, body)
        if answer.code in TOKEN_STALE:
            self._tokens.drop(token)
            answer = await self._answer(verb, path, await self._tokens.get(), query, body)
        return answer

    async def _new_token(self) -> Token:
        """Raises ChatError without a doubt: what wants a token has not been sent."""
        verb, _, path = TOKEN.partition(" ")
        try:
            answer = await self._answer(verb, path, "", None, self._app)
            if answer.code != OK or answer.body is None:
                raise self._refused(TOKEN, "", answer)
        except ChatError as error:
            raise ChatError(error.code, retry_after=error.retry_after) from None
        return Token(answer.body["tenant_access_token"], float(answer.body["expire"]))

    async def _answer(
        self,
        verb: str,
        path: str,
        token: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> Answer:
        headers = {"Content-Type": JSON} | ({"Authorization": f"Bearer {token}"} if token else {})
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            async with self.session.request(
                verb, self._base + path, params=query, data=content, headers=headers, allow_redirects=False
            ) as response:
                return Answer(response.status, response.headers, _read(await response.read()))
        except NOT_ANSWERED as error:
            failure = not_answered(error)
        raise failure

    def _refused(self, method: str, place: str, answer: Answer) -> ChatError:
        """What it means; what Feishu tells one task to wait for, it keeps the others from asking."""
        more = {"one_of_these_scopes": answer.lacks} if answer.lacks else {}
        log.warning("feishu.refused", method=method, code=answer.code, log_id=answer.log_id, **more)
        if seconds := told_to_wait(answer):
            self.limiter.refused(method, place if answer.code in TOO_FAST_HERE else "", seconds)
            self.meter.limited(method)
        return refused(answer)


async def listed(calls: Calls, method: str, query: Mapping[str, str]) -> AsyncIterator[Mapping[str, Any]]:
    """Everything that a method lists, page by page as it is wanted. Raises ChatError."""
    page: Mapping[str, str] = {}
    while True:
        answer = await calls.ask(method, query={**query, **page})
        for each in answer.get("items") or []:
            yield each
        if not (answer.get("has_more") and answer.get("page_token")):
            return
        page = {"page_token": answer["page_token"]}


def _filled(method: str, names: Mapping[str, str]) -> str:
    path = method.partition(" ")[2]
    for name, value in names.items():
        path = path.replace(f":{name}", quote(value, safe=""))
    return path


def _read(content: bytes) -> Mapping[str, Any] | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
