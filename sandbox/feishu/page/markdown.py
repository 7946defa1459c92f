"""The markdown of Feishu's cards as safe HTML: CommonMark's marks, Feishu's tags, and entities which are letters.

Marks count only where CommonMark lets them open and close, so that words for the bot look here as they do there.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import parse_qs, urlencode, urlsplit

from markupsafe import Markup, escape

from sandbox.feishu.cards.elements import TAG_COLOURS
from sandbox.feishu.world import ALL
from sandbox.page import dates
from sandbox.page.mrkdwn import Reader, link, mention

_TOKEN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<at\s+(?:ids?|email)\s*=\s*[\"']?(?P<at>[^\s\"'>]+)[\"']?\s*>(?:\s*</at>)?"
    r"|<local_datetime\s+(?P<when>[^<>]*)>(?:\s*</local_datetime>)?"
    r"|<font\s+color\s*=\s*[\"']?(?P<font>[\w-]+)[\"']?\s*>"
    r"|(?P<end></font>)"
    r"|(?P<br><br\s*/?>)"
    r"|\[(?P<label>[^\[\]\n]*)\]\((?P<url>[^()\s]+)\)"
    r"|(?P<bare>https?://[^\s<>（），。；、！？》】」”]+)"
    r"|(?P<tag></?[A-Za-z][^<>]*>)"
    r"|(?P<mark>\*\*|~~|\*|_)"
)
_BULLET = re.compile(r"\s*[-*+] +(.*)")
_NUMBER = re.compile(r"\s*\d+[.)] +(.*)")
_TITLE = re.compile(r"#{1,6} +(.*)")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*['\"]?([\w.+-]+)")
_TAGS = {"**": "strong", "*": "em", "_": "em", "~~": "s"}
_FONT = "font"


@dataclass
class _Piece:
    """One run of a line. mark: what it may open or close; colour: of the font that it opens."""

    html: Markup
    mark: str = ""
    opens: bool = False
    closes: bool = False
    colour: str = ""


def to_html(text: str, reader: Reader) -> Markup:
    """The whole text of a markdown element: lists, titles, and lines that break where they break."""
    out = Markup()
    for kind, lines in groupby(text.replace("\r\n", "\n").split("\n"), _kind):
        out += _block(kind, [_inline(_body(kind, line), reader) for line in lines])
    return out


def words(text: str) -> Markup:
    """A plain_text: every character as it stands."""
    return Markup("<br>").join(text.split("\n"))


def bare(text: str, reader: Reader) -> str:
    """Markdown as words alone, for lists of chats and for readers of screens."""
    return str(to_html(text, reader).replace("<br>", " ").striptags())


def people(ids: str, reader: Reader) -> Markup:
    """Those whom a mention names, each as a chip."""
    return Markup(" ").join(_person(one, reader) for one in ids.split(","))


def local_time(attributes: str, reader: Reader) -> Markup:
    """A moment as the reader's own clock and calendar show it; nothing where it cannot be read."""
    given = dict(_ATTRIBUTE.findall(attributes))
    at = dates.moment(given.get("millisecond", "") + "e-3", reader.zone)
    shape = _SHAPES.get(given.get("format_type", "date_num"))
    if at is None or shape is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), shape(at, reader.lang))


def room_of(url: str) -> str:
    """The chat that an AppLink of Feishu's or Lark's opens, "" for other addresses."""
    parts = urlsplit(url)
    if not (parts.hostname or "").startswith("applink.") or parts.path != "/client/chat/open":
        return ""
    return parse_qs(parts.query).get("openChatId", [""])[0]


def _kind(line: str) -> str:
    for kind, pattern in _LISTS.items():
        if pattern.fullmatch(line):
            return kind
    return "hr" if re.fullmatch(r" *(-{3,}|\*{3,}) *", line) else ""


def _body(kind: str, line: str) -> str:
    found = _LISTS[kind].fullmatch(line) if kind in _LISTS else None
    return found[1] if found else line


def _block(kind: str, lines: list[Markup]) -> Markup:
    match kind:
        case "ul" | "ol":
            rows = Markup().join(Markup("<li>{}</li>").format(line) for line in lines)
            return Markup("<{0}>{1}</{0}>").format(kind, rows)
        case "h4":
            return Markup().join(Markup("<h4>{}</h4>").format(line) for line in lines)
        case "hr":
            return Markup("<hr>")
    return Markup("<br>").join(lines)


