"""What a browser sends to a statement's page: a typed text or a file, and which version was before that person."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bot.clerk import Clerk
from bot.crisis.errors import Refused
from bot.typed import clean
from statements.documents.sheets import LARGEST

_ROOM = LARGEST + 500_000
"""Bytes of a whole request: a file, or a typed text, and what is around it."""

_HEARD_OUT = 64_000_000
"""Bytes of a request that is too large are let pass until here, or its browser would show no answer at all."""


@dataclass(frozen=True)
class Sent:
    """A text to become the next version. base: the one it was made from. title: "" to keep the one there is."""

    title: str
    text: str
    base: int
    notes: tuple[str, ...] = ()


class _InMemory(MultiPartParser):
    """What people upload is never put on a disk."""

    spool_max_size = _ROOM


async def received(request: Request, clerk: Clerk) -> Sent:
    """What was sent. Raises Refused where it is too large, no form, or cannot be read."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused("upload_unreadable")
    try:
        form = await _InMemory(
            request.headers, _limited(request), max_files=1, max_fields=4, max_part_size=_ROOM
        ).parse()
    except (MultiPartException, ClientDisconnect):
        raise Refused("upload_unreadable") from None
    try:
        return await _read(form, clerk)
    finally:
        await form.close()


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises Refused when more came than anybody could mean."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= _ROOM:
            yield chunk
        elif size > _HEARD_OUT:
            break
    if size > _ROOM:
        raise _too_large()


async def _read(form: FormData, clerk: Clerk) -> Sent:
    base, file = _number(form.get("base")), form.get("file")
    if not isinstance(file, UploadFile):
        title = " ".join(clean(str(form.get("title") or "")).split())
        return Sent(title, clean(str(form.get("text") or "")), base)
    if not file.filename:
        raise Refused("upload_missing")
    data = await file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _too_large()
    told = await clerk.read(file.filename, data)
    return Sent(told.title, told.text, base, told.notes)


def _too_large() -> Refused:
    return Refused("upload_too_large", most=LARGEST // 1_000_000)


def _number(typed: object) -> int:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
