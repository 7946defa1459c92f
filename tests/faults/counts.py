"""What was broken and how it ended, counted over all processes of a test run and printed at its end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import pytest

LONG = os.environ.get("GOLDENHOUR_CHAOS") == "long"
"""Tens of thousands of faults in place of a minute of them."""

PROPERTY = "faults"


@dataclass
class Counts:
    """kills: processes that died. troubles: calls and commits that went wrong. delivered: messages that arrived."""

    stories: int = 0
    kills: int = 0
    troubles: int = 0
    delivered: int = 0
    lost: int = 0
    doubled: int = 0

    def add(
        self, trouble: Iterable[str], *, stories: int = 0, kills: int, troubles: int = 0, delivered: int
    ) -> None:
        """One more run, and what the oracle found."""
        self.stories += stories
        self.kills += kills
        self.troubles += troubles
        self.delivered += delivered
        for one in trouble:
            self.lost += one.startswith("said missing")
            self.doubled += one.startswith("said twice")


@pytest.fixture
def counts(record_property: Any) -> Counts:
    """To be filled by a test; printed in the summary with those of all others."""
    made = Counts()
    record_property(PROPERTY, vars(made))
    return made


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was survived."""
    total: Counter[str] = Counter()
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    for report in reports:
        total.update(dict(report.user_properties).get(PROPERTY, {}))
    if total:
        terminalreporter.section("faults in virtual time")
        line = ", ".join(f"{total[item.name]:,} {item.name}" for item in fields(Counts))
        terminalreporter.write_line(line)
