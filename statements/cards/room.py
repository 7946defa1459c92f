"""The room and the life of an incident: details, closing, reopening, and what the platform refused."""

from __future__ import annotations

from bot.chat import Card
from bot.crisis.events import Closed, DetailsChanged, Reopened
from bot.crisis.promises import open_promises
from statements.answers import given_up_deed
from statements.cards.calls import why
from statements.cards.page import Page, buttons


def details_changed(page: Page) -> Card:
    """The heading facts were corrected, and the times with them."""
    return page.card(page.text(entry=page.latest(DetailsChanged)))


def invite_refused(page: Page) -> Card:
    """The platform would not let a person in."""
    return page.card(page.text(person=page.args["person"], why=why(page, str(page.args["code"]))))


def room_failed(page: Page) -> Card:
    """To whoever opened it: there is no room yet, and what to do."""
    text = page.text(why=why(page, str(page.args.get("code", ""))))
    return page.card(text, *page.row("checklist", "status", first="checklist"))


def given_up(page: Page) -> Card:
    """What the platform would not do, and what people do instead. args: deed, people it was for, code.

    statement, version: the wording that the company's own site would not take.
    """
    args = page.args
    text = page.text(
        deed=given_up_deed(page.words, str(args["deed"])),
        people=args["people"],
        why=why(page, str(args["code"])),
        statement=args.get("statement", 0),
        version=args.get("version", 0),
    )
    return page.card(text, *page.row("tasks", "status"))


def room_lost(page: Page) -> Card:
    """To one person: the room hears nothing from us any more. args code: why."""
    return page.card(page.text(why=why(page, str(page.args["code"]))), *page.row("tasks", "status"))


def closed(page: Page) -> Card:
    """It is over: how it ended, what is left."""
    incident = page.incident
    done = sum(task.state == "done" for task in incident.tasks.values())
    left = sum(task.open for task in incident.tasks.values())
    text = page.text(
        entry=page.latest(Closed),
        done=done,
        left=left,
        minutes=_minutes(page),
        promises=open_promises(incident),
    )
    return page.card(text, buttons(page.button("reopen"), page.button("status")), tone="grey")


def _minutes(page: Page) -> int:
    incident, entry = page.incident, page.latest(Closed)
    begun = incident.declared_at or entry.at
    return int((entry.at - begun).total_seconds() // 60)


def reopened(page: Page) -> Card:
    """It is not over after all: the clock runs again."""
    return page.card(page.text(entry=page.latest(Reopened)), *page.row("checklist", "tasks", "status"))
