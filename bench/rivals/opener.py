"""Opening an incident one call after another, in the order of incidentbot's `incident/core.py`.

Counted with its meeting link, the pin for it and one invited group, and without the look-up of the group's
members. Unlike the original it keeps its connection open and writes to no database, both in its favour.
"""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

LINK = "https://meet.example.com/crisis"


async def open_incident(
    client: AsyncWebClient, name: str, digest: str, opener: str, group: list[str]
) -> None:
    """All eleven calls. digest: the channel in which incidents are announced."""
    created = await client.conversations_create(name=name, is_private=True)
    room = created["channel"]["id"]
    await client.chat_postMessage(channel=digest, text="A new incident has been declared!")
    await client.conversations_setTopic(channel=room, topic="Severity: SEV1 | Status: Investigating")
    await client.chat_postMessage(channel=room, text="Incident details have been posted.")
    await client.chat_postMessage(channel=room, text="Welcome")
    await client.bookmarks_add(channel_id=room, title="Audio Meeting", type="link", link=LINK)
    link = await client.chat_postMessage(channel=room, text=f"Join the meeting here: {LINK}")
    await client.pins_add(channel=room, timestamp=link["ts"])
    await client.conversations_invite(channel=room, users=group)
    await client.conversations_members(channel=room)
    await client.conversations_invite(channel=room, users=[opener])
