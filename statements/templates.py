"""The texts that a statement begins from: files which a PR person can read and change.

Each is a front matter (what is to be asked) and a body, in Jinja2, sandboxed. A company's own folder lies over ours,
with `<language>/<kind>.md.j2`; a file that cannot be used is refused with its line, and the one before it is used.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import structlog
import yaml
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.crisis.kinds import KINDS
from statements.trial import GIVEN, trials

log = structlog.get_logger(__name__)

OURS = Path(__file__).parent
LANGUAGES = ("zh", "en")

OF_AN_ASK = {"question", "hint", "long", "optional", "from"}
"""What may be said of a blank."""

_FENCE = "---\n"
_SOURCES = ("", "what", "next_update")
_OF_A_TEXT = {"title", "asks"}
_NO_YAML = "is no YAML here; put what has a colon or a quotation mark in it into quotation marks"
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a text may do when it is filled in: what is written in it is a program of its author's."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadTemplate(Exception):
    """A file cannot be used: which, in which line, and what to do about it."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True)
class Ask:
    """One blank. source: which of `GIVEN` it is filled in with beforehand, or "".

    long: several lines, each an item. optional: the text makes sense without.
    """

    name: str
    question: str
    hint: str = ""
    long: bool = False
    optional: bool = False
    source: str = ""


@dataclass(frozen=True)
class PublicText:
    """One kind of statement in one language, ready to be filled in.

    uses: what of `GIVEN` it draws on. first: the line of its file in which the body begins.
    """

    kind: str
    language: str
    path: Path
    asks: tuple[Ask, ...]
    uses: frozenset[str]
    first: int
    title: Template = field(repr=False)
    body: Template = field(repr=False)


@dataclass(frozen=True)
class _Seen:
    """A file as it was last looked at: when it was changed and how long it was, and what could be made of it."""

    stamp: tuple[int, int]
    text: PublicText | None


class PublicTexts:
    """All of them, ours and the company's; a file that was changed is read again when it is next wanted."""

    def __init__(self, own: Path | None = None) -> None:
        """own: the company's folder."""
        self._folders = [folder for folder in (own, OURS) if folder]
        self._seen: dict[Path, _Seen] = {}
        self.troubles: dict[Path, BadTemplate] = {}

    def get(self, language: str, kind: str) -> PublicText:
        """The company's where it can be used, else the one before it, else ours. Raises KeyError for an unknown one."""
        if kind not in KINDS:
            raise KeyError(kind)
        for folder in self._folders:
            if text := self._usable(_path(folder, language, kind), language, kind):
                return text
        raise KeyError(language)

    def _usable(self, path: Path, language: str, kind: str) -> PublicText | None:
        try:
            found = path.stat()
        except OSError:
            self._seen.pop(path, None)
            self.troubles.pop(path, None)
            return None
        stamp, known = (found.st_mtime_ns, found.st_size), self._seen.get(path)
        if known is None or known.stamp != stamp:
            known = _Seen(stamp, self._read(path, language, kind, known.text if known else None))
            self._seen[path] = known
        return known.text

    def _read(self, path: Path, language: str, kind: str, before: PublicText | None) -> PublicText | None:
        try:
            text = read(path, language, kind)
            if not path.is_relative_to(OURS):
                try_out(text)
        except BadTemplate as trouble:
            self.troubles[path] = trouble
            log.warning("template_refused", file=path.name, line=trouble.line, problem=trouble.problem)
            return before
        self.troubles.pop(path, None)
        return text


def read(path: Path, language: str, kind: str) -> PublicText:
    """The text in that file. Raises BadTemplate."""
    head, body, first = _halves(path)
    front = _front(path, head)
    asks = tuple(_asks(path, head, front.get("asks") or {}))
    environment, title = make_environment(), str(front["title"])
    halves = [_Half(path, _line(head, "title"), title), _Half(path, first, body)]
    compiled = [_compiled(environment, half) for half in halves]
    uses = _check_names(environment, asks, halves, head)
    return PublicText(kind, language, path, asks, frozenset(uses), first, *compiled)


def try_out(text: PublicText) -> None:
    """Fill it in for each kind of crisis, so that what fails there is found before there is one. Raises BadTemplate."""
    for given, answer in product(trials(), ("", "…")):
        filled = {ask.name: [answer] * bool(answer) if ask.long else answer for ask in text.asks}
        for first, half in ((2, text.title), (text.first, text.body)):
            try:
                half.render(ask=filled, **given)
            except _FAILURES as error:
                line = first + _failed_in(error) - 1
                raise BadTemplate(text.path, line, f"cannot be filled in: {error}") from error


def make_environment() -> ImmutableSandboxedEnvironment:
    """Plain text comes out; what people typed is put in as it is and never read as a template."""
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def lint(folder: Path) -> tuple[int, Sequence[BadTemplate]]:
    """How many texts a company's folder has, and everything that is wrong with it."""
    files = [path for path in sorted(folder.glob("**/*")) if path.is_file() and not _beside(folder, path)]
    return len(files), [trouble for path in files if (trouble := _trouble(folder, path))]


