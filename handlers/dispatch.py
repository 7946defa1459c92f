"""One command in, one transaction, one reply out."""

from __future__ import annotations

import difflib
from functools import partial

from bot.chat import Command, Dispatch, Reply
from bot.crisis.checklist import BadAnswers
from bot.crisis.errors import Refused
from bot.store import Store, Work
from bot.voice import Voice
from handlers import ACTIONS, ALIASES, FORMS, VERBS, Handler
from handlers.desk import Desk


def dispatcher(store: Store, voice: Voice) -> Dispatch:
    """The function that a platform hands every command to. When it returns, what it says has been committed."""

    async def dispatch(command: Command) -> Reply:
        return await store.run(partial(handle, voice, command))

    return dispatch


def handle(voice: Voice, command: Command, work: Work) -> Reply:
    """Answer a command once; a redelivery changes nothing and is given the first answer again."""
    if not work.first_time(command.key):
        return work.first_answer(command.key)
    desk = Desk(command, voice.roster.on_slack(command.user, voice.language), work, voice)
    try:
        reply = _handler(command)(desk)
    except Refused as refusal:
        work.undo()
        reply = _refused(desk, refusal)
    except BadAnswers as bad:
        work.undo()
        reply = Reply(errors=_problems(desk, bad))
    if reply.errors:
        work.forget(command.key)
    else:
        work.remember(command.key, reply)
    return reply


def _handler(command: Command) -> Handler:
    if command.kind == "typed":
        verb = ALIASES.get(command.name, command.name)
        if verb not in VERBS:
            return partial(_unknown_verb, command.name)
        return VERBS[verb]
    return (ACTIONS if command.kind == "pressed" else FORMS).get(command.name, _outdated)


def _unknown_verb(verb: str, desk: Desk) -> Reply:
    """Suggest what was meant, with all that was typed after it; a bare sentence is what has happened."""
    rest = desk.command.text.strip()
    close = difflib.get_close_matches(verb, [*VERBS, *ALIASES], n=1, cutoff=0.5)
    is_sentence = bool(rest) or not verb.isascii()
    meant = f"{close[0]} {rest}" if close else f"open {verb} {rest}" if is_sentence else "help"
    raise Refused("unknown_verb", verb=verb, nearest=meant.strip())


def _outdated(desk: Desk) -> Reply:
    raise Refused("form_expired")


def _refused(desk: Desk, refusal: Refused) -> Reply:
    card = desk.card("refused", desk.at_hand(), code=refusal.code, **refusal.params)
    if desk.command.kind != "sent":
        return Reply(card=card)
    if refusal.code == "closed_incident":
        # Whoever filled in fifteen answers meanwhile keeps them: the form stays, and can be sent after a reopening.
        return Reply(errors={"": desk.voice.problem(desk.person.language, refusal.code, {})})
    return Reply(done=card)


def _problems(desk: Desk, bad: BadAnswers) -> dict[str, str]:
    language = desk.person.language
    return {error.field: desk.voice.problem(language, error.code, error.params) for error in bad.errors}
