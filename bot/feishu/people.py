"""Who is who on Feishu: ourselves, and the people of the roster, looked up by e-mail where need be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.chat import ChatError
from bot.crisis.people import Person
from bot.feishu.calls import Calls
from bot.feishu.errors import TOKEN_REFUSED
from bot.feishu.methods import ABOUT_US, FIND_PEOPLE
from bot.feishu.text import OPEN_ID

LOOKED_UP_AT_ONCE = 50
MISSED_SECONDS = 60.0
"""For so long somebody who was not found is not looked for again; an administrator may be at it."""

NOBODY = "users_not_found"


@dataclass(frozen=True)
class Identity:
    """Who our app is, as Feishu says. open_id: of the bot, by which its mentions are known."""

    open_id: str
    name: str


class Directory:
    """Open_ids of people, each asked for once while the bot runs."""

    def __init__(self, calls: Calls, address: Callable[[str], Person]) -> None:
        """address: the Person behind an id of the roster."""
        self._calls, self._address = calls, address
        self._by_email: dict[str, str] = {}
        self._missed_at: dict[str, float] = {}
        self._us: Identity | None = None

    async def us(self, *, anew: bool = False) -> Identity:
        """Ourselves; `anew`: if Feishu still takes us. Raises ChatError, permanent when our app is refused.

        A send waits for an administrator; whoever asks only who we are wants to know that one is needed.
        """
        try:
            if anew:
                await self._calls.prove()
            if self._us is None:
                bot = (await self._calls.ask(ABOUT_US))["bot"]
                self._us = Identity(bot["open_id"], bot.get("app_name") or "")
        except ChatError as error:
            if error.code in TOKEN_REFUSED:
                raise ChatError(error.code, permanent=True) from None
            raise
        return self._us

    def shown(self, person_id: str) -> Person:
        """The person, with the open_id if it has been found by now; asks nobody."""
        person = self._address(person_id)
        found = self._by_email.get(person.email or "")
        return person if person.feishu or not found else replace(person, feishu=found)

    async def member(self, person_id: str) -> str:
        """The person's open_id. Raises a permanent ChatError "users_not_found" when there is none."""
        found, missing = await self.members([person_id])
        if missing:
            raise ChatError(missing[person_id], permanent=True)
        return next(iter(found))

    async def members(self, people: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Those found, as open_id -> person, and those not, as person -> reason."""
        wanted = [self.shown(person) for person in dict.fromkeys(people)]
        await self._look_up([person.email for person in wanted if not person.feishu and person.email])
        known = {person.id: self.shown(person.id).feishu or "" for person in wanted}
        found = {open_id: person for person, open_id in known.items() if OPEN_ID.fullmatch(open_id)}
        missing = {person: NOBODY for person, open_id in known.items() if not OPEN_ID.fullmatch(open_id)}
        return found, missing

    async def _look_up(self, emails: Sequence[str]) -> None:
        """Feishu says nothing of those whom it does not know, and nothing of those whom our app may not see."""
        now = self._calls.clock()
        new = [email for email in emails if now - self._missed_at.get(email, float("-inf")) > MISSED_SECONDS]
        for some in _chunks(new):
            answer = await self._calls.ask(
                FIND_PEOPLE, query={"user_id_type": "open_id"}, body={"emails": list(some)}
            )
            listed = answer.get("user_list") or []
            found = {str(each.get("email")).casefold(): each.get("user_id") for each in listed}
            for email in some:
                if user := found.get(email.casefold()):
                    self._by_email[email] = user
                else:
                    self._missed_at[email] = now


def _chunks(emails: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(emails), LOOKED_UP_AT_ONCE):
        yield emails[start : start + LOOKED_UP_AT_ONCE]
