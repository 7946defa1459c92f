"""The spare way: a web address that is told of our troubles when chat may not work, and one that hears all is well.

Both come from whoever runs the bot, so they may lie inside a company's network; they are secrets, and are never logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 5.0
MOST_READ = 10_000
"""Bytes of an answer: enough for its code, however long it goes on."""

Body = Callable[[str, Mapping[str, str]], Mapping[str, Any]]


def _slack(text: str, _about: Mapping[str, str]) -> Mapping[str, Any]:
    return {"text": text}


def _feishu(text: str, _about: Mapping[str, str]) -> Mapping[str, Any]:
    return {"msg_type": "text", "content": {"text": text}}


def _dingtalk(text: str, _about: Mapping[str, str]) -> Mapping[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}


def _anybody(text: str, about: Mapping[str, str]) -> Mapping[str, Any]:
    return {"text": text, **about}


BODIES: Mapping[str, Body] = {
    "hooks.slack.com": _slack,
    "hooks.slack-gov.com": _slack,
    "open.feishu.cn": _feishu,
    "open.larksuite.com": _feishu,
    "oapi.dingtalk.com": _dingtalk,
    "qyapi.weixin.qq.com": _dingtalk,
}
"""How each host wants its messages; any other gets text and facts side by side."""


class Alarm:
    """Tells of troubles, and that there are none. Either address may be ""; then nothing is sent there.

    session: the caller closes it.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, heartbeat_url: str) -> None:
        self._session = session
        self._url = url
        self._heartbeat_url = heartbeat_url

    async def ring(self, text: str, about: Mapping[str, str]) -> bool:
        """Tell of a trouble. True when it was taken; why not is logged.

        text: for people. about: the same as facts, for machines.
        """
        if not self._url:
            return False
        body = BODIES.get(urlsplit(self._url).hostname or "", _anybody)(text, about)
        return await self._asked("alarm", "POST", self._url, body)

    async def beat(self) -> bool:
        """Say that all is well. True when it was heard."""
        return bool(self._heartbeat_url) and await self._asked("heartbeat", "GET", self._heartbeat_url)

    async def _asked(self, what: str, method: str, url: str, body: Mapping[str, Any] | None = None) -> bool:
        """A redirect is not followed: it would carry the message to where nobody has allowed it to go."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with self._session.request(
                method, url, json=body, timeout=timeout, allow_redirects=False
            ) as answer:
                refused = _refused(answer.status, await answer.content.read(MOST_READ))
        except (aiohttp.ClientError, TimeoutError) as error:
            refused = type(error).__name__
        if refused:
            log.warning(f"{what}_not_heard", code=refused)
        return not refused


def _refused(status: int, body: bytes) -> str:
    """Why it was not taken, "" if it was. Feishu and DingTalk say no with status 200 and a code in the body."""
    if not 200 <= status < 300:
        return f"http_{status}"
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    codes = [said.get(name) for name in ("code", "errcode")] if isinstance(said, dict) else []
    return next((f"code_{code}" for code in codes if isinstance(code, int) and code), "")
