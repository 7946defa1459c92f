"""What a person may do on the page, each as one small table row: its name, its function, what it needs to know."""

from typing import Any

from sandbox.errors import PersonCannot
from sandbox.page.forms import element_of, inputs_of, problems, wire
from sandbox.page.regions import pen_for
from sandbox.page.render import Pen
from sandbox.page.stage import Asked, Deeds, Stage


async def _say(stage: Stage, asked: Asked) -> dict[str, Any]:
    if asked["in"] not in stage.world.channels:
        raise PersonCannot("the channel is gone")
    await stage.driver.say(asked["as"], asked["in"], str(asked["text"]))
    return {}


async def _press(stage: Stage, asked: Asked) -> dict[str, Any]:
    user, action, block = asked["as"], asked["action"], asked.get("block") or None
    message = stage.world.find(asked["in"], asked["ts"])
    if message is None:
        raise PersonCannot("the message is gone")
    blocks = [*message.blocks, *(b for a in message.attachments for b in a.get("blocks") or [])]
    value = wire(element_of(blocks, block, action), asked.get("value"), pen_for(stage, user))
    await stage.driver.press(user, asked["in"], asked["ts"], action, block_id=block, value=value)
    return {}


async def _press_view(stage: Stage, asked: Asked) -> dict[str, Any]:
    """What is typed so far goes first: the bot sees it in the state of the form, as in Slack."""
    user, view_id, action = asked["as"], asked["view"], asked["action"]
    pen, blocks = pen_for(stage, user), _view(stage, view_id).view.get("blocks") or []
    _fill(stage, asked, pen)
    value = wire(element_of(blocks, asked.get("block"), action), asked.get("value"), pen)
    done = await stage.driver.press_view(user, view_id, action, value)
    return {"notice": pen.say("failed")} if done and done.failure else {}


async def _submit(stage: Stage, asked: Asked) -> dict[str, Any]:
    """The bot hears only of a form which the client would let through."""
    pen = pen_for(stage, asked["as"])
    if errors := _fill(stage, asked, pen):
        return {"errors": errors}
    errors = await stage.driver.submit(asked["as"], asked["view"], {})
    return {
        "errors": {block or "": pen.say("failed") if not block else words for block, words in errors.items()}
    }


def _fill(stage: Stage, asked: Asked, pen: Pen) -> dict[str, str]:
    """Keeps what can be kept of the typed values, so that a reload finds them; returns the problems."""
    view, typed = _view(stage, asked["view"]).view, asked.get("values")
    if not isinstance(typed, dict):
        return {}
    inputs = {key: block["element"] for key, block in inputs_of(view).items() if key in typed}
    wrong = problems(view, typed, pen)
    sound = {key: wire(element, typed[key], pen) for key, element in inputs.items() if key not in wrong}
    stage.driver.fill(asked["as"], asked["view"], sound)
    return wrong


async def _dismiss(stage: Stage, asked: Asked) -> dict[str, Any]:
    await stage.driver.dismiss(asked["as"], asked["view"])
    return {}


async def _read(stage: Stage, asked: Asked) -> dict[str, Any]:
    if asked["in"] in stage.world.channels:
        stage.world.mark_read(asked["as"], asked["in"])
    return {}


async def _shortcut(stage: Stage, asked: Asked) -> dict[str, Any]:
    done = await stage.driver.shortcut(asked["as"], asked["callback"])
    return {"notice": pen_for(stage, asked["as"]).say("failed")} if done and done.failure else {}


def _view(stage: Stage, view_id: str) -> Any:
    view = stage.world.find_view(view_id)
    if view is None:
        raise PersonCannot("the form is gone")
    return view


DEEDS: Deeds = {
    "say": (_say, ("in", "text")),
    "press": (_press, ("in", "ts", "action")),
    "press_view": (_press_view, ("view", "action")),
    "submit": (_submit, ("view", "values")),
    "dismiss": (_dismiss, ("view",)),
    "read": (_read, ("in",)),
    "shortcut": (_shortcut, ("callback",)),
}
