"""The one way by which a call of ours reaches Slack: not before Slack will listen, not after our time is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import ChatError
from bot.http import only_while_held as only_while_held
from bot.meter import Meter
from bot.slack.errors import asked, told_to_wait
from bot.slack.limiter import Limiter


class Calls(AsyncWebClient):
    """The SDK's client; what Slack tells one task to wait for, it keeps the others from asking. meter: who counts."""

    def __init__(self, token: str, *, limiter: Limiter, **rest: Any) -> None:
        """limiter: shared by everything in this process that speaks to this workspace. rest: as the SDK has it."""
        super().__init__(token, **rest)
        self.limiter = limiter
        self.meter: Meter = Meter()

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call once. Raises ChatError without a request while Slack wants to hear nothing of this, else as the SDK."""
        channel = _channel(arguments)
        if rest := self.limiter.rest(api_method, channel):
            raise ChatError("ratelimited", retry_after=rest)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            if seconds := told_to_wait(error):
                self.limiter.refused(api_method, channel, seconds)
                self.meter.limited(api_method)
            raise


async def listed(
    name: str, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
) -> AsyncIterator[dict[str, Any]]:
    """Everything that a method lists under a name, page by page as it is wanted. Raises ChatError."""
    cursor: str | None = None
    while cursor != "":
        answer = await asked(method(cursor=cursor, **arguments))
        for each in answer[name]:
            yield each
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""


def _channel(arguments: dict[str, Any]) -> str:
    """Where a call speaks, as its arguments say; "" where it speaks nowhere."""
    said = arguments.get("json") or arguments.get("params") or arguments.get("data") or {}
    return str(said.get("channel") or "")
