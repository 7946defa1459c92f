"""The safety net: reminders left with the platform beforehand, so that a room hears of its times while we are down.

They are sends like any other, and so inherit retries, leases and look-ups. A reminder is taken back as soon as the
bot has spoken itself, or when it would no longer be true. What was left is frozen on the platform; so whatever moves
the plan or changes the heading facts begins a new edition of all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.chat import Send
from bot.crisis.events import CheckpointsReached, DetailsChanged, Reminded, Reopened, RoomOpened
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from timelines.backups import Backup, backups

_STAMP = "%Y%m%d%H%M%S"


def adjust(
    incident: Incident,
    now: datetime,
    left: Collection[str],
    playbook: Playbook,
    *,
    on: Collection[str] = ("slack",),
) -> list[Send]:
    """What to take back and what to leave, so that exactly the backups wanted now are with the platform.

    left: keys of what was left and is not being taken back. on: the platforms with which reminders are left; where
    the net is switched off, what was left before that is taken back. Each key is used once for ever: it names the
    edition.
    """
    wanted = {send.key: send for send in _wanted(incident, playbook, now)} if incident.platform in on else {}
    unwanted = [_Left.read(key) for key in sorted(left) if key not in wanted]
    taken = [_take_back(one, incident) for one in unwanted if one.backup.can_be_taken_back(now)]
    return taken + [send for key, send in wanted.items() if key not in left]


def still_left(send: Send, incident: Incident, playbook: Playbook, now: datetime) -> bool:
    """Asked just before a leave or take_back: False for what the room was told meanwhile, and when it is too late."""
    if send.deed == "take_back":
        return _Left.read(send.target).backup.can_be_taken_back(now)
    return any(send.key == wanted.key for wanted in _wanted(incident, playbook, now))


@dataclass(frozen=True)
class _Left:
    """A backup as its key tells it. edition: number of the entry in the history since which it is as it is."""

    incident: int
    edition: int
    backup: Backup

    @property
    def key(self) -> str:
        name, due = self.backup.name, self.backup.due_at.astimezone(UTC)
        return f"{self.incident}/net/{self.edition}/{name}/{due:{_STAMP}}"

    @property
    def ref(self) -> str:
        """By which the platform's list tells it from others, and people from each other: GH-7-12-60min."""
        return f"GH-{self.incident}-{self.edition}-{self.backup.name.replace('/', '-').replace('_', '-')}"

    @classmethod
    def read(cls, key: str) -> _Left:
        number, _, edition, rest = key.split("/", 3)
        name, _, due = rest.rpartition("/")
        due_at = datetime.strptime(due, _STAMP).replace(tzinfo=UTC)
        return cls(int(number), int(edition), Backup(name, due_at))


def _wanted(incident: Incident, playbook: Playbook, now: datetime) -> Iterator[Send]:
    found = backups(incident, playbook, now)
    edition = _edition(incident) if found else 0
    for backup in found:
        one = _Left(incident.id, edition, backup)
        args = {
            "name": backup.name,
            "due_at": backup.due_at.isoformat(),
            "post_at": backup.post_at.isoformat(),
            "ref": one.ref,
            "room": incident.room,
        }
        yield Send(one.key, incident.id, "leave", _lane(incident), card="backup", args=args)


def _lane(incident: Incident) -> str:
    return f"{incident.id}/net"


def _edition(incident: Incident) -> int:
    """The latest entry since which other words, times or another room are to be left."""
    kinds = (RoomOpened, Reopened, DetailsChanged)
    return max(seq for seq, entry in enumerate(incident.history) if isinstance(entry.event, kinds))


def _take_back(one: _Left, incident: Incident) -> Send:
    """At once, behind its leaving; or, when the bot tells of it in this moment, after it has really spoken.

    The latter has a lane of its own: while its message cannot be sent, it must not hold up the others.
    """
    told = _told_in(one.backup.name, incident) if incident.open else ""
    key = f"{one.key}/{'told' if told else 'off'}"
    return Send(
        key,
        incident.id,
        "take_back",
        lane=key if told else _lane(incident),
        args={"room": _room(one.edition, incident)},
        after=f"{incident.id}/{told}" if told else "",
        target=one.key,
    )


def _told_in(name: str, incident: Incident) -> str:
    """The message in which the room hears of it, alone or with what else was missed (see `bot.reactions`); or ""."""
    message = ""
    for entry in reversed(incident.history):
        event = entry.event
        if isinstance(event, CheckpointsReached) and name in event.names:
            return f"checkpoint/{event.names[-1]}"
        if isinstance(event, Reminded):
            message = event.name if event.tell else message
            if event.name == name:
                return message
    return ""


def _room(edition: int, incident: Incident) -> str:
    """The room for which an edition was left; the incident may have another by now."""
    entries = incident.history[: edition + 1]
    return [entry.event.room for entry in entries if isinstance(entry.event, RoomOpened)][-1]