def _beside(folder: Path, path: Path) -> bool:
    """What people and their tools keep in a folder besides texts."""
    parts = path.relative_to(folder).parts
    return parts[0].startswith("README") or any(part.startswith(".") for part in parts)


def _trouble(folder: Path, path: Path) -> BadTemplate | None:
    language, kind = path.parent.name, path.name.removesuffix(".md.j2")
    if language not in LANGUAGES or kind not in KINDS or path != _path(folder, language, kind):
        where = f"{folder.name}/{LANGUAGES[0]}/{KINDS[0]}.md.j2"
        return BadTemplate(path, 1, f"no text is looked for here; write it as in {where}")
    try:
        try_out(read(path, language, kind))
    except BadTemplate as trouble:
        return trouble
    return None


def _path(folder: Path, language: str, kind: str) -> Path:
    inner = folder / language / "public" if folder == OURS else folder / language
    return inner / f"{kind}.md.j2"


@dataclass(frozen=True)
class _Half:
    """Title or body as it is written. first: the line of the file in which it begins."""

    path: Path
    first: int
    source: str

    def bad(self, line: int, problem: str) -> BadTemplate:
        """A mistake in that line of this half."""
        return BadTemplate(self.path, self.first + line - 1, problem)


def _halves(path: Path) -> tuple[str, str, int]:
    """Front matter, body, and the line in which the body begins."""
    try:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(path, 1, f"cannot be read ({type(error).__name__}); save it as UTF-8") from error
    if not text.startswith(_FENCE) or f"\n{_FENCE}" not in text:
        raise BadTemplate(path, 1, "begin with `---`, the title and what is to be asked, then `---`")
    head, _, body = text.removeprefix(_FENCE).partition(f"\n{_FENCE}")
    return head, body, head.count("\n") + 4


def _front(path: Path, head: str) -> Mapping[str, Any]:
    try:
        front = yaml.load(head, Loader=_LOADER)  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadTemplate(path, mark.line + 2 if mark else 2, _NO_YAML) from error
    if not isinstance(front, dict) or not front.get("title"):
        raise BadTemplate(path, 2, "give it a `title`")
    if unknown := sorted(str(name) for name in front if name not in _OF_A_TEXT):
        raise BadTemplate(path, _line(head, unknown[0]), f"`{unknown[0]}` is neither `title` nor `asks`")
    return front


def _asks(path: Path, head: str, asks: object) -> Iterator[Ask]:
    if not isinstance(asks, dict):
        raise BadTemplate(path, _line(head, "asks"), "`asks` is a list of names, each with a `question`")
    for name, given in asks.items():
        line = _line(head, str(name))
        if not isinstance(given, dict) or not given.get("question") or not str(name).isidentifier():
            raise BadTemplate(path, line, f"`{name}` needs a `question`, and a name without spaces")
        if unknown := sorted(str(key) for key in given if key not in OF_AN_ASK):
            raise BadTemplate(
                path, line, f"`{name}`: `{unknown[0]}` is none of {', '.join(sorted(OF_AN_ASK))}"
            )
        source = str(given.get("from") or "")
        if source not in _SOURCES:
            raise BadTemplate(path, line, f"`{name}`: from is one of {', '.join(_SOURCES[1:])}")
        question, hint = str(given["question"]), str(given.get("hint") or "")
        yield Ask(str(name), question, hint, bool(given.get("long")), bool(given.get("optional")), source)


def _line(head: str, name: str) -> int:
    """Where a name of the front matter stands in the file."""
    found = re.search(rf"^ *{re.escape(name)} *:", head, re.MULTILINE)
    return head[: found.start()].count("\n") + 2 if found else 2


def _compiled(environment: ImmutableSandboxedEnvironment, half: _Half) -> Template:
    try:
        return environment.from_string(half.source)
    except TemplateSyntaxError as error:
        raise half.bad(error.lineno, error.message or "cannot be read") from error
    except TemplateError as error:
        raise half.bad(1, str(error)) from error


def _check_names(
    environment: ImmutableSandboxedEnvironment, asks: Sequence[Ask], halves: Sequence[_Half], head: str
) -> set[str]:
    """Every name is given or asked for, and everything that is asked for is used. Returns what is given and used."""
    names, asked, given = {ask.name for ask in asks}, set[str](), set[str]()
    for half in halves:
        tree = environment.parse(half.source)
        given |= find_undeclared_variables(tree)
        for node in tree.find_all(nodes.Name):
            if node.name in given - {"ask", *GIVEN}:
                raise half.bad(node.lineno, f"nothing is called `{node.name}` here")
        for attribute in tree.find_all(nodes.Getattr):
            if isinstance(attribute.node, nodes.Name) and attribute.node.name == "ask":
                asked.add(attribute.attr)
                if attribute.attr not in names:
                    raise half.bad(attribute.lineno, f"`ask.{attribute.attr}` is not among the `asks`")
    for ask in asks:
        if ask.name not in asked:
            raise BadTemplate(
                halves[0].path, _line(head, ask.name), f"`{ask.name}` is asked for and never used"
            )
    return given & set(GIVEN)


def _failed_in(error: Exception) -> int:
    """The line of the text at which filling it in came to an end."""
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"
    ]
    return (lines[-1] if lines else 1) or 1
