"""What the platform posts by itself while the bot is down. Nobody can mend it, so it says only what stays true."""

from __future__ import annotations

from datetime import datetime

from bot.chat import Card
from statements.cards.page import Page
from statements.history import update_name

_MOST = 4


def backup(page: Page) -> Card:
    """What was due and when, what the plan asks by then, and what to do without the bot.

    args name, due_at, post_at, ref: as `bot.net` leaves them. It has neither grade nor buttons: whoever presses one
    now gets no answer.
    """
    name = str(page.args["name"])
    tasks = [task.name for one in page.context.playbook.checkpoints if one.name == name for task in one.tasks]
    text = page.text(
        kind="checkpoint" if tasks else "update" if name.startswith("update/") else "final",
        shown=page.label("checkpoint_short", name) if tasks else update_name(page.language, name, page.words),
        due_at=datetime.fromisoformat(page.args["due_at"]),
        post_at=datetime.fromisoformat(page.args["post_at"]),
        tasks=tasks[:_MOST],
        more=len(tasks[_MOST:]),
        ref=page.args["ref"],
    )
    return page.card(text, tone="plain")
