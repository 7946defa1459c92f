"""Answering a page."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.paging import answer_page, pass_page
from handlers.desk import Desk


def on_it(desk: Desk) -> Reply:
    """The person takes every role they were called for; their card and the room show it."""
    answer_page(desk.incident(), desk.person.id, desk.now)
    return Reply()


def pass_on(desk: Desk) -> Reply:
    """The deputy is called at once."""
    pass_page(desk.incident(), desk.person.id, desk.playbook, desk.roster, desk.now)
    return Reply()
