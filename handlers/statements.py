"""Statements: drafted from what is known, edited by several, each wording kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Reply
from bot.crisis import drafting
from bot.crisis.checklist import BadAnswer, BadAnswers
from bot.crisis.drafting import Wording
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.kinds import KINDS
from bot.crisis.public import Statement
from handlers.desk import Desk, clean
from statements.drafts import blanks, draft, fill
from statements.forms.public import ANSWER
from statements.given import rests_on
from statements.parts import join
from statements.review import known, public_text
from statements.templates import LANGUAGES


def show(desk: Desk) -> Reply:
    """Every statement of the crisis, and what can be begun; in another language where a button asks for it."""
    incident, language = desk.incident(closed=True), desk.subject()
    return desk.answer(
        "statements", incident, language=language if language in LANGUAGES else incident.language
    )


def open_(desk: Desk) -> Reply:
    """One of them, as it stands."""
    incident = desk.incident(closed=True)
    return desk.answer("statement", incident, statement=find(desk, incident).id)


def read(desk: Desk) -> Reply:
    """Its whole text, page by page."""
    incident = desk.incident(closed=True)
    statement, page = find(desk, incident), desk.subject().partition("/")[2]
    return desk.answer("statement_text", incident, statement=statement.id, page=number(page or "1"))


def opened_page(desk: Desk) -> Reply:
    """Its page was opened, of which a platform may tell us."""
    return Reply()


def compare(desk: Desk) -> Reply:
    """What changed from one version to the next, or between any two that are named."""
    incident = desk.incident(closed=True)
    statement, two = find(desk, incident), desk.subject().partition("/")[2]
    before, _, after = two.partition("/")
    latest = statement.latest.number
    before_number = number(before) if before else max(latest - 1, 1)
    after_number = number(after) if after else latest
    if not all(1 <= one <= latest for one in (before_number, after_number)):
        raise Refused("form_expired")
    return desk.answer("versions", incident, statement=statement.id, before=before_number, after=after_number)


def ask_draft(desk: Desk) -> Reply:
    """What this kind asks for, prefilled with what is known."""
    incident = desk.incident()
    kind, _, language = desk.subject().partition("/")
    _check_kind(kind, language or incident.language)
    return Reply(form=desk.form("draft", incident, kind=kind, language=language or incident.language))


def submit_draft(desk: Desk) -> Reply:
    """A first version: what was answered is put in, what was not stands there as a blank."""
    incident, about = desk.incident(), desk.command.about
    kind, language = about.get("kind", ""), about.get("language", "")
    _check_kind(kind, language)
    ticked, answers = cited(desk), _answers(desk)
    context = desk.voice.context(incident, desk.now, None)
    public = public_text(context, language, kind)
    made = draft(public, known(incident, public, ticked, context), answers)
    cites = tuple({*ticked, *rests_on(public, incident)})
    wording = Wording(made.title, made.text, cites, answers)
    new = drafting.draft(incident, kind, language, wording, desk.person.id, desk.now)
    return desk.done("drafted", incident, statement=new, missing=len(made.missing))


def ask_blanks(desk: Desk) -> Reply:
    """The questions that are still open in the text, to be answered without touching the rest."""
    incident = desk.incident()
    return Reply(form=desk.form("blanks", incident, statement=find(desk, incident).id))


def submit_blanks(desk: Desk) -> Reply:
    """Each answer stands where its blank stood."""
    incident, about = desk.incident(), desk.command.about
    statement, base = find(desk, incident, about.get("statement", "")), number(about.get("base", ""))
    written = statement.version(base) if 1 <= base <= statement.latest.number else statement.latest
    questions = blanks(f"{written.title}\n{written.text}", statement.language)
    answers = {
        question: answer
        for place, question in enumerate(questions, start=1)
        if (answer := _answers(desk).get(str(place)))
    }
    title, text = (fill(one, statement.language, answers) for one in (written.title, written.text))
    return _saved(desk, incident, statement, Wording(title, text, written.cites), base)


def ask_edit(desk: Desk) -> Reply:
    """The text as it stands, in as many parts as it needs."""
    incident = desk.incident()
    return Reply(form=desk.form("statement_edit", incident, statement=find(desk, incident).id))


def submit_edit(desk: Desk) -> Reply:
    """The next version; every signature is void then, and whose is said."""
    incident, fields, about = desk.incident(), desk.command.fields, desk.command.about
    statement, base = find(desk, incident, about.get("statement", "")), number(about.get("base", ""))
    parts = [clean(fields.get(f"text_{place}") or "") for place in range(1, 14) if f"text_{place}" in fields]
    text = join(parts, about.get("breaks", ""))
    if not text:
        raise BadAnswers([BadAnswer("text_1", "words_needed")])
    wording = Wording(clean(fields.get("title") or ""), text, cited(desk))
    return _saved(desk, incident, statement, wording, base)


def drop_kept(desk: Desk) -> Reply:
    """What was written while another saved is not needed any more."""
    incident = desk.incident()
    statement = find(desk, incident)
    drafting.drop(incident, statement.id, desk.person.id, desk.now)
    return desk.answer("statement", incident, statement=statement.id)


def ask_accept(desk: Desk) -> Reply:
    """Why a warning may stand."""
    incident = desk.incident()
    statement, finding = find(desk, incident), desk.subject().partition("/")[2]
    return Reply(form=desk.form("accept", incident, statement=statement.id, finding=finding))


def submit_accept(desk: Desk) -> Reply:
    """It stands, with the reason beside it for every signer."""
    incident, about = desk.incident(), desk.command.about
    statement, version = find(desk, incident, about.get("statement", "")), number(about.get("version", ""))
    drafting.accept(
        incident, statement.id, version, about.get("finding", ""), desk.reason(), desk.person.id, desk.now
    )
    return desk.done("finding_accepted", incident, statement=statement.id)


def ask_withdraw(desk: Desk) -> Reply:
    """Why it is not to be used any more."""
    incident = desk.incident()
    return Reply(form=desk.form("withdraw", incident, statement=find(desk, incident).id))


def submit_withdraw(desk: Desk) -> Reply:
    """Nobody signs or publishes it any more; where it is out, it is to be taken down."""
    incident, about = desk.incident(), desk.command.about
    statement = find(desk, incident, about.get("statement", ""))
    drafting.withdraw(incident, statement.id, desk.reason(), desk.person.id, desk.now)
    return desk.done("withdrawn", incident, statement=statement.id)


def find(desk: Desk, incident: Incident, typed: str = "") -> Statement:
    """The statement that a button or form is about."""
    return drafting.find(incident, number(typed or desk.subject().partition("/")[0]))


def number(typed: str) -> int:
    """Raises Refused for what is no number."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 7):
        raise Refused("form_expired")
    return int(typed)


def cited(desk: Desk) -> Sequence[int]:
    """The facts that were ticked."""
    return tuple(number(str(fact)) for fact in desk.command.fields.get("cites") or ())


def _saved(desk: Desk, incident: Incident, statement: Statement, wording: Wording, base: int) -> Reply:
    """Where another has saved meanwhile nothing is lost: what this person wrote waits beside the difference."""
    if base != statement.latest.number and not statement.withdrawn:
        drafting.keep(incident, statement.id, wording, base, desk.person.id, desk.now)
        return Reply(done=desk.card("conflict", incident, statement=statement.id))
    drafting.change(incident, statement.id, wording, base, desk.person.id, desk.now)
    return desk.done("redrafted", incident, statement=statement.id)


def _answers(desk: Desk) -> Mapping[str, str]:
    fields: Mapping[str, Any] = desk.command.fields
    return {
        name.removeprefix(ANSWER): clean(value)
        for name, value in fields.items()
        if name.startswith(ANSWER) and isinstance(value, str)
    }


def _check_kind(kind: str, language: str) -> None:
    if kind not in KINDS or language not in LANGUAGES:
        raise Refused("form_expired")
