"""What every public text is given to draw on, put into words of its language.

Who was hurt, whether we are in touch with them and whether the authorities are involved are said only where
somebody has confirmed it on the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.crisis.checklist import UNKNOWN
from bot.crisis.incident import Incident
from bot.crisis.people import Person, Roster
from bot.crisis.playbook import Playbook
from bot.crisis.public import Fact
from statements.context import Context
from statements.promised import promised
from statements.templates import PublicText

NEXT_UPDATE = timedelta(hours=4)
"""After the first word progress is told every four hours (domain 5)."""

QUESTIONS: Mapping[str, str] = {"injury": "injury", "contacted": "contact", "regulator": "regulator_acts"}
"""What a text says of its own accord, and the question of the checklist whose confirmed answer it rests on."""

_INSIDE = "internal"
_DAYS = {"zh": "{0.year}年{0.month}月{0.day}日", "en": "{0.day} {0:%B} {0.year}"}
_MOMENTS = {"zh": "{0.month}月{0.day}日{0:%H:%M}", "en": "{0:%H:%M} on {0.day} {0:%B}"}
_DATED_MOMENTS = {
    "zh": "{0.year}年{0.month}月{0.day}日{0:%H:%M}",
    "en": "{0:%H:%M} on {0.day} {0:%B} {0.year}",
}


def given(
    public: PublicText, incident: Incident, facts: Sequence[Fact], context: Context
) -> Mapping[str, Any]:
    """All of `statements.trial.GIVEN`. facts: those it cites; what it says in its own words is not listed again."""
    language, zone, now = public.language, context.zone, context.now
    answers = {name: _confirmed(incident, question) for name, question in QUESTIONS.items()}
    known_type = incident.answers.get("type", "")
    said = rests_on(public, incident)
    signs = signer(incident, public.kind, context.playbook, context.roster)
    return {
        "company": context.roster.company,
        "what": incident.what,
        "facts": [fact for fact in facts if fact.id not in said],
        "type": "" if known_type == UNKNOWN else known_type,
        "grade": context.playbook.grade(incident.grade).colour if incident.grade else "",
        "injury": answers["injury"] or "",
        "regulator": bool(answers["regulator"]),
        "contacted": answers["contacted"] == "yes",
        "earlier": _earlier(incident, zone, language),
        "promises": promised(incident, zone, language),
        "today": _DAYS[language].format(now.astimezone(zone)),
        "now": _DATED_MOMENTS[language].format(now.astimezone(zone)),
        "next_update": next_update(now, zone, language),
        "signer": signs or Person("", "", language),
    }


def rests_on(public: PublicText, incident: Incident) -> Sequence[int]:
    """The facts that this text draws on of its own accord: to be cited, so that it falls when one of them does."""
    questions = {question for name, question in QUESTIONS.items() if name in public.uses}
    return [
        fact.id for fact in incident.facts.values() if _is_said(fact, incident) and fact.question in questions
    ]


def signer(incident: Incident, kind: str, playbook: Playbook, roster: Roster) -> Person | None:
    """Whose name stands under it: whoever is in command, where the policy has that role sign; else nobody's."""
    if not incident.grade:
        return None
    role = playbook.grade(incident.grade).in_command
    if role not in playbook.signers(incident.grade, kind):
        return None
    call = incident.calls.get(role)
    person = (call.answered_by if call else "") or next(iter(roster.holders.get(role, ())), "")
    return roster.people.get(person)


def next_update(now: datetime, zone: ZoneInfo, language: str) -> str:
    """When the next word is due, rounded up to half an hour, in words."""
    at = (now + NEXT_UPDATE).astimezone(zone)
    rest = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    rounded = at if not rest else at - rest + timedelta(minutes=30)
    return _MOMENTS[language].format(rounded)


def _confirmed(incident: Incident, question: str) -> Any:
    """The answer, where it is known and somebody has confirmed it; else None."""
    return next(
        (
            incident.answers.get(question)
            for fact in incident.facts.values()
            if fact.question == question and _is_said(fact, incident)
        ),
        None,
    )


def _is_said(fact: Fact, incident: Incident) -> bool:
    return fact.status == "confirmed" and incident.answers.get(fact.question) not in (None, "", UNKNOWN)


def _earlier(incident: Incident, zone: ZoneInfo, language: str) -> list[Mapping[str, str]]:
    """What of this crisis has been published in this language, the first first, under the title it had then."""
    out = []
    for statement in incident.statements.values():
        outside = [one for one in statement.published.values() if one.channel != _INSIDE]
        if outside and statement.language == language and not statement.withdrawn:
            first = min(outside, key=lambda one: one.at)
            out.append((first.at, statement.version(first.version).title))
    return [
        {"title": title, "at": _MOMENTS[language].format(at.astimezone(zone))} for at, title in sorted(out)
    ]
