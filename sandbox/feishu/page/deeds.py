"""What a person may do on the page, each as one small table row: its name, its function, what it needs to know."""

import json
from typing import Any

from sandbox.errors import PersonCannot
from sandbox.feishu import hands
from sandbox.feishu.driver import EVERYBODY, Seen
from sandbox.feishu.page.forms import form_of, problems, wire
from sandbox.feishu.page.regions import pen_for
from sandbox.page.stage import Asked, Deeds, Stage


async def _say(stage: Stage, asked: Asked) -> dict[str, Any]:
    chat, text = stage.world.chats.get(asked["in"]), str(asked["text"])
    if chat is None:
        raise PersonCannot("the chat is gone")
    if chat.may_call_all != "all_members" and any(f"@{word}" in text for word in EVERYBODY):
        return {"toast": _toast("warning", pen_for(stage, asked["as"]).say("no_at_all"))}
    await stage.driver.say(asked["as"], text, chat.id)
    return {}


async def _press(stage: Stage, asked: Asked) -> dict[str, Any]:
    """A button that stands by itself, known by what it sends."""
    seen = await stage.driver.press(asked["as"], str(asked["message"]), _value(asked))
    return _seen(stage, asked["as"], seen)


async def _submit(stage: Stage, asked: Asked) -> dict[str, Any]:
    """The bot hears only of a form that the client would let through."""
    message, values = stage.world.find(str(asked["message"])), asked["values"]
    form = form_of(message.card, asked["form"]) if message and message.card else {}
    if not form or not isinstance(values, dict):
        raise PersonCannot("the form is gone")
    fields = hands.fields_of(form)
    sent = {name: wire(fields[name], value) for name, value in values.items() if name in fields}
    if errors := problems(form, sent, pen_for(stage, asked["as"])):
        return {"errors": errors}
    seen = await stage.driver.submit(asked["as"], message.id, sent, str(asked["button"]))
    return _seen(stage, asked["as"], seen)


async def _menu(stage: Stage, asked: Asked) -> dict[str, Any]:
    await stage.driver.menu(asked["as"], str(asked["key"]))
    return {}


async def _add_bot(stage: Stage, asked: Asked) -> dict[str, Any]:
    if asked["in"] not in stage.world.chats:
        raise PersonCannot("the chat is gone")
    await stage.driver.adds_bot(asked["as"], asked["in"])
    return {}


async def _look(stage: Stage, asked: Asked) -> dict[str, Any]:
    """Opens what one was called to; the call on the whole screen goes away."""
    stage.driver.sees_urgent(asked["as"], str(asked["message"]))
    return {}


async def _answer(stage: Stage, asked: Asked) -> dict[str, Any]:
    """Opens what one was called to, and presses the card's own button."""
    await _look(stage, asked)
    return await _press(stage, asked)


async def _read(stage: Stage, asked: Asked) -> dict[str, Any]:
    if asked["in"] in stage.world.chats:
        stage.world.mark_read(asked["as"], asked["in"])
    return {}


def _value(asked: Asked) -> dict[str, Any]:
    try:
        value = json.loads(str(asked["value"]))
    except ValueError:
        value = None
    if not isinstance(value, dict) or not value:
        raise PersonCannot("the button is gone")
    return value


def _seen(stage: Stage, person: str, seen: Seen) -> dict[str, Any]:
    """What the person sees of the bot's answer: its words, or Feishu's own with a code."""
    if seen.code:
        words = pen_for(stage, person).w["codes"]
        told = f"{words.get(seen.code, words[0])} ({seen.code})"
        return {"toast": _toast("error", told)}
    return {"toast": _toast(seen.toast.kind, seen.toast.text)} if seen.toast else {}


def _toast(kind: str, words: str) -> dict[str, str]:
    return {"kind": kind, "words": words}


DEEDS: Deeds = {
    "say": (_say, ("in", "text")),
    "press": (_press, ("message", "value")),
    "submit": (_submit, ("message", "form", "button", "values")),
    "menu": (_menu, ("key",)),
    "add_bot": (_add_bot, ("in",)),
    "look": (_look, ("message",)),
    "answer": (_answer, ("message", "value")),
    "read": (_read, ("in",)),
}
