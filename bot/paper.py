"""A statement as a web page: to be read in full, copied for each channel, taken away as a file, and brought back.

A link is one person's, ends after half a day, and shows nothing once that person is no member any more. There is none
unless the company says at which address this bot is reached.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.clerk import Clerk, NotMade
from bot.crisis.drafting import Wording, change
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.public import Statement
from bot.paper_links import Link
from bot.paper_post import Sent, received
from bot.paper_view import PaperView, Tried
from bot.side import Endpoint
from bot.store import Store, Work
from bot.voice import Voice
from statements.channels import Channel
from statements.documents.sheets import FORMATS, Sheet, as_markdown, as_text
from statements.documents.standing import sheet
from statements.markdown import as_markdown as written
from statements.markdown import parse
from statements.typography import typeset

PATH = "/text/{number:int}/{statement:int}/{until:int}/{person}/{seal}"
FILE_PATH = PATH + "/{name}"
LARGEST = 10**9
"""No crisis or statement has a number beyond this, and no database would look for one."""

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_STATUS = {"edited_meanwhile": 409, "upload_too_large": 413}
_PAGE = (
    ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    .from_string(Path(__file__).with_name("paper.html.j2").read_text(encoding="utf-8"))
)  # fmt: skip


@dataclass(frozen=True)
class _Found:
    """What a link leads to, and when it was looked at (aware, UTC)."""

    incident: Incident
    statement: Statement
    now: datetime


@dataclass(frozen=True)
class Paper:
    """Answers at the addresses that the voice's `paper` makes. channels: what each takes."""

    store: Store
    voice: Voice
    channels: Mapping[str, Channel]
    clerk: Clerk = field(default_factory=Clerk)

    @property
    def pages(self) -> Mapping[str, Endpoint]:
        """What browsers ask for, by path."""
        return {PATH: self.answer, FILE_PATH: self.file}

    @property
    def posts(self) -> Mapping[str, Endpoint]:
        """What they send, by path."""
        return {PATH: self.take}

    async def answer(self, request: Request) -> Response:
        """The page as it is now; nothing where the address is not one of ours, or not this person's any more."""
        link = _link(request)
        found = await self.store.run(lambda work: self._behind(link, work))
        return await self._page(link, found, _told(request), _compared(request)) if found else _nothing()

    async def file(self, request: Request) -> Response:
        """The last version as a file, by its ending."""
        link, kind = _link(request), request.path_params["name"].rpartition(".")[2]
        found = await self.store.run(lambda work: self._behind(link, work))
        if found is None or kind not in FORMATS:
            return _nothing()
        told = sheet(found.incident, found.statement, found.statement.latest.number, self.voice.words)
        try:
            made = await self._made(told, kind)
        except NotMade:
            return Response(status_code=503, headers={"Retry-After": "5"})
        return Response(made, headers=_file_headers(told, kind))

    async def take(self, request: Request) -> Response:
        """A changed text, typed or uploaded: the next version, or why not, with nothing lost of what was typed."""
        link = _link(request)
        found = await self.store.run(lambda work: self._behind(link, work))
        if found is None:
            return _nothing()
        try:
            sent = await received(request, self.clerk)
        except Refused as refused:
            return await self._page(link, found, Tried(refused))
        entered = await self.store.run(lambda work: self._enter(link, sent, work))
        if entered is None:
            return _nothing()
        found, tried = entered
        return await self._page(link, found, tried) if tried.refused else self._back(link, found, tried)

    def _enter(self, link: Link, sent: Sent, work: Work) -> tuple[_Found, Tried] | None:
        found = self._behind(link, work, to_change=True)
        if found is None:
            return None
        incident, statement = found.incident, found.statement
        title, text, known = sent.title or statement.latest.title, sent.text, statement.latest.number
        if _says_the_same(statement, title, text):
            return found, Tried(unchanged=known, notes=sent.notes)
        try:
            if not incident.open:
                raise Refused("closed_incident")
            wording = Wording(title, text, statement.latest.cites)
            change(incident, statement.id, wording, sent.base, link.person, work.now)
        except Refused as refused:
            return found, Tried(refused, (title, text), notes=sent.notes)
        return found, Tried(saved=statement.latest.number, notes=sent.notes)

    def _back(self, link: Link, found: _Found, tried: Tried) -> Response:
        """To the page itself, so that loading it again sends nothing again."""
        told = {"saved": tried.saved, "unchanged": tried.unchanged, "notes": ",".join(tried.notes)}
        query = urlencode({name: value for name, value in told.items() if value})
        return RedirectResponse(f"{self.voice.paper.of(found.incident, link)}?{query}", 303, _headers(""))

    async def _page(
        self, link: Link, found: _Found, tried: Tried, compare: tuple[int, int] = (0, 0)
    ) -> Response:
        """Drawn beside the loop: a long text with its differences takes a while."""
        reader, nonce = self.voice.person(link.person), secrets.token_urlsafe(16)
        view = PaperView(
            self.voice,
            self.channels,
            found.incident,
            found.statement,
            reader,
            found.now,
            link.ends,
            tried,
            compare,
        )
        address = self.voice.paper.of(found.incident, link)
        page = await asyncio.to_thread(lambda: _PAGE.render(nonce=nonce, address=address, **view.shown))
        status = _STATUS.get(tried.refused.code, 400) if tried.refused else 200
        return HTMLResponse(page, status, _headers(nonce))

    def _behind(self, link: Link, work: Work, *, to_change: bool = False) -> _Found | None:
        """What the address leads to, if it is ours, in time, and its person still a member."""
        if link.ends <= work.now or not 0 < link.number <= LARGEST:
            return None
        incident = work.incidents.get(link.number, to_change=to_change)
        if incident is None:
            return None
        if not self.voice.paper.made(incident, link):
            return None
        if link.person not in incident.members or link.statement not in incident.statements:
            return None
        return _Found(incident, incident.statements[link.statement], work.now)

    async def _made(self, told: Sheet, kind: str) -> bytes:
        if kind == "docx":
            return await self.clerk.docx(told)
        return (as_markdown(told) if kind == "md" else as_text(told)).encode()


