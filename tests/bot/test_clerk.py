"""Documents in a process of their own: what it hands back, and what happens when it cannot."""

from __future__ import annotations

import asyncio

import pytest

from bot.clerk import Clerk, NotMade, _environment
from bot.crisis.errors import Refused
from statements.documents.docx_out import as_docx
from tests.statements.documents.makers import SHEET, TEXT, a_docx


def test_it_writes_what_the_writer_writes():
    assert asyncio.run(Clerk().docx(SHEET)) == as_docx(SHEET)


def test_it_reads_what_was_written():
    told = asyncio.run(Clerk().read("a.docx", as_docx(SHEET)))
    assert (told.title, told.text, told.notes) == (SHEET.title, TEXT, ())


@pytest.mark.parametrize(
    ("name", "data", "code", "params"),
    [
        ("a.docm", b"", "upload_with_macros", {}),
        ("a.docx", bytes(2_000_001), "upload_too_large", {"most": 2}),
        ("a.docx", a_docx("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000), "upload_unreadable", {}),
    ],
    ids=["macros", "size", "so deep that the reader gives up"],
)
def test_why_a_file_is_not_taken_comes_back(name: str, data: bytes, code: str, params: dict[str, int]):
    with pytest.raises(Refused) as refused:
        asyncio.run(Clerk().read(name, data))
    assert (refused.value.code, refused.value.params) == (code, params)


def test_one_that_takes_too_long_is_ended():
    with pytest.raises(NotMade):
        asyncio.run(Clerk(patience=0.0).docx(SHEET))


def test_it_is_told_none_of_our_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert set(_environment()) <= {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "SYSTEMROOT"}
