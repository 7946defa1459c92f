"""What has happened, one sentence for each entry, and why a grade is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

from bot.crisis import events
from bot.crisis.events import BOT, Entry
from statements.answers import JOIN, as_signs, figures_of, given_up_deed, platform_reason, shown
from statements.context import Context
from statements.marks import as_text
from statements.text import Words

_UTC = ZoneInfo("UTC")


def line(entry: Entry, context: Context, words: Words) -> str:
    """One sentence on what happened and who did it, in the language of the context, people by name.

    Plain text: what people typed in it is as they typed it, so an export escapes the whole.
    """
    language = context.language
    event = entry.event
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    values.update(_told(event, context, words))
    key = type(event).__name__
    by = "" if entry.by == BOT else entry.by
    text = words.sentence(language, "history", key, **values, by=by, zone=context.zone)
    names = {person.id: person.name for person in context.roster.people.values()}
    gap = " " if language == "en" else ""
    return gap.join(as_text(row, names) for row in text.lines)


def reason(language: str, code: str, params: Mapping[str, Any], words: Words) -> str:
    """One step of a grade's judgement as a sentence. Raises KeyError for a code without words."""
    values = {_RENAMED.get(name, name): value for name, value in params.items()}
    if isinstance(signs := params.get("signs"), Mapping):
        values["signs"] = as_signs(words, language, signs, _UTC)
        values["figures"] = figures_of(words, language, signs)
    text = words.sentence(language, "reasons", code, **values)
    return "".join(as_text(row, {}) for row in text.lines)


# `from` and `to` would read badly in a template.
_RENAMED = {"from": "before", "to": "after"}


def warning(language: str, key: str, words: Words) -> str:
    """What to look out for, whatever the grade."""
    return words.label(language, "warnings", key)


def _told(event: events.Event, context: Context, words: Words) -> dict[str, Any]:
    """What a sentence needs beyond the event's own fields: names joined, answers in words."""
    language = context.language
    join = JOIN[language].join
    match event:
        case events.Answered(answers):
            return {"told": _answers(answers, context, words)}
        case events.Graded(reasons=reasons):
            return {"told": [reason(language, code, params, words) for code, params in reasons]}
        case events.PageAnswered(roles=roles) | events.CallsWithdrawn(roles=roles):
            return {"told": join(words.label(language, "roles", role) for role in roles)}
        case events.TasksPlanned(tasks):
            return {"told": len(tasks)}
        case events.DecisionsAsked(questions):
            return {"told": join(words.label(language, "decisions_short", one) for one in questions)}
        case events.CheckpointsReached(names, met, late, early):
            lists = {"told": names, "met_told": met, "late_told": late, "early_told": early}
            return {
                key: join(words.label(language, "checkpoint_short", one) for one in found)
                for key, found in lists.items()
            }
        case events.RoomFailed(code) | events.InviteRefused(code=code) | events.PageUndelivered(code=code):
            return {"code": platform_reason(words, language, code)}
        case events.SendGivenUp(deed=deed, code=code):
            return {"deed": given_up_deed(words, deed), "code": platform_reason(words, language, code)}
        case events.Reminded(name=name):
            return {"shown": occasion(language, name, words)}
        case _:
            return {}


def _answers(answers: Mapping[str, Any], context: Context, words: Words) -> str:
    language = context.language
    equals = "：" if language == "zh" else ": "
    between = "；" if language == "zh" else "; "
    return between.join(
        words.label(language, "items", name)
        + equals
        + shown(words, language, name, value, context.zone, most=3000)
        for name, value in answers.items()
    )


def occasion(language: str, name: str, words: Words) -> str:
    """What a reminder was about: a checkpoint, a deadline, an update or another of the clock's names."""
    first, last = name.split("/")[0], name.split("/")[-1]
    if first in words.keys(language, "occasions"):
        return words.label(language, "occasions", first)
    for group in ("checkpoint_short", "deadlines", "occasions"):
        if last in words.keys(language, group):
            return words.label(language, group, last)
    return update_name(language, name, words)


def update_name(language: str, name: str, words: Words) -> str:
    """`update/28h`, `update/day/5`, `final_report` as people say it."""
    if name in words.keys(language, "occasions"):
        return words.label(language, "occasions", name)
    kind = "day" if "/day/" in name else "hours"
    number = "".join(sign for sign in name.split("/")[-1] if sign.isdigit())
    return words.label(language, "updates", kind).replace("N", number)
