"""Whether there are words for everything a playbook names, so that no card fails for want of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.crisis.playbook import Playbook
from statements.text import LANGUAGES, Words


def missing(words: Words, playbook: Playbook) -> list[str]:
    """What has no words yet, as `zh: tasks: name`; empty when all is well."""
    return [
        f"{language}: {group}: {name}"
        for language in LANGUAGES
        for group, names in _named(playbook)
        for name in dict.fromkeys(names)
        if name not in words.keys(language, group)
    ]


def no_words(lacking: Iterable[str]) -> list[str]:
    """What to do about names without words, a line for each, for whoever keeps the playbook."""
    return [f"{place} has no words: give them in the playbook, under `words`" for place in lacking]


def _named(playbook: Playbook) -> Iterator[tuple[str, Iterable[str]]]:
    checkpoints = [checkpoint.name for checkpoint in playbook.checkpoints]
    questions = [question for checkpoint in playbook.checkpoints for question in checkpoint.decisions]
    yield "grades", [grade.name for grade in playbook.grades]
    yield "marks", [grade.colour for grade in playbook.grades]
    yield "roles", playbook.roles
    yield "checkpoints", checkpoints
    yield "checkpoint_short", checkpoints
    yield "decisions", questions
    yield "decisions_short", questions
    yield "cadence", [stretch.name for stretch in playbook.cadence]
    yield "tasks", _tasks(playbook)
    yield "rules", [rule.name for rule in playbook.rules]
    yield "warnings", [rule.warning for rule in playbook.rules if rule.warning]


def _tasks(playbook: Playbook) -> Iterator[str]:
    for checkpoint in playbook.checkpoints:
        yield from (task.name for task in checkpoint.tasks)
    for grade in playbook.grades:
        yield from (task.name for tasks in grade.tasks.values() for task in tasks)
