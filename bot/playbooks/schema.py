"""What a playbook file may say, key by key; anything else is refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from bot.crisis.playbook import Sign
from bot.playbooks.signs import read_signs


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


Levels = Annotated[list[str], BeforeValidator(_as_list)]
Signs = Annotated[tuple[Sign, ...], PlainValidator(read_signs)]
Minutes = Annotated[int, Field(gt=0, le=172_800)]
Hours = Annotated[int, Field(gt=0, le=87_600)]
Colour = Literal["red", "orange", "yellow", "green", "blue", "grey"]
Condition = Literal[
    "checklist_complete",
    "graded",
    "roles_answered",
    "decisions_made",
    "first_statement_drafted",
    "first_statement_approved",
    "first_statement_published",
    "first_statement_everywhere",
    "explanation_published",
    "executive_letter_published",
]
Deadline = Literal["first_contact", "first_word"]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,47}$")]


class Strict(BaseModel):
    """No unknown keys, and no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TaskText(Strict):
    """One entry of `tasks`: whose it is, whether the bot can see for itself that it is true, what it meets."""

    role: str
    done_when: Condition | None = None
    meets: Deadline | None = None


class CheckpointText(Strict):
    """One entry of `checkpoints` (S0, domain 5). Minutes from time zero."""

    name: Name
    minutes: Minutes
    tasks: list[str]
    statement: bool = False
    decisions: list[Name] = []


class StretchText(Strict):
    """One entry of `cadence`. Hours from time zero."""

    name: Name
    every_hours: Hours
    until_hours: Hours


class GradeText(Strict):
    """One entry of `grades`, lowest first (domain 2.2, 2.5). Minutes from time zero, or from the page."""

    name: Name
    colour: Colour
    pages: Annotated[list[str], Field(min_length=1)]
    in_command: str
    page_minutes: Minutes
    first_contact_minutes: Minutes | None = None
    first_word_minutes: Minutes | None = None
    executive_hours: Hours | None = None
    deciders: Annotated[list[str], Field(min_length=1)]
    urge_minutes: dict[Literal["app", "sms", "phone"], Annotated[int, Field(ge=0, le=1440)]] = {}
    sign: dict[str, Annotated[list[str], Field(min_length=1)]]
    sign_minutes: Minutes
    tasks: dict[str, list[str]] = {}


class SpreadText(Strict):
    """One entry of `spread`: the least views of a level, and the signs which put the spread there anyway."""

    level: str
    views: Annotated[int, Field(ge=0)]
    also: list[Signs] = []


class CellText(Strict):
    """One line of `matrix` (domain 2.2); a level, several, or `any`."""

    spread: Levels
    severity: Levels
    control: Levels
    grade: str


class RuleText(Strict):
    """One entry of `rules` (domain 2.3): what is seen, and what follows."""

    name: Name
    when: Signs
    at_least: str | None = None
    up: Annotated[int, Field(ge=0, le=9)] = 0
    warning: Name | None = None
    ask_readings: bool = False


class AutoGradeText(Strict):
    """When the bot grades by itself (S3, domain 1). Minutes from time zero; grace from the declaration."""

    after_minutes: Minutes
    floor: str
    grace_minutes: Annotated[int, Field(ge=0, le=1440)]


class ChaseText(Strict):
    """When words for outside are chased (S0, domain 5, 7). Minutes."""

    update: Minutes
    executive: list[Minutes]
    unpublished: Minutes
    incomplete: Minutes
    outdated: Minutes
    promise: Minutes
    promise_again: Minutes


class PlaybookText(Strict):
    """A whole playbook file, after `extends` has been followed."""

    name: Name
    roles: Annotated[list[Name], Field(min_length=1)]
    standing: list[str]
    speaks: str
    next_in_command: dict[str, str]
    grades: Annotated[list[GradeText], Field(min_length=1)]
    spread: Annotated[list[SpreadText], Field(min_length=1, max_length=9)]
    matrix: list[CellText]
    rules: list[RuleText]
    tasks: dict[Name, TaskText]
    checkpoints: Annotated[list[CheckpointText], Field(min_length=1)]
    cadence: list[StretchText]
    final_report_hours: Hours
    auto_grade: AutoGradeText
    remind_minutes: Minutes
    reading_minutes: Minutes
    chase: ChaseText
    emergency_kinds: list[str] = []
    audiences: dict[str, list[str]] = {}
    receipt_minutes: Minutes = 30
    words: dict[Literal["zh", "en"], dict[str, dict[str, str]]] = {}
