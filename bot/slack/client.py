"""Slack as the Chat the rest of the bot speaks to: one method a deed, every failure a ChatError."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import Card, Chat, ChatError, Deed, Platform, Room
from bot.slack.blocks import message as as_message
from bot.slack.calls import Calls, listed, only_while_held
from bot.slack.errors import asked, body_of
from bot.slack.limiter import Limiter
from bot.slack.names import room_name
from bot.slack.people import Directory, Identity
from bot.slack.rooms import Rooms
from bot.slack.text import People, cut, fitted
from bot.tasks import Tasks

TIMEOUT_SECONDS = 5.0
CONNECT_SECONDS = 3.0
INVITED_AT_ONCE = 100
TOPIC_MOST = 250
TITLE_MOST = 200
PAGE = 200
EVENT = "goldenhour_send"
LEFT = re.compile(r"\[(GH-[^\s\[\]]+)\]$")
CLOCKS_DIFFER = timedelta(hours=2)
# The person is where we want them; nothing to tell.
WELCOME = {"already_in_channel", "cant_invite_self"}
# Slack's words where what was left in a room is not there, or will not be said there.
NOTHING_LEFT = ("invalid_scheduled_message_id", "is_archived", "channel_not_found")
# Refusals of one person, not of the call.
PERSONAL = {
    "cant_invite",
    "failed_for_some_users",
    "invitee_cant_see_channel",
    "no_external_invite_permission",
    "org_user_not_in_team",
    "ura_max_channels",
    "user_is_restricted",
    "user_is_ultra_restricted",
    "user_not_found",
}


def web_client(
    token: str,
    base_url: str = AsyncWebClient.BASE_URL,
    *,
    timeout: float = TIMEOUT_SECONDS,
    proxy: str | None = None,
    limiter: Limiter | None = None,
) -> Calls:
    """A client that calls once and never again by itself; to be made inside a running loop, once for a process.

    timeout: seconds for a whole call. proxy: the only one used, never the environment's. limiter: of its own unless
    given. The caller closes `client.session`.
    """
    limits = aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, CONNECT_SECONDS))
    session = aiohttp.ClientSession(timeout=limits, trust_env=False, trace_configs=[only_while_held()])
    client = Calls(
        token,
        limiter=limiter or Limiter(),
        base_url=base_url,
        session=session,
        retry_handlers=[],
        logger=_quiet_logger(),
    )
    client.proxy = proxy
    return client


class SlackChat:
    """`bot.chat.Chat` on Slack. Message ids are "channel:ts"."""

    name: Platform = "slack"
    leaves = True
    urges = ()

    def __init__(self, client: Calls, address: People) -> None:
        """client: made by `web_client`. address: the Person behind an id of the roster."""
        self._web = client
        self._tasks = Tasks()
        self._people = Directory(client, address)
        self._rooms = Rooms(client, self._people, self._tasks)

    def near(self, platform: Platform) -> Chat:
        """There is only this one."""
        return self

    def owns(self, id: str) -> bool:
        """Slack's channels begin with these letters, and a message's id with its channel."""
        return id[:1] in ("C", "D", "G") and id.partition(":")[0].isalnum()

    async def urge(self, message: str, person: str, level: str) -> None:
        """Slack has no such thing; a direct message is all that there is."""
        raise ChatError(f"no_{level}_on_slack", permanent=True)

    def called(self, number: int, title: str, plain: str) -> tuple[str, str]:
        """Slack takes no spaces, and some workspaces only plain letters."""
        return room_name("crisis", number, title)

    async def open_room(self, name: str, fallback: str, key: str) -> Room:
        """Make a private room, or find the one made for this key before."""
        return await self._rooms.open(name, fallback, key)

    async def invite(self, room: str, people: Sequence[str]) -> Mapping[str, str]:
        """Bring people in, a hundred at a time; returns who was refused, and Slack's word for it."""
        members, refused = await self._people.members(people)
        users = list(members)
        for start in range(0, len(users), INVITED_AT_ONCE):
            failed = await self._invite(room, users[start : start + INVITED_AT_ONCE])
            refused |= {members[user]: code for user, code in failed.items() if user in members}
        return refused

    async def topic(self, room: str, text: str) -> None:
        """Set the line at the head of the room; cut at Slack's 250 characters."""
        await asked(self._web.conversations_setTopic(channel=room, topic=fitted(text, TOPIC_MOST)))

    async def bookmark(self, room: str, title: str, message: str) -> None:
        """A bookmark to the message."""
        await self.tab(room, title, await self.permalink(message))

    async def tab(self, room: str, title: str, link: str) -> None:
        """A bookmark to the page. Slack would add it twice, so look first."""
        name = cut(title, TITLE_MOST)
        there = await asked(self._web.bookmarks_list(channel_id=room))
        if all(mark.get("title") != name for mark in there["bookmarks"]):
            await asked(self._web.bookmarks_add(channel_id=room, title=name, type="link", link=link))

    async def post(self, room: str, card: Card, key: str) -> str:
        """Say something in a room; the key goes along unseen, for `find`."""
        return await self._post(room, card, key)

    async def direct(self, person: str, card: Card, key: str) -> str:
        """Say something to one person."""
        return await self._post(await self._people.member(person), card, key)

    async def update(self, message: str, card: Card, key: str) -> str:
        """Replace what a message says. Parts left out would stay, so all are sent; the key stays with it."""
        room, ts = _halves(message)
        words = {"blocks": [], "attachments": []} | as_message(card, self._people.shown)
        await asked(self._web.chat_update(channel=room, ts=ts, parse="none", link_names=False, **words))
        return message

    async def pin(self, message: str) -> None:
        """Keep a message at hand in its room."""
        room, ts = _halves(message)
        await _done_already(self._web.pins_add(channel=room, timestamp=ts), "already_pinned")

    async def archive(self, room: str) -> None:
        """Close the room for new messages."""
        await _done_already(self._web.conversations_archive(channel=room), "already_archived")

    async def find(self, key: str, since: datetime, *, room: str = "", person: str = "") -> str | None:
        """The message that carries this key, for a send whose answer was lost; None if there is none.

        room, person: where it went, one of them. since: aware; nothing older is looked at, but for a minute
        by which clocks may differ.
        """
        place, us = room or await self._dm(person), (await self._people.us()).user_id
        # The release before this one marked its messages without the moment that the key ends with.
        keys = {key, key.partition(" ")[0]}
        async for said in self._said(place, since - CLOCKS_DIFFER):
            if _key_of(said) in keys and said.get("user") == us:
                return f"{place}:{said['ts']}"
        return None

    async def leave(self, room: str, card: Card, at: datetime, ref: str) -> str:
        """Let Slack post this at that time (aware, at most 120 days ahead), whether we are up or not.

        ref: begins with "GH-", has no spaces and no brackets; it ends the text, which is all that `left` gets to see.
        """
        words = as_message(card, self._people.shown)
        # No metadata: Slack takes it and then never posts the message.
        answer = await asked(
            self._web.chat_scheduleMessage(
                channel=room,
                post_at=int(at.timestamp()),
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                **words | {"text": f"{words['text']} [{ref}]"},
            )
        )
        return str(answer["scheduled_message_id"])

    async def left(self, room: str) -> Mapping[str, str]:
        """What we have left with Slack for this room: id by ref."""
        found = {}
        waiting_here = listed(
            "scheduled_messages", self._web.chat_scheduledMessages_list, channel=room, limit=PAGE
        )
        async for waiting in waiting_here:
            if ref := LEFT.search(waiting["text"]):
                found[ref[1]] = str(waiting["id"])
        return found

    async def take_back(self, room: str, left: str) -> None:
        """Take back what was left. Slack has one word for "gone already" and "too late, its last minute has begun".

        In a room that is closed or gone nothing will be said either.
        """
        call = self._web.chat_deleteScheduledMessage(channel=room, scheduled_message_id=left)
        await _done_already(call, *NOTHING_LEFT)

    def pace(self, deed: Deed, place: str, rank: int) -> float:
        """Seconds until this may be done; 0 takes the turn. place: a room, a message in it, or a person."""
        channel = self._people.shown(place).slack or place if deed == "direct" else _halves(place)[0]
        return self._web.limiter.pace(deed, channel, rank)

    async def check(self) -> str:
        """Ask Slack who we are, each time anew."""
        us = await self._people.us(anew=True)
        return f"{us.name} ({us.user_id}) @ {us.team} ({us.team_id})"

    async def identity(self) -> Identity:
        """Who we are; Slack is asked once. `inbound.build` needs the `team_id`."""
        return await self._people.us()

    async def members(self, people: Sequence[str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Who of these people is on Slack, as Slack id to person; and who is not, as person to reason."""
        return await self._people.members(people)

    async def permalink(self, message: str) -> str:
        """The web address of a message, put together without a call."""
        room, ts = _halves(message)
        return f"{(await self._people.us()).url}archives/{room}/p{ts.replace('.', '')}"

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109 - as Tasks.drain
        """Wait at most that many seconds for calls nobody waits for; the session stays open."""
        await self._tasks.drain(timeout)

    async def _post(self, to: str, card: Card, key: str) -> str:
        answer = await asked(
            self._web.chat_postMessage(
                channel=to,
                metadata={"event_type": EVENT, "event_payload": {"key": key}},
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                **as_message(card, self._people.shown),
            )
        )
        return f"{answer['channel']}:{answer['ts']}"

    async def _invite(self, room: str, users: Sequence[str]) -> dict[str, str]:
        """Who was refused, by Slack id."""
        call = self._web.conversations_invite(channel=room, users=list(users), force=True)
        try:
            answer = await asked(_with_errors(call))
        except ChatError as error:
            return await self._invite_singly(room, users, error)
        failed = {each["user"]: each["error"] for each in answer.get("errors") or [] if each.get("user")}
        return {user: code for user, code in failed.items() if code not in WELCOME}

    async def _invite_singly(self, room: str, users: Sequence[str], error: ChatError) -> dict[str, str]:
        """One bad id may keep everybody out, and Slack does not always say which."""
        if error.code in WELCOME and len(users) == 1:
            return {}
        if error.code not in PERSONAL | WELCOME:
            raise error
        if len(users) == 1:
            return {users[0]: error.code}
        refused: dict[str, str] = {}
        for user in users:
            refused |= await self._invite(room, [user])
        return refused

    async def _dm(self, person: str) -> str:
        user = await self._people.member(person)
        answer = await asked(self._web.conversations_open(users=[user]))
        return str(answer["channel"]["id"])

    async def _said(self, room: str, since: datetime) -> AsyncIterator[dict[str, Any]]:
        """What was said in a room, newest first."""
        oldest = since.timestamp()
        async for said in listed(
            "messages",
            self._web.conversations_history,
            channel=room,
            oldest=f"{oldest:.6f}",
            inclusive=True,
            include_all_metadata=True,
            limit=PAGE,
        ):
            if float(said["ts"]) < oldest:
                return
            yield said


def _halves(message: str) -> tuple[str, str]:
    room, _, ts = message.partition(":")
    return room, ts


def _key_of(said: dict[str, Any]) -> str | None:
    metadata = said.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return payload.get("key") if metadata.get("event_type") == EVENT else None


async def _done_already(call: Awaitable[AsyncSlackResponse], *codes: str) -> None:
    """A call that finds its work done has succeeded."""
    try:
        await asked(call)
    except ChatError as error:
        if error.code not in codes:
            raise


async def _with_errors(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """A refusal that tells for each person why is an answer."""
    try:
        return await call
    except SlackApiError as error:
        if not body_of(error).get("errors"):
            raise
        return error.response  # type: ignore[no-any-return]


def _quiet_logger() -> logging.Logger:
    """The SDK writes whole messages when it debugs."""
    logger = logging.getLogger("bot.slack.sdk")
    logger.setLevel(logging.WARNING)
    return logger
