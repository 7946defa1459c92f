"""The Word document: what a person sees in it, read back, and the letters of it that make Chinese right."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document

from statements.documents.docx_out import as_docx
from tests.statements.documents.makers import NOTE, SHEET


def part(name: str, data: bytes) -> str:
    """One part, as it is written."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_the_same_words_are_the_same_file():
    assert as_docx(SHEET) == as_docx(SHEET)
    assert as_docx(SHEET) != as_docx(replace(SHEET, note="another"))


def test_it_reads_as_it_was_written():
    document = Document(BytesIO(as_docx(SHEET)))
    assert [(one.style.name, one.text) for one in document.paragraphs] == [
        ("Title", "关于刹车失灵的说明"),
        ("Normal", "我们“正在”核查。详见官网。\n第二行"),
        ("Heading 1", "一、结论"),
        ("Normal", "一、刹车系统："),
        ("List Bullet", "甲"),
        ("List Bullet", "乙"),
        ("List Paragraph", "1. 先停用"),
        ("List Paragraph", "2. 再检查"),
        ("Normal", "示例汽车有限公司\n2026年11月21日"),
    ]
    assert document.sections[0].header.paragraphs[0].text == NOTE
    width, height = document.sections[0].page_width, document.sections[0].page_height
    assert (round(width.cm, 1), round(height.cm, 1)) == (21.0, 29.7)
    assert document.core_properties.title == "关于刹车失灵的说明"
    assert document.core_properties.created.isoformat() == "2026-11-21T06:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "bit"),
    [
        ("word/styles.xml", '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>'),
        ("word/styles.xml", '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="黑体"/>'),
        ("word/styles.xml", '<w:spacing w:line="360" w:lineRule="auto" w:before="0" w:after="0"/>'),
        ("word/document.xml", '<w:pStyle w:val="Title"/><w:jc w:val="center"/>'),
        ("word/document.xml", '<w:ind w:firstLine="480" w:firstLineChars="200"/>'),
        ("word/document.xml", '<w:rFonts w:hint="eastAsia"/></w:rPr><w:t>我们“正在”核查。详见</w:t>'),
        ("word/document.xml", '<w:jc w:val="right"/></w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/>'
         "</w:rPr><w:t>示例汽车有限公司</w:t>"),
        ("word/footer1.xml", '<w:fldSimple w:instr="PAGE">'),
        ("word/footer1.xml", '<w:fldSimple w:instr="NUMPAGES">'),
        ("word/_rels/document.xml.rels", 'Target="https://example.com/a" TargetMode="External"'),
    ],
)  # fmt: skip
def test_it_is_set_as_chinese_is_set(name: str, bit: str):
    assert bit in part(name, as_docx(SHEET))


def test_english_has_no_indent_but_room_between_paragraphs():
    data = as_docx(replace(SHEET, text="One.\n\nTwo.", language="en"))
    assert "firstLine" not in part("word/document.xml", data)
    assert '<w:spacing w:line="360" w:lineRule="auto" w:before="0" w:after="160"/>' in part(
        "word/styles.xml", data
    )


def test_what_people_typed_is_text_and_nothing_else():
    data = as_docx(replace(SHEET, title="</w:t>{{ 7 }}\x07", text="<b>&amp; ]]> {% x %}"))
    document = Document(BytesIO(data))
    assert [one.text for one in document.paragraphs] == ["</w:t>{{ 7 }}", "<b>&amp; ]]> {% x %}"]
