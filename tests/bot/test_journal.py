"""What people asked while the database was away is on disk, and read back as it was asked."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat import Command, Room
from bot.journal import Asked, Journal
from tests.makers import NINE, ROOT, at

NOW = Command(kind="typed", name="now", key="command:1", user="U15", room="C1", text="刹车失灵\ud800\x00")
FORM = Command(
    kind="sent",
    name="checklist",
    key="view:1",
    user="U04",
    fields={"views": "1.2万", "platform": ["weibo", "douyin"], "published_at": NINE, "media": None},
    about={"incident": "1", "seen": "4"},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "journal.jsonl"


def test_what_was_taken_down_comes_back_as_it_was_asked(path: Path) -> None:
    asked = [Asked(NOW, at("+1 s"), needs_room=True), Asked(FORM, at("+2 s"))]
    for one in asked:
        Journal(path).take_down(one)

    assert Journal(path).waiting() == asked


def test_it_is_on_disk_before_anybody_is_answered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut there is only what the disk was made to keep."""
    on_disk: dict[int, bytes] = {}

    def keep(file: int) -> None:
        status = os.fstat(file)
        if stat.S_ISREG(status.st_mode):
            on_disk[status.st_ino] = os.pread(file, status.st_size, 0)

    monkeypatch.setattr(os, "fsync", keep)
    Journal(path).take_down(Asked(NOW, NINE))
    Journal(path).take_down(Asked(FORM, NINE))
    path.write_bytes(on_disk[path.stat().st_ino])

    assert Journal(path).waiting() == [Asked(NOW, NINE), Asked(FORM, NINE)]


def test_nobody_else_may_read_it(path: Path) -> None:
    Journal(path).take_down(Asked(NOW, NINE))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_emergency_room_is_noted_with_its_opening(path: Path) -> None:
    journal = Journal(path)
    journal.take_down(Asked(NOW, NINE, needs_room=True))
    journal.room_made("command:1", Room("C7", "crisis-482913"))

    assert journal.waiting() == [Asked(NOW, NINE, True, Room("C7", "crisis-482913"))]


def test_a_room_may_turn_out_to_be_needed_or_impossible(path: Path) -> None:
    journal = Journal(path)
    journal.take_down(Asked(NOW, NINE))
    journal.needs_room("command:1", True)
    assert journal.waiting() == [Asked(NOW, NINE, True)]

    journal.needs_room("command:1", False)
    assert journal.waiting() == [Asked(NOW, NINE, False)]


def test_when_all_is_entered_nothing_of_it_stays_on_disk(path: Path) -> None:
    journal = Journal(path)
    journal.take_down(Asked(NOW, NINE))
    journal.take_down(Asked(FORM, NINE))
    journal.entered("command:1")
    assert journal.waiting() == [Asked(FORM, NINE)]

    journal.entered("view:1")
    assert path.read_bytes() == b""


def test_the_same_command_taken_down_twice_waits_once_as_it_was_first_asked(path: Path) -> None:
    journal = Journal(path)
    journal.take_down(Asked(NOW, NINE))
    journal.take_down(Asked(NOW, at("+9 s")))

    assert journal.waiting() == [Asked(NOW, NINE)]


@pytest.mark.parametrize("torn", [b'{"asked": {"is": "Comm', b'{"entered": "command:1"', b"\xff\xfe"])
def test_a_line_that_a_crash_tore_off_spoils_no_other(path: Path, torn: bytes) -> None:
    journal = Journal(path)
    journal.take_down(Asked(NOW, NINE))
    with path.open("ab") as file:
        file.write(torn)
    assert journal.waiting() == [Asked(NOW, NINE)]

    journal.take_down(Asked(FORM, NINE))
    assert journal.waiting() == [Asked(NOW, NINE), Asked(FORM, NINE)]


def test_it_is_cut_anywhere_and_what_was_whole_before_is_still_there(path: Path) -> None:
    journal = Journal(path)
    journal.take_down(Asked(NOW, NINE))
    whole = path.stat().st_size
    journal.take_down(Asked(FORM, NINE))
    everything = path.read_bytes()

    for length in range(whole, len(everything) - 1):
        path.write_bytes(everything[:length])
        assert Journal(path).waiting() == [Asked(NOW, NINE)]


def test_one_process_keeps_it_until_it_ends(path: Path) -> None:
    first, second = Journal(path), Journal(path)
    assert (first.keep(), second.keep(), first.keep()) == (True, False, True)

    first.let_go()
    assert second.keep()


def test_the_lock_of_a_dead_process_is_free(path: Path) -> None:
    code = (
        "import os, sys, pathlib; from bot.journal import Journal; "
        "j = Journal(pathlib.Path(sys.argv[1])); print(j.keep(), flush=True); os.kill(os.getpid(), 9)"
    )
    dead = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, check=False)

    assert dead.stdout == b"True\n"
    assert Journal(path).keep()


def test_many_processes_write_whole_lines(path: Path) -> None:
    code = (
        "import sys, pathlib; from bot.chat import Command; from bot.journal import Asked, Journal; "
        "from datetime import UTC, datetime; j = Journal(pathlib.Path(sys.argv[1])); "
        "[j.take_down(Asked(Command('pressed', 'done', f'{sys.argv[2]}:{n}', 'U1', text='长' * 3000), "
        "datetime(2026, 3, 2, tzinfo=UTC))) for n in range(20)]"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(number)], cwd=ROOT)
        for number in range(3)
    ]
    assert [writer.wait(30) for writer in writers] == [0, 0, 0]

    waiting = Journal(path).waiting()
    assert len(waiting) == 60
    assert {asked.at for asked in waiting} == {datetime(2026, 3, 2, tzinfo=UTC)}


def test_where_it_cannot_be_written_the_bot_goes_on_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert not Journal(tmp_path / "file" / "journal.jsonl").keep()
