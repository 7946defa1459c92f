"""What comes back: the words, a note of whatever was left behind, and a reason for each file that is not taken."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from bot.crisis.errors import Refused
from statements.documents.docx_out import as_docx
from statements.documents.sheets import as_markdown, as_text
from statements.documents.uploads import read
from statements.text import Words
from tests.statements.documents.makers import SHEET, TEXT, W, a_docx, body, packed, relation, said


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("改.docx", as_docx(SHEET)),
        ("a.MD", as_markdown(SHEET).encode()),
        ("a.md", as_markdown(SHEET).replace("\n", "\r\n").encode("utf-8-sig")),
        ("a.txt", as_markdown(SHEET).encode("utf-16")),
    ],
    ids=["Word", "Markdown", "of Windows, with a mark", "of Notepad"],
)
def test_what_went_out_comes_back_the_same(name: str, data: bytes):
    told = read(name, data)
    assert (told.title, told.text, told.notes) == (SHEET.title, TEXT, ())


def test_plain_text_comes_back_with_its_title_and_without_the_note():
    told = read("a.txt", as_text(SHEET).encode())
    assert told.title == "关于刹车失灵的说明"
    assert told.text.startswith("我们“正在”核查。详见官网（https://example.com/a）。\n第二行\n\n一、结论\n")


def test_what_windows_in_china_wrote_is_read_and_said():
    told = read("a.txt", "致歉信\n\n我们道歉。".encode("gb18030"))
    assert (told.title, told.text, told.notes) == ("致歉信", "我们道歉。", ("gb18030",))


@pytest.mark.parametrize(
    "text", ["我们道歉。\n\n我们改正。", "- 甲\n\n- 乙", "只有一行", "一" * 65 + "\n\n第二段"]
)
def test_no_title_is_made_of_what_is_none(text: str):
    told = read("a.md", text.encode())
    assert (told.title, told.text) == ("", text)


STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="Quote"/></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""


def item(text: str, number: int) -> str:
    """An item of one of these lists."""
    return said(text, f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')


def test_a_document_of_a_chinese_word_keeps_its_order():
    inner = (
        said("致歉信", '<w:pStyle w:val="a3"/>')
        + said("一、经过", '<w:pStyle w:val="1"/>')
        + said("加粗", run="<w:b/>")
        + item("先停用", 7)
        + item("再检查", 7)
        + item("甲", 8)
        + said("引用", '<w:pStyle w:val="a5"/>')
    )
    told = read("a.docx", a_docx(inner, styles=STYLES, numbering=NUMBERING))
    assert told.title == "致歉信"
    assert told.text == "## 一、经过\n**加粗**\n1. 先停用\n2. 再检查\n- 甲\n\n> 引用"
    assert told.notes == ("numbers",)


@pytest.mark.parametrize(
    ("inner", "text", "note"),
    [
        ("<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
         "<w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>", "新", "changes"),
        (said("字") + "<w:p><w:r><w:drawing/></w:r></w:p>", "字", "images"),
        (said("字") + "<w:p><w:r><w:object/></w:r></w:p>", "字", "embedded"),
        ('<w:p><w:r><w:t>字</w:t><w:footnoteReference w:id="1"/></w:r></w:p>', "字", "footnotes"),
        ('<w:p><w:r><w:t>字</w:t></w:r><w:r><w:commentReference w:id="1"/></w:r></w:p>', "字", "comments"),
        (f"<w:tbl><w:tr><w:tc>{said('型号')}</w:tc><w:tc>{said('数量')}</w:tc></w:tr>"
         f"<w:tr><w:tc>{said('甲')}</w:tc><w:tc>{said('3')}</w:tc></w:tr></w:tbl>",
         "型号 | 数量\n甲 | 3", "tables"),
    ],
    ids=["tracked changes", "a picture", "an object", "a footnote", "a comment", "a table"],
)  # fmt: skip
def test_what_is_left_behind_or_guessed_is_said(inner: str, text: str, note: str):
    told = read("a.docx", a_docx(inner))
    assert (told.text, told.notes) == (text, (note,))


def test_a_link_leads_only_where_people_may_be_led():
    inner = (
        '<w:p><w:hyperlink r:id="rId1"><w:r><w:t>官网</w:t></w:r></w:hyperlink>'
        '<w:hyperlink r:id="rId2"><w:r><w:t>坏</w:t></w:r></w:hyperlink></w:p>'
    )
    relations = relation("hyperlink", "https://example.com", "rId1").replace(
        "</Relationships>", relation("hyperlink", "javascript:alert(1)", "rId2").split(">", 1)[1]
    )
    told = read(
        "a.docx", packed({"word/document.xml": body(inner), "word/_rels/document.xml.rels": relations})
    )
    assert told.text == "[官网](https://example.com)坏"


def test_a_template_on_somebodys_own_disk_does_no_harm():
    settings = relation("attachedTemplate", "file:///C:\\Users\\li\\Normal.dotm")
    told = read(
        "a.docx", packed({"word/document.xml": body(said("字")), "word/_rels/settings.xml.rels": settings})
    )
    assert told.text == "字"


def with_part(name: str, part: str | bytes = "") -> bytes:
    """A good document with one part more."""
    return packed({"word/document.xml": body(said("字")), name: part})


def locked_entry() -> bytes:
    """A good document, its entries marked as encrypted."""
    data = bytearray(a_docx(said("字")))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        place = archive.start_dir
    data[place + 8] |= 1
    return bytes(data)


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
MACROS = '<Types xmlns="x"><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
ENTITIES = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + body(said("&a;"))
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + body(said("&b;"))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", lambda: bytes(20_000_000), "upload_too_large"),
        ("a.docm", lambda: a_docx(said("字")), "upload_with_macros"),
        ("a.docx", lambda: with_part("word/vbaProject.bin"), "upload_with_macros"),
        ("a.docx", lambda: packed({"word/document.xml": body("")}, MACROS), "upload_with_macros"),
        ("a.docx", lambda: OLD + "EncryptedPackage".encode("utf-16-le"), "upload_locked"),
        ("a.docx", locked_entry, "upload_locked"),
        ("a.docx", lambda: OLD, "upload_of_old_word"),
        ("a.doc", lambda: OLD, "upload_of_old_word"),
        ("a.pdf", lambda: b"%PDF", "upload_of_another_kind"),
        ("a", lambda: b"", "upload_of_another_kind"),
        ("a.docx", lambda: b"PK no archive", "upload_unreadable"),
        ("a.docx", lambda: packed({"other.xml": ""}), "upload_unreadable"),
        ("a.docx", lambda: packed({"word/document.xml": "<w:document"}), "upload_unreadable"),
        ("a.docx", lambda: packed({"word/document.xml": f"<w:document {W}/>"}), "upload_unreadable"),
        ("a.docx", lambda: packed({"word/document.xml": ENTITIES}), "upload_unreadable"),
        ("a.docx", lambda: packed({"word/document.xml": LAUGHS}), "upload_unreadable"),
        ("a.docx", lambda: packed({"word/document.xml": ENTITIES.encode("utf-16")}), "upload_unreadable"),
        ("a.docx", lambda: packed({"word/document.xml": " " * 9_000_000}), "upload_unpacks_too_large"),
        ("a.docx", lambda: with_part("word/media/a.png", bytes(41_000_000)), "upload_unpacks_too_large"),
        ("a.docx", lambda: with_part("word/_rels/document.xml.rels", relation("image", "http://x/a.png")),
         "upload_reaches_out"),
        ("a.docx", lambda: with_part("word/_rels/settings.xml.rels", relation("attachedTemplate", "http://x/a")),
         "upload_reaches_out"),
        ("a.docx", lambda: with_part("word/_rels/settings.xml.rels",
         relation("attachedTemplate", "file://\\\\host\\a.dotm")), "upload_reaches_out"),
        ("a.docx", lambda: a_docx("<w:p><w:r><w:drawing/></w:r></w:p>"), "upload_without_words"),
        ("a.txt", lambda: b" \n ", "upload_without_words"),
        ("a.txt", lambda: b"\x00\x01\x02", "upload_unreadable"),
        ("a.txt", lambda: b"\xff\xff\xff", "upload_unreadable"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_says_why(name: str, data: Callable[[], bytes], code: str):
    with pytest.raises(Refused) as refused:
        read(name, data())
    assert refused.value.code == code
    for language in ("zh", "en"):
        assert Words.load().sentence(language, "refused", code, **refused.value.params).parts


def test_what_turns_text_round_or_hides_it_is_not_kept():
    assert read("a.md", "刹\u202e车\x07".encode()).text == "刹车"
    assert read("a.docx", a_docx(said("刹\u202e车"))).text == "刹车"


def test_the_names_of_notes_have_words():
    words = Words.load()
    notes = {
        "gb18030",
        "images",
        "embedded",
        "comments",
        "changes",
        "footnotes",
        "formulas",
        "tables",
        "numbers",
    }
    assert set(words.keys("zh", "paper_notes")) == notes
