"""What the doctor says of one thing it looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import click


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, and what was seen or has to be done.

    note: it is well, and somebody may want to know.
    """

    part: str
    well: bool
    says: str
    note: bool = False

    @property
    def mark(self) -> str:
        """How the line begins."""
        if not self.well:
            return click.style("FAIL", fg="red")
        return click.style("note", fg="yellow") if self.note else click.style("ok  ", fg="green")


def the_clock(part: str, platform: str, headers: Mapping[str, str], most: float) -> Finding:
    """Our clock beside that of a platform's answer. A wrong one refuses all that the platform signs.

    headers: looked up in lower case. most: seconds by which they may differ.
    """
    try:
        theirs = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return Finding(part, True, f"{platform} did not say what time it is")
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > most:
        return Finding(part, False, f"{apart:.0f} s away from {platform}'s: set this machine's time, by NTP")
    return Finding(part, True, f"within {apart:.0f} s of {platform}'s")
