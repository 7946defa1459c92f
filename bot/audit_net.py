"""What is left with the platform, compared with what was sent to be left and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store import Work
from bot.store.audits import Kept

SOON = timedelta(minutes=2)
"""What the platform is to post sooner than this is not left anew: it may be posting it while we look."""

_ON_ITS_WAY = ("pending", "claimed")


@dataclass(frozen=True)
class Nets:
    """What we know of an incident's net. room: where it is now. rows: every leave and take-back it ever had."""

    room: str
    rows: Sequence[Kept]

    @property
    def rooms(self) -> set[str]:
        """Everywhere where something may be left: also in a room that has been replaced."""
        return {room for room in (self.room, *(args["room"] for _, args in self._leaves())) if room}

    def may_be_there(self) -> set[str]:
        """Refs of what has been left, or may just have been, and was not surely taken back."""
        return {
            args["ref"]
            for kept, args in self._leaves()
            if kept.state in (*_ON_ITS_WAY, "sent") and "sent" not in self._taken(kept)
        }

    def must_be_there(self, room: str, now: datetime) -> dict[str, Kept]:
        """By ref, what was left in that room and that nobody is about to take back. now: crisis time."""
        return {
            args["ref"]: kept
            for kept, args in self._leaves()
            if kept.state == "sent" and args["room"] == room and not self._taken(kept)
            if datetime.fromisoformat(args["post_at"]) - now > SOON
        }

    def _leaves(self) -> Iterator[tuple[Kept, Mapping[str, str]]]:
        for kept in self.rows:
            if kept.deed == "leave" and kept.body is not None:
                yield kept, kept.body["args"]

    def _taken(self, left: Kept) -> set[str]:
        """States of what takes it back."""
        states = {kept.state for kept in self.rows if kept.deed == "take_back" and kept.target == left.key}
        return states & {*_ON_ITS_WAY, "sent"}


def nets(work: Work, number: int) -> Nets:
    """What we know of an incident's net just now."""
    return Nets(str(work.audits.header(number)["room"]), work.audits.net(number))


def orphans(number: int, there: Mapping[str, str], before: Nets, after: Nets) -> dict[str, str]:
    """Of what is there, by ref its id: what is this incident's, and that we know nothing of.

    before, after: what we knew before and after we asked, so that what moved meanwhile is not taken for lost.
    """
    known = before.may_be_there() | after.may_be_there()
    return {ref: left for ref, left in there.items() if ref.startswith(f"GH-{number}-") and ref not in known}


def lost(room: str, there: Mapping[str, str], before: Nets, after: Nets, now: datetime) -> list[Kept]:
    """What was left in that room and is not there. now: crisis time."""
    earlier, later = before.must_be_there(room, now), after.must_be_there(room, now)
    return [kept for ref, kept in later.items() if ref in earlier and ref not in there]
