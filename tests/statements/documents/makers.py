"""Word documents for tests: whatever a part is to say, packed as Word packs it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

from statements.documents.sheets import Sheet

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

TEXT = """我们“正在”核查。详见[官网](https://example.com/a)。
第二行

## 一、结论
**一、**刹车系统：
- 甲
- **乙**
1. 先停用
2. 再检查

示例汽车有限公司
2026年11月21日"""
NOTE = "首份声明 · 危机 1 第 2 号稿件 · 第 3 版 · 指纹 0123456789ab · 草稿"
SHEET = Sheet("关于刹车失灵的说明", TEXT, "zh", NOTE, "2026-11-21T06:00:00+00:00")


def body(inner: str) -> str:
    """A document with that inside."""
    return f"<w:document {W} {R}><w:body>{inner}</w:body></w:document>"


def said(text: str, about: str = "", run: str = "") -> str:
    """A paragraph. about: its properties; run: those of its one run."""
    return f"<w:p><w:pPr>{about}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def relation(kind: str, target: str, id: str = "rId9") -> str:
    """Something elsewhere that the document is bound to."""
    return RELATIONS.format(
        f'<Relationship Id="{id}" Type="{LINK}{kind}" Target="{target}" TargetMode="External"/>'
    )


def packed(parts: Mapping[str, str | bytes], types: str = TYPES) -> bytes:
    """A file of these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def a_docx(inner: str, **parts: str | bytes) -> bytes:
    """A document with that inside. parts: more of them, `styles` for word/styles.xml."""
    more = {f"word/{name}.xml": part for name, part in parts.items()}
    return packed({"word/document.xml": body(inner), **more})
