"""How a wording stands: written, signed, out, replaced, taken back; and the sheet that says so."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crisis.facts import unsafe
from bot.crisis.incident import Incident
from bot.crisis.public import Statement, Version
from bot.crisis.public_events import Approved
from statements.documents.sheets import Sheet
from statements.marks import as_text
from statements.text import Words


def standing(incident: Incident, statement: Statement, number: int) -> Sequence[str]:
    """The names of what is true of this version, what matters most first; never none."""
    if statement.withdrawn:
        return ["withdrawn"]
    found = ["published"] if number in {one.version for one in statement.published.values()} else []
    if number != statement.latest.number:
        found.append("superseded")
    elif statement.approved:
        found = found or ["approved"]
        found += ["unsafe"] if unsafe(incident, statement) else []
    else:
        found.append("waiting" if statement.asked else "draft")
    return [*found, "emergency"] if _in_emergency(incident, statement.id, number) else found


def may_go_out(incident: Incident, statement: Statement) -> bool:
    """The last version is signed by all who must, and what it rests on still confirmed."""
    return statement.approved and not unsafe(incident, statement)


def sheet(incident: Incident, statement: Statement, number: int, words: Words) -> Sheet:
    """One version as a document, in the statement's own language. Raises LookupError for one that there is not."""
    version, language = statement.version(number), statement.language
    states = [words.label(language, "standing", one) for one in standing(incident, statement, number)]
    told = note(incident, statement, version, words, language, states)
    return Sheet(version.title, version.text, language, told, version.at.isoformat())


def note(
    incident: Incident,
    statement: Statement,
    version: Version,
    words: Words,
    language: str,
    states: Sequence[str] = (),
) -> str:
    """Which wording this is, on one line. states: how it stands, in words."""
    lines = words.lines(
        language,
        "team/sheet_note",
        drill=words.label(language, "marks", "drill") if incident.drill else "",
        incident=incident.id,
        statement=statement.id,
        kind=statement.kind,
        version=version.number,
        seal=version.seal,
        states=list(states),
    )
    return as_text(lines[0], {})


def _in_emergency(incident: Incident, statement: int, version: int) -> bool:
    """One signature let it out: asked of the history, for the state forgets it with the next version."""
    return any(
        isinstance(entry.event, Approved)
        and entry.event.emergency
        and (entry.event.statement, entry.event.version) == (statement, version)
        for entry in incident.history
    )
