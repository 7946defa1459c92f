"""One wording of a statement, as it leaves and as it comes back; as Markdown and as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from statements.markdown import as_plain, parse
from statements.typography import typeset

FORMATS = ("docx", "md", "txt")

LARGEST = 2_000_000
"""Bytes of a file that comes back. A statement of 30,000 characters takes a tenth of it."""


@dataclass(frozen=True)
class Sheet:
    """What stands on it. note: kind, number, version, fingerprint and state, in words. at: when it was written, ISO."""

    title: str
    text: str
    language: str
    note: str
    at: str


@dataclass(frozen=True)
class Upload:
    """What was read. title: "" where the file has none. notes: names of what was left behind or guessed."""

    title: str
    text: str
    notes: tuple[str, ...] = ()


def as_markdown(sheet: Sheet) -> str:
    """The note as a quote, then the words exactly as they were approved."""
    return f"> {sheet.note}\n\n# {sheet.title}\n\n{sheet.text}\n"


def as_text(sheet: Sheet) -> str:
    """For reading aloud, or for a field that takes no formatting."""
    text = as_plain(parse(typeset(sheet.text, sheet.language)), sheet.language)
    return f"[{sheet.note}]\n\n{typeset(sheet.title, sheet.language)}\n\n{text}\n"
