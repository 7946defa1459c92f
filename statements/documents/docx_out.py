"""A statement as a Word document, set as a Chinese company sets it; the same words give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from bot.typed import clean
from statements.documents.sheets import Sheet
from statements.markdown import Block, Run, parse
from statements.typography import typeset

_BODY, _HEADS, _LATIN = "宋体", "黑体", "Times New Roman"
_SIZES = {"Normal": 12, "Title": 18, "Heading 1": 15, "Heading 2": 14, "Heading 3": 12}
_THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SIGNED_LINES, _SIGNED_LENGTH = 4, 30


def as_docx(sheet: Sheet) -> bytes:
    """A4, song type with black heads, two characters of indent in Chinese; title centred, note above, pages counted."""
    document = Document()
    _set_page(document, sheet)
    for name, size in _SIZES.items():
        _set_style(document.styles[name], size, sheet.language)
    blocks = parse(typeset(clean(sheet.text), sheet.language))
    document.add_paragraph(clean(sheet.title), style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for place, block in enumerate(blocks):
        _add(document, block, sheet.language, last=place == len(blocks) - 1)
    told = document.core_properties
    told.title, told.author, told.comments, told.last_modified_by = clean(sheet.title)[:255], "", "", ""
    told.created = told.modified = datetime.fromisoformat(sheet.at).replace(microsecond=0)
    packed = BytesIO()
    document.save(packed)
    return _without_times(packed.getvalue())


def _set_page(document: Any, sheet: Sheet) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2.54)
    section.left_margin = section.right_margin = Cm(2.8)
    note = section.header.paragraphs[0]
    note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _small(note.add_run(clean(sheet.note)))
    pages = section.footer.paragraphs[0]
    pages.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(pages, "PAGE")
    _small(pages.add_run(" / "))
    _field(pages, "NUMPAGES")


def _small(run: Any) -> None:
    run.font.size, run.font.color.rgb = Pt(9), RGBColor(0x59, 0x59, 0x59)


def _field(paragraph: Any, name: str) -> None:
    """A number that Word fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    shown = paragraph.add_run("1")
    _small(shown)
    field.append(shown._r)
    paragraph._p.append(field)


def _set_style(style: Any, size: int, language: str) -> None:
    heads = style.name != "Normal"
    style.font.name, style.font.size, style.font.bold = _LATIN, Pt(size), heads
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in _THEME:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), _HEADS if heads else _BODY)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-US")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(spoken)
    style.paragraph_format.line_spacing = 1.5
    style.paragraph_format.space_before = Pt(12 if heads else 0)
    style.paragraph_format.space_after = Pt(0 if language == "zh" and not heads else 8)
    if style.name == "Title":
        _without_rule(style)


def _without_rule(style: Any) -> None:
    """Word's own title has a blue line below it."""
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _add(document: Any, block: Block, language: str, *, last: bool) -> None:
    styles = {
        "heading": f"Heading {min(max(block.level - 1, 1), 3)}",
        "bullet": "List Bullet",
        "number": "List Paragraph",
        "quote": "Quote",
    }
    paragraph = document.add_paragraph(style=styles.get(block.kind, "Normal"))
    if block.kind == "paragraph" and last and _is_signature(block):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif block.kind == "paragraph" and language == "zh":
        _indent(paragraph)
    if block.kind == "number":
        # Not Word's own counting: the numbers are part of what was approved.
        paragraph.add_run(f"{block.level}. ")
    for place, line in enumerate(block.lines):
        if place:
            paragraph.add_run().add_break()
        _say(paragraph, line, language)


def _is_signature(block: Block) -> bool:
    """The company, who signs, the date: a few short lines without a full stop."""
    lines = ["".join(run.text for run in line) for line in block.lines]
    short = all(len(line) <= _SIGNED_LENGTH and not line.endswith(("。", ".", "！", "？")) for line in lines)
    return short and 2 <= len(lines) <= _SIGNED_LINES


def _indent(paragraph: Any) -> None:
    """Two characters, whatever their size; the figure in points is for programs that do not count characters."""
    paragraph.paragraph_format.first_line_indent = Pt(24)
    paragraph._p.pPr.ind.set(qn("w:firstLineChars"), "200")


def _say(paragraph: Any, line: Iterable[Run], language: str) -> None:
    for run in line:
        said = paragraph.add_run(run.text)
        said.bold = True if run.strong else None
        if language == "zh":
            # Or Word sets quotes and dashes in the Latin font, half as wide.
            said._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        if run.link:
            _lead(paragraph, said, run.link)


def _lead(paragraph: Any, said: Any, address: str) -> None:
    """Make what was said last a link."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    said.font.underline = True
    link.append(said._r)
    paragraph._p.append(link)


def _without_times(packed: bytes) -> bytes:
    """The same archive, its entries dated alike: equal words are equal files."""
    again = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return again.getvalue()
