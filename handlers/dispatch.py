"""One command in, one transaction, one reply out."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import replace
from functools import partial
from typing import Any

from bot.chat import Card, Command, Dispatch, Plain, Reply
from bot.crisis.checklist import BadAnswers
from bot.crisis.errors import Refused
from bot.store import Store, Work
from bot.voice import Voice
from handlers import ACTIONS, ALIASES, FORMS, VERBS, Handler
from handlers.desk import Desk


def dispatcher(store: Store, voice: Voice) -> Dispatch:
    """The function that a platform hands every command to. When it returns, what it says has been committed."""

    async def dispatch(command: Command) -> Reply:
        return await store.run(partial(handle, voice, intended(command)))

    return dispatch


def intended(command: Command) -> Command:
    """The command under the key of what was meant, for `handle`.

    A form sent again with other answers, because the first try seemed to fail, says something new that must not get
    lost. Only the opening does not: it would open a second crisis.
    """
    if command.kind != "sent" or command.name == "open":
        return command
    answers = repr(sorted(command.fields.items())).encode("utf-8", "surrogatepass")
    return replace(command, key=f"{command.key}:{hashlib.sha256(answers).hexdigest()[:16]}")


def handle(voice: Voice, command: Command, work: Work) -> Reply:
    """Answer a command once; a redelivery changes nothing and is given the first answer again."""
    if not work.first_time(command.key):
        return work.first_answer(command.key)
    desk = desk_for(voice, command, work)
    try:
        reply = handler_of(desk.command)(desk)
    except (Refused, BadAnswers) as problem:
        work.undo()
        reply = sorry(desk, problem)
    if reply.errors:
        work.forget(command.key)
    else:
        work.remember(command.key, reply)
    return reply


def desk_for(voice: Voice, command: Command, work: Work) -> Desk:
    """Where this command is handled."""
    person = voice.behind(command.platform, command.user)
    return Desk(_storable(command), person, work, voice)


def sorry(desk: Desk, problem: Refused | BadAnswers) -> Reply:
    """What the person reads where nothing came of it."""
    return _refused(desk, problem) if isinstance(problem, Refused) else _problems(desk, problem)


def _storable(command: Command) -> Command:
    """The command without what no database takes: NUL, and halves of letters. Nobody meant to type them."""
    fields = {name: _kept(value) for name, value in command.fields.items()}
    return replace(command, name=_kept(command.name), text=_kept(command.text), fields=fields)


def _kept(value: Any) -> Any:
    return value.encode("utf-8", "ignore").decode().replace("\x00", "") if isinstance(value, str) else value


def handler_of(command: Command) -> Handler:
    """The function that does what is asked; for what nobody knows, one that says so."""
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
    nearest = f"{close[0]} {rest}".strip() if close else ""
    sentence = f"{verb} {rest}".strip() if is_sentence else ""
    platform = desk.command.platform
    raise Refused("unknown_verb", verb=verb, nearest=nearest, sentence=sentence, platform=platform)


def _outdated(desk: Desk) -> Reply:
    raise Refused("form_expired")


def _refused(desk: Desk, refusal: Refused) -> Reply:
    card = desk.card("refused", desk.at_hand(), code=refusal.code, **refusal.params)
    if desk.command.kind != "sent":
        return Reply(card=card, refused=True)
    if refusal.code == "closed_incident":
        # Whoever filled in fifteen answers meanwhile keeps them: the form stays, and can be sent after a reopening.
        return Reply(errors={"": desk.voice.problem(desk.person.language, refusal.code, {})})
    return Reply(done=card, refused=True)


def _problems(desk: Desk, bad: BadAnswers) -> Reply:
    """Beside the fields of a form; what was typed has none, so there it is a message."""
    language = desk.person.language
    told = {error.field: desk.voice.problem(language, error.code, error.params) for error in bad.errors}
    return (
        Reply(errors=told)
        if desk.command.kind == "sent"
        else Reply(card=Card((Plain(" ".join(told.values())),)), refused=True)
    )
