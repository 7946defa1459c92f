"""Words for Feishu: the one place where text that people wrote is made harmless.

A card's markdown is CommonMark with Feishu's own tags. A numeric entity is a letter like any other there: it opens no
tag, link, list or emphasis, so every character that could becomes one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from bot.chat import At, Line, Place, Plain, Span, Strong, When
from bot.crisis.people import Person
from bot.typed import clean, shortened

ROOMS = "https://applink.feishu.cn/client/chat/open?openChatId="
OPEN_ID = re.compile(r"ou_[A-Za-z0-9_-]{1,64}")
CHAT_ID = re.compile(r"oc_[A-Za-z0-9_-]{1,64}")
# Feishu's own page on escaping gives the tilde a name and the others numbers.
_ENTITIES = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&<>*_[]()`#:\\+-=$@."} | {"~": "&sim;"})
# Four spaces at the beginning of a line would make it a block of code.
_INDENT = re.compile(r"^ +", re.MULTILINE)
# Marks next to punctuation are no emphasis in CommonMark; a word joiner is neither punctuation nor seen.
_JOINER = "\u2060"


@dataclass(frozen=True)
class Whereabouts:
    """Where to find whatever a card speaks of.

    people: the Person behind an id, with their open_id if known. rooms: what links to rooms begin with; Lark has its
    own. rest: says at the end of a card too long for Feishu where the rest is.
    """

    people: Callable[[str], Person]
    rooms: str = ROOMS
    rest: str = "…"


def escape(text: str) -> str:
    """Literal text as markdown: it can never call anybody, link or format, whoever wrote it."""
    return clean(text).translate(_ENTITIES)


def cut(text: str, most: int) -> str:
    """Cleaned text for a plain_text, at most that many characters; "…" where something is missing or nothing is."""
    return shortened(clean(text), most) or "…"


def markdown(line: Line, where: Whereabouts) -> str:
    """One line of a card."""
    words = "".join(_shown(span, where) for span in line)
    return _INDENT.sub("", words).replace("****", f"**{_JOINER}**")


def plain(line: Line, where: Whereabouts) -> str:
    """A line as bare words, for the places where Feishu shows nothing else."""
    return clean("".join(_bare(span, where) for span in line))


def bold(text: str) -> str:
    """Literal text with weight; marks work only around one line's words without spaces at their ends."""
    return "\n".join(_bold_line(line) for line in clean(text).split("\n"))


def coloured(markdown: str, colour: str) -> str:
    """Markdown in one of Feishu's colours, line by line: a tag does not reach over an empty line."""
    lines = markdown.split("\n")
    return "\n".join(f"<font color='{colour}'>{line}</font>" if line.strip() else line for line in lines)


def _shown(span: Span, where: Whereabouts) -> str:
    match span:
        case Plain(text):
            return escape(text)
        case Strong(text):
            return bold(text)
        case At(person):
            return _mention(where.people(person))
        case When():
            return _moment(span)
        case Place(room, name):
            return f"[{escape(name)}]({where.rooms}{room})" if CHAT_ID.fullmatch(room) else escape(f"#{name}")


def _mention(person: Person) -> str:
    """A live mention where the person's open_id is known, else the name."""
    if person.feishu and OPEN_ID.fullmatch(person.feishu):
        return f"<at id={person.feishu}></at>"
    return escape(person.name)


def _moment(when: When) -> str:
    shapes = ("time",) if when.show == "time" else ("date_short", "time")
    at = int(when.at.timestamp() * 1000)
    return " ".join(
        f"<local_datetime millisecond='{at}' format_type='{shape}'></local_datetime>" for shape in shapes
    )


def _bold_line(line: str) -> str:
    words = line.strip()
    if not words:
        return line
    before, after = line.split(words, 1)
    return f"{before}**{_edge(words[0])}{escape(words)}{_edge(words[-1])}**{after}"


def _edge(letter: str) -> str:
    return "" if letter.isalnum() else _JOINER


def _bare(span: Span, where: Whereabouts) -> str:
    match span:
        case Plain(text) | Strong(text):
            return text
        case At(person):
            return where.people(person).name
        case When():
            return _fallback(span)
        case Place(room, name):
            return name if CHAT_ID.fullmatch(room) else f"#{name}"


def _fallback(when: When) -> str:
    shape = "%H:%M UTC" if when.show == "time" else "%Y-%m-%d %H:%M UTC"
    return when.fallback.strip() or when.at.astimezone(UTC).strftime(shape)
