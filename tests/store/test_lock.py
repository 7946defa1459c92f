"""One process for one SQLite database, whatever way it is named, until the process ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.lock import NotAlone, alone
from tests.makers import ROOT

HOLDS = """
import sys
from bot.store.lock import alone
with alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path):
    """A process that has the database for itself."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, f"sqlite:///{tmp_path / 'goldenhour.db'}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def refused(url: str) -> str:
    with pytest.raises(NotAlone) as told, alone(url):
        pass
    return str(told.value)


def test_a_second_process_is_told_which_database_and_what_to_do(holder, tmp_path):
    assert refused(f"sqlite:///{tmp_path / 'goldenhour.db'}") == (
        f"Another process has {tmp_path / 'goldenhour.db'}. On SQLite one process does everything: run "
        "`goldenhour serve` alone, or set DATABASE_URL to PostgreSQL to run several."
    )


def test_another_name_of_the_same_file_is_the_same_database(holder, tmp_path):
    (tmp_path / "goldenhour.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "goldenhour.db")
    (tmp_path / "folder").symlink_to(tmp_path)
    refused(f"sqlite:///{tmp_path / 'link.db'}")
    refused(f"sqlite:///{tmp_path / 'folder' / 'goldenhour.db'}")
    refused(f"sqlite:///{os.path.relpath(tmp_path / 'goldenhour.db')}")


def test_the_database_next_to_it_is_another(holder, tmp_path):
    with alone(f"sqlite:///{tmp_path / 'other.db'}"):
        pass


def test_a_killed_process_holds_nothing(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with alone(f"sqlite:///{tmp_path / 'goldenhour.db'}"):
        pass


def test_who_left_holds_nothing_and_who_failed_neither(tmp_path):
    url = f"sqlite:///{tmp_path / 'goldenhour.db'}"
    with pytest.raises(ZeroDivisionError), alone(url):
        raise ZeroDivisionError
    with alone(url):
        refused(url)
    with alone(url):
        pass


def test_the_lock_is_for_its_owner_alone(tmp_path):
    with alone(f"sqlite:///{tmp_path / 'var' / 'goldenhour.db'}"):
        assert oct((tmp_path / "var" / "goldenhour.db.lock").stat().st_mode)[-3:] == "600"
        assert oct((tmp_path / "var").stat().st_mode)[-3:] == "700"


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:9/none", "sqlite://"])
def test_where_there_is_no_file_any_number_may_run(url):
    with alone(url), alone(url):
        pass
