"""What is wrong with the bot itself, since when, and what of it is worth telling an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

CHECKS = 2
"""What passes by itself within a check is nobody's business."""

AGAIN = timedelta(hours=1)
QUIET = timedelta(minutes=10)
"""A part that comes and goes is told of once in so long, not each time."""


@dataclass(frozen=True)
class News:
    """Something to tell: a part's trouble has begun, lasts, or is over. says: a code, free of secrets. since: aware."""

    kind: Literal["begun", "lasts", "over"]
    part: str
    says: str
    since: datetime


@dataclass
class _Trouble:
    since: datetime
    says: str
    checks: int = 1
    told: bool = False


class Diary:
    """Remembers from one check to the next what was found; in memory, since the database may be what is away."""

    def __init__(self) -> None:
        self._troubles: dict[str, _Trouble] = {}
        self._told_at: dict[str, datetime] = {}

    def check(self, found: Mapping[str, str], now: datetime) -> list[News]:
        """Note the parts that are in trouble now, with a code for each; returns what is worth telling."""
        over = [self._over(part) for part in list(self._troubles) if part not in found]
        lasting = [self._noted(part, says, now) for part, says in found.items()]
        return [news for news in (*over, *lasting) if news is not None]

    def lasted(self, now: datetime) -> Mapping[str, float]:
        """For how many seconds each part has been in trouble."""
        return {
            part: max(0.0, (now - trouble.since).total_seconds()) for part, trouble in self._troubles.items()
        }

    def _over(self, part: str) -> News | None:
        trouble = self._troubles.pop(part)
        return News("over", part, trouble.says, trouble.since) if trouble.told else None

    def _noted(self, part: str, says: str, now: datetime) -> News | None:
        trouble = self._troubles.get(part)
        if trouble is None:
            self._troubles[part] = _Trouble(now, says)
            return None
        trouble.checks += 1
        trouble.says = says
        told_at = self._told_at.get(part)
        if trouble.checks < CHECKS or (told_at and now - told_at < (AGAIN if trouble.told else QUIET)):
            return None
        news = News("lasts" if trouble.told else "begun", part, says, trouble.since)
        trouble.told = True
        self._told_at[part] = now
        return news
