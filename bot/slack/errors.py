"""How a call to Slack can fail, and what that means for trying again: one table, read top to bottom."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import ChatError

# Slack names these in the body, mostly with status 429.
TOO_FAST = {"ratelimited", "rate_limited"}
# Slack documents that part of the work may have been done before these.
DOUBTFUL = {"fatal_error", "internal_error"}
# Refused before anything was done, for a reason that passes.
PASSING = {"request_timeout", "service_unavailable", "team_added_to_org", "accesslimited"}
WAIT_SECONDS = 1.0


async def asked(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The answer to one call of the Web API; every failure becomes a ChatError.

    Nothing of the original error is kept: it carries the message's text.
    """
    try:
        return await call
    except SlackApiError as error:
        failure = refused(error)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        failure = ChatError("not_connected")
    except TimeoutError:
        failure = ChatError("timeout", in_doubt=True)
    except aiohttp.ClientError:
        failure = ChatError("connection_lost", in_doubt=True)
    except (ValueError, AttributeError):
        # The SDK trips over bodies that are neither JSON objects nor HTML, as some proxies send them.
        failure = ChatError("unreadable_answer", in_doubt=True)
    raise failure from None


def refused(error: SlackApiError) -> ChatError:
    """What an answer that is not "ok" means."""
    status, code = _status(error), code_of(error)
    if status == 429 or code in TOO_FAST:
        return ChatError(code or "ratelimited", retry_after=_wait(error))
    if status >= 500:
        return ChatError(f"http_{status}", in_doubt=True)
    if not code:
        return ChatError("unreadable_answer", in_doubt=True)
    if code in DOUBTFUL:
        return ChatError(code, in_doubt=True)
    return ChatError(code, permanent=code not in PASSING)


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


def _wait(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    try:
        return max(float(headers.get("Retry-After", WAIT_SECONDS)), 0.0)
    except ValueError:
        return WAIT_SECONDS
