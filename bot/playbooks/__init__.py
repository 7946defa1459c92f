"""Policy as data: reads a playbook file and refuses what it does not know, with the line and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.crisis.playbook import Playbook
from bot.marked_yaml import BadFile, Marked, Place, Problem, read_marked, wrong_in
from bot.playbooks.build import build
from bot.playbooks.checks import not_monotone, wrong_names
from bot.playbooks.schema import PlaybookText

_HERE = Path(__file__).parent


class PlaybookError(BadFile):
    """A playbook was refused: each line of the message is a file, a line, and what to do."""


def shipped() -> tuple[str, ...]:
    """Names of the playbooks that come with the bot."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.yaml")))


def load(name_or_path: str | Path) -> Playbook:
    """The playbook of that name among the shipped ones, or in that YAML file. Raises PlaybookError."""
    source = _read(name_or_path, ())
    try:
        text = PlaybookText.model_validate(source.data)
    except ValidationError as error:
        raise source.refused(wrong_in(error)) from error
    source.refuse_if(wrong_names(text))
    playbook = build(text)
    source.refuse_if(not_monotone(playbook, text))
    return playbook


@dataclass(frozen=True)
class _Source:
    """A playbook's data, and the files it comes from: its own first, then those it extends."""

    data: dict[str, Any]
    files: tuple[Marked, ...]

    def refused(self, found: Iterable[tuple[Place, str]]) -> PlaybookError:
        """Own mistakes first: a key that replaces the base's often makes the base look wrong too."""
        problems = [(self._at(place), place, what) for place, what in found]
        problems.sort(key=lambda problem: self.files.index(problem[0]))
        return PlaybookError(file.problem(place, what) for file, place, what in problems)

    def refuse_if(self, found: Iterable[tuple[Place, str]]) -> None:
        if wrong := list(found):
            raise self.refused(wrong)

    def _at(self, place: Place) -> Marked:
        return next((file for file in self.files if _says(file.data, place)), self.files[0])


def _says(data: dict[str, Any], place: Place) -> bool:
    """Whether this file is the one that gives what stands at a place; tasks are given one by one."""
    if place[:1] == ("tasks",) and len(place) > 1:
        return place[1] in (data.get("tasks") or {})
    return bool(place) and place[0] in data


def _read(name_or_path: str | Path, above: tuple[Path, ...]) -> _Source:
    path = _path(name_or_path, above[-1].parent if above else Path())
    if path in above:
        raise PlaybookError([Problem(str(path), 1, "extends itself; take `extends` out")])
    try:
        own = read_marked(path)
    except BadFile as error:
        raise PlaybookError(error.problems) from error
    base = own.data.get("extends")
    if base is None:
        return _Source(own.data, (own,))
    if not isinstance(base, str):
        raise PlaybookError([own.problem(("extends",), "`extends` names one playbook")])
    below = _read(base, (*above, path))
    return _Source(_over(below.data, own.data), (own, *below.files))


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """A key given replaces the base's whole; only `tasks` are added to the base's."""
    merged = {**base, **{key: value for key, value in own.items() if key != "extends"}}
    if isinstance(own.get("tasks"), dict) and isinstance(base.get("tasks"), dict):
        merged["tasks"] = {**base["tasks"], **own["tasks"]}
    return merged


def _path(name_or_path: str | Path, beside: Path) -> Path:
    """A name is one of ours; anything with a suffix or a folder is a file, beside the one that extends it."""
    given = Path(name_or_path)
    if given.suffix or len(given.parts) > 1:
        return (beside / given).resolve()
    name = given.name.replace("-", "_")
    if name not in shipped():
        what = f"no playbook is called {name!r}; use {', '.join(shipped())}, or the path of a .yaml file"
        raise PlaybookError([Problem(str(name_or_path), 1, what)])
    return _HERE / f"{name}.yaml"