def _inline(line: str, reader: Reader) -> Markup:
    """Pairs the marks of one line with a stack: linear, whatever a hostile text contains."""
    pieces, opened, waiting = list(_pieces(line, reader)), [], Counter[str]()
    for piece in pieces:
        if piece.closes and waiting[piece.mark]:
            while (last := opened.pop()).mark != piece.mark:
                waiting[last.mark] -= 1
            waiting[piece.mark] -= 1
            _pair(last, piece)
        elif piece.opens:
            opened.append(piece)
            waiting[piece.mark] += 1
    return Markup().join(piece.html for piece in pieces)


def _pair(first: _Piece, last: _Piece) -> None:
    if first.mark == _FONT:
        first.html, last.html = Markup('<span class="ink-{}">').format(first.colour), Markup("</span>")
    else:
        tag = _TAGS[first.mark]
        first.html, last.html = Markup("<{}>").format(tag), Markup("</{}>").format(tag)


def _pieces(line: str, reader: Reader) -> Iterator[_Piece]:
    last = 0
    for found in _TOKEN.finditer(line):
        yield _Piece(_letters(line[last : found.start()]))
        yield _piece(found, line, reader)
        last = found.end()
    yield _Piece(_letters(line[last:]))


def _piece(found: re.Match[str], line: str, reader: Reader) -> _Piece:
    match found.lastgroup:
        case "code":
            return _Piece(Markup("<code>{}</code>").format(found["code"]))
        case "at":
            return _Piece(people(found["at"], reader))
        case "when":
            return _Piece(local_time(found["when"], reader))
        case "font":
            colour = found["font"] if found["font"] in (*TAG_COLOURS, "grey") else "neutral"
            return _Piece(Markup(""), _FONT, opens=True, colour=colour)
        case "end":
            return _Piece(Markup(""), _FONT, closes=True)
        case "br":
            return _Piece(Markup("<br>"))
        case "url":
            return _Piece(_link(found["url"], _letters(found["label"]), reader))
        case "bare":
            return _Piece(_link(found["bare"], Markup(), reader))
        case "mark":
            return _mark(found, line)
    return _Piece(Markup(""))  # Feishu swallows tags that it does not know


def _mark(found: re.Match[str], line: str) -> _Piece:
    """A mark opens before a word and closes behind one; next to punctuation only at the outer side of a word."""
    before, after = line[found.start() - 1 : found.start()], line[found.end() : found.end() + 1]
    leads = not _is_space(after) and (not _is_sign(after) or _is_space(before) or _is_sign(before))
    follows = not _is_space(before) and (not _is_sign(before) or _is_space(after) or _is_sign(after))
    if found["mark"] == "_":
        leads, follows = (
            leads and (not follows or _is_sign(before)),
            follows and (not leads or _is_sign(after)),
        )
    return _Piece(escape(found["mark"]), found["mark"], opens=leads, closes=follows)


def _is_space(letter: str) -> bool:
    return not letter or letter.isspace()


def _is_sign(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter)[0] in "PS"


def _letters(text: str) -> Markup:
    """Text with its entities read; Feishu's documents give the tilde a name that HTML has for another sign."""
    return escape(html.unescape(text.replace("&sim;", "~")))


def _link(url: str, label: Markup, reader: Reader) -> Markup:
    """A link; one to a chat that the reader is in stays on this page."""
    url, room = html.unescape(url), room_of(html.unescape(url))
    if room in reader.channels:
        address = "?" + urlencode({"as": reader.person, "in": room})
        return Markup('<a href="{}">{}</a>').format(address, label or reader.channels[room])
    return link(url, label)


def _person(one: str, reader: Reader) -> Markup:
    if one == ALL:
        return mention("all", "@所有人" if reader.lang == "zh" else "@All")
    return mention("person", f"@{reader.people.get(one, one)}", me=one == reader.person)


_LISTS = {"ul": _BULLET, "ol": _NUMBER, "h4": _TITLE}
_SHAPES: dict[str, Callable[[datetime, str], str]] = {
    "date_num": lambda at, lang: at.strftime("%Y-%m-%d"),
    "date": lambda at, lang: dates.spell("{date_short}", at, at, lang),
    "date_short": lambda at, lang: f"{at.month}月{at.day}日" if lang == "zh" else f"{at:%b} {at.day}",
    "week": lambda at, lang: dates.day(at, lang).split(" ")[-1] if lang == "zh" else f"{at:%A}",
    "time": dates.clock,
    "time_sec": lambda at, lang: dates.clock(at, lang, seconds=True),
    "timezone": lambda at, lang: f"GMT{at:%z}"[:6],
}
