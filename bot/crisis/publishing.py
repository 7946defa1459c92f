"""The record of what was said: which wording stands where, since when, put there by whom."""

from __future__ import annotations

from datetime import datetime

from bot.crisis.approval import may_go_out
from bot.crisis.drafting import find
from bot.crisis.errors import Refused
from bot.crisis.facts import unsafe
from bot.crisis.incident import Incident
from bot.crisis.kinds import audience_of
from bot.crisis.playbook import Playbook
from bot.crisis.public_events import PublicationUndone, Published, TakenDown


def publish(
    incident: Incident,
    statement: int,
    channel: str,
    playbook: Playbook,
    by: str,
    now: datetime,
    *,
    link: str = "",
    pinned: bool = False,
) -> None:
    """The last version stands on this channel now; told again with a link or a pin, that is added.

    Raises Refused unless exactly this wording is approved, and what it rests on still confirmed; and for an answer
    sheet, which is issued.
    """
    known = find(incident, statement)
    if audience_of(known.kind):
        raise Refused("for_those_who_answer")
    if not may_go_out(incident, known, playbook):
        raise Refused("not_approved", statement=statement)
    if facts := unsafe(incident, known):
        raise Refused("unsafe_facts", facts=[fact.id for fact in facts])
    version, earlier = known.latest.number, known.published.get(channel)
    if earlier is None or (earlier.version, earlier.link, earlier.pinned) != (version, link, pinned):
        incident.record(Published(statement, version, channel, link, pinned), by, now)


def undo(incident: Incident, statement: int, channel: str, by: str, now: datetime) -> None:
    """It was marked by mistake. Raises Refused where it was not."""
    known = find(incident, statement)
    if channel not in known.published:
        raise Refused("not_published_there", statement=statement)
    incident.record(PublicationUndone(statement, channel), by, now)


def take_down(incident: Incident, statement: int, channel: str, by: str, now: datetime) -> None:
    """What stood there cannot be read any more. Raises Refused where nothing did."""
    known = find(incident, statement)
    if channel not in known.published:
        raise Refused("not_published_there", statement=statement)
    incident.record(TakenDown(statement, channel), by, now)
