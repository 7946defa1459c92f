"""The words of a Word document that somebody sent us, and nothing else of it.

Read with the standard library, a part at a time: what is not read cannot hurt. A document that could do something
(macros, links to parts elsewhere), that is locked or that unpacks to far more than it seems is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bot.crisis.errors import Refused

_MAIN = "word/document.xml"
_LARGEST_PART, _LARGEST_WHOLE, _MOST_PARTS = 8_000_000, 40_000_000, 1000
_LOCKED = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LINKS = ("http://", "https://", "mailto:", "tel:")
_OWN_TEMPLATE = re.compile(r"(?i)(?:file:///)?(?:[a-z]:[\\/]|/?users/|/?library/|/?applications/)[^?]*\Z")
_LEFT_BEHIND = {
    "drawing": "images",
    "pict": "images",
    "object": "embedded",
    "footnoteReference": "footnotes",
    "endnoteReference": "footnotes",
    "commentReference": "comments",
    "oMath": "formulas",
}
_SKIPPED = ("del", "moveFrom", "rPr", "pPr", "instrText", *_LEFT_BEHIND)


def read_docx(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Title, text in our Markdown, and notes of what was left behind. Raises Refused with why it cannot be taken."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            _check_parts(packed)
            return _Reading(_links(packed), _styles(packed), _lists(packed)).told(_part(packed, _MAIN))
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, EOFError, NotImplementedError, ValueError):
        raise Refused(_why_not(data)) from None


def _why_not(data: bytes) -> str:
    """A locked document and one of an old Word begin alike."""
    if not data.startswith(_OLD_OFFICE):
        return "upload_unreadable"
    return "upload_locked" if _LOCKED in data else "upload_of_old_word"


def _check_parts(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("upload_locked")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_WHOLE:
        raise Refused("upload_unpacks_too_large")
    names = [part.filename.lower() for part in parts]
    kinds = _read(packed, "[Content_Types].xml").lower()
    if any("vbaproject" in name for name in names) or b"macroenabled" in kinds or b"vbaproject" in kinds:
        raise Refused("upload_with_macros")
    for name in packed.namelist():
        if name.endswith(".rels"):
            _check_relations(_part(packed, name))


def _check_relations(relations: Element) -> None:
    """A link that people follow is harmless; anything else from elsewhere is fetched when the document is opened."""
    for relation in relations:
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if relation.get("TargetMode") != "External" or kind.endswith("/hyperlink"):
            continue
        if not (kind.endswith("/attachedTemplate") and _OWN_TEMPLATE.match(target)):
            raise Refused("upload_reaches_out")


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    """What a part unpacks to. Its own word for its size is not believed, though the library holds it to it."""
    with packed.open(name) as part:
        found = part.read(_LARGEST_PART + 1)
    if len(found) > _LARGEST_PART:
        raise Refused("upload_unpacks_too_large")
    return found


def _part(packed: zipfile.ZipFile, name: str) -> Element:
    plain = ElementTree.XMLParser(target=_Tree())  # noqa: S314 - declares no entities, see _Tree
    plain.feed(_read(packed, name).replace(_STRICT_W.encode(), _W.strip("{}").encode()))
    found: Element = plain.close()
    return found


class _Tree(ElementTree.TreeBuilder):
    """No document of Word declares a type; one that does wants entities put in."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Called before any entity is declared. Raises Refused."""
        raise Refused("upload_unreadable")


def _links(packed: zipfile.ZipFile) -> Mapping[str, str]:
    """Where each of the document's links leads, by its id; only where people may be led."""
    name = "word/_rels/document.xml.rels"
    if name not in packed.namelist():
        return {}
    found = {one.get("Id", ""): one.get("Target", "") for one in _part(packed, name)}
    return {id: target for id, target in found.items() if target.startswith(_LINKS)}


def _styles(packed: zipfile.ZipFile) -> Mapping[str, str]:
    """The built-in name of each style, lower case, by its id: in a Chinese Word the ids are numbers."""
    if "word/styles.xml" not in packed.namelist():
        return {}
    styles = _part(packed, "word/styles.xml").iter(f"{_W}style")
    return {style.get(f"{_W}styleId", ""): _value(style, "name").lower() for style in styles}


def _lists(packed: zipfile.ZipFile) -> Mapping[str, bool]:
    """Whether a list counts, by its id."""
    if "word/numbering.xml" not in packed.namelist():
        return {}
    root = _part(packed, "word/numbering.xml")
    counts = {
        abstract.get(f"{_W}abstractNumId", ""): _value(abstract, "lvl/numFmt") not in ("bullet", "none", "")
        for abstract in root.iter(f"{_W}abstractNum")
    }
    return {
        num.get(f"{_W}numId", ""): counts.get(_value(num, "abstractNumId"), False)
        for num in root.iter(f"{_W}num")
    }


