"""What must fit together in a playbook: names that are used exist, times rise, and no sign lowers a grade.

Each check yields (place, what to do), so that every mistake in a file is told at once, each with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import combinations, pairwise, product

from bot.crisis.grading import cell_grade
from bot.crisis.kinds import AUDIENCES, KINDS
from bot.crisis.playbook import Playbook
from bot.playbooks.build import levels_of
from bot.playbooks.schema import CellText, PlaybookText, RuleText
from bot.playbooks.signs import LEVELS, SPREADS

Place = Sequence[str | int]
Found = Iterator[tuple[Place, str]]


def wrong_names(text: PlaybookText) -> Found:
    """Everything in a text that names what is not there, comes twice, or stands in the wrong order."""
    checks: tuple[Callable[[PlaybookText], Found], ...] = (
        _roles,
        _grades,
        _spread,
        _matrix,
        _rules,
        _tasks,
        _times,
    )
    for check in checks:
        yield from check(text)


def not_monotone(playbook: Playbook, text: PlaybookText) -> Found:
    """Cells of the matrix where a higher level has a lower grade (domain 2.2)."""
    if not playbook.matrix:
        return
    scales = [levels_of(text, scale) for scale in LEVELS]
    for here in product(*scales):
        for scale, levels in enumerate(scales):
            place = levels.index(here[scale]) + 1
            if place == len(levels):
                continue
            higher = (*here[:scale], levels[place], *here[scale + 1 :])
            grade, above = cell_grade(playbook, *here)[0], cell_grade(playbook, *higher)[0]
            if playbook.rank(above) < playbook.rank(grade):
                yield ("matrix",), f"{'/'.join(higher)} is {above}, but {'/'.join(here)} is {grade}; raise it"


def _roles(text: PlaybookText) -> Found:
    yield from _unknown("role", text.standing, text.roles, ("standing",))
    yield from _unknown("role", [text.speaks], text.roles, ("speaks",), indexed=False)
    for role, following in text.next_in_command.items():
        yield from _unknown("role", [role, following], text.roles, ("next_in_command", role), indexed=False)
    yield from _kinds(text.emergency_kinds, KINDS, ("emergency_kinds",))
    yield from _audiences(text)
    for name, task in text.tasks.items():
        yield from _unknown("role", [task.role], text.roles, ("tasks", name, "role"), indexed=False)
    for place, grade in enumerate(text.grades):
        yield from _unknown("role", grade.pages, text.roles, ("grades", place, "pages"))
        yield from _unknown("role", grade.deciders, text.roles, ("grades", place, "deciders"))
        for kind, roles in grade.sign.items():
            yield from _unknown("role", roles, text.roles, ("grades", place, "sign", kind))
        yield from _kinds(grade.sign, ("any", *KINDS), ("grades", place, "sign"))
        if "any" not in grade.sign:
            yield (
                ("grades", place, "sign"),
                "say under `any` who signs all kinds that have no line of their own",
            )
        if grade.in_command not in grade.pages:
            yield (
                ("grades", place, "in_command"),
                f"{grade.in_command} must be among the `pages` of {grade.name}",
            )


def _audiences(text: PlaybookText) -> Found:
    for audience, roles in text.audiences.items():
        yield from _unknown("role", roles, text.roles, ("audiences", audience))
        if audience not in AUDIENCES:
            yield ("audiences", audience), f"no audience is called {audience!r}; use {', '.join(AUDIENCES)}"


def _kinds(named: Iterable[str], known: Collection[str], place: Place) -> Found:
    for kind in named:
        if kind not in known:
            yield place, f"no statement is called {kind!r}; use one of {', '.join(known)}"


def _grades(text: PlaybookText) -> Found:
    names = [grade.name for grade in text.grades]
    yield from _twice("grade", names, "grades")
    yield from _unknown("grade", [text.auto_grade.floor], names, ("auto_grade", "floor"), indexed=False)
    for place, cell in enumerate(text.matrix):
        yield from _unknown("grade", [cell.grade], names, ("matrix", place, "grade"), indexed=False)
    for place, rule in enumerate(text.rules):
        if rule.at_least:
            yield from _unknown("grade", [rule.at_least], names, ("rules", place, "at_least"), indexed=False)


def _spread(text: PlaybookText) -> Found:
    if text.spread[0].views != 0:
        yield ("spread", 0, "views"), "the lowest level begins at 0 views"
    for place, (expected, level) in enumerate(zip(SPREADS, text.spread, strict=False)):
        if level.level != expected:
            yield ("spread", place, "level"), f"levels are named in order; this one is {expected}"
        for signs in level.also:
            if len(signs) > 1 or signs[0].fact in LEVELS:
                yield ("spread", place, "also"), "each sign names one fact of the checklist, no level"
    for place, (lower, higher) in enumerate(pairwise(text.spread), start=1):
        if higher.views <= lower.views:
            yield ("spread", place, "views"), f"must be more than the {lower.views} of {lower.level}"


def _matrix(text: PlaybookText) -> Found:
    for place, cell in enumerate(text.matrix):
        for scale, levels in _scales(cell):
            known = ("any",) if levels == ["any"] else levels_of(text, scale)
            yield from _unknown("level", levels, known, ("matrix", place, scale), indexed=False)
    for (_, one), (place, other) in combinations(enumerate(text.matrix), 2):
        if one.grade != other.grade and _overlap(one, other):
            yield ("matrix", place), f"covers a cell that an earlier line calls {one.grade}; split the lines"


def _rules(text: PlaybookText) -> Found:
    yield from _twice("rule", [rule.name for rule in text.rules], "rules")
    moved_up = ""
    for place, rule in enumerate(text.rules):
        acts = bool(rule.at_least or rule.up)
        if not (acts or rule.warning or rule.ask_readings):
            yield (
                ("rules", place),
                f"{rule.name} has no effect; add `at_least`, `up` or `warning`",
            )
        if rule.at_least and rule.up:
            yield ("rules", place), f"{rule.name} has both `at_least` and `up`; make it two rules"
        if rule.at_least and moved_up:
            yield (
                ("rules", place),
                f"{rule.name} must stand before {moved_up}: `up` counts after every `at_least`",
            )
        moved_up = rule.name if rule.up else moved_up
        if acts:
            yield from _values_of_levels(place, rule)


def _values_of_levels(place: int, rule: RuleText) -> Found:
    for sign in rule.when:
        if sign.fact in LEVELS and sign.values:
            yield (
                ("rules", place, "when"),
                f"write `{sign.fact}: {{at_least: {min(sign.values)}}}`, or a worse one had a lower grade",
            )


def _tasks(text: PlaybookText) -> Found:
    names = [checkpoint.name for checkpoint in text.checkpoints]
    common = [task for checkpoint in text.checkpoints for task in checkpoint.tasks]
    yield from _twice("task", common, "checkpoints")
    for place, checkpoint in enumerate(text.checkpoints):
        yield from _unknown("task", checkpoint.tasks, text.tasks, ("checkpoints", place, "tasks"))
    for place, grade in enumerate(text.grades):
        yield from _unknown("checkpoint", list(grade.tasks), names, ("grades", place, "tasks"), indexed=False)
        for checkpoint_name, tasks in grade.tasks.items():
            yield from _unknown("task", tasks, text.tasks, ("grades", place, "tasks", checkpoint_name))
        own = [task for tasks in grade.tasks.values() for task in tasks]
        yield from _twice("task", [*common, *own] if own else [], "grades", place)


def _times(text: PlaybookText) -> Found:
    yield from _twice("checkpoint", [checkpoint.name for checkpoint in text.checkpoints], "checkpoints")
    for place, (before, after) in enumerate(pairwise(text.checkpoints), start=1):
        if after.minutes <= before.minutes:
            yield ("checkpoints", place, "minutes"), f"must be later than {before.name}"
    end = text.checkpoints[-1].minutes / 60
    for place, stretch in enumerate(text.cadence):
        if stretch.until_hours <= end:
            yield (
                ("cadence", place, "until_hours"),
                f"must end after {end:g} hours, where the one before ends",
            )
        end = stretch.until_hours
    if text.final_report_hours < end:
        yield ("final_report_hours",), f"the final report comes at {end:g} hours or later, after all updates"


def _unknown(
    kind: str, used: Sequence[str], known: Collection[str], place: Place, *, indexed: bool = True
) -> Found:
    for number, name in enumerate(used):
        if name not in known:
            where = (*place, number) if indexed else place
            yield where, f"no {kind} is called {name!r}; use one of {', '.join(known)}"


def _twice(kind: str, names: Iterable[str], *place: str | int) -> Found:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield place, f"the {kind} {name} comes twice; keep one"
        seen.add(name)


def _scales(cell: CellText) -> tuple[tuple[str, list[str]], ...]:
    return ("spread", cell.spread), ("severity", cell.severity), ("control", cell.control)


def _overlap(one: CellText, other: CellText) -> bool:
    return all(
        ["any"] in (mine, theirs) or not set(mine).isdisjoint(theirs)
        for (_, mine), (_, theirs) in zip(_scales(one), _scales(other), strict=True)
    )
