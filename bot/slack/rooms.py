"""Making a crisis room exactly once, though Slack has no key for it: its purpose carries ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import ChatError, Room
from bot.slack.calls import listed
from bot.slack.errors import asked
from bot.slack.names import numbered
from bot.slack.people import Directory
from bot.tasks import Tasks

NAMES_TRIED = 9
PAGE = 999
REFUSED_NAMES = {
    "invalid_name",
    "invalid_name_specials",
    "invalid_name_punctuation",
    "invalid_name_maxlength",
}

log = structlog.get_logger(__name__)


class Rooms:
    """Opens rooms and recognises those it has opened before.

    The purpose is set after the room is handed over, as people wait for the room and nobody for the purpose.
    A room of ours without a purpose is therefore one whose answer was lost: its name carries the number.
    """

    def __init__(self, client: AsyncWebClient, directory: Directory, tasks: Tasks) -> None:
        self._client, self._directory, self._tasks = client, directory, tasks

    async def open(self, name: str, fallback: str, key: str) -> Room:
        """The private room for this key, named `fallback` where the name is refused. Raises ChatError."""
        for wanted in _names(name):
            try:
                return await self._made(wanted, key)
            except ChatError as error:
                if error.code in REFUSED_NAMES and name != fallback:
                    return await self.open(fallback, fallback, key)
                if error.code != "name_taken":
                    raise
            if found := await self._ours(wanted, key):
                return found
        raise ChatError("name_taken", permanent=True)

    async def _made(self, name: str, key: str) -> Room:
        answer = await asked(self._client.conversations_create(name=name, is_private=True))
        room = Room(answer["channel"]["id"], answer["channel"]["name"])
        self._tasks.start(self._mark(room.id, key))
        return room

    async def _mark(self, room: str, key: str) -> None:
        try:
            await asked(self._client.conversations_setPurpose(channel=room, purpose=_purpose(key)))
        except ChatError as error:
            log.warning("slack.room_not_marked", room=room, key=key, code=error.code)

    async def _ours(self, name: str, key: str) -> Room | None:
        """The room of that name if we made it for this key; else it is somebody's, or out of sight."""
        us = (await self._directory.us()).user_id
        rooms = listed(
            "channels",
            self._client.conversations_list,
            types="private_channel",
            exclude_archived=False,
            limit=PAGE,
        )
        async for channel in rooms:
            if channel["name"] == name:
                return Room(channel["id"], name) if _is_ours(channel, key, us) else None
        return None


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (numbered(name, number) for number in range(2, NAMES_TRIED + 1))


def _purpose(key: str) -> str:
    return f"goldenhour {key}"[:250]


def _is_ours(channel: dict[str, Any], key: str, us: str) -> bool:
    purpose = (channel.get("purpose") or {}).get("value") or ""
    return channel.get("creator") == us and not channel.get("is_archived") and purpose in ("", _purpose(key))
