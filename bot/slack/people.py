"""Who is who on Slack: ourselves, and the people of the roster, looked up by e-mail where need be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import ChatError
from bot.crisis.people import Person
from bot.slack.errors import TOKEN_REFUSED, asked
from bot.slack.text import MEMBER, People


@dataclass(frozen=True)
class Identity:
    """Who the token makes us, as auth.test says. url: of the workspace, ends with a slash."""

    team_id: str
    team: str
    user_id: str
    name: str
    url: str


class Directory:
    """Slack ids of people, each asked for once while the bot runs."""

    def __init__(self, client: AsyncWebClient, address: People) -> None:
        """address: the Person behind an id of the roster."""
        self._client, self._address = client, address
        self._by_email: dict[str, str] = {}
        self._us: Identity | None = None

    async def us(self, *, anew: bool = False) -> Identity:
        """Ourselves; asked again only when `anew`. Raises ChatError, permanent when the token is refused."""
        if self._us is None or anew:
            answer = await self._introduced()
            self._us = Identity(
                team_id=answer["team_id"],
                team=answer.get("team") or "",
                user_id=answer["user_id"],
                name=answer.get("user") or "",
                url=f"{answer['url'].rstrip('/')}/",
            )
        return self._us

    async def _introduced(self) -> AsyncSlackResponse:
        """A send waits for a better token; whoever asks only who we are wants to know that this one is refused."""
        try:
            return await asked(self._client.auth_test())
        except ChatError as error:
            if error.code in TOKEN_REFUSED:
                raise ChatError(error.code, permanent=True) from None
            raise

    def shown(self, person_id: str) -> Person:
        """The person, with the Slack id if it has been found by now; asks nobody."""
        person = self._address(person_id)
        found = self._by_email.get(person.email or "")
        return person if person.slack or not found else replace(person, slack=found)

    async def member(self, person_id: str) -> str:
        """The person's Slack id. Raises a permanent ChatError "users_not_found" when there is none."""
        person = self.shown(person_id)
        if person.slack and MEMBER.fullmatch(person.slack):
            return person.slack
        if not person.email:
            raise ChatError("users_not_found", permanent=True)
        answer = await asked(self._client.users_lookupByEmail(email=person.email))
        self._by_email[person.email] = answer["user"]["id"]
        return self._by_email[person.email]

    async def members(self, people: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Those found, as Slack id -> person, and those not, as person -> reason."""
        wanted = list(dict.fromkeys(people))
        answers = await asyncio.gather(*map(self._found, wanted))
        found = {user: person for person, (user, _) in zip(wanted, answers, strict=True) if user}
        missing = {person: why for person, (_, why) in zip(wanted, answers, strict=True) if why}
        return found, missing

    async def _found(self, person_id: str) -> tuple[str, str]:
        try:
            return await self.member(person_id), ""
        except ChatError as error:
            if not error.permanent:
                raise
            return "", error.code
