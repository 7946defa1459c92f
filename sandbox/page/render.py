"""Templates and what they may call: the only place where Block Kit meets HTML."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from sandbox.inputs import FIELDS
from sandbox.page import dates, mrkdwn
from sandbox.page.mrkdwn import Reader

HERE = Path(__file__).parent
NAMED_COLOURS = {"good": "#2e7d32", "warning": "#b7791f", "danger": "#c62828"}
_DARK_INK, _LIGHT_INK = "#1b1f24", "#ffffff"
_HEX = frozenset("0123456789abcdefABCDEF")


class _ItemsFirst(Environment):
    """`block.items` is what the bot sent under that name, never a method of the dictionary."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The item of a dictionary, else the attribute."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def environment() -> Environment:
    """A Jinja environment which escapes everything; built once by `routes()`."""
    env = _ItemsFirst(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(colour=colour, ink_on=ink_on, initials=initials)
    return env


def words() -> dict[str, dict[str, Any]]:
    """The page's own words by language."""
    return yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))


def emoji() -> dict[str, str]:
    """Short name -> sign."""
    return yaml.safe_load((HERE / "emoji.yaml").read_text(encoding="utf-8"))


def colour(value: str | None) -> str:
    """A colour that is safe inside an SVG attribute; grey when it is not a colour."""
    named = NAMED_COLOURS.get(value or "", value or "")
    digits = named.removeprefix("#")
    return f"#{digits}" if len(digits) in (3, 6) and set(digits) <= _HEX else "#9aa1a9"


def ink_on(value: str | None) -> str:
    """Black or white, whichever reads better on this colour (WCAG contrast)."""
    digits = colour(value).removeprefix("#")
    full = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(full[at : at + 2], 16) / 255) for at in (0, 2, 4))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return _LIGHT_INK if 1.05 / (light + 0.05) >= (light + 0.05) / 0.062 else _DARK_INK


def initials(name: str) -> str:
    """Two letters of a Western name; the given name of a Chinese one, as colleagues call each other."""
    parts = name.split()
    if len(parts) > 1:
        return (parts[0][0] + parts[-1][0]).upper()
    return name[-2:] if name[-1:] > "\u2e80" else name[:2].capitalize()


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


@dataclass(frozen=True)
class Pen:
    """What a template needs to draw one message or form for one reader."""

    reader: Reader
    w: dict[str, Any]
    people: tuple[Any, ...] = ()
    scope: str = ""
    state: dict[str, Any] | None = None

    def mrkdwn(self, text: str | None) -> Markup:
        """mrkdwn as HTML."""
        return mrkdwn.to_html(text or "", self.reader)

    def text(self, thing: Any) -> Markup:
        """A text object of either kind; a bare string counts as plain."""
        if not isinstance(thing, dict):
            return mrkdwn.plain(str(thing or ""), self.reader)
        if thing.get("type") == "mrkdwn":
            return self.mrkdwn(thing.get("text"))
        return mrkdwn.plain(thing.get("text") or "", self.reader)

    def link(self, url: str, label: Any = "") -> Markup:
        """An outward link, if the address is harmless."""
        return mrkdwn.link(url, label)

    def safe_url(self, url: str | None) -> str:
        """The address for a link button, empty when it could run something."""
        return url if url and url.split(":", 1)[0].lower() in mrkdwn.SAFE_SCHEMES else ""

    def uid(self, *parts: str) -> str:
        """An id for the page, stable while the message or form lives."""
        digest = hashlib.blake2s("\0".join((self.scope, *parts)).encode(), digest_size=6)
        return f"x{digest.hexdigest()}"

    def say(self, key: str, **values: Any) -> str:
        """One of the page's own phrases."""
        return str(self.w[key]) % values

    def choose(self, words: str | dict[str, str]) -> str:
        """Words given to the page from outside: one text for all, or one for each language."""
        return words if isinstance(words, str) else words.get(self.reader.lang) or next(iter(words.values()))

    def clock(self, at: datetime) -> str:
        """The hour of a message."""
        return dates.clock(at, self.reader.lang)

    def full(self, at: datetime) -> str:
        """Day and hour, shown on hover."""
        return f"{dates.day(at, self.reader.lang)} {dates.clock(at, self.reader.lang, seconds=True)}"

    def local(self, stamp: int | str | None) -> str:
        """A Unix second as the value of a datetime-local field."""
        at = dates.moment(stamp, self.reader.zone) if stamp else None
        return at.strftime("%Y-%m-%dT%H:%M") if at else ""

    def given(self, block_id: str, element: dict[str, Any]) -> Any:
        """What a field holds: as the workspace knows it, else as the bot prefilled it; options as values."""
        name, initial = FIELDS[element["type"]]
        known = ((self.state or {}).get(block_id) or {}).get(element.get("action_id")) or {}
        held = known[name] if name in known else element.get(initial)
        if name == "selected_option":
            return [held["value"]] if held else []
        if name == "selected_options":
            return [option["value"] for option in held or []]
        if name in ("selected_user", "selected_users"):
            return held if isinstance(held, list) else [held]
        if name == "selected_date_time":
            return self.local(held)
        return held if isinstance(held, str) else ""

    def rich(self, element: dict[str, Any]) -> Markup:
        """One inline element of a rich_text block."""
        style = element.get("style") or {}
        html = self._rich_core(element)
        for name, tag in (("code", "code"), ("strike", "s"), ("italic", "em"), ("bold", "strong")):
            if style.get(name):
                html = Markup(f"<{tag}>{{}}</{tag}>").format(html)  # noqa: S704 - a constant tag
        return html

    def _rich_core(self, element: dict[str, Any]) -> Markup:
        match element.get("type"):
            case "link":
                return mrkdwn.link(element.get("url", ""), element.get("text") or "")
            case "user":
                user = element.get("user_id", "")
                name = self.reader.people.get(user, user)
                return mrkdwn.mention("person", f"@{name}", me=user == self.reader.person)
            case "channel":
                return mrkdwn.channel(element.get("channel_id", ""), "", self.reader)
            case "usergroup":
                return mrkdwn.mention("group", "@" + element.get("usergroup_id", ""))
            case "broadcast":
                return mrkdwn.mention("all", "@" + element.get("range", ""))
            case "emoji":
                name = element.get("name", "")
                return Markup("{}").format(self.reader.emoji.get(name, f":{name}:"))
            case "date":
                fallback = element.get("fallback") or ""
                return mrkdwn.date(
                    element.get("timestamp", ""), element.get("format", ""), fallback, self.reader
                )
            case _:
                return Markup("<br>").join(str(element.get("text") or "").split("\n"))
