"""The little of Markdown that public texts are written in: headings, lists, bold, links, quotes; no more is markup.

One reading of it serves all that comes out: plain text, HTML for a page, Markdown again, Word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Literal

Kind = Literal["heading", "paragraph", "bullet", "number", "quote"]


@dataclass(frozen=True)
class Run:
    """A stretch of one look. link: where it leads, "" for nowhere."""

    text: str
    strong: bool = False
    link: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph or a heading, with its lines; or one item of a list, or one line of a quote.

    level: 1 to 6 of a heading; the number of a numbered item.
    """

    kind: Kind
    lines: tuple[tuple[Run, ...], ...]
    level: int = 0


_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_BULLET = re.compile(r"\s{0,3}[-*+•]\s+(.*)")
_NUMBER = re.compile(r"\s{0,3}(\d{1,3})[.)]\s+(.*)")
_QUOTE = re.compile(r">\s?(.*)")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*")
_INDENTED = re.compile(r"\s{2,}\S")
_INLINE = re.compile(
    r"\\([\\`*_\[\]#>+.!()-])|(\*\*)|\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)"
)
_ASCII_END, _ASCII_START = re.compile(r"[!-~]$"), re.compile(r"^[!-~]")


@lru_cache(maxsize=8)
def parse(text: str) -> Sequence[Block]:
    """The blocks of a text, in order. Read once for all the channels of a page."""
    blocks: list[Block] = []
    apart = True
    for row in text.replace("\r\n", "\n").split("\n"):
        if not row.strip() or _RULE.fullmatch(row):
            apart = True
            continue
        last = blocks[-1] if blocks and not apart else None
        if last is not None and last.kind in ("bullet", "number") and _INDENTED.match(row):
            blocks[-1] = _continued(last, row.strip())
        else:
            block = _block(row)
            if last is not None and block.kind == last.kind == "paragraph":
                blocks[-1] = replace(last, lines=(*last.lines, *block.lines))
            else:
                blocks.append(block)
        apart = False
    return tuple(blocks)


def as_plain(blocks: Sequence[Block], language: str) -> str:
    """For places that know no formatting: a heading is a line, an item begins with a dot, a link shows its address."""
    return _joined(blocks, [_plain_block(block, language) for block in blocks])


def as_markdown(blocks: Sequence[Block]) -> str:
    """The same blocks written in the one way that we write them."""
    return _joined(blocks, [_markdown_block(block) for block in blocks])


def as_html(blocks: Sequence[Block]) -> str:
    """For a page, or an editor that takes rich text. A heading of a text is below the page's own."""
    found = []
    for kind, group in groupby(blocks, lambda block: block.kind):
        together = list(group)
        if kind in ("bullet", "number"):
            found.append(_html_list(kind, together))
        else:
            found += [_html_block(block) for block in together]
    return "\n".join(found)


def plain_line(line: Iterable[Run], language: str) -> str:
    """One line without its looks."""
    return "".join(_plain_run(run, language) for run in line)


def _block(row: str) -> Block:
    if match := _HEADING.fullmatch(row):
        return Block("heading", (_runs(match[2]),), len(match[1]))
    if match := _BULLET.fullmatch(row):
        return Block("bullet", (_runs(match[1]),))
    if match := _NUMBER.fullmatch(row):
        return Block("number", (_runs(match[2]),), int(match[1]))
    if match := _QUOTE.fullmatch(row):
        return Block("quote", (_runs(match[1]),))
    return Block("paragraph", (_runs(row.strip()),))


def _continued(item: Block, row: str) -> Block:
    """A long item that somebody's editor broke into rows is one line again; Chinese is joined without a gap."""
    (line,) = item.lines
    ends = _ASCII_END.search(line[-1].text) if line else None
    gap = " " if ends or _ASCII_START.search(row) else ""
    return replace(item, lines=((*line, *_runs(gap + row)),))


def _runs(row: str) -> tuple[Run, ...]:
    return tuple(run for run in _merged(_pieces(row)) if run.text)


def _pieces(row: str) -> Iterator[Run]:
    strong, place = False, 0
    closed = row.count("**") // 2 * 2
    for match in _INLINE.finditer(row):
        yield Run(row[place : match.start()], strong)
        place = match.end()
        if match[1]:
            yield Run(match[1], strong)
        elif match[3]:
            yield Run(match[3], strong, match[4])
        elif closed:
            strong, closed = not strong, closed - 1
        else:
            yield Run("**", strong)
    yield Run(row[place:], strong)


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    for (strong, link), group in groupby(runs, lambda run: (run.strong, run.link)):
        yield Run("".join(run.text for run in group), strong, link)


def _joined(blocks: Sequence[Block], texts: Sequence[str]) -> str:
    """An item stands right below what introduces it, a text right below its heading; the rest is apart."""
    found = ""
    for place, text in enumerate(texts):
        gap = "\n" if place and _close(blocks[place - 1].kind, blocks[place].kind) else "\n\n"
        found += (gap if place else "") + text
    return found


def _close(above: Kind, below: Kind) -> bool:
    if below in ("bullet", "number"):
        return True
    return (above == "heading" and below != "heading") or above == below == "quote"


def _plain_block(block: Block, language: str) -> str:
    text = "\n".join(plain_line(line, language) for line in block.lines)
    if block.kind == "bullet":
        return f"• {text}"
    return f"{block.level}. {text}" if block.kind == "number" else text


def _plain_run(run: Run, language: str) -> str:
    if not run.link or run.link.removeprefix("mailto:").removeprefix("tel:") == run.text:
        return run.text
    return f"{run.text}（{run.link}）" if language == "zh" else f"{run.text} ({run.link})"


def _markdown_block(block: Block) -> str:
    marks = {"heading": "#" * block.level + " ", "bullet": "- ", "number": f"{block.level}. ", "quote": "> "}
    return marks.get(block.kind, "") + "\n".join(
        "".join(_markdown_run(run) for run in line) for line in block.lines
    )


def _markdown_run(run: Run) -> str:
    text = f"[{run.text}]({run.link})" if run.link else run.text
    return f"**{text}**" if run.strong and text.strip() else text


def _html_list(kind: Kind, items: Sequence[Block]) -> str:
    rows = "".join(f"<li>{_html_line(item.lines[0])}</li>" for item in items)
    return f"<ul>{rows}</ul>" if kind == "bullet" else f'<ol start="{items[0].level}">{rows}</ol>'


def _html_block(block: Block) -> str:
    inner = "<br>".join(_html_line(line) for line in block.lines)
    tag = {"heading": f"h{min(block.level + 1, 6)}", "quote": "blockquote"}.get(block.kind, "p")
    return f"<{tag}>{inner}</{tag}>"


def _html_line(line: Iterable[Run]) -> str:
    return "".join(_html_run(run) for run in line)


def _html_run(run: Run) -> str:
    text = escape(run.text)
    if run.link:
        text = f'<a href="{escape(run.link)}" rel="noreferrer">{text}</a>'
    return f"<strong>{text}</strong>" if run.strong else text
