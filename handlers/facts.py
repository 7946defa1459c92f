"""Facts: put on the ledger, confirmed or refuted with a source; only confirmed ones may be said outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from bot.chat import Reply
from bot.crisis.checklist import UNKNOWN, BadAnswer, BadAnswers
from bot.crisis.errors import Refused
from bot.crisis.facts import check, find, note, reword
from bot.crisis.incident import Incident
from bot.crisis.public_events import Status
from handlers.desk import Desk, clean
from statements.answers import shown

FACTUAL = ("published_at", "complaint", "injury", "history", "contact", "regulator_acts")
"""Questions of the checklist whose answers may one day be said outside."""

_NOTHING = (UNKNOWN, "", "no", False)


def show(desk: Desk) -> Reply:
    """The ledger; words typed behind the verb begin a new entry."""
    if desk.command.kind == "typed" and desk.words():
        return Reply(form=desk.form("fact", desk.incident(), text=desk.words()))
    return desk.answer("facts", desk.incident(closed=True))


def ask(desk: Desk) -> Reply:
    """What is said to be so, and who says it."""
    return Reply(form=desk.form("fact", desk.incident()))


def submit(desk: Desk) -> Reply:
    """On the ledger; whoever has verified it already says so at once."""
    incident, text, source, status = desk.incident(), *_given(desk)
    number = note(incident, text, source, desk.person.id, desk.now)
    if status != "unconfirmed":
        check(incident, number, status, source, desk.person.id, desk.now)
    return desk.done("fact_noted", incident, fact=number)


def ask_check(desk: Desk) -> Reply:
    """How one of them came out, by what."""
    incident = desk.incident()
    return Reply(form=desk.form("fact_check", incident, fact=find(incident, _number(desk.subject())).id))


def submit_check(desk: Desk) -> Reply:
    """Confirmed, refuted, or put differently."""
    incident, number = desk.incident(), _number(desk.command.about.get("fact", ""))
    find(incident, number)
    text, source, status = _given(desk)
    reword(incident, number, text, source, desk.person.id, desk.now)
    check(incident, number, status, source, desk.person.id, desk.now)
    return desk.done("fact_checked", incident, fact=number)


def from_answers(desk: Desk, incident: Incident, answers: Mapping[str, Any]) -> None:
    """What somebody put into the checklist is on the ledger too, unconfirmed until somebody verifies it."""
    words, language = desk.voice.words, incident.language
    for name in FACTUAL:
        if answers.get(name, "") in _NOTHING:
            continue
        worded = f"{name}_{answers[name]}"
        told = shown(words, language, name, answers[name], desk.voice.zone, 1000)
        key = worded if worded in words.keys(language, "fact_from") else name
        text = words.label(language, "fact_from", key).replace("{}", told)
        source = words.label(language, "facts", "from_checklist")
        note(incident, text, source, desk.person.id, desk.now, question=name)


def _given(desk: Desk) -> tuple[str, str, Status]:
    """Raises BadAnswers, so that the form stays open."""
    fields = desk.command.fields
    text, source = clean(fields.get("text") or ""), clean(fields.get("source") or "")
    status = fields.get("status") or "unconfirmed"
    if status not in get_args(Status):
        raise Refused("form_expired")
    wrong = [BadAnswer("text", "words_needed")] if not text else []
    if not source:
        wrong.append(BadAnswer("source", "source_needed"))
    if wrong:
        raise BadAnswers(wrong)
    return text, source, cast(Status, status)


def _number(typed: str) -> int:
    """Raises Refused for what is no number of a fact."""
    if not typed.isascii() or not typed.isdecimal():
        raise Refused("no_such_fact")
    return int(typed)
