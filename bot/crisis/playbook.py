"""The shape of a playbook: a company's policy as values, so that no grade, role or minute lives in code.

`bot.playbooks.load` reads these from YAML and refuses what it does not know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.crisis.kinds import CHANNELS


@dataclass(frozen=True)
class TaskTemplate:
    """Something that must be true by a checkpoint, before anybody has taken it.

    name: key of its words in `statements/*/labels.yaml` under `tasks`.
    role: who is expected to take it; owns it as soon as that role answers a page.
    done_when: name of a condition that ticks it off by itself (see `bot.crisis.tasks`), or None.
    meets: the deadline, `first_contact` or `first_word`, that is met when it is done, or None.
    """

    name: str
    role: str
    done_when: str | None = None
    meets: str | None = None


@dataclass(frozen=True)
class Checkpoint:
    """A time from time zero by which things must be true (domain 5; S0 and S3).

    statement: a statement is due here, so the spokesperson is reminded in person before it.
    decisions: yes/no questions which the committee is asked at this time.
    """

    name: str
    minutes: int
    tasks: tuple[TaskTemplate, ...]
    statement: bool = False
    decisions: tuple[str, ...] = ()

    @property
    def after(self) -> timedelta:
        """Length from time zero."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Stretch:
    """A part of the plan after the last checkpoint, in which progress is due again and again (domain 5).

    Both ends are hours from time zero; the end belongs to the stretch.
    """

    name: str
    until_hours: int
    every_hours: int


