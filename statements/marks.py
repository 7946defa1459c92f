"""How a rendered template becomes lines of spans, and why nothing a person typed can format or call anybody.

Every value put into a template is wrapped in private-use characters (`wrap`), which are taken out of the
value first. Only what stands outside the wrapping is read for `**strong**`, `# headline` and `> small print`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.chat import At, Line, Part, Place, Plain, Span, Strong, When

_BEGIN, _END, _BETWEEN = "\ue000", "\ue001", "\ue002"
_PRIVATE = re.compile(f"[{_BEGIN}{_END}{_BETWEEN}]")
_TOKEN = re.compile(f"{_BEGIN}([a-z])([^{_END}]*){_END}|(\\*\\*)", re.DOTALL)


class Marked(str):
    """Text that is wrapped already and may stand in a template's output as it is."""


@dataclass(frozen=True)
class Text:
    """A rendered template: its headline ("# " on the first line) and its paragraphs."""

    headline: Line = ()
    parts: tuple[Part, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line in order, without the gaps between the paragraphs."""
        return tuple(line for part in self.parts for line in part.lines)


def literal(value: object) -> Marked:
    """A value as it was written, on one line."""
    return wrap("p", " ".join(str(value).split()))


def wrap(kind: str, payload: str) -> Marked:
    """Text under a kind: p plain, s strong, a person, t time, d day, r room."""
    return Marked(f"{_BEGIN}{kind}{_PRIVATE.sub('', payload)}{_END}")


def wrap_moment(kind: str, at: datetime, fallback: str) -> Marked:
    """A moment under its kind, t or d, with the words for places that cannot show the reader's own time."""
    return Marked(f"{_BEGIN}{kind}{at.isoformat()}{_BETWEEN}{fallback}{_END}")


def wrap_room(room: str, name: str) -> Marked:
    """A room and its name."""
    return Marked(f"{_BEGIN}r{_PRIVATE.sub('', room)}{_BETWEEN}{_PRIVATE.sub('', name)}{_END}")


def parse(rendered: str) -> Text:
    """The lines of a rendered template, in paragraphs."""
    rows = rendered.strip("\n").split("\n")
    headline: Line = ()
    if rows[0].startswith("# "):
        headline, rows = spans(rows[0][2:]), rows[1:]
    return Text(headline, tuple(_paragraphs(rows)))


def _paragraphs(rows: Iterable[str]) -> Iterator[Part]:
    """A paragraph ends at an empty line, and where small print begins or ends."""
    for kind, group in groupby(rows, _kind):
        if kind:
            quiet = kind == "small"
            lines = tuple(spans(row.strip()[2:] if quiet else row.strip()) for row in group)
            yield Part(lines, quiet=quiet)


def _kind(row: str) -> str:
    if not row.strip():
        return ""
    return "small" if row.lstrip().startswith("> ") else "text"


def spans(row: str) -> Line:
    """One rendered line as spans; neighbours of one kind are joined."""
    found = list(_spans(row))
    return tuple(_joined(found))


def _spans(row: str) -> Iterator[Span]:
    strong, place = False, 0
    for token in _TOKEN.finditer(row):
        yield from _written(row[place : token.start()], strong)
        place = token.end()
        if token[3]:
            strong = not strong
        else:
            yield _span(token[1], token[2], strong)
    yield from _written(row[place:], strong)


def _written(text: str, strong: bool) -> Iterator[Span]:
    if text:
        yield Strong(text) if strong else Plain(text)


def _span(kind: str, payload: str, strong: bool) -> Span:
    if kind == "a":
        return At(payload)
    if kind == "r":
        return Place(*payload.split(_BETWEEN))
    if kind in "td":
        at, fallback = payload.split(_BETWEEN)
        return When(datetime.fromisoformat(at), "time" if kind == "t" else "day", fallback)
    return Strong(payload) if strong or kind == "s" else Plain(payload)


def _joined(found: Iterable[Span]) -> Iterator[Span]:
    for kind, group in groupby(found, type):
        together = list(group)
        text = "".join(span.text for span in together if isinstance(span, Plain | Strong))
        if text:
            yield Strong(text) if kind is Strong else Plain(text)
        elif kind in (At, When, Place):
            yield from together


def as_text(line: Line, names: Mapping[str, str]) -> str:
    """A line without its formatting, people by their names: for exports and headlines."""
    return "".join(_as_text(span, names) for span in line)


def _as_text(span: Span, names: Mapping[str, str]) -> str:
    match span:
        case At(person):
            return names.get(person, person)
        case When(fallback=fallback):
            return fallback
        case Place(name=name):
            return f"#{name}"
        case Plain(text) | Strong(text):
            return text
