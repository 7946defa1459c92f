"""Promises to the public: found in a text, given a date and an owner, kept by a later one, or moved with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.chat import Reply
from bot.crisis import promises
from bot.crisis.checklist import BadAnswer, BadAnswers
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.public import Statement
from handlers.desk import Desk, clean
from handlers.statements import find, number
from statements.promised import key, to_judge


def show(desk: Desk) -> Reply:
    """Everything that was promised."""
    return desk.answer("promises", desk.incident(closed=True))


def ask(desk: Desk) -> Reply:
    """By when, and whose it is."""
    incident = desk.incident()
    statement, sentence = _sentence(desk, incident, desk.subject())
    return Reply(form=desk.form("promise", incident, statement=statement.id, sentence=key(sentence)))


def submit(desk: Desk) -> Reply:
    """It is chased from the moment on at which it can be read outside."""
    incident, about = desk.incident(), desk.command.about
    statement, sentence = _sentence(
        desk, incident, f"{about.get('statement', '')}/{about.get('sentence', '')}"
    )
    due_at, owner = _due_and_owner(desk)
    new = promises.note(incident, statement.id, sentence, due_at, owner, desk.person.id, desk.now)
    return desk.done("promise_noted", incident, promise=new)


def none(desk: Desk) -> Reply:
    """It only reads like a promise."""
    incident = desk.incident()
    statement, sentence = _sentence(desk, incident, desk.subject())
    promises.dismiss(incident, statement.id, sentence, desk.person.id, desk.now)
    if not desk.command.passing:
        return Reply()
    return desk.answer("statement", incident, statement=statement.id)


def ask_kept(desk: Desk) -> Reply:
    """Which later statement tells so, or why none does."""
    return _asked(desk, "promise_kept")


def submit_kept(desk: Desk) -> Reply:
    """Nobody is reminded of it any more."""
    incident, fields = desk.incident(), desk.command.fields
    promise, proof = number(desk.command.about.get("promise", "")), str(fields.get("proof") or "")
    reason = clean(fields.get("reason") or "")
    if not proof and not reason:
        raise BadAnswers([BadAnswer("reason", "reason_needed")])
    promises.keep(incident, promise, number(proof or "0"), reason, desk.person.id, desk.now)
    return desk.done("promise_kept", incident)


def ask_move(desk: Desk) -> Reply:
    """By when now, whose it is, and why."""
    return _asked(desk, "promise_move")


def submit_move(desk: Desk) -> Reply:
    """The room hears of it: the public has been told another time."""
    incident, promise = desk.incident(), number(desk.command.about.get("promise", ""))
    due_at, owner = _due_and_owner(desk)
    if due_at <= desk.now:
        raise BadAnswers([BadAnswer("due_at", "in_the_past")])
    promises.move(incident, promise, due_at, owner, desk.reason(), desk.person.id, desk.now)
    return desk.done("promise_moved", incident, promise=promise)


def _asked(desk: Desk, form: str) -> Reply:
    incident = desk.incident()
    promise = promises.find(incident, number(desk.subject()))
    return Reply(form=desk.form(form, incident, promise=promise.id))


def _sentence(desk: Desk, incident: Incident, about: str) -> tuple[Statement, str]:
    """Raises Refused where it was judged already, or stands in the text no more."""
    typed, _, short = about.partition("/")
    statement = find(desk, incident, typed)
    for sentence in to_judge(incident, statement, desk.voice.principles):
        if key(sentence) == short:
            return statement, sentence
    raise Refused("no_such_sentence")


def _due_and_owner(desk: Desk) -> tuple[datetime, str]:
    fields = desk.command.fields
    due_at, owner = fields.get("due_at"), str(fields.get("owner") or "")
    wrong = [] if isinstance(due_at, datetime) else [BadAnswer("due_at", "answer_needed")]
    if owner not in desk.roster.people:
        wrong.append(BadAnswer("owner", "not_an_option"))
    if wrong or not isinstance(due_at, datetime):
        raise BadAnswers(wrong)
    return due_at.astimezone(UTC), owner
