"""What can happen to words for outside: facts are checked, texts written, signed, published, put right.

`bot.crisis.events.Event` takes them in; who did it and when stands in the entry, as with every event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["unconfirmed", "confirmed", "refuted"]


@dataclass(frozen=True)
class FactNoted:
    """Something may be so. source: who or what says it. question: the one of the checklist that it answers, or ""."""

    fact: int
    text: str
    source: str
    question: str = ""


@dataclass(frozen=True)
class FactReworded:
    """It was put differently, and has to be checked again."""

    fact: int
    text: str
    source: str


@dataclass(frozen=True)
class FactChecked:
    """Somebody verified it, or found it wrong. source: by what."""

    fact: int
    status: Status
    source: str


@dataclass(frozen=True)
class Drafted:
    """A text, or its next version. cites: the facts it rests on. answers: what was typed into its blanks.

    version: 1 for a new statement; each further one replaces the last and all its signatures.
    corrects: the version that is out and that this one puts right, or 0.
    """

    statement: int
    version: int
    kind: str
    language: str
    title: str
    text: str
    cites: tuple[int, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    corrects: int = 0


@dataclass(frozen=True)
class EditKept:
    """Somebody else had saved meanwhile: these words wait until their author has seen the difference."""

    statement: int
    base: int
    title: str
    text: str
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class EditDropped:
    """Its author does not need it any more: it was put into the newest version, or given up."""

    statement: int


@dataclass(frozen=True)
class FindingAccepted:
    """A warning about this version stands, and why that is right. finding: its key."""

    statement: int
    version: int
    finding: str
    reason: str


@dataclass(frozen=True)
class SignerAsked:
    """One person is asked to sign one version for one role, and has until `answer_by`; then their deputy is, too."""

    statement: int
    version: int
    role: str
    person: str
    answer_by: datetime


@dataclass(frozen=True)
class SignerMissing:
    """Nobody else can be asked to sign for a role; whoever was asked still may, and is reminded at `answer_by`."""

    statement: int
    version: int
    role: str
    answer_by: datetime | None = None


@dataclass(frozen=True)
class SignersReminded:
    """They were asked and have not answered; until `answer_by` they have again."""

    statement: int
    version: int
    role: str
    people: tuple[str, ...]
    answer_by: datetime


@dataclass(frozen=True)
class Signed:
    """Somebody stands behind exactly this text, for a role."""

    statement: int
    version: int
    seal: str
    role: str


@dataclass(frozen=True)
class ChangesAsked:
    """A signer wants it otherwise, in their own words."""

    statement: int
    version: int
    role: str
    words: str


@dataclass(frozen=True)
class Approved:
    """All signatures that the policy asks for are there, over this text. emergency: one, by whoever is in command."""

    statement: int
    version: int
    seal: str
    emergency: bool = False


@dataclass(frozen=True)
class Published:
    """The approved text stands on a channel. link: where it can be read. pinned: whether it stays on top."""

    statement: int
    version: int
    channel: str
    link: str = ""
    pinned: bool = False


@dataclass(frozen=True)
class PublicationUndone:
    """It was marked as published there by mistake."""

    statement: int
    channel: str


@dataclass(frozen=True)
class Withdrawn:
    """It is no longer to be used; what is out is to be taken back."""

    statement: int
    reason: str


@dataclass(frozen=True)
class TakenDown:
    """It is not to be read on that channel any more."""

    statement: int
    channel: str


@dataclass(frozen=True)
class HookAsked:
    """The company's own site is to take this wording, or to take it down. seal: of the wording."""

    statement: int
    version: int
    seal: str
    withdrawn: bool = False


@dataclass(frozen=True)
class HookDelivered:
    """The site did. status: of its HTTP answer. link: where it says that the text can be read, or ""."""

    statement: int
    version: int
    status: int
    link: str = ""
    withdrawn: bool = False


@dataclass(frozen=True)
class PromiseNoted:
    """A sentence of a text commits us, and somebody sees to it. text: that sentence. due_at: aware.

    Nothing is promised before the text is out; then it is chased until it was kept.
    """

    promise: int
    statement: int
    version: int
    text: str
    due_at: datetime
    owner: str


@dataclass(frozen=True)
class PromiseDismissed:
    """A sentence that reads like a promise is none."""

    statement: int
    sentence: str


@dataclass(frozen=True)
class PromiseMoved:
    """It is due at another time, or somebody else sees to it, and why."""

    promise: int
    due_at: datetime
    owner: str
    reason: str


@dataclass(frozen=True)
class PromiseKept:
    """It is done. statement: the later one that tells so; 0 where a reason stands in its place."""

    promise: int
    statement: int = 0
    reason: str = ""


@dataclass(frozen=True)
class LinesIssued:
    """An approved answer sheet was handed out, and every other one for that audience and language is recalled.

    sheet: a number of its own, for one version may be handed out again. people: who got it in person.
    """

    sheet: int
    statement: int
    version: int
    seal: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinesRead:
    """Somebody has read an answer sheet, and uses no other."""

    sheet: int


@dataclass(frozen=True)
class ReadersReminded:
    """They had an answer sheet for a while and have not said that they read it."""

    sheet: int
    people: tuple[str, ...]


@dataclass(frozen=True)
class LineAsked:
    """Somebody was asked this outside, and there is no approved line for it."""

    question: str


PublicEvent = (
    FactNoted
    | FactReworded
    | FactChecked
    | Drafted
    | EditKept
    | EditDropped
    | FindingAccepted
    | SignerAsked
    | SignerMissing
    | SignersReminded
    | Signed
    | ChangesAsked
    | Approved
    | Published
    | PublicationUndone
    | Withdrawn
    | TakenDown
    | HookAsked
    | HookDelivered
    | PromiseNoted
    | PromiseDismissed
    | PromiseMoved
    | PromiseKept
    | LinesIssued
    | LinesRead
    | ReadersReminded
    | LineAsked
)
