"""HTTP as we speak it to a platform: no proxy of the environment, no second try, and not a byte after our time."""

from __future__ import annotations

import aiohttp

from bot.chat import ChatError
from bot.lease import must_hold

CONNECT_SECONDS = 3.0

NOT_ANSWERED = (aiohttp.ClientError, TimeoutError)
"""What is raised where no answer came."""


def make_session(timeout: float) -> aiohttp.ClientSession:
    """Connections of our own; to be made inside a running loop and closed by the caller.

    timeout: seconds for a whole call.
    """
    limits = aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, CONNECT_SECONDS))
    return aiohttp.ClientSession(timeout=limits, trust_env=False, trace_configs=[only_while_held()])


def only_while_held() -> aiohttp.TraceConfig:
    """Stops a request whose time is over, as late as aiohttp lets us.

    Both hooks run before a byte leaves, though their names say otherwise: a request's head is kept until its body
    is written. Between the two lies a step of the loop, in which the process may have been frozen.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_must_hold)
    trace.on_request_chunk_sent.append(_must_hold)
    return trace


def not_answered(error: Exception) -> ChatError:
    """What it means that no answer came (one of NOT_ANSWERED); it carries nothing of the request."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return ChatError("not_connected")
    if isinstance(error, TimeoutError):
        return ChatError("timeout", in_doubt=True)
    return _stopped(error) or ChatError("connection_lost", in_doubt=True)


def _stopped(error: Exception) -> ChatError | None:
    """Our own word that this must not leave, which aiohttp wraps once it has begun to write."""
    cause = error.__cause__
    return ChatError(cause.code) if isinstance(cause, ChatError) else None


async def _must_hold(*_: object) -> None:
    must_hold()
