"""One text for many places: as each channel takes it, ready to be copied, and never cut in mid-sentence.

What the channels take is data, `channels.yaml`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from statements.markdown import Block, Run, as_html, as_markdown, as_plain, parse, plain_line
from statements.typography import typeset

INWARD = ("internal_note", "service_script", "media_qa")
"""Kinds that no channel outside the company is offered: their words are to be spoken, or kept."""

_HERE = Path(__file__).parent
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_END = re.compile(r"[。！？…]+[”’」』）]*|(?<![.!?])[.!?]+[\"'”’)]*(?=\s|$)\s*")
_LEADS_IN = ("：", ":")


@dataclass(frozen=True)
class Channel:
    """What one channel takes. longest, title_longest: characters; None where there is no limit. The rest: the file."""

    name: str
    longest: int | None
    title_longest: int | None
    plain: bool
    pinned: bool
    titled: bool = True
    teaser: bool = False
    ours: bool = False

    def takes(self, kind: str) -> bool:
        """Whether a statement of that kind is meant to be seen there."""
        return self.ours or kind not in INWARD


@dataclass(frozen=True)
class Copy:
    """What to paste there. title: for its own field, "" where the channel has none. length: of the text as it is here.

    over, title_over: by how many characters the whole is longer than the channel takes. cut: something is left out.
    """

    channel: Channel
    title: str
    text: str
    length: int
    over: int = 0
    title_over: int = 0
    cut: bool = False

    @property
    def fits(self) -> bool:
        """It can be pasted as it is."""
        longest = self.channel.longest
        return not self.title_over and (longest is None or self.length <= longest)


def load_channels() -> Mapping[str, Channel]:
    """All of them, in the order of the file."""
    with (_HERE / "channels.yaml").open(encoding="utf-8") as file:
        given = yaml.load(file, Loader=_LOADER)  # noqa: S506 - both are safe
    return {name: Channel(name, **told) for name, told in given.items()}


def cut(title: str, text: str, channel: Channel, language: str, rest: str) -> Copy:
    """The text for one channel. rest: the words which say where the whole can be read, with the link.

    Too long, it ends with its last whole paragraph or sentence that leaves room for them.
    """
    title, blocks = typeset(title, language), parse(typeset(text, language))
    own = title if channel.titled else ""
    title_over = max(0, len(own) - (channel.title_longest or len(own)))
    if channel.teaser:
        over = max(0, len(rest) - (channel.longest or len(rest)))
        return Copy(channel, own, rest, len(rest), over, title_over)
    if not channel.titled:
        bare = language != "zh" or title.startswith("【")
        blocks = [_paragraph(title if bare else f"【{title}】"), *blocks]
    written, length = _written(blocks, channel, language)
    if channel.longest is None or length <= channel.longest:
        return Copy(channel, own, written, length, 0, title_over)
    kept = _beginning(blocks, channel, language, rest, 0 if channel.titled else 1)
    shorter, less = _written(kept, channel, language)
    return Copy(channel, own, shorter, less, length - channel.longest, title_over, cut=True)


def _written(blocks: Sequence[Block], channel: Channel, language: str) -> tuple[str, int]:
    """As it is pasted, and how long the channel says that is: where it limits rich text, the tags count."""
    if channel.plain:
        text = as_plain(blocks, language)
        return text, len(text)
    length = len(as_plain(blocks, language)) if channel.longest is None else len(as_html(blocks))
    return as_markdown(blocks), length


def _beginning(
    blocks: Sequence[Block], channel: Channel, language: str, rest: str, least: int
) -> Sequence[Block]:
    """As much as there is room for, then where the rest is. least: so many blocks stay whatever they take."""

    def fits(kept: Sequence[Block]) -> bool:
        return _written([*kept, _paragraph(rest)], channel, language)[1] <= (channel.longest or 0)

    number = _most(lambda count: fits(blocks[:count]), least, len(blocks))
    kept = list(blocks[:number])
    if number < len(blocks) and blocks[number].kind == "paragraph":
        sentences = _sentences(blocks[number], language)
        kept += _said(
            sentences[: _most(lambda count: fits([*kept, *_said(sentences[:count])]), 0, len(sentences))]
        )
    while len(kept) > least and _only_leads_in(kept[-1], language):
        kept.pop()
    return [*kept, _paragraph(rest)]


def _most(fits: Callable[[int], bool], least: int, most: int) -> int:
    """The largest number that fits, of those above `least`; none does above one that does not."""
    return least + bisect_left(range(least + 1, most + 1), True, key=lambda count: not fits(count))


def _sentences(block: Block, language: str) -> Sequence[str]:
    """The whole sentences of a paragraph; what has no end is none."""
    found = []
    for line in block.lines:
        text, place = plain_line(line, language), 0
        for end in _END.finditer(text):
            found.append(text[place : end.end()])
            place = end.end()
    return found


def _said(sentences: Sequence[str]) -> Sequence[Block]:
    return [_paragraph("".join(sentences).strip())] if sentences else []


def _only_leads_in(block: Block, language: str) -> bool:
    """A heading, or "verified so far:", says nothing without what comes below it."""
    return block.kind == "heading" or plain_line(block.lines[-1], language).endswith(_LEADS_IN)


def _paragraph(text: str) -> Block:
    return Block("paragraph", ((Run(text),),))