def _value(element: Element, path: str) -> str:
    """The `val` of the first element at that path below, "" where there is none."""
    found = element.find("/".join(f"{_W}{step}" for step in path.split("/")))
    return "" if found is None else found.get(f"{_W}val", "")


@dataclass
class _Reading:
    """One document being read: its links, styles and lists, what was left behind, and how far each list has counted."""

    links: Mapping[str, str]
    styles: Mapping[str, str]
    lists: Mapping[str, bool]
    notes: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)

    def told(self, root: Element) -> tuple[str, str, tuple[str, ...]]:
        body = root.find(f"{_W}body")
        if body is None:
            raise Refused("upload_unreadable")
        title, text = "", ""
        for is_item, is_title, words in self._paragraphs(body):
            if is_title and not title and not text:
                title = words
            elif words.strip():
                text += ("\n" if is_item else "\n\n") + words
        return " ".join(title.split()), text.strip(), tuple(dict.fromkeys(self.notes))

    def _paragraphs(self, parent: Element) -> Iterator[tuple[bool, bool, str]]:
        """Whether it is an item or a row, whether the title, and its words."""
        for child in parent:
            name = child.tag.removeprefix(_W)
            if name == "p":
                yield self._paragraph(child)
            elif name == "tbl":
                self.notes.append("tables")
                yield from ((place > 0, False, row) for place, row in enumerate(self._rows(child)))
            elif name in ("sdt", "sdtContent", "ins", "smartTag", "customXml"):
                yield from self._paragraphs(child)

    def _rows(self, table: Element) -> Sequence[str]:
        rows = []
        for row in table.iter(f"{_W}tr"):
            cells = [" ".join(self._words(cell).split()) for cell in row.iter(f"{_W}tc")]
            rows.append(" | ".join(cells))
        return rows

    def _paragraph(self, paragraph: Element) -> tuple[bool, bool, str]:
        style = self.styles.get(_value(paragraph, "pPr/pStyle"), "")
        words = self._words(paragraph).strip()
        if style == "title" or not words:
            return False, style == "title", words.replace("**", "")
        if style.startswith("heading") and style[-1:].isdigit():
            return False, False, "#" * min(int(style[-1]) + 1, 6) + " " + words.replace("**", "")
        mark = self._mark(paragraph, style)
        return bool(mark), False, f"> {words}" if "quote" in style else mark + words

    def _mark(self, paragraph: Element, style: str) -> str:
        """Word keeps the numbers of a list to itself; they are counted again, and that is said."""
        number = _value(paragraph, "pPr/numPr/numId")
        counts = self.lists.get(number, False) or (not number and style.startswith("list number"))
        if counts:
            self.notes.append("numbers")
            self.counted[number] = self.counted.get(number, 0) + 1
            return f"{self.counted[number]}. "
        return "- " if (number and number != "0") or style.startswith("list bullet") else ""

    def _words(self, element: Element) -> str:
        return "".join(self._pieces(element)).replace("****", "")

    def _pieces(self, element: Element) -> Iterator[str]:
        for child in element:
            name = child.tag.rpartition("}")[2]
            if name in ("ins", "del", "moveFrom", "moveTo"):
                self.notes.append("changes")
            if name in _LEFT_BEHIND:
                self.notes.append(_LEFT_BEHIND[name])
            if name in _SKIPPED or child.tag == f"{_COMPATIBLE}Fallback":
                continue
            if name == "r":
                yield self._run(child)
            elif name == "hyperlink":
                yield self._link(child)
            else:
                yield from self._pieces(child)

    def _run(self, run: Element) -> str:
        words = "".join(self._letters(run))
        bold = run.find(f"{_W}rPr/{_W}b")
        strong = bold is not None and bold.get(f"{_W}val", "1") not in ("0", "false", "off")
        return f"**{words}**" if strong and words.strip() else words

    def _letters(self, run: Element) -> Iterator[str]:
        for child in run:
            match child.tag.removeprefix(_W):
                case "t":
                    yield child.text or ""
                case "br" | "cr":
                    yield "\n"
                case "tab":
                    yield " "
                case "noBreakHyphen":
                    yield "-"
                case name:
                    self.notes += [_LEFT_BEHIND[name]] if name in _LEFT_BEHIND else []
                    if child.tag == f"{_COMPATIBLE}AlternateContent":
                        self.notes.append("images")

    def _link(self, link: Element) -> str:
        words, target = self._words(link), self.links.get(link.get(f"{_R}id", ""), "")
        return f"[{words.replace('**', '')}]({target})" if target and words.strip() else words
