"""From the text of a playbook to the values which the rest of the code reads."""

from __future__ import annotations

from collections.abc import Iterable

from bot.crisis.playbook import (
    Cell,
    Chase,
    Checkpoint,
    GradePolicy,
    Playbook,
    Rule,
    SpreadSign,
    Stretch,
    TaskTemplate,
)
from bot.playbooks.schema import CellText, ChaseText, GradeText, PlaybookText
from bot.playbooks.signs import LEVELS, SPREADS


def build(text: PlaybookText) -> Playbook:
    """The playbook a checked text describes."""
    return Playbook(
        name=text.name,
        grades=tuple(_grade(text, grade) for grade in text.grades),
        spread_views=tuple(level.views for level in text.spread),
        spread_signs=tuple(_spread_signs(text)),
        matrix=tuple(_cell(text, cell) for cell in text.matrix),
        rules=tuple(
            Rule(rule.name, rule.when, rule.at_least, rule.up, rule.warning, rule.ask_readings)
            for rule in text.rules
        ),
        checkpoints=tuple(
            Checkpoint(
                each.name, each.minutes, _tasks(text, each.tasks), each.statement, tuple(each.decisions)
            )
            for each in text.checkpoints
        ),
        cadence=tuple(Stretch(each.name, each.until_hours, each.every_hours) for each in text.cadence),
        roles=tuple(text.roles),
        standing=tuple(text.standing),
        speaks=text.speaks,
        next_in_command=text.next_in_command,
        auto_grade_minutes=text.auto_grade.after_minutes,
        auto_grade_floor=text.auto_grade.floor,
        grace_minutes=text.auto_grade.grace_minutes,
        remind_minutes=text.remind_minutes,
        reading_minutes=text.reading_minutes,
        final_report_hours=text.final_report_hours,
        chase=_chase(text.chase),
        words=dict(text.words),
        emergency_kinds=tuple(text.emergency_kinds),
        audiences={audience: tuple(roles) for audience, roles in text.audiences.items()},
        receipt_minutes=text.receipt_minutes,
    )


def levels_of(text: PlaybookText, scale: str) -> tuple[str, ...]:
    """The levels of spread, severity or control which this playbook has, lowest first."""
    return SPREADS[: len(text.spread)] if scale == "spread" else LEVELS[scale]


def _grade(text: PlaybookText, grade: GradeText) -> GradePolicy:
    return GradePolicy(
        name=grade.name,
        colour=grade.colour,
        pages=tuple(grade.pages),
        in_command=grade.in_command,
        page_minutes=grade.page_minutes,
        deciders=tuple(grade.deciders),
        first_contact_minutes=grade.first_contact_minutes,
        first_word_minutes=grade.first_word_minutes,
        executive_hours=grade.executive_hours,
        urge_minutes=dict(grade.urge_minutes),
        sign={kind: tuple(roles) for kind, roles in grade.sign.items()},
        sign_minutes=grade.sign_minutes,
        tasks={checkpoint: _tasks(text, names) for checkpoint, names in grade.tasks.items()},
    )


def _chase(text: ChaseText) -> Chase:
    given = text.model_dump()
    return Chase(**{**given, "executive": tuple(sorted(given["executive"], reverse=True))})


def _tasks(text: PlaybookText, names: Iterable[str]) -> tuple[TaskTemplate, ...]:
    return tuple(TaskTemplate(name, **text.tasks[name].model_dump()) for name in names)


def _spread_signs(text: PlaybookText) -> Iterable[SpreadSign]:
    return (SpreadSign(sign, level.level) for level in text.spread for signs in level.also for sign in signs)


def _cell(text: PlaybookText, cell: CellText) -> Cell:
    return Cell(
        spread=_expanded(text, "spread", cell.spread),
        severity=_expanded(text, "severity", cell.severity),
        control=_expanded(text, "control", cell.control),
        grade=cell.grade,
    )


def _expanded(text: PlaybookText, scale: str, levels: list[str]) -> tuple[str, ...]:
    return levels_of(text, scale) if levels == ["any"] else tuple(levels)
