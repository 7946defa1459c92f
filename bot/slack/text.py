"""Words for Slack: the one place where text that people wrote is made harmless.

Slack's mrkdwn has no escape for its marks, so a zero width space stands on both sides of each: a mark with a
space on its inner side formats nothing. A backtick formats even then; it is shown as its look-alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC

from bot import typed
from bot.chat import At, Line, Place, Plain, Span, Strong, When
from bot.crisis.people import Person

People = Callable[[str], Person]
"""Tells who a person of the roster is on Slack; a stranger's id is already Slack's own."""

ZERO_WIDTH = "\u200b"
MEMBER = re.compile(r"[UW][A-Z0-9]+")
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# An underscore inside a word cannot format, and file names should survive being copied.
_MARKS = re.compile(r"[*~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_QUOTE = re.compile(r"^(?=&gt;)", re.MULTILINE)
# A piece this long stays below Slack's 3000 even when every letter becomes an entity.
_PIECE = 500


def clean(text: str) -> str:
    """Plain text, whose backticks are only look-alikes."""
    return typed.clean(text).replace("`", "\u02cb")


def escape(text: str) -> str:
    """Literal text as mrkdwn: it can never mention, link or format, whoever wrote it."""
    text = clean(text).translate(_ENTITIES)
    text = _MARKS.sub(lambda mark: f"{ZERO_WIDTH}{mark.group()}{ZERO_WIDTH}", text)
    return _QUOTE.sub(ZERO_WIDTH, text)


def cut(text: str, most: int) -> str:
    """Cleaned text for a plain_text object, at most that many characters, "…" where something is missing."""
    return typed.shortened(clean(text), most)


def fitted(text: str, most: int) -> str:
    """Escaped text of at most that many characters, never cut inside an entity."""
    kept = len(text)
    while len(escaped := escape(text[:kept])) > most:
        kept -= max(1, (len(escaped) - most) // 5)
    return escaped


def mrkdwn(line: Line, people: People) -> str:
    """One line of a card."""
    return "".join(_pieces(line, people))


def packed(lines: Sequence[Line], people: People, most: int = 3000) -> list[str]:
    """Lines joined into as few texts of at most that many characters as needed; no mark is torn apart."""
    texts: list[str] = []
    current = ""
    for number, line in enumerate(lines):
        joint = "\n" if number else ""
        for piece in [*_pieces(line, people)] or [""]:
            if current and len(current) + len(joint) + len(piece) > most:
                texts.append(current)
                current, joint = "", ""
            current, joint = current + joint + piece, ""
    return [text for text in [*texts, current] if text.strip()]


def plain(line: Line, people: People) -> str:
    """A line as bare words, for the places where Slack shows nothing else."""
    return clean("".join(_bare(span, people) for span in line))


def _pieces(line: Line, people: People) -> Iterator[str]:
    for span in line:
        match span:
            case Plain(text):
                yield from (escape(part) for part in _parts(text))
            case Strong(text):
                yield from (_bold(part) for part in _parts(text))
            case At(person):
                yield mention(person, people)
            case When():
                yield _moment(span)
            case Place(room, name):
                yield f"<#{room}>" if CHANNEL.fullmatch(room) else escape(f"#{name}")


def _parts(text: str) -> list[str]:
    return [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]


def _bold(text: str) -> str:
    """Marks work only around one line's words without spaces at their ends, and apart from other letters."""
    return "\n".join(_bold_line(line) for line in clean(text).split("\n"))


def _bold_line(line: str) -> str:
    words = line.strip()
    if not words.strip(ZERO_WIDTH):
        return line
    before, after = line.split(words, 1)
    return f"{before}{ZERO_WIDTH}*{escape(words)}*{ZERO_WIDTH}{after}"


def mention(person: str, people: People) -> str:
    """A live mention where the person's Slack id is known, else the name."""
    known = people(person)
    if known.slack and MEMBER.fullmatch(known.slack):
        return f"<@{known.slack}>"
    return escape(known.name)


def _moment(when: When) -> str:
    shape = "{time}" if when.show == "time" else "{date_short_pretty} {time}"
    fallback = escape(_fallback(when)).replace("|", "/").replace("\n", " ")
    return f"<!date^{int(when.at.timestamp())}^{shape}|{fallback}>"


def _fallback(when: When) -> str:
    shape = "%H:%M UTC" if when.show == "time" else "%Y-%m-%d %H:%M UTC"
    return when.fallback.strip() or when.at.astimezone(UTC).strftime(shape)


def _bare(span: Span, people: People) -> str:
    match span:
        case Plain(text) | Strong(text):
            return text
        case At(person):
            return people(person).name
        case When():
            return _fallback(span)
        case Place(name=name):
            return f"#{name}"
