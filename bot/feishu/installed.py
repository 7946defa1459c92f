"""What Feishu says of our app as it is published: what it was granted, and what is reported to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.feishu.calls import Calls

GRANTED = "GET /application/v6/scopes"
APP = "GET /application/v6/applications/:app_id"
VERSIONS = "GET /application/v6/applications/:app_id/app_versions"
_GRANTED, _PASSED = 1, 1


@dataclass(frozen=True)
class Subscribed:
    """What our app hears. events, callbacks: by type. url: where callbacks go, "" where it is none of HTTP.

    version: the published one, "" while there is none.
    """

    version: str
    events: frozenset[str]
    callbacks: frozenset[str]
    url: str


async def granted(calls: Calls) -> frozenset[str]:
    """The scopes that we have as an app; needs none itself. Raises ChatError."""
    listed = (await calls.ask(GRANTED)).get("scopes") or []
    ours = (one for one in listed if one.get("scope_type", "tenant") == "tenant")
    return frozenset(one["scope_name"] for one in ours if one.get("grant_status") == _GRANTED)


async def subscribed(calls: Calls) -> Subscribed:
    """What is reported to the published version. Raises ChatError, "missing_scope" where we may not ask."""
    query = {"lang": "zh_cn"}
    app = (await calls.ask(APP, query=query, app_id=calls.app_id)).get("app") or {}
    # The newest first; beside the published one there is at most one that is being worked on.
    versions = await calls.ask(VERSIONS, query=query | {"page_size": "2"}, app_id=calls.app_id)
    version: Mapping[str, Any] = next((one for one in versions.get("items") or [] if _is_published(one)), {})
    callback = app.get("callback_info") or {}
    return Subscribed(
        version=version.get("version") or "",
        events=frozenset(one.get("event_type", "") for one in version.get("event_infos") or []),
        callbacks=frozenset(callback.get("subscribed_callbacks") or []),
        url=callback.get("request_url") or "",
    )


def _is_published(version: Mapping[str, Any]) -> bool:
    return version.get("status") == _PASSED and bool(version.get("publish_time"))
