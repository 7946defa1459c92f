"""Signing and publishing: exactly the words that somebody had before them, and the record of where they stand."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis import approval, publishing
from bot.crisis.checklist import BadAnswer, BadAnswers
from bot.crisis.errors import Refused
from bot.crisis.kinds import CHANNELS
from handlers.desk import Desk, clean
from handlers.statements import find, number
from statements.review import blocking

_WEB = ("http://", "https://")


def send_to_signers(desk: Desk) -> Reply:
    """Put it before all who must sign, together."""
    incident = desk.incident()
    statement = find(desk, incident)
    found = blocking(incident, statement, desk.voice.context(incident, desk.now, None))
    approval.ask(incident, statement.id, found, desk.playbook, desk.roster, desk.person.id, desk.now)
    return desk.answer("statement", incident, statement=statement.id)


def sign(desk: Desk) -> Reply:
    """Exactly the words that the signer had before them."""
    incident, statement, seal = desk.incident(), *_sealed(desk)
    approval.sign(incident, statement, seal, desk.playbook, desk.roster, desk.person.id, desk.now)
    return desk.done("signed", incident, statement=statement)


def release(desk: Desk) -> Reply:
    """In an emergency, whoever is in command, alone."""
    incident, statement, seal = desk.incident(), *_sealed(desk)
    approval.sign_in_emergency(incident, statement, seal, desk.playbook, desk.person.id, desk.now)
    return desk.done("released", incident, statement=statement)


def ask_changes(desk: Desk) -> Reply:
    """What a signer wants otherwise."""
    incident, statement, seal = desk.incident(), *_sealed(desk)
    find(desk, incident)
    return Reply(form=desk.form("changes", incident, statement=statement, seal=seal))


def submit_changes(desk: Desk) -> Reply:
    """The author and the room read it."""
    incident, about = desk.incident(), desk.command.about
    words = clean(desk.command.fields.get("changes") or "")
    if not words:
        raise BadAnswers([BadAnswer("changes", "words_needed")])
    statement = find(desk, incident, about.get("statement", ""))
    approval.ask_for_changes(incident, statement.id, about.get("seal", ""), words, desk.person.id, desk.now)
    return desk.done("changes_asked", incident, statement=statement.id)


def ask_published(desk: Desk) -> Reply:
    """Where it stands now."""
    incident = desk.incident()
    statement, channel = find(desk, incident), desk.subject().partition("/")[2]
    if not statement.approved:
        raise Refused("not_approved", statement=statement.id)
    return Reply(form=desk.form("published", incident, statement=statement.id, channel=channel))


def submit_published(desk: Desk) -> Reply:
    """One channel, ticked off with who, when and the link."""
    incident, fields = desk.incident(), desk.command.fields
    statement, channel = find(desk, incident, desk.command.about.get("statement", "")), fields.get("channel")
    link, pinned = clean(fields.get("link") or ""), fields.get("pinned") == "yes"
    wrong = [BadAnswer("channel", "not_an_option")] if channel not in CHANNELS else []
    if link and not link.startswith(_WEB):
        wrong.append(BadAnswer("link", "not_a_link"))
    if wrong:
        raise BadAnswers(wrong)
    publishing.publish(
        incident,
        statement.id,
        str(channel),
        desk.playbook,
        desk.person.id,
        desk.now,
        link=link,
        pinned=pinned,
    )
    return desk.done("published", incident, statement=statement.id, channel=channel)


def hand_to_site(desk: Desk) -> Reply:
    """The company's own site takes it; once it has, that is on record."""
    incident = desk.incident()
    statement = find(desk, incident)
    publishing.hand_to_site(incident, statement.id, desk.person.id, desk.now)
    return desk.answer("statement", incident, statement=statement.id)


def take_from_site(desk: Desk) -> Reply:
    """The site did not take it down when it was told: it is told once more."""
    incident = desk.incident()
    statement = find(desk, incident)
    publishing.take_from_site(incident, statement.id, desk.person.id, desk.now)
    return desk.answer("statement", incident, statement=statement.id)


def undo_published(desk: Desk) -> Reply:
    """It was marked by mistake."""
    incident = desk.incident()
    statement, channel = find(desk, incident), desk.subject().partition("/")[2]
    publishing.undo(incident, statement.id, channel, desk.person.id, desk.now)
    return desk.answer("statement", incident, statement=statement.id)


def taken_down(desk: Desk) -> Reply:
    """It cannot be read there any more."""
    incident = desk.incident()
    statement, channel = find(desk, incident), desk.subject().partition("/")[2]
    publishing.take_down(incident, statement.id, channel, desk.person.id, desk.now)
    return desk.answer("statement", incident, statement=statement.id)


def _sealed(desk: Desk) -> tuple[int, str]:
    """Which statement a button is about, and which wording of it was shown with it."""
    typed, _, seal = desk.subject().partition("/")
    return number(typed), seal
