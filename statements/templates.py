"""The texts that a statement begins from: files which a PR person can read and change.

Each is a front matter (what is to be asked) and a body, in Jinja2, sandboxed. A company's own folder lies over ours,
with `<language>/<kind>.md.j2`; a file that cannot be used is refused with its line, and the one before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
import yaml
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.crisis.kinds import KINDS

log = structlog.get_logger(__name__)

OURS = Path(__file__).parent
LANGUAGES = ("zh", "en")
GIVEN = (
    "company",
    "facts",
    "type",
    "grade",
    "injury",
    "regulator",
    "contacted",
    "earlier",
    "promises",
    "today",
    "now",
    "next_update",
    "signer",
)
"""What every text is given besides the answers, `ask`."""

_FENCE = "---\n"
_SOURCES = ("", "what", "next_update")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadTemplate(Exception):
    """A file cannot be used: which, in which line, and what to do about it."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True)
class Ask:
    """One blank. source: what it is filled in with beforehand: what, next_update, or nothing.

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
    """One kind of statement in one language, ready to be filled in."""

    kind: str
    language: str
    path: Path
    asks: tuple[Ask, ...]
    title: Template = field(repr=False)
    body: Template = field(repr=False)


@dataclass(frozen=True)
class _Read:
    text: PublicText
    changed: float


class PublicTexts:
    """All of them, ours and the company's; a file that was changed is read again when it is next wanted."""

    def __init__(self, own: Path | None = None) -> None:
        """own: the company's folder."""
        self._folders = [folder for folder in (own, OURS) if folder]
        self._read: dict[tuple[str, str], _Read] = {}
        self.troubles: dict[Path, BadTemplate] = {}

    def get(self, language: str, kind: str) -> PublicText:
        """The company's where it can be used, else the one before it, else ours. Raises KeyError for an unknown one."""
        if kind not in KINDS:
            raise KeyError(kind)
        for folder in self._folders:
            path = _path(folder, language, kind)
            if path.exists() and (text := self._usable(path, language, kind)):
                return text
        raise KeyError(kind)

    def _usable(self, path: Path, language: str, kind: str) -> PublicText | None:
        changed, known = path.stat().st_mtime, self._read.get((str(path.parent), kind))
        if known and known.changed == changed:
            return known.text
        try:
            text = read(path, language, kind)
        except BadTemplate as trouble:
            self.troubles[path] = trouble
            log.warning("template_refused", file=path.name, line=trouble.line, problem=trouble.problem)
            return known.text if known else None
        self.troubles.pop(path, None)
        self._read[str(path.parent), kind] = _Read(text, changed)
        return text


def read(path: Path, language: str, kind: str) -> PublicText:
    """The text in that file. Raises BadTemplate."""
    head, body, first = _halves(path)
    front = _front(path, head)
    asks = tuple(_asks(path, front.get("asks") or {}))
    environment = make_environment()
    title = _compiled(environment, path, str(front.get("title") or ""), 2)
    made = PublicText(kind, language, path, asks, title, _compiled(environment, path, body, first))
    _check_names(environment, made, body, str(front.get("title") or ""), first)
    return made


def make_environment() -> ImmutableSandboxedEnvironment:
    """Plain text comes out; what people typed is put in as it is and never read as a template."""
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def lint(folder: Path) -> Sequence[BadTemplate]:
    """Everything that is wrong with the files of a company's folder."""
    found = []
    for path in sorted(folder.glob("*/*.j2")):
        language, kind = path.parent.name, path.name.removesuffix(".md.j2")
        if language not in LANGUAGES or kind not in KINDS or not path.name.endswith(".md.j2"):
            found.append(BadTemplate(path, 1, f"no such text; call it <{'|'.join(LANGUAGES)}>/<kind>.md.j2"))
            continue
        try:
            read(path, language, kind)
        except BadTemplate as trouble:
            found.append(trouble)
    return found


def _path(folder: Path, language: str, kind: str) -> Path:
    inner = folder / language / "public" if folder == OURS else folder / language
    return inner / f"{kind}.md.j2"


def _halves(path: Path) -> tuple[str, str, int]:
    """Front matter, body, and the line in which the body begins."""
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(path, 1, f"cannot be read ({type(error).__name__}); save it as UTF-8") from error
    if not text.startswith(_FENCE) or _FENCE not in text[len(_FENCE) :]:
        raise BadTemplate(path, 1, "begin with `---`, the title and what is to be asked, then `---`")
    head, _, body = text[len(_FENCE) :].partition(_FENCE)
    return head, body, head.count("\n") + 3


def _front(path: Path, head: str) -> Mapping[str, Any]:
    try:
        front = yaml.load(head, Loader=_LOADER)  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        raise BadTemplate(path, line, "is no YAML; see how our own texts are written") from error
    if not isinstance(front, dict) or not front.get("title"):
        raise BadTemplate(path, 2, "give it a `title`")
    return front


def _asks(path: Path, asks: object) -> Iterator[Ask]:
    if not isinstance(asks, dict):
        raise BadTemplate(path, 2, "`asks` is a list of names, each with a `question`")
    for name, given in asks.items():
        if not isinstance(given, dict) or not given.get("question") or not str(name).isidentifier():
            raise BadTemplate(path, 2, f"`{name}` needs a `question`, and a name without spaces")
        source = str(given.get("from") or "")
        if source not in _SOURCES:
            raise BadTemplate(path, 2, f"`{name}`: from is one of {', '.join(_SOURCES[1:])}")
        question, hint = str(given["question"]), str(given.get("hint") or "")
        yield Ask(name, question, hint, bool(given.get("long")), bool(given.get("optional")), source)


def _compiled(environment: ImmutableSandboxedEnvironment, path: Path, source: str, first: int) -> Template:
    try:
        return environment.from_string(source)
    except TemplateSyntaxError as error:
        raise BadTemplate(path, first + error.lineno - 1, error.message or "cannot be read") from error
    except TemplateError as error:
        raise BadTemplate(path, first, str(error)) from error


def _check_names(
    environment: ImmutableSandboxedEnvironment, made: PublicText, body: str, title: str, first: int
) -> None:
    """Every name is given or asked for, and everything that is asked for is used."""
    used: set[str] = set()
    for source, line in ((title, 2), (body, first)):
        tree = environment.parse(source)
        if unknown := find_undeclared_variables(tree) - {"ask", *GIVEN}:
            raise BadTemplate(made.path, line, f"nothing is called {sorted(unknown)[0]!r} here")
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == "ask":
                used.add(node.attr)
                if node.attr not in {ask.name for ask in made.asks}:
                    at = line + node.lineno - 1
                    raise BadTemplate(made.path, at, f"`ask.{node.attr}` is not among the `asks`")
    if idle := [ask.name for ask in made.asks if ask.name not in used]:
        raise BadTemplate(made.path, 2, f"`{idle[0]}` is asked for and never used")