@dataclass(frozen=True)
class GradePolicy:
    """What one grade means and starts (domain 2.2, 2.5).

    pages: roles that are paged, most important first. in_command: the role whose holder leads.
    page_minutes: an unanswered page goes on to the next person after this. urge_minutes: after how many minutes
    without an answer the same person is called in a way that is harder to miss, by that way (app, sms, phone).
    first_contact_minutes, first_word_minutes: from time zero; None where the policy asks for none.
    executive_hours: from time zero, by which an executive must have been seen or heard; None likewise.
    deciders: roles which may lower or close an incident of this grade.
    tasks: the grade's own tasks, each under the name of the checkpoint by which it must be done.
    """

    name: str
    colour: str
    pages: tuple[str, ...]
    in_command: str
    page_minutes: int
    deciders: tuple[str, ...]
    first_contact_minutes: int | None = None
    first_word_minutes: int | None = None
    executive_hours: int | None = None
    urge_minutes: Mapping[str, int] = field(default_factory=dict)
    sign: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sign_minutes: int = 10
    tasks: Mapping[str, tuple[TaskTemplate, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sign:
    """One thing the checklist may say. True when the fact has one of `values`, reaches `at_least`, or is `above`.

    at_least compares levels (S1 < S2 ...) or numbers; above is a number in the fact's own unit.
    """

    fact: str
    values: tuple[str, ...] = ()
    at_least: str | float | None = None
    above: float | None = None


@dataclass(frozen=True)
class SpreadSign:
    """A sign which puts the spread at a level at least, however small the figure (domain 2.1, 'also reached by')."""

    when: Sign
    level: str


@dataclass(frozen=True)
class Cell:
    """One published line of the decision matrix (domain 2.2): the levels it covers and its grade."""

    spread: tuple[str, ...]
    severity: tuple[str, ...]
    control: tuple[str, ...]
    grade: str


@dataclass(frozen=True)
class Rule:
    """What follows from signs after the matrix (domain 2.3, 2.4), in the order the playbook lists them.

    It fires when all of `when` are true. Then the grade becomes `floor` at least, or moves `up` grades;
    with neither it only warns. `warning` is a key of words; `ask_readings` asks for the views again and again.
    """

    name: str
    when: tuple[Sign, ...]
    floor: str | None = None
    up: int = 0
    warning: str | None = None
    ask_readings: bool = False


@dataclass(frozen=True)
class Chase:
    """When words for outside are chased; all in minutes.

    update: before the next word is due. executive: before an executive must have been seen or heard, the longest first.
    unpublished: after its approval, what stands nowhere. incomplete: after the first channel, those that are missing.
    outdated: after a correction was approved or a text withdrawn, what can still be read. promise: before it is due,
    or half of its time where that is shorter; promise_again: after that, as long as it is not kept.
    """

    update: int
    executive: tuple[int, ...]
    unpublished: int
    incomplete: int
    outdated: int
    promise: int
    promise_again: int


@dataclass(frozen=True)
class Playbook:
    """One policy: how to grade, whom to page, what must be true by when.

    grades: lowest first. spread_views: the least views of each level L1.. in order.
    matrix: the published cells, or empty where the policy grades by rules alone.
    standing: roles invited to every room. speaks: the role that says the public words, reminded before each is due.
    next_in_command: whom to page when a role and its deputies are silent.
    auto_grade_minutes: ungraded then, the bot grades by itself, never below `auto_grade_floor`;
    grace_minutes: but not sooner than this after the incident was declared.
    remind_minutes: how long before a checkpoint the owners of open tasks are reminded.
    reading_minutes: how often a reading of the views is asked for while they double.
    chase: when words for outside are chased. channels: those that the company uses, see `bot.crisis.kinds`.
    words: names of the policy's own, by language and group, over those of `statements/*/labels.yaml`.
    audiences: the roles that answer each audience, and are given its answer sheet; receipt_minutes: after that long
    whoever has not said that they have read it is reminded.
    ways: of calling somebody harder than by a message, by platform: what the company has and allows.
    """

    name: str
    grades: tuple[GradePolicy, ...]
    spread_views: tuple[int, ...]
    spread_signs: tuple[SpreadSign, ...]
    matrix: tuple[Cell, ...]
    rules: tuple[Rule, ...]
    checkpoints: tuple[Checkpoint, ...]
    cadence: tuple[Stretch, ...]
    roles: tuple[str, ...]
    standing: tuple[str, ...]
    speaks: str
    next_in_command: Mapping[str, str]
    auto_grade_minutes: int
    auto_grade_floor: str
    grace_minutes: int
    remind_minutes: int
    reading_minutes: int
    final_report_hours: int
    chase: Chase
    words: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    emergency_kinds: tuple[str, ...] = ()
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    receipt_minutes: int = 30
    ways: Mapping[str, Collection[str]] = field(default_factory=dict)
    channels: tuple[str, ...] = CHANNELS

    @property
    def task_templates(self) -> Iterator[TaskTemplate]:
        """Every task there is, of checkpoints and of grades."""
        for checkpoint in self.checkpoints:
            yield from checkpoint.tasks
        for grade in self.grades:
            for tasks in grade.tasks.values():
                yield from tasks

    def urging(self, ways: Mapping[str, Collection[str]]) -> Playbook:
        """The same policy, where these ways of calling harder are paid for and allowed, by platform."""
        return replace(self, ways=ways)

    def speaking_on(self, channels: tuple[str, ...]) -> Playbook:
        """The same policy, of a company that publishes on these channels."""
        return replace(self, channels=channels)

    def urges(self, grade: str, platform: str) -> Mapping[str, int]:
        """After how many minutes without an answer somebody is called harder who is called there, by the way."""
        allowed = self.ways.get(platform, ())
        return {way: after for way, after in self.grade(grade).urge_minutes.items() if way in allowed}

    def signers(self, grade: str, kind: str) -> tuple[str, ...]:
        """The roles that must sign a statement of this kind at that grade (S2; domain 7)."""
        sign = self.grade(grade).sign
        return sign.get(kind, sign["any"])

    def grade(self, name: str) -> GradePolicy:
        """The policy of a grade. Raises KeyError for a name the playbook does not have."""
        return self.grades[self.rank(name)]

    def rank(self, name: str) -> int:
        """Place of a grade in the order, 0 lowest. Raises KeyError for an unknown name."""
        for rank, grade in enumerate(self.grades):
            if grade.name == name:
                return rank
        raise KeyError(name)

    def checkpoint(self, name: str) -> Checkpoint:
        """The checkpoint of that name. Raises KeyError for an unknown one."""
        for checkpoint in self.checkpoints:
            if checkpoint.name == name:
                return checkpoint
        raise KeyError(name)

    def before(self, name: str) -> Checkpoint | None:
        """The checkpoint just before this one, or None for the first."""
        place = self.checkpoints.index(self.checkpoint(name))
        return self.checkpoints[place - 1] if place else None

    def following(self, name: str) -> Checkpoint | None:
        """The checkpoint just after this one, or None for the last."""
        place = self.checkpoints.index(self.checkpoint(name)) + 1
        return self.checkpoints[place] if place < len(self.checkpoints) else None
