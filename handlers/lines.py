"""Answer sheets: handed out, read, and looked up; whoever asks gets what stands in one, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.chat import Reply
from bot.crisis import lines
from bot.crisis.checklist import BadAnswer, BadAnswers
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.public import AnswerSheet
from handlers.desk import Desk, clean
from handlers.statements import number
from statements.sheets import Line, match
from statements.sheets import lines as lines_of

_LONGEST = 300
"""Characters of a question."""


def issue(desk: Desk) -> Reply:
    """Hand exactly the words that were shown to everybody who answers this audience."""
    incident = desk.incident()
    typed, _, seal = desk.subject().partition("/")
    args = (incident, number(typed), seal, desk.playbook, desk.roster, desk.person.id, desk.now)
    return desk.done("lines_issued", incident, sheet=lines.issue(*args))


def show(desk: Desk) -> Reply:
    """A sheet, page by page, to whoever may answer from it."""
    incident, sheet, page = _named(desk)
    return desk.answer("lines", incident, sheet=sheet.id, page=page)


def read(desk: Desk) -> Reply:
    """A receipt: from now on they use no other lines."""
    incident, sheet, _ = _named(desk)
    if not incident.open:
        raise Refused("closed_incident")
    lines.read(incident, sheet.id, desk.person.id, desk.now)
    return desk.done("lines_read")


def look_up(desk: Desk) -> Reply:
    """What may be answered to a question; where there is nothing, the question can be handed to the room."""
    question, mine = clean(desk.command.text)[:_LONGEST], list(_mine(desk))
    if not mine:
        raise Refused("no_lines_for_you")
    if not question:
        found = [_source(incident, sheet) for incident, sheet in _sheets(desk, mine)]
        return desk.answer("sheets", found=found)
    if desk.voice.principles.personal(question, desk.roster.company):
        raise Refused("personal_data")
    sources = _lines(desk, mine)
    near = match(question, list(sources))
    if not near:
        return _ask(desk, mine, question)
    found = [{**sources[line], "question": line.question, "answer": line.answer} for line in near]
    about = str(sources[near[0]]["incident"])
    return desk.answer("line_found", found=found, question=question, speaks=_speaks(desk), about=about)


def ask(desk: Desk) -> Reply:
    """What was found does not fit: the question is to be put to the room."""
    mine = list(_mine(desk))
    if not mine:
        raise Refused("no_lines_for_you")
    return _ask(desk, mine, "")


def submit(desk: Desk) -> Reply:
    """The room reads it, so that somebody writes a line."""
    question = clean(desk.command.fields.get("question") or "")[:_LONGEST]
    if not question:
        raise BadAnswers([BadAnswer("question", "words_needed")])
    if desk.voice.principles.personal(question, desk.roster.company):
        raise BadAnswers([BadAnswer("question", "personal_data")])
    chosen = number(str(desk.command.fields.get("crisis") or desk.command.about.get("crisis", "")))
    if chosen not in [incident.id for incident in _mine(desk)]:
        raise Refused("not_found")
    incident = desk.work.incidents.get(chosen)
    assert incident is not None
    lines.ask_for_line(incident, question, desk.person.id, desk.now)
    return desk.done("line_asked", speaks=_speaks(desk))


def _ask(desk: Desk, mine: list[Incident], question: str) -> Reply:
    crises = [(incident.id, incident.title) for incident in mine]
    here = [incident.id for incident in mine if incident.room and incident.room == desk.command.room]
    form = desk.form("line", question=question, crises=crises, crisis=here[:1], speaks=_speaks(desk))
    return Reply(form=form)


def _mine(desk: Desk) -> Iterator[Incident]:
    """The open crises in which this person may ask, the newest first: their own, and those with a sheet for them."""
    for header in desk.work.incidents.headers(closed=False):
        incident = desk.work.incidents.get(header.id, to_change=False)
        if incident is not None and (desk.may_see(incident) or any(_for_me(desk, incident))):
            yield incident


def _for_me(desk: Desk, incident: Incident) -> Iterator[AnswerSheet]:
    """The sheets, also recalled ones, of the audiences which this person answers."""
    audiences = lines.answers_to(desk.person.id, desk.playbook, desk.roster)
    for sheet in incident.sheets.values():
        if lines.meant_for(incident, sheet) in audiences:
            yield sheet


def _sheets(desk: Desk, mine: list[Incident]) -> Iterator[tuple[Incident, AnswerSheet]]:
    """What this person may answer from: of the crises of others only what is for the audiences they answer."""
    for incident in mine:
        allowed = incident.sheets.values() if desk.may_see(incident) else list(_for_me(desk, incident))
        for sheet in lines.in_use(incident):
            if sheet in allowed:
                yield incident, sheet


def _lines(desk: Desk, mine: list[Incident]) -> Mapping[Line, Mapping[str, Any]]:
    """Every line that may be used, with where it comes from; one that stands in two sheets comes from the newer."""
    found: dict[Line, Mapping[str, Any]] = {}
    for incident, sheet in _sheets(desk, mine):
        text = incident.statements[sheet.statement].version(sheet.version).text
        for line in lines_of(text):
            found.setdefault(line, _source(incident, sheet))
    return found


def _source(incident: Incident, sheet: AnswerSheet) -> Mapping[str, Any]:
    return {
        "incident": incident.id,
        "crisis": incident.title,
        "sheet": sheet.id,
        "version": sheet.version,
        "audience": lines.meant_for(incident, sheet),
        "issued_at": sheet.at,
        "question": "",
    }


def _speaks(desk: Desk) -> str:
    """Who takes what nobody else may answer; "" where the role has no holder."""
    return next((person.id for person in desk.roster.holding([desk.playbook.speaks])), "")


def _named(desk: Desk) -> tuple[Incident, AnswerSheet, int]:
    """The sheet that a button is about, and its page. Raises Refused for whoever may not answer from it."""
    incident = desk.named()
    if incident is None:
        raise Refused("form_expired")
    typed, _, page = desk.subject().partition("/")
    sheet = incident.sheets.get(number(typed))
    if sheet is None or not (
        desk.may_see(incident) or desk.person.id in sheet.people or sheet in _for_me(desk, incident)
    ):
        raise Refused("no_such_sheet")
    return incident, sheet, number(page or "1")
