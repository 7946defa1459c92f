"""How a call to Slack can fail, and what that means for trying again: one table, read top to bottom.

| what came back                                   | was it done? | so                                              |
|--------------------------------------------------|--------------|-------------------------------------------------|
| nothing: no connection was made                  | no           | again, after a pause                            |
| nothing: the connection broke, or time ran out   | maybe        | look for it, then again                         |
| nothing was sent: our time was over (bot.lease)  | no           | whoever has taken it over does it               |
| 429, or "ratelimited" in the body                | no           | again when Slack says, however often            |
| 5xx, mostly with a page of HTML                  | maybe        | look for it, then again                         |
| 200 with something that is not Slack's JSON      | maybe        | look for it, then again                         |
| "fatal_error", "internal_error"                  | maybe        | look for it, then again                         |
| our token is refused, or lacks a scope           | no           | again, however often: an administrator mends it |
| an error that passes                             | no           | again, after a pause                            |
| any other error                                  | no           | never again                                     |
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import ChatError
from bot.http import NOT_ANSWERED, not_answered

# Slack names these in the body, mostly with status 429.
TOO_FAST = {"ratelimited", "rate_limited"}
# Slack documents that part of the work may have been done before these.
DOUBTFUL = {"fatal_error", "internal_error"}
# Refused before anything was done, for a reason that passes.
PASSING = {
    "accesslimited",
    "request_timeout",
    "restricted_too_many",
    "service_unavailable",
    "team_added_to_org",
}
# The message is right and we are not: everything waits, and goes out when an administrator has mended it.
TOKEN_REFUSED = {
    "account_inactive",
    "invalid_auth",
    "missing_scope",
    "not_authed",
    "token_expired",
    "token_revoked",
}
WAIT_SECONDS = 1.0
MENDING_SECONDS = 30.0


async def asked(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The answer to one call of the Web API; every failure becomes a ChatError.

    Nothing of the original error is kept: it carries the message's text.
    """
    try:
        return await call
    except SlackApiError as error:
        failure = refused(error)
    except NOT_ANSWERED as error:
        failure = not_answered(error)
    except (ValueError, AttributeError):
        # The SDK trips over bodies that are neither JSON objects nor HTML, as some proxies send them.
        failure = ChatError("unreadable_answer", in_doubt=True)
    raise failure from None


def refused(error: SlackApiError) -> ChatError:
    """What an answer that is not "ok" means."""
    status, code, wait = _status(error), code_of(error), told_to_wait(error)
    if wait is not None:
        return ChatError(code or "ratelimited", retry_after=wait)
    if code in TOKEN_REFUSED:
        return ChatError(code, retry_after=MENDING_SECONDS)
    if status >= 500:
        return ChatError(f"http_{status}", in_doubt=True)
    if not code:
        return ChatError("unreadable_answer", in_doubt=True)
    if code in DOUBTFUL:
        return ChatError(code, in_doubt=True)
    return ChatError(code, permanent=code not in PASSING)


def told_to_wait(error: SlackApiError) -> float | None:
    """Seconds for which Slack wants to hear no more of this; None where it did not say "too fast"."""
    if _status(error) != 429 and code_of(error) not in TOO_FAST:
        return None
    headers = getattr(error.response, "headers", None) or {}
    try:
        return max(float(headers.get("Retry-After", WAIT_SECONDS)), 0.0)
    except ValueError:
        return WAIT_SECONDS


def code_of(error: SlackApiError) -> str:
    """Slack's own word for the refusal, "" where the answer has none."""
    return str(body_of(error).get("error") or "")


def body_of(error: SlackApiError) -> dict[str, Any]:
    """The body of a refusal; empty when it could not be read."""
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _status(error: SlackApiError) -> int:
    """An unreadable body comes with aiohttp's own response, which calls the status differently."""
    response = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
