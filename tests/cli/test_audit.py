"""`goldenhour audit`: what an administrator sees, and what it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from bot.__main__ import main
from bot.store import make_engine
from bot.store.tables import incidents, sends
from tests.databases import empty_sqlite
from tests.makers import ROOT
from tests.scene import Scene


def run(url: str, *typed: str) -> Result:
    """The command as somebody types it."""
    env = {"DATABASE_URL": url, "GOLDENHOUR_ROSTER": str(ROOT / "roster.example.yaml")}
    return CliRunner().invoke(main, ["audit", *typed], env=env)


@pytest.fixture
def url(migrated_file: Path, tmp_path: Path) -> str:
    """A database with a crisis in it, opened by the bot and left alone."""
    made = empty_sqlite(migrated_file, tmp_path)
    with Scene(make_engine(made)) as scene:
        scene.opens()
    return made


def damage(url: str) -> None:
    with make_engine(url).begin() as connection:
        connection.execute(update(incidents).values(grade="green", next_due_at=None))
        connection.execute(delete(sends).where(sends.c.key == "1/tasks/0"))


def kept(url: str) -> tuple[str, list[str]]:
    """The grade in the header, and the state of what was lost."""
    with make_engine(url).begin() as connection:
        grade = connection.execute(select(incidents.c.grade)).scalar_one()
        lost = connection.execute(select(sends.c.state).where(sends.c.key == "1/tasks/0"))
        return grade, list(lost.scalars())


def test_it_says_when_all_is_well(url: str) -> None:
    outcome = run(url)

    assert outcome.stdout == "Everything is as the history asks for.\n"
    assert outcome.exit_code == 0


def test_it_lists_what_is_out_of_step_and_changes_nothing(url: str) -> None:
    """The crisis is of another year: what it asked for longer than a day ago is not looked for."""
    damage(url)
    outcome = run(url)

    assert outcome.exit_code == 1
    assert outcome.stdout.splitlines() == [
        "crisis 1\theader\t\tgrade, next_due_at",
        "1 found; nothing was changed.",
    ]
    assert kept(url) == ("green", [])


def test_it_mends_when_asked_to(url: str) -> None:
    damage(url)

    assert run(url, "--mend").stdout.splitlines()[-1] == "1 found; mended where that is safe."
    assert run(url).exit_code == 0
    assert kept(url) == ("", [])
