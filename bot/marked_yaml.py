"""YAML that remembers its lines, so that whoever wrote a playbook or a roster is told where to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

Place = Sequence[str | int]

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's reader where PyYAML was built with it: ten times as fast, and a start reads a dozen files."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the file, the line (1 is the first), and what to do."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}"


class BadFile(Exception):
    """A file that people write was refused; the message lists everything to mend, each with its line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Marked:
    """A file's data together with where each part of it stands."""

    file: str
    data: dict[str, Any]
    root: yaml.Node

    def problem(self, place: Place, what: str) -> Problem:
        """A problem at a place such as ("rules", 3, "when"); the nearest line that exists is named."""
        return Problem(self.file, _line(self.root, place), what)


def read_marked(path: Path) -> Marked:
    """Read a file that must be one mapping. Raises BadFile: no such file, not YAML, a key twice."""
    try:
        text = path.read_text(encoding="utf-8")
        root, data = yaml.compose(text, Loader=LOADER), yaml.load(text, Loader=LOADER)  # noqa: S506 - both are safe
    except (OSError, ValueError) as error:
        raise BadFile([Problem(str(path), 1, f"cannot be read: {error}")]) from error
    except yaml.YAMLError as error:
        raise BadFile([_syntax(path, error)]) from error
    if root is None or not isinstance(data, dict):
        raise BadFile([Problem(str(path), 1, "must be a list of `key: value` lines")])
    if twice := list(_keys_given_twice(root)):
        raise BadFile(Problem(str(path), line, f"`{key}` is given twice; keep one") for key, line in twice)
    return Marked(str(path), data, root)


def wrong_in(error: ValidationError) -> Iterator[tuple[Place, str]]:
    """What pydantic found, in words that say what to do, each with its place."""
    for found in error.errors(include_url=False):
        place, name = found["loc"], ".".join(str(part) for part in found["loc"])
        if found["type"] == "extra_forbidden":
            yield place, f"`{name}` is not known; check the spelling or take it out"
        elif found["type"] == "missing":
            yield place, f"`{name}` is missing; add it"
        else:
            yield place, f"`{name}`: {found['msg'].removeprefix('Value error, ')}"


def _line(node: yaml.Node, place: Place) -> int:
    line = node.start_mark.line + 1
    for part in place:
        step = _step(node, part)
        if step is None:
            break
        line, node = step
    return line


def _step(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    """The line and the node of one part, or None where there is no such part."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None


def _keys_given_twice(node: yaml.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_given_twice(item)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _keys_given_twice(value)


def _syntax(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error)
    return Problem(str(path), mark.line + 1 if mark else 1, f"is not YAML: {what}; check quotes and indents")
