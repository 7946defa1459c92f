"""What the platform would not do, and when people are told of it: once for each kind of failure, not in a flood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.crisis.events import BOT, SendGivenUp
from bot.crisis.incident import Incident

NOTICE, LAST_NOTICE = "given_up", "room_lost"
"""Cards which tell of it: to the room; to people, one by one, where the room cannot be told."""

QUIET, QUIET_ABOUT_PEOPLE = timedelta(days=1), timedelta(hours=1)
"""For so long one notice stands for all of its kind. Somebody out of reach needs a call by phone, so that is told
again sooner."""


def given_up(
    incident: Incident,
    deed: str,
    card: str,
    to: str,
    people: Iterable[str],
    code: str,
    now: datetime,
    wording: tuple[int, int] = (0, 0),
) -> None:
    """Take down that a send will not be done; but not that a notice of it came to nothing, or it would never end.

    Only that the room could not be told is taken down: then people are told one by one.

    to, people: whom it was for, as the send said. code: the platform's reason. wording: the statement that was for the
    company's own site, and its version.
    """
    if card == LAST_NOTICE or (card == NOTICE and deed != "post"):
        return
    concerned = tuple(people) or (() if to == "room" else (to,))
    incident.record(SendGivenUp(deed, card, concerned, code, *wording), BOT, now)


def notice(incident: Incident, seq: int) -> tuple[int, tuple[str, ...]]:
    """Of the `SendGivenUp` at that place in the history: where its notice began, and everybody named in it by then."""
    alike = _alike(incident, seq)
    began, _ = alike[0]
    for place, event in alike:
        if incident.history[place].at - incident.history[began].at >= _quiet(event):
            began = place
    named = dict.fromkeys(person for place, event in alike if place >= began for person in event.people)
    return began, tuple(named)


def at_work(incident: Incident) -> tuple[str, ...]:
    """Whoever answered a page; before anybody has, who opened the room and those being called."""
    calls = incident.calls.values()
    on_it = [call.answered_by for call in calls if call.answered_by]
    return tuple(dict.fromkeys(on_it or [incident.opened_by, *(call.person for call in calls if call.open)]))


def _alike(incident: Incident, seq: int) -> list[tuple[int, SendGivenUp]]:
    """All of one kind until then, with their places: the same deed, refused for the same reason."""
    until = enumerate(incident.history[: seq + 1])
    found = [(place, entry.event) for place, entry in until if isinstance(entry.event, SendGivenUp)]
    return [(place, event) for place, event in found if _kind(event) == _kind(found[-1][1])]


def _kind(event: SendGivenUp) -> tuple[str, str, bool]:
    return event.deed, event.code, event.card == NOTICE


def _quiet(event: SendGivenUp) -> timedelta:
    if event.statement:
        # Somebody asked for it and waits to see it there.
        return timedelta()
    return QUIET_ABOUT_PEOPLE if event.people else QUIET
