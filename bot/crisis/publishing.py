"""The record of what was said: which wording stands where, since when, put there by whom.

The company's own site may take a text from us (`bot.hook`): it is handed over, and what the site says is recorded.
"""

from __future__ import annotations

from datetime import datetime

from bot.crisis.drafting import find
from bot.crisis.errors import Refused
from bot.crisis.events import BOT
from bot.crisis.facts import unsafe
from bot.crisis.incident import Incident
from bot.crisis.kinds import LINES
from bot.crisis.playbook import Playbook
from bot.crisis.public import HandOver, Statement
from bot.crisis.public_events import HookAsked, HookDelivered, PublicationUndone, Published, TakenDown
from bot.crisis.tasks import settle

SITE = "site"
"""The channel that is the company's own, and may take a text from us."""


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
    _check_may_stand(incident, known)
    version, earlier = known.latest.number, known.published.get(channel)
    if earlier is None or (earlier.version, earlier.link, earlier.pinned) != (version, link, pinned):
        incident.record(Published(statement, version, channel, link, pinned), by, now)
        settle(incident, now, playbook.channels)


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


def hand_to_site(incident: Incident, statement: int, by: str, now: datetime) -> None:
    """The company's own site is to take the last version; again, while it may still take it, changes nothing.

    Raises Refused for a drill, and unless exactly this wording is approved, and what it rests on still confirmed.
    """
    known = find(incident, statement)
    if incident.drill:
        raise Refused("drill_stays_inside")
    _check_may_stand(incident, known)
    handed = known.handed.get(known.latest.number)
    if handed is None or _is_off(incident, known, handed):
        incident.record(HookAsked(statement, known.latest.number, known.latest.seal), by, now)


def take_from_site(incident: Incident, statement: int, by: str, now: datetime) -> None:
    """The site is to take a withdrawn statement down after all; the withdrawal itself asked it, and it refused.

    Otherwise this changes nothing.
    """
    known = find(incident, statement)
    last = max(known.handed, default=0)
    if known.withdrawn and last and known.handed[last].refused:
        incident.record(HookAsked(statement, last, known.version(last).seal, withdrawn=True), by, now)


def may_go_to_site(incident: Incident, statement: Statement, version: int) -> bool:
    """That wording is still the one to be handed over, and the site has not taken it yet."""
    latest = statement.approved and statement.latest.number == version
    return latest and not (
        unsafe(incident, statement) or incident.drill or statement.handed[version].taken_at
    )


def site_took(
    incident: Incident,
    statement: int,
    version: int,
    status: int,
    link: str,
    playbook: Playbook,
    now: datetime,
) -> None:
    """The site has that wording: it stands there, put there by whoever asked.

    status: of the HTTP answer. link: where the site says that it can be read, or "".
    """
    known = incident.statements[statement]
    incident.record(HookDelivered(statement, version, status, link), BOT, now)
    stands = known.published.get(SITE)
    if stands is None or stands.version < version or (link and stands.version == version):
        pinned = stands is not None and stands.version == version and stands.pinned
        incident.record(Published(statement, version, SITE, link, pinned), known.handed[version].by, now)
        settle(incident, now, playbook.channels)


def site_took_down(incident: Incident, statement: int, version: int, status: int, now: datetime) -> None:
    """The site has heard that the statement is withdrawn. status: of its HTTP answer."""
    incident.record(HookDelivered(statement, version, status, withdrawn=True), BOT, now)


def _check_may_stand(incident: Incident, known: Statement) -> None:
    if known.kind in LINES:
        raise Refused("for_those_who_answer")
    if not known.approved:
        raise Refused("not_approved", statement=known.id)
    if facts := unsafe(incident, known):
        raise Refused("unsafe_facts", facts=[fact.id for fact in facts])


def _is_off(incident: Incident, known: Statement, handed: HandOver) -> bool:
    """It will not get there by itself: the site refused it, or a fact was in doubt since and may have held it back."""
    checked = [incident.facts[fact].verified_at or handed.at for fact in known.latest.cites]
    return not handed.taken_at and (bool(handed.refused) or any(at > handed.at for at in checked))
