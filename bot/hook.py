"""The company's own site, as one more place where words are put: a signed POST for each, told again until it is heard.

| answer                                      | means             | we                                        |
|---------------------------------------------|-------------------|-------------------------------------------|
| 2xx                                         | the site has it   | record it, with its link if it gives one  |
| 429                                         | not now           | again when it says, as the same delivery  |
| 5xx, no connection, no answer in time       | perhaps it has it | again, as the same delivery               |
| any other: a redirect, 4xx; 12 tries in vain | it will not       | give up and tell the room                 |

docs/webhooks.md is the contract. The address is the operator's own and never a person's; no log line names it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.chat import ChatError
from bot.crisis.incident import Incident
from bot.http import NOT_ANSWERED, make_session, not_answered

TIMEOUT_SECONDS = 5.0
WAIT_SECONDS = 30.0
"""After "too fast" from a site that does not say for how long."""

LONGEST_WAIT = 60
"""Seconds; a site that asks for more is asked again by then, as a first statement has an hour."""

MOST_READ = 10_000
"""Bytes of an answer: enough for a link."""

_LINK = re.compile(r"https?://[^\s/]\S{0,1990}")
_MARKS = re.compile(r"^ {0,3}#{1,6} +|\*\*", re.MULTILINE)


@dataclass(frozen=True)
class Taken:
    """The site's answer. link: where it says that the text can be read, or ""."""

    status: int
    link: str = ""


class Hook:
    """Speaks to one address. `clock`: seconds since 1970, by which the site tells an old message from a new one."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """To be made inside a running loop; the caller closes it. timeout: seconds for a whole call."""
        self._url, self._secret, self._clock = url, secret, clock
        self._session = make_session(timeout)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def tell(self, told: Mapping[str, Any]) -> Taken:
        """Have the site do this. Raises ChatError; what is in doubt may be told again, it carries the same delivery."""
        body = json.dumps(told, ensure_ascii=False).encode()
        try:
            async with self._session.post(
                self._url, data=body, headers=self._headers(told["delivery"], body), allow_redirects=False
            ) as response:
                return _taken(response, await _start_of(response))
        except NOT_ANSWERED as error:
            failure = not_answered(error)
        raise ChatError(f"site:{failure.code}", in_doubt=failure.in_doubt)

    async def ping(self) -> None:
        """Whether the site hears us and believes our signature. Raises ChatError."""
        await self.tell({"event": "ping", "delivery": "ping"})

    def _headers(self, delivery: str, body: bytes) -> Mapping[str, str]:
        moment = str(int(self._clock()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Golden-Hour-Delivery": delivery,
            "Golden-Hour-Timestamp": moment,
            "Golden-Hour-Signature": f"v1={signature(self._secret, moment, body)}",
        }


def signature(secret: str, moment: str, body: bytes) -> str:
    """By which the site knows that these bytes are ours, and of that moment (seconds since 1970)."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def told_to_site(incident: Incident, statement: int, version: int, *, withdrawn: bool) -> Mapping[str, Any]:
    """What the site is told of a version, or of the withdrawal of what it has.

    crisis and delivery are names beyond this database, so that a new one never takes an old crisis's text for its own.
    """
    known, wording = incident.statements[statement], incident.statements[statement].version(version)
    crisis = f"{incident.id}-{incident.declared_at:%Y%m%d%H%M%S}"
    about = {"crisis": crisis, "statement": statement, "version": version}
    about |= {"kind": known.kind, "language": known.language}
    if withdrawn:
        return {"event": "statement.withdrawn", "delivery": f"{crisis}/{statement}/withdrawn", **about}
    assert known.approved_at is not None
    return {
        "event": "statement.corrected" if known.on_site else "statement.published",
        "delivery": f"{crisis}/{statement}/{version}",
        **about,
        "title": wording.title,
        "text": wording.text,
        "text_plain": _plain(wording.text),
        "fingerprint": wording.seal,
        "approved_at": known.approved_at.isoformat(timespec="seconds"),
        "emergency": known.emergency,
        "corrects": known.on_site or None,
    }


def _plain(text: str) -> str:
    return _MARKS.sub("", text)


def _taken(response: aiohttp.ClientResponse, body: bytes) -> Taken:
    """Raises ChatError where it was not."""
    status = response.status
    if 200 <= status < 300:
        return Taken(status, _link(body))
    wait = _told_to_wait(response)
    if status == 429:
        raise ChatError("site:http_429", retry_after=WAIT_SECONDS if wait is None else wait)
    if status >= 500:
        raise ChatError(f"site:http_{status}", retry_after=wait, in_doubt=True)
    raise ChatError(f"site:http_{status}", permanent=True)


def _told_to_wait(response: aiohttp.ClientResponse) -> float | None:
    told = response.headers.get("Retry-After", "")
    return float(min(int(told), LONGEST_WAIT)) if re.fullmatch(r"[0-9]{1,9}", told) else None


async def _start_of(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST_READ:
            break
    return body[:MOST_READ]


def _link(body: bytes) -> str:
    """Where the text can be read, if the site says so; anything else that it says is left alone."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    link = said.get("link") if isinstance(said, dict) else None
    return link if isinstance(link, str) and _LINK.fullmatch(link) and _has_host(link) else ""


def _has_host(link: str) -> bool:
    try:
        return bool(urlsplit(link).hostname)
    except ValueError:
        return False
