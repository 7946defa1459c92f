"""`goldenhour statement export`: the file that was asked for, or what to mend in the asking."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.app import make_store
from bot.cli.statement_export import export_statement
from bot.crisis.drafting import Wording, change, draft
from bot.settings import Settings
from bot.store import Work
from statements.documents.uploads import read
from tests.databases import empty_sqlite
from tests.makers import NINE, ROOT, a_playbook, an_incident

ROSTER = str(ROOT / "roster.example.yaml")


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One crisis with a statement in two versions; and a folder without `.env`."""
    monkeypatch.chdir(tmp_path)
    url = empty_sqlite(migrated_file, tmp_path)
    store = make_store(Settings(_env_file=None, database_url=url), a_playbook())

    def unit(work: Work) -> None:
        work.incidents.new_id(NINE)
        incident = an_incident()
        draft(incident, "apology", "zh", Wording("致歉信", "我们道歉。"), "wang", NINE)
        change(incident, 1, Wording("致歉信", "我们道歉，并改正。"), 1, "wang", NINE)
        work.incidents.add(incident)

    store.run_now(unit)
    store.close()
    return url


def run(database: str, *typed: str) -> Result:
    """The command as somebody types it."""
    env = {"DATABASE_URL": database, "GOLDENHOUR_ROSTER": ROSTER}
    return CliRunner().invoke(export_statement, list(typed), env=env)


@pytest.mark.parametrize("name", ["a.docx", "a.md", "a.txt"])
def test_the_ending_says_what_is_written(name: str, database: str, tmp_path: Path) -> None:
    outcome = run(database, "1/1", f"out/{name}")
    assert (outcome.exit_code, outcome.stdout) == (0, f"out/{name}\n"), outcome.output
    path = tmp_path / "out" / name
    told = read(name, path.read_bytes())
    assert (told.title, told.text) == ("致歉信", "我们道歉，并改正。")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_older_version_says_that_it_is_one(database: str, tmp_path: Path) -> None:
    assert run(database, "1/1", "old", "--format", "md", "--version", "1").exit_code == 0
    note, _, _, _, text = (tmp_path / "old").read_text("utf-8").splitlines()
    assert note.startswith("> 致歉信 · 危机 1 第 1 号稿件 · 第 1 版 · 指纹 ")
    assert note.endswith(" · 已有新版本")
    assert text == "我们道歉。"


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("1", "a.md"), 2, "write the crisis and the statement, as in 12/3"),
        (("1/x", "a.md"), 2, "write the crisis and the statement, as in 12/3"),
        (("1/1", "a.pdf"), 2, "give FILE one of these endings: docx, md, txt"),
        (("7/1", "a.md"), 1, "There is no crisis 7."),
        (("1/7", "a.md"), 1, "Crisis 1 has no statement 7."),
        (("1/1", "a.md", "--version", "3"), 1, "Statement 1/1 has no version 3."),
    ],
)
def test_what_cannot_be_written_says_why(
    typed: tuple[str, ...], code: int, says: str, database: str, tmp_path: Path
) -> None:
    outcome = run(database, *typed)
    assert (outcome.exit_code, says in outcome.stderr) == (code, True), outcome.output
    assert not (tmp_path / "a.md").exists()
