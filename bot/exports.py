"""A crisis as a document: everything that happened, in order, for people (Markdown) and machines (JSON)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.crisis.incident import Incident
from bot.store.codec import event_to_json
from bot.voice import Voice
from statements.history import line

FORMAT = 1
"""Raised when the JSON changes in a way that a reader of it must know."""


def as_json(incident: Incident, voice: Voice) -> str:
    """The whole history as JSON: `events` is what the incident was told from, nothing left out."""
    return json.dumps(_document(incident, voice), ensure_ascii=False, indent=2) + "\n"


def _document(incident: Incident, voice: Voice) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "incident": incident.id,
        "title": incident.title,
        "drill": incident.drill,
        "grade": incident.grade,
        "playbook": voice.playbook.name,
        "declared_at": _iso(incident.declared_at),
        "time_zero": _iso(incident.time_zero),
        "closed_at": _iso(incident.closed_at),
        "people": {person: voice.person(person).name for person in incident.members},
        "events": [
            {"at": _iso(entry.at), "by": entry.by, "event": kind, **data}
            for entry in incident.history
            for kind, data in [event_to_json(entry.event)]
        ],
    }


def as_markdown(incident: Incident, voice: Voice, now: datetime, language: str) -> str:
    """The history for people, a line for each thing that happened, in the company's time zone."""
    context = replace(voice.context(incident, now, None), language=language)
    words = voice.words
    head = f"# {words.label(language, 'export', 'title')} {incident.id}: {_escaped(incident.title)}"
    note = f"> {words.label(language, 'export', 'confidential')}"
    rows = [
        f"- `{entry.at.astimezone(voice.zone):%Y-%m-%d %H:%M:%S}` {_escaped(line(entry, context, words))}"
        for entry in incident.history
    ]
    return "\n\n".join([head, note, _escaped(incident.what), "\n".join(rows)]) + "\n"


def _escaped(text: str) -> str:
    """User text in Markdown: shown as typed, on one line, never as markup or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(text.split()))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
