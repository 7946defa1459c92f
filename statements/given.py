"""What every public text is given to draw on, put into words of its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.crisis.checklist import UNKNOWN
from bot.crisis.incident import Incident
from bot.crisis.people import Person, Roster
from bot.crisis.public import Fact
from statements.promised import promised

NEXT_UPDATE = timedelta(hours=4)
"""After the first word progress is told every four hours (domain 5)."""

_REGULATOR = ("regulator", "regulator_acts")
_DAYS = {"zh": "{0.year}年{0.month}月{0.day}日", "en": "{0.day} {0:%B} {0.year}"}
_MOMENTS = {"zh": "{0.month}月{0.day}日{0:%H:%M}", "en": "{0:%H:%M} on {0.day} {0:%B}"}


def given(
    incident: Incident,
    facts: Sequence[Fact],
    roster: Roster,
    signer: Person | None,
    now: datetime,
    zone: ZoneInfo,
    language: str,
) -> Mapping[str, Any]:
    """All of `templates.GIVEN`. facts: those the text cites. now: aware; zone: the company's."""
    local = now.astimezone(zone)
    answers = {name: "" if value == UNKNOWN else value for name, value in incident.answers.items()}
    return {
        "company": roster.company,
        "facts": list(facts),
        "type": answers.get("type") or "",
        "grade": incident.grade,
        "injury": answers.get("injury") or "",
        "regulator": any(answers.get(name) for name in _REGULATOR),
        "contacted": answers.get("contact") == "yes",
        "earlier": _earlier(incident, zone, language),
        "promises": promised(incident, zone, language),
        "today": _DAYS[language].format(local),
        "now": _MOMENTS[language].format(local),
        "next_update": next_update(now, zone, language),
        "signer": signer or "",
    }


def next_update(now: datetime, zone: ZoneInfo, language: str) -> str:
    """When the next word is due, rounded up to half an hour, in words."""
    at = (now + NEXT_UPDATE).astimezone(zone)
    rest = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    rounded = at if not rest else at - rest + timedelta(minutes=30)
    return _MOMENTS[language].format(rounded)


def _earlier(incident: Incident, zone: ZoneInfo, language: str) -> list[Mapping[str, str]]:
    """What of this crisis has been published, the first first."""
    out = [
        (min(one.at for one in statement.published.values()), statement)
        for statement in incident.statements.values()
        if statement.published and not statement.withdrawn
    ]
    return [
        {"title": statement.latest.title, "at": _MOMENTS[language].format(at.astimezone(zone))}
        for at, statement in sorted(out, key=lambda pair: pair[0])
    ]
