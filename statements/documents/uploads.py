"""What comes back from somebody's computer: a title, a text, and a note of whatever was left behind.

Nothing in a file is believed: sizes are looked at before anything is unpacked, and what cannot be taken is refused
with the reason (`refused.yaml`).
"""

from __future__ import annotations

import codecs
import re

from bot.crisis.errors import Refused
from bot.typed import clean
from statements.documents.docx_in import read_docx
from statements.documents.sheets import LARGEST, Upload
from statements.markdown import as_markdown, parse

_MACROS = (".docm", ".dotm")
_TEXTS = (".md", ".markdown", ".txt")
_OTHER_WORD = (".doc", ".dot", ".wps", ".rtf", ".odt", ".pages")
_NOTE = re.compile(r"\A(?:>[^\n]*|\[[^\n]*\b[0-9a-f]{12}\b[^\n]*\])\n+")
_HEADING = re.compile(r"\A#\s+(.+?)\s*#*\n+")
_FIRST_LINE = re.compile(r"\A([^\n]+)\n[ \t]*\n")
_TITLE_LENGTH = 64
_ENDS = "。！？!?.；;：:，,"


def read(name: str, data: bytes) -> Upload:
    """The statement in a file. name: as it was called there. Raises Refused with why it cannot be taken."""
    ending = _ending(name)
    if len(data) > LARGEST:
        raise Refused("upload_too_large", most=LARGEST // 1_000_000)
    if ending in _MACROS:
        raise Refused("upload_with_macros")
    if ending == ".docx":
        title, told, notes = read_docx(data)
        text = as_markdown(parse(told))
    elif ending in _TEXTS:
        text, notes = _decoded(data)
        title = ""
    else:
        raise Refused("upload_of_old_word" if ending in _OTHER_WORD else "upload_of_another_kind")
    title, text = clean(title).strip(), clean(text).strip()
    if not title:
        title, text = _titled(text)
    if not text:
        raise Refused("upload_without_words")
    return Upload(title, text, notes)


def _ending(name: str) -> str:
    _, dot, ending = name.strip().lower().rpartition(".")
    return dot + ending


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-8, or what Windows in China writes, and then it is said."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        coding = "utf-16"
    elif b"\0" in data:
        raise Refused("upload_unreadable")
    else:
        coding = "utf-8-sig"
    try:
        return data.decode(coding), ()
    except UnicodeDecodeError:
        if coding == "utf-16":
            raise Refused("upload_unreadable") from None
    try:
        return data.decode("gb18030"), ("gb18030",)
    except UnicodeDecodeError:
        raise Refused("upload_unreadable") from None


def _titled(text: str) -> tuple[str, str]:
    """The title is what our own files have it in: below the note, a heading or a short first line by itself."""
    text = _NOTE.sub("", text)
    if match := _HEADING.match(text + "\n"):
        return match[1], text[match.end() :].strip()
    match = _FIRST_LINE.match(text)
    if match and len(match[1]) <= _TITLE_LENGTH and not match[1].startswith(("#", "-", ">")):
        line = match[1].strip()
        if not line.endswith(tuple(_ENDS)):
            return line, text[match.end() :].strip()
    return "", text
