"""Turns what a person types into what Slack stores or sends: names become mentions."""

import re
from collections.abc import Callable

from sandbox.world import World

EVERYBODY = {"@channel": "<!channel>", "@here": "<!here>", "@everyone": "<!everyone>"}
Markup = Callable[[str, str], str]


def as_message(world: World, text: str) -> str:
    """An ordinary message: escaped, with live mentions of people, channels and everybody."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = re.sub(r"&lt;(@[UW]\w+|#C\w+)(?:\|[^&]*)?&gt;", r"<\1>", escaped)
    for word, markup in EVERYBODY.items():
        escaped = re.sub(rf"(?<!\w){word}\b", markup, escaped)
    return _mentioned(world, escaped, lambda ref, _name: f"<{ref}>")


def as_command_text(world: World, text: str) -> str:
    """The words after a slash command: raw, but names become mentions when the app asks for it."""
    if not world.should_escape:
        return text
    names = {ref: name for name, ref in _references(world).items()}
    named = re.sub(r"<([@#]\w+)>", lambda found: _with_name(found[1], names), text)
    return _mentioned(world, named, lambda ref, name: f"<{ref}|{name}>")


def _mentioned(world: World, text: str, markup: Markup) -> str:
    references = _references(world)
    handles = {ref: name for name, ref in references.items()}
    pattern = "|".join(re.escape(name) for name in sorted(references, key=len, reverse=True))
    return re.sub(
        rf"(?<![<\w])({pattern})(?![\w-]*>)",
        lambda found: markup(references[found[1]], handles[references[found[1]]].lstrip("@#")),
        text,
    )


def _references(world: World) -> dict[str, str]:
    """Everything that can be mentioned; handles come last, so that they name a reference in commands."""
    found = {f"@{person.name}": f"@{person.id}" for person in world.people.values()}
    found |= {f"@{person.handle}": f"@{person.id}" for person in world.people.values()}
    found |= {f"@{world.bot_name}": f"@{world.bot_id}"}
    return found | {f"#{room.name}": f"#{room.id}" for room in world.channels.values() if not room.is_im}


def _with_name(reference: str, names: dict[str, str]) -> str:
    name = names.get(reference, "").lstrip("@#")
    return f"<{reference}|{name}>" if name else f"<{reference}>"
