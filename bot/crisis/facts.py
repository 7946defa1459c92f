"""The ledger of facts: what may be so, what is, and what turned out wrong. Only confirmed ones may be said outside."""

from __future__ import annotations

from datetime import datetime

from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.public import Fact, Statement
from bot.crisis.public_events import FactChecked, FactNoted, FactReworded, Status


def note(incident: Incident, text: str, source: str, by: str, now: datetime, question: str = "") -> int:
    """Put something on the ledger, unconfirmed. Returns its number; the same words again are the same fact.

    question: the one of the checklist that it answers; a new answer to it rewords the fact. Raises Refused when
    there are no words.
    """
    text, source = text.strip(), source.strip()
    if not text:
        raise Refused("fact_without_words")
    for fact in incident.facts.values():
        if question and fact.question == question:
            reword(incident, fact.id, text, source, by, now)
            return fact.id
        if fact.text == text:
            return fact.id
    number = len(incident.facts) + 1
    incident.record(FactNoted(number, text, source, question), by, now)
    return number


def reword(incident: Incident, fact: int, text: str, source: str, by: str, now: datetime) -> None:
    """Put it differently; what says something else has to be checked again. Raises Refused for an unknown one."""
    known, text = find(incident, fact), text.strip()
    if not text:
        raise Refused("fact_without_words")
    if text != known.text:
        incident.record(FactReworded(fact, text, source.strip() or known.source), by, now)


def check(incident: Incident, fact: int, status: Status, source: str, by: str, now: datetime) -> None:
    """Confirm it, refute it, or take either back. Raises Refused without a source, which is what makes it checked."""
    known, source = find(incident, fact), source.strip()
    if status != "unconfirmed" and not source:
        raise Refused("source_needed")
    if (known.status, known.source) != (status, source):
        incident.record(FactChecked(fact, status, source or known.source), by, now)


def find(incident: Incident, fact: int) -> Fact:
    """The fact of that number. Raises Refused for one that there is not."""
    if fact not in incident.facts:
        raise Refused("no_such_fact", fact=fact)
    return incident.facts[fact]


def unsafe(incident: Incident, statement: Statement) -> list[Fact]:
    """The facts that its last version cites and that are not confirmed, or not any more."""
    cited = [incident.facts[fact] for fact in statement.latest.cites if fact in incident.facts]
    return [fact for fact in cited if fact.status != "confirmed"]


def told_wrongly(incident: Incident) -> list[tuple[Statement, list[Fact]]]:
    """Every text that is out and rests on something refuted since: to be corrected, or taken back."""
    found = []
    for statement in incident.statements.values():
        out = {publication.version for publication in statement.published.values()}
        cited = {fact for version in out for fact in statement.version(version).cites}
        wrong = [incident.facts[fact] for fact in sorted(cited) if incident.facts[fact].status == "refuted"]
        if wrong and not statement.withdrawn:
            found.append((statement, wrong))
    return found
