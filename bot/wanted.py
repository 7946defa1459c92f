"""Is it still true? Asked just before every send, because minutes may lie between a cause and its message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.chat import Send
from bot.crisis.facts import told_wrongly
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.crisis.publishing import may_go_to_site
from bot.crisis.words import executive_was_heard, last_word, missing_channels
from timelines.checkpoints import due_at
from timelines.reminders import deadlines


def still_wanted(send: Send, incident: Incident) -> bool:
    """False for a page that was answered, a reminder of a closed incident, a grade that has moved on."""
    if send.deed == "archive":
        return not incident.open
    if send.deed == "urge":
        return _page(send, incident)
    if send.deed == "hook":
        return _hook(send, incident)
    if send.deed not in ("post", "direct"):
        return True
    question = QUESTIONS.get(send.card)
    return question is None or question(send, incident)


def too_late(send: Send, incident: Incident, playbook: Playbook, now: datetime) -> bool:
    """A word before a time, once that has come, or no longer counts; `now` is aware, crisis time."""
    if send.card != "before":
        return False
    at = _time_of(send.args["name"], incident, playbook)
    return at is None or now >= at


def _time_of(name: str, incident: Incident, playbook: Playbook) -> datetime | None:
    """When a checkpoint comes, or a deadline of a grade; None where that one does not count any more."""
    assert incident.time_zero is not None
    grade, _, deadline = name.partition("/")
    if not deadline:
        return due_at(playbook.checkpoint(name), incident.time_zero)
    ahead = deadlines(incident, playbook) if grade == incident.grade else []
    return next((item.at for item in ahead if item.name == deadline), None)


def _open(send: Send, incident: Incident) -> bool:
    return incident.open


def _page(send: Send, incident: Incident) -> bool:
    """The latest call of this person, still unanswered; an older one that had to wait would call them twice."""
    waiting = [call for call in incident.calls.values() if call.open and call.person == send.to]
    latest = send.args["n"] == incident.times_called(send.to)
    return incident.open and bool(waiting) and latest


def _hook(send: Send, incident: Incident) -> bool:
    """Exactly this wording may still go out, or is to be taken down; and the site has not done so yet."""
    statement, version = incident.statements[send.args["statement"]], send.args["version"]
    if send.args["withdrawn"]:
        return statement.handed[version].taken_down_at is None
    return may_go_to_site(incident, statement, version)


def _nudge(send: Send, incident: Incident) -> bool:
    return incident.open and not incident.checklist.complete


def _grade(send: Send, incident: Incident) -> bool:
    place = int(send.args["n"])
    return incident.gradings[place].verdict.grade == incident.grade


def _lower_asked(send: Send, incident: Incident) -> bool:
    return incident.lowering is not None and incident.lowering.to == send.args["to"]


def _sign(send: Send, incident: Incident) -> bool:
    """Exactly that version still waits for this person; what was signed or changed meanwhile calls nobody."""
    statement = incident.statements[send.args["statement"]]
    if not incident.open or statement.withdrawn or statement.emergency:
        return False
    waits = [seat for seat in statement.seats.values() if send.to in seat.asked and not seat.signed_by]
    return send.args["version"] == statement.latest.number and bool(waits)


def _told_wrongly(send: Send, incident: Incident) -> bool:
    fact = send.args["fact"]
    return any(fact == one.id for _, facts in told_wrongly(incident) for one in facts)


def _latest_version(send: Send, incident: Incident) -> bool:
    statement = incident.statements[send.args["statement"]]
    return not statement.withdrawn and send.args["version"] == statement.latest.number


def _promise(send: Send, incident: Incident) -> bool:
    """A reminder only while it is open; what became of it stays true."""
    return not send.args.get("due") or (incident.open and incident.promises[send.args["promise"]].open)


def _next_word(send: Send, incident: Incident) -> bool:
    """Nothing has been said since."""
    last = last_word(incident)
    return incident.open and last is not None and last.isoformat() == send.args["last"]


def _executive(send: Send, incident: Incident) -> bool:
    return incident.open and incident.grade == send.args["grade"] and not executive_was_heard(incident)


def _standing(send: Send, incident: Incident) -> bool:
    """It still stands nowhere, or not on all of them, or where it must not."""
    statement = incident.statements[send.args["statement"]]
    if not incident.open or send.args["about"] == "outdated":
        return incident.open and bool(statement.outdated)
    return bool(missing_channels(statement, send.args["missing"])) and (
        send.args["about"] == "incomplete" or not statement.published
    )


def _lines(send: Send, incident: Incident) -> bool:
    """Nobody is handed what is recalled already, nor what they have read."""
    sheet = incident.sheets[send.args["sheet"]]
    return incident.open and not sheet.recalled and send.to not in sheet.read


QUESTIONS: Mapping[str, Callable[[Send, Incident], bool]] = {
    "page": _page,
    "nudge": _nudge,
    "grade": _grade,
    "lower_asked": _lower_asked,
    "before": _open,
    "checkpoint": _open,
    "decisions": _open,
    "reading": _open,
    "update": _open,
    "nobody_answers": _open,
    "sign": _sign,
    "approved": _latest_version,
    "told_wrongly": _told_wrongly,
    "promise": _promise,
    "next_word": _next_word,
    "executive": _executive,
    "standing": _standing,
    "lines": _lines,
    "lines_room": _lines,
    "line_asked": _open,
}
"""What a card claims; one that is not here only tells what happened, which stays true."""
