"""Statements: drafted from what is known, checked, signed by all who must, and recorded where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Reply
from bot.crisis import approval, drafting, publishing
from bot.crisis.checklist import BadAnswer, BadAnswers
from bot.crisis.drafting import Wording
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.kinds import CHANNELS, KINDS
from bot.crisis.public import Statement
from handlers.desk import Desk, clean
from statements.drafts import draft
from statements.given import given

PART = 3000
"""Characters of one field of a form; a longer text is asked for in several."""


def show(desk: Desk) -> Reply:
    """Every statement of the crisis, and what can be begun."""
    return desk.answer("statements", desk.incident(closed=True))


def open_(desk: Desk) -> Reply:
    """One of them, as it stands."""
    incident = desk.incident(closed=True)
    return desk.answer("statement", incident, statement=_find(desk, incident).id)


def ask_draft(desk: Desk) -> Reply:
    """What this kind asks for, prefilled with what is known."""
    incident, kind = desk.incident(), desk.subject()
    if kind not in KINDS:
        raise Refused("form_expired")
    return Reply(form=desk.form("draft", incident, kind=kind))


def submit_draft(desk: Desk) -> Reply:
    """A first version: what was answered is put in, what was not stands there as a blank."""
    incident, kind = desk.incident(), desk.command.about.get("kind", "")
    if kind not in KINDS:
        raise Refused("form_expired")
    answers = {
        name: clean(value)
        for name, value in desk.command.fields.items()
        if isinstance(value, str) and name != "cites"
    }
    cites = _cited(desk.command.fields.get("cites"))
    made = draft(
        desk.voice.public.get(incident.language, kind), _given(desk, incident, cites), answers
    )
    wording = Wording(made.title, made.text, cites, answers)
    number = drafting.draft(incident, kind, incident.language, wording, desk.person.id, desk.now)
    return desk.done("drafted", incident, statement=number, missing=len(made.missing))


def ask_edit(desk: Desk) -> Reply:
    """The text as it stands, in as many parts as it needs."""
    incident = desk.incident()
    statement = _find(desk, incident)
    return Reply(form=desk.form("statement_edit", incident, statement=statement.id))


def submit_edit(desk: Desk) -> Reply:
    """The next version; every signature is void then, and whose is said."""
    incident, fields, about = desk.incident(), desk.command.fields, desk.command.about
    number, base = _number(about.get("statement", "")), _number(about.get("base", ""))
    parts = [clean(fields.get(f"text_{place}") or "") for place in range(1, 11)]
    text = "\n".join(part for part in parts if part)
    if not text:
        raise BadAnswers([BadAnswer("text_1", "words_needed")])
    wording = Wording(clean(fields.get("title") or ""), text, _cited(fields.get("cites")))
    drafting.change(incident, number, wording, base, desk.person.id, desk.now)
    return desk.done("redrafted", incident, statement=number)


def send_to_signers(desk: Desk) -> Reply:
    """Put it before all who must sign, together."""
    incident = desk.incident()
    statement = _find(desk, incident)
    blocking = [one.key for one in desk.voice.findings(incident, statement, desk.now) if one.level == "block"]
    approval.ask(incident, statement.id, blocking, desk.playbook, desk.roster, desk.person.id, desk.now)
    return desk.answer("statement", incident, statement=statement.id)


def sign(desk: Desk) -> Reply:
    """Exactly the words that the signer had before them."""
    incident, number, seal = desk.incident(), *_sealed(desk)
    approval.sign(incident, number, seal, desk.playbook, desk.roster, desk.person.id, desk.now)
    return desk.done("signed", incident, statement=number)


def release(desk: Desk) -> Reply:
    """In an emergency, whoever is in command, alone."""
    incident, number, seal = desk.incident(), *_sealed(desk)
    approval.sign_in_emergency(incident, number, seal, desk.playbook, desk.person.id, desk.now)
    return desk.done("released", incident, statement=number)


def ask_changes(desk: Desk) -> Reply:
    """What a signer wants otherwise."""
    incident, number, seal = desk.incident(), *_sealed(desk)
    drafting.find(incident, number)
    return Reply(form=desk.form("changes", incident, statement=number, seal=seal))


def submit_changes(desk: Desk) -> Reply:
    """The author and the room read it."""
    incident, about = desk.incident(), desk.command.about
    words = clean(desk.command.fields.get("changes") or "")
    if not words:
        raise BadAnswers([BadAnswer("changes", "words_needed")])
    number = _number(about.get("statement", ""))
    approval.ask_for_changes(incident, number, about.get("seal", ""), words, desk.person.id, desk.now)
    return desk.done("changes_asked", incident, statement=number)


def ask_published(desk: Desk) -> Reply:
    """Where it stands now."""
    incident = desk.incident()
    statement = _find(desk, incident)
    if not statement.approved:
        raise Refused("not_approved", statement=statement.id)
    return Reply(form=desk.form("published", incident, statement=statement.id))


def submit_published(desk: Desk) -> Reply:
    """One channel, ticked off with who, when and the link."""
    incident, fields = desk.incident(), desk.command.fields
    number, channel = _number(desk.command.about.get("statement", "")), fields.get("channel") or ""
    if channel not in CHANNELS:
        raise BadAnswers([BadAnswer("channel", "not_an_option")])
    link, pinned = clean(fields.get("link") or ""), "pinned" in (fields.get("pinned") or ())
    publishing.publish(incident, number, channel, desk.person.id, desk.now, link=link, pinned=pinned)
    return desk.done("published", incident, statement=number, channel=channel)


def _find(desk: Desk, incident: Incident) -> Statement:
    return drafting.find(incident, _number(desk.subject().partition("/")[0]))


def _sealed(desk: Desk) -> tuple[int, str]:
    """Which statement a button is about, and which wording of it was shown with it."""
    number, _, seal = desk.subject().partition("/")
    return _number(number), seal


def _cited(ticked: Any) -> Sequence[int]:
    return tuple(_number(str(fact)) for fact in ticked or ())


def _given(desk: Desk, incident: Incident, cites: Sequence[int]) -> Mapping[str, Any]:
    facts = [incident.facts[fact] for fact in cites if fact in incident.facts]
    in_command = desk.playbook.grade(incident.grade).in_command if incident.grade else ""
    signer = desk.voice.person(incident.commander(in_command)) if incident.grade == "red" else None
    zone = desk.voice.zone
    return given(incident, facts, desk.roster, signer, desk.now, zone, incident.language)


def _number(typed: str) -> int:
    """Raises Refused for what is no number."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 7):
        raise Refused("form_expired")
    return int(typed)
