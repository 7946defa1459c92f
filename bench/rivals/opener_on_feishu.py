"""The opener of `bench.rivals.opener` on Feishu: the same eleven calls, one after another, by plain aiohttp.

It has its token already, and checks no answer, both in its favour.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from bench.rivals.opener import LINK


async def open_incident(url: str, token: str, name: str, digest: str, opener: str, group: list[str]) -> None:
    """All eleven calls. url: of the platform. digest: the group in which incidents are announced."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers, trust_env=False) as session:

        async def call(verb: str, path: str, body: Any = None, **query: str) -> Any:
            async with session.request(verb, f"/open-apis/im/v1/{path}", json=body, params=query) as response:
                return (await response.json())["data"]

        async def say(chat: str, text: str) -> Any:
            body = {"receive_id": chat, "msg_type": "text", "content": json.dumps({"text": text})}
            return await call("POST", "messages", body, receive_id_type="chat_id")

        room = (await call("POST", "chats", {"name": name, "chat_type": "private"}))["chat_id"]
        await say(digest, "A new incident has been declared!")
        await call("PUT", f"chats/{room}", {"description": "Severity: SEV1 | Status: Investigating"})
        await say(room, "Incident details have been posted.")
        await say(room, "Welcome")
        tab = {"tab_name": "Meeting", "tab_type": "url", "tab_content": {"url": LINK}}
        await call("POST", f"chats/{room}/chat_tabs", {"chat_tabs": [tab]})
        link = await say(room, f"Join the meeting here: {LINK}")
        await call("POST", "pins", {"message_id": link["message_id"]})
        await call("POST", f"chats/{room}/members", {"id_list": group}, member_id_type="open_id")
        await call("GET", f"chats/{room}/members")
        await call("POST", f"chats/{room}/members", {"id_list": [opener]}, member_id_type="open_id")
