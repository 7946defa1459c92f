"""Slack's mrkdwn as safe HTML: every character of the text is escaped unless a rule here made it markup.

Marks need a word boundary outside and a letter inside, as in Slack; so `中文*粗体*中文` stays as typed, and
whoever writes for the bot sees here what they would see there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape

from sandbox.page import dates

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_ATOM = re.compile(
    r"<(?P<control>[^<>\n]+)>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<url>https?://[^\s<>|`（），。；、！？》】」”]+)"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?P<mark>[*_~])"
)
_DATE = re.compile(r"!date\^(-?\d{1,15})\^([^^|]*)(?:\^([^|]*))?(?:\|(.*))?")
_TAGS = {"*": "strong", "_": "em", "~": "s"}
_BROADCASTS = frozenset({"!channel", "!here", "!everyone"})


@dataclass(frozen=True)
class Reader:
    """Who reads: names, language, zone and hour decide what a reference turns into."""

    person: str
    lang: str
    zone: tzinfo
    now: datetime
    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    emoji: dict[str, str] = field(default_factory=dict)


@dataclass
class _Piece:
    html: Markup
    mark: str = ""
    opens: bool = False
    closes: bool = False


def to_html(text: str, reader: Reader) -> Markup:
    """The whole text of a mrkdwn object."""
    parts = _FENCE.split(text.replace("\r\n", "\n"))
    html = Markup()
    for index, part in enumerate(parts):
        if index % 2:
            html += Markup("<pre>{}</pre>").format(unescape(part))
        elif part:
            html += _lines(part.strip("\n") if len(parts) > 1 else part, reader)
    return html


def plain(text: str, reader: Reader) -> Markup:
    """A plain_text object: emoji names are the only thing with a meaning."""
    html = Markup()
    last = 0
    for found in re.finditer(r":([a-z0-9_+-]+):", text):
        if found[1] in reader.emoji:
            html += _breaks(text[last : found.start()]) + reader.emoji[found[1]]
            last = found.end()
    return html + _breaks(text[last:])


def link(url: str, label: str | Markup = "") -> Markup:
    """An outward link, or just the words when the address could run something."""
    if _scheme(url.strip()) not in SAFE_SCHEMES:
        return escape(label or url)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        url.strip(), label or url
    )


def mention(kind: str, name: str, *, me: bool = False) -> Markup:
    """The chip for a person, a channel or a broadcast."""
    return Markup('<span class="mention{}" data-kind="{}">{}</span>').format(" me" if me else "", kind, name)


def channel(channel_id: str, label: str, reader: Reader) -> Markup:
    """The chip of a channel; it leads there when the reader can go there."""
    name = reader.channels.get(channel_id)
    if name is None:
        return mention("channel", f"#{label or channel_id}")
    address = "?" + urlencode({"as": reader.person, "in": channel_id})
    return Markup('<a class="mention" data-kind="channel" href="{}">#{}</a>').format(address, name)


def unescape(text: str) -> str:
    """Undo the only three entities Slack knows."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _breaks(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def _lines(text: str, reader: Reader) -> Markup:
    """Group the lines which begin with > into quotes; all other line ends become breaks."""
    groups: list[tuple[bool, list[Markup]]] = []
    rest_is_quote = False
    for line in text.split("\n"):
        body, quoted = _unquote(line)
        if body.startswith((">>", "&gt;&gt;")) and quoted:
            rest_is_quote, body = True, body.removeprefix("&gt;&gt;").removeprefix(">>").lstrip()
        quoted = quoted or rest_is_quote
        if not groups or groups[-1][0] != quoted:
            groups.append((quoted, []))
        groups[-1][1].append(_inline(body if quoted else line, reader))
    html = Markup()
    for quoted, lines in groups:
        joined = Markup("<br>").join(lines)
        html += Markup("<blockquote>{}</blockquote>").format(joined) if quoted else joined
    return html


def _unquote(line: str) -> tuple[str, bool]:
    for sign in ("&gt;", ">"):
        if line.startswith(sign):
            return line.removeprefix(sign).removeprefix(" "), True
    return line, False


def _inline(line: str, reader: Reader) -> Markup:
    """Pair the marks of one line with a stack: linear, whatever a hostile text contains."""
    pieces = list(_pieces(line, reader))
    opened: list[int] = []
    for index, piece in enumerate(pieces):
        if not piece.mark:
            continue
        start = next((i for i in reversed(opened) if pieces[i].mark == piece.mark), None)
        if start is not None and piece.closes and index > start + 1:
            tag = _TAGS[piece.mark]
            pieces[start].html, piece.html = Markup(f"<{tag}>"), Markup(f"</{tag}>")  # noqa: S704
            del opened[opened.index(start) :]
        elif start is None and piece.opens:
            opened.append(index)
    return Markup().join(piece.html for piece in pieces)


def _pieces(line: str, reader: Reader) -> Iterator[_Piece]:
    last = 0
    for found in _ATOM.finditer(line):
        if found.start() > last:
            yield _Piece(escape(unescape(line[last : found.start()])))
        last = found.end()
        if mark := found["mark"]:
            before, after = line[found.start() - 1 : found.start()], line[last : last + 1]
            yield _Piece(
                Markup(mark),  # noqa: S704 - one of three signs
                mark,
                opens=not _is_word(before) and bool(after.strip()),
                closes=not _is_word(after) and bool(before.strip()),
            )
        else:
            yield _Piece(_atom(found, reader))
    if last < len(line):
        yield _Piece(escape(unescape(line[last:])))


def _is_word(sign: str) -> bool:
    return sign.isalnum()


def _atom(found: re.Match[str], reader: Reader) -> Markup:
    if code := found["code"]:
        return Markup("<code>{}</code>").format(unescape(code))
    if name := found["emoji"]:
        return escape(reader.emoji.get(name, found[0]))
    if url := found["url"]:
        bare = unescape(url)
        kept = bare.rstrip(".,;:!?'\")")
        return link(kept) + bare[len(kept) :]
    return _control(found["control"], reader)


def _control(inner: str, reader: Reader) -> Markup:
    """What stands between angle brackets: a reference, a date, a link, or nothing known."""
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        name = reader.people.get(target[1:]) or label or target[1:]
        return mention("person", f"@{name}", me=target[1:] == reader.person)
    if target.startswith("#"):
        return channel(target[1:], label, reader)
    if target in _BROADCASTS:
        return mention("all", f"@{target[1:]}")
    if target.startswith("!subteam^"):
        return mention("group", label or "@" + target.removeprefix("!subteam^"))
    if found := _DATE.fullmatch(inner):
        return date(found[1], found[2], found[4] or "", reader, url=found[3] or "")
    if ":" in target and _scheme(target) in SAFE_SCHEMES:
        address = unescape(target)
        return link(address, plain(unescape(label), reader) if label else address.removeprefix("mailto:"))
    return escape(unescape(f"<{inner}>"))


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme.lower()
    except ValueError:
        return ""


def date(stamp: str | int, pattern: str, fallback: str, reader: Reader, *, url: str = "") -> Markup:
    """A moment in the reader's own zone and language, its full form on hover."""
    at = dates.moment(stamp, reader.zone)
    if at is None:
        return escape(unescape(fallback))
    words = dates.spell(unescape(pattern), at, reader.now, reader.lang)
    full = f"{dates.day(at, reader.lang)} {dates.clock(at, reader.lang, seconds=True)}"
    html = Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), full, words)
    return link(unescape(url), html) if url else html
