"""A statement's own words on a card: as they were written, headings strong, never read as anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.chat import Line, Part, Plain, Strong

_HEADING = re.compile(r"^#{1,4}\s+(.*)$")
_ITEM = re.compile(r"^[-*]\s+(.*)$")
_MOST_PARTS = 20
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def prose(text: str) -> tuple[Part, ...]:
    """The paragraphs of a text; of very many, several to a part, for a card has only so many."""
    found = [
        tuple(_line(row) for row in paragraph.split("\n") if row.strip())
        for paragraph in re.split(r"\n\s*\n", text)
        if paragraph.strip()
    ]
    together = -(-len(found) // _MOST_PARTS) or 1
    return tuple(
        Part(tuple(line for lines in found[start : start + together] for line in lines))
        for start in range(0, len(found), together)
    )


def pages(text: str, most: int) -> Sequence[str]:
    """The text in pieces of at most so many characters, broken between paragraphs or lines where possible."""
    found, rest = [], text
    while len(rest) > most:
        place = max(rest.rfind("\n\n", 1, most), 0) or max(rest.rfind("\n", 1, most), 0) or most
        found.append(rest[:place].strip("\n"))
        rest = rest[place:].lstrip("\n")
    return [*found, rest] if rest or not found else found


def _line(row: str) -> Line:
    if heading := _HEADING.match(row.strip()):
        return (Strong(heading[1]),)
    item = _ITEM.match(row.strip())
    return tuple(_spans(f"• {item[1]}" if item else row.strip()))


def _spans(row: str) -> Iterator[Plain | Strong]:
    place = 0
    for bold in _BOLD.finditer(row):
        if bold.start() > place:
            yield Plain(row[place : bold.start()])
        yield Strong(bold[1])
        place = bold.end()
    if place < len(row):
        yield Plain(row[place:])
