"""Values for tests: one call, sensible defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from bot.crisis.events import Declared
from bot.crisis.incident import Incident, declare, fill_in
from bot.crisis.judging import judge_answers
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook
from bot.crisis.tasks import plan_tasks
from bot.playbooks import load
from bot.rosters import load_roster

Happened = TypeVar("Happened")
ROOT = Path(__file__).resolve().parents[1]
NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai, on a Monday: when most of our crises begin."""


def at(text: str, start: datetime = NINE) -> datetime:
    """A moment: "+15 min", "+4 h", "+1 d" after the start."""
    number, unit = text.removeprefix("+").split()
    return (
        start
        + float(number)
        * {
            "s": timedelta(seconds=1),
            "min": timedelta(minutes=1),
            "h": timedelta(hours=1),
            "d": timedelta(days=1),
        }[unit]
    )


@cache
def a_playbook(name: str = "service_network") -> Playbook:
    """A shipped playbook."""
    return load(name)


@cache
def a_roster() -> Roster:
    """The example roster: fifteen people, U01 to U15."""
    return load_roster(ROOT / "roster.example.yaml")


def person(slack: str) -> str:
    """The roster's id of a Slack id: person("U04") is 王敏."""
    return a_roster().on("slack", slack, "zh").id


def an_incident(
    *, title: str = "刹车失灵", drill: bool = False, zero: datetime = NINE, now: datetime = NINE
) -> Incident:
    """An incident just declared by customer service (U15), with its tasks planned."""
    details = Declared(title, title, "A", drill, zero, "zh")
    members = [one.id for one in a_roster().holding(a_playbook().standing)]
    incident = declare(1, person("U15"), now, details=details, members=members)
    plan_tasks(incident, a_playbook(), now)
    return incident


ENOUGH_FOR: Mapping[str, Mapping[str, Any]] = {
    "green": {"views": 10, "severity": "S1", "control": "C1"},
    "yellow": {"views": 2000, "severity": "S1", "control": "C1"},
    "orange": {"views": 2000, "severity": "S3", "control": "C2"},
    "red": {"views": 2000, "severity": "S4", "control": "C2"},
}
"""Answers that come to each grade of the shipped default policy."""


def a_graded(grade: str, *, now: datetime = NINE, **about: Any) -> Incident:
    """An incident that people have graded at once: its roles are paged and its tasks planned."""
    incident = an_incident(now=now, **about)
    fill_in(incident, person("U15"), now, ENOUGH_FOR[grade])
    judge_answers(incident, person("U15"), a_playbook(), a_roster(), now)
    return incident


def happened(incident: Incident, kind: type[Happened]) -> list[Happened]:
    """All events of a kind in the incident's history, in order."""
    return [entry.event for entry in incident.history if isinstance(entry.event, kind)]
