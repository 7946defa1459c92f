"""What is known for sure, and what is said of it outside: facts, statements, versions, signatures, publications.

Values that `bot.crisis.public_replay` sets; the deeds are in `facts`, `drafting`, `approval` and `publishing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.crisis.public_events import Status


@dataclass
class Fact:
    """One thing that may be said when it is confirmed. verified_by, verified_at: who settled it, either way."""

    id: int
    text: str
    source: str
    noted_by: str
    noted_at: datetime
    question: str = ""
    status: Status = "unconfirmed"
    verified_by: str = ""
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Version:
    """One wording of a statement, as it was written; it never changes."""

    number: int
    title: str
    text: str
    cites: tuple[int, ...]
    answers: Mapping[str, str]
    by: str
    at: datetime
    corrects: int = 0

    @property
    def seal(self) -> str:
        """Names exactly this wording and what it rests on; a letter more makes another."""
        said = "\0".join([self.title, self.text, ",".join(map(str, self.cites))])
        return hashlib.sha256(said.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Kept:
    """What somebody wrote while another saved; it waits for them. base: the version they had before them."""

    base: int
    title: str
    text: str
    cites: tuple[int, ...]
    at: datetime


@dataclass
class Seat:
    """One role whose signature a version needs: who was asked, in order, and who signed.

    asked_at: when the last of them was. reminded: since then once. stuck: there is nobody else to ask.
    """

    role: str
    asked: list[str] = field(default_factory=list)
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    reminded: bool = False
    stuck: bool = False
    signed_by: str = ""
    signed_at: datetime | None = None
    changes: str = ""
    changes_by: str = ""


@dataclass(frozen=True)
class Publication:
    """Where a text stands, since when, put there by whom."""

    channel: str
    version: int
    link: str
    pinned: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class HandOver:
    """What became of one wording that the company's own site was asked to take.

    taken_at: it is there since. link: where it says so. taken_down_at: it is gone since. refused: with which code the
    site would not do what it was asked last, or "".
    """

    by: str
    at: datetime
    taken_at: datetime | None = None
    link: str = ""
    taken_down_at: datetime | None = None
    refused: str = ""


@dataclass
class Promise:
    """A sentence that commits us: of which text, by when it is due, whose it is.

    given_at: since when it can be read outside; None while its text is not out. moved_at: when it got another time or
    owner. kept_in: the statement that tells that it was kept, or 0; kept_because: what is said in its place.
    """

    id: int
    statement: int
    version: int
    text: str
    due_at: datetime
    owner: str
    given_at: datetime | None = None
    moved_at: datetime | None = None
    moved_because: str = ""
    kept_at: datetime | None = None
    kept_in: int = 0
    kept_because: str = ""

    @property
    def open(self) -> bool:
        """It was given and not kept yet."""
        return self.given_at is not None and self.kept_at is None

    @property
    def words(self) -> str:
        """The sentence without its full stop, as it is told again within another."""
        return self.text.rstrip("。.！!；; ")


@dataclass
class Statement:
    """One text for outside, in all its versions. seats and accepted are the last version's; an edit empties them.

    void: roles whose signature the last edit took away, with who had signed. kept: words that came too late, by
    person. published: where a version of it can be read now. handed: to the company's own site, by the number of the
    version. no_promises: sentences that only read like one.
    """

    id: int
    kind: str
    language: str
    versions: list[Version] = field(default_factory=list)
    seats: dict[str, Seat] = field(default_factory=dict)
    accepted: dict[str, str] = field(default_factory=dict)
    void: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    approved_seal: str = ""
    approved_at: datetime | None = None
    emergency: bool = False
    published: dict[str, Publication] = field(default_factory=dict)
    handed: dict[int, HandOver] = field(default_factory=dict)
    withdrawn: str = ""
    withdrawn_at: datetime | None = None
    no_promises: set[str] = field(default_factory=set)

    @property
    def latest(self) -> Version:
        """The wording that counts."""
        return self.versions[-1]

    @property
    def authors(self) -> set[str]:
        """Everybody who wrote a part of it."""
        return {version.by for version in self.versions}

    @property
    def asked(self) -> bool:
        """Signatures were asked for."""
        return bool(self.seats)

    @property
    def approved(self) -> bool:
        """The last version may go out as it is."""
        return bool(self.approved_seal) and self.approved_seal == self.latest.seal and not self.withdrawn

    @property
    def outdated(self) -> list[Publication]:
        """Where something else can be read than the last version: to be replaced, or taken back."""
        latest = 0 if self.withdrawn else self.latest.number
        return [one for one in self.published.values() if one.version != latest]

    @property
    def on_site(self) -> int:
        """The last version that the company's own site has said it took, 0 where there is none."""
        return max((number for number, handed in self.handed.items() if handed.taken_at), default=0)

    def version(self, number: int) -> Version:
        """That wording. Raises LookupError for one that there is not."""
        if not 1 <= number <= len(self.versions):
            raise LookupError(number)
        return self.versions[number - 1]


@dataclass
class AnswerSheet:
    """One version of approved lines as it was handed to those who answer (口径); never used again once recalled.

    people: who was given it. read: who has said that they use only this, and when. recalled: why it counts no more,
    `replaced`, `withdrawn` or `fact`, since `recalled_at`; "" while it does. replaced_by: the sheet that came after it.
    """

    id: int
    statement: int
    version: int
    people: tuple[str, ...]
    by: str
    at: datetime
    read: dict[str, datetime] = field(default_factory=dict)
    reminded: tuple[str, ...] = ()
    recalled: str = ""
    recalled_at: datetime | None = None
    replaced_by: int = 0

    @property
    def unread(self) -> list[str]:
        """Who has not said yet that they have read it."""
        return [person for person in self.people if person not in self.read]