def _link(request: Request) -> Link:
    given: Any = request.path_params
    until = min(given["until"], LARGEST * 100)
    return Link(given["number"], given["statement"], until, given["person"], given["seal"])


def _told(request: Request) -> Tried:
    """What the page says of the deed before it; only what is ours to say."""
    query = request.query_params
    saved, unchanged = (query.get(name, "") for name in ("saved", "unchanged"))
    notes = tuple(filter(None, query.get("notes", "").split(",")))
    return Tried(saved=_small(saved), unchanged=_small(unchanged), notes=notes)


def _compared(request: Request) -> tuple[int, int]:
    return _small(request.query_params.get("from", "")), _small(request.query_params.get("to", ""))


def _small(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 0


def _says_the_same(statement: Statement, title: str, text: str) -> bool:
    """A file that was only opened and saved differs at most in how it is set."""
    latest, language = statement.latest, statement.language
    return (_set(title, language), _set(text, language)) == (
        _set(latest.title, language),
        _set(latest.text, language),
    )


def _set(text: str, language: str) -> str:
    return written(parse(typeset(text, language)))


def _nothing() -> Response:
    return HTMLResponse("", 404, _headers(""))


def _file_headers(told: Sheet, kind: str) -> Mapping[str, str]:
    """A name that people find again; the first is for what knows no other letters."""
    name = quote(
        "".join(char for char in told.title if char not in '\\/:*?"<>|')[:80] or "statement", safe=""
    )
    return {
        **_headers(""),
        "Content-Type": _TYPES[kind],
        "Content-Disposition": f"attachment; filename=\"statement.{kind}\"; filename*=UTF-8''{name}.{kind}",
    }


def _headers(nonce: str) -> Mapping[str, str]:
    """Kept nowhere, told to nobody; nothing runs on it but its own few lines, and it sends only to itself."""
    own = f"style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; " if nonce else ""
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; {own}base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
