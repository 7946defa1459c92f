"""`goldenhour doctor` says how our promises stand, and who hears of it when the bot itself is in trouble."""

from __future__ import annotations

import asyncio
import fcntl
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result
from sqlalchemy import insert

from bot.__main__ import main
from bot.store import make_engine
from bot.store.tables import incidents, sends
from tests.databases import empty_sqlite
from tests.makers import ROOT, person


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database in a folder without `.env`."""
    monkeypatch.chdir(tmp_path)
    return empty_sqlite(migrated_file, tmp_path)


def keep(database: str, *rows: dict[str, Any]) -> None:
    """Sends of one incident, asked for two minutes ago."""
    engine, then = make_engine(database), datetime.now(UTC) - timedelta(minutes=2)
    times = {"due_at": then, "created_at": then}
    usual = {"incident_id": 1, "deed": "post", "body": {}, "state": "pending", "in_doubt": False, **times}
    usual |= {"attempt": 0, "error": ""}
    with engine.begin() as connection:
        connection.execute(insert(incidents), {"declared_at": then})
        connection.execute(insert(sends), [{**usual, "lane": row["key"], **row} for row in rows])
    engine.dispose()


def run(database: str, *typed: str, **env: str) -> Result:
    """The command, where nobody answers for Slack."""
    usual = {
        "DATABASE_URL": database,
        "SLACK_BOT_TOKEN": "xoxb-t",
        "SLACK_API_URL": "http://127.0.0.1:1/",
        "GOLDENHOUR_ROSTER": str(ROOT / "roster.example.yaml"),
    }
    return CliRunner().invoke(main, list(typed), env={**usual, **env})


def line(database: str, part: str, **env: str) -> str:
    """What doctor says of a part, without the number of seconds."""
    found = [row for row in run(database, "doctor", **env).stdout.splitlines() if f" {part}: " in row]
    return re.sub(r"\d+ s\b", "N s", found[0])


def test_an_empty_outbox_is_well(database: str):
    assert line(database, "outbox") == "ok   outbox: nothing is late; nothing waits"


def test_dead_letters_are_counted_with_what_to_do(database: str):
    keep(database, {"key": "1/a", "state": "dead"}, {"key": "1/b", "state": "dead"})
    assert line(database, "outbox") == (
        "FAIL outbox: 2 given up: `goldenhour outbox list` says why; then `outbox retry` or `outbox drop`"
    )


def test_what_is_late_asks_whether_a_bot_is_at_work(database: str):
    keep(database, {"key": "1/a"}, {"key": "1/b", "in_doubt": True})
    assert line(database, "outbox") == (
        "FAIL outbox: what is due waits for N s (1 in doubt, 1 pending): is a bot at work?"
    )


def test_it_knows_whether_a_process_has_the_sqlite_database(database: str, tmp_path: Path):
    assert line(database, "at work").startswith("note at work: no process has")
    with (tmp_path / "goldenhour.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert line(database, "at work") == "ok   at work: one process has this SQLite database"


def test_a_companys_own_texts_are_looked_at(database: str, tmp_path: Path):
    folder, text = tmp_path / "texts", tmp_path / "texts/en/apology.md.j2"
    text.parent.mkdir(parents=True)
    assert (
        line(database, "texts") == "ok   texts: as shipped; GOLDENHOUR_TEMPLATES names a folder of your own"
    )
    text.write_text("---\ntitle: Sorry\n---\nWe are sorry.\n")
    sound = line(database, "texts", GOLDENHOUR_TEMPLATES=str(folder))
    assert sound == "ok   texts: 1 of your own, the others as shipped"
    text.write_text("We are sorry.\n")
    broken = line(database, "texts", GOLDENHOUR_TEMPLATES=str(folder))
    assert broken == f"FAIL texts: 1 of 1 cannot be used: `goldenhour statement lint {folder}`"


def test_a_folder_of_texts_that_is_not_there_stops_every_command(database: str):
    outcome = run(database, "doctor", GOLDENHOUR_TEMPLATES="nowhere")
    assert outcome.exit_code == 1
    assert "TEMPLATES: " in outcome.stderr
    assert "there is no such folder" in outcome.stderr


def test_what_is_not_set_is_a_note_and_no_failure(database: str):
    marks = {part: line(database, part)[:4] for part in ("safety net", "alarm", "heartbeat", "admins")}
    assert marks == {"safety net": "ok  ", "alarm": "note", "heartbeat": "note", "admins": "note"}
    assert line(database, "safety net", GOLDENHOUR_SAFETY_NET="off").startswith("note")


def test_what_is_set_is_well_and_not_repeated(database: str):
    url = "https://hooks.slack.com/services/T0/B0/secret"
    outcome = run(
        database,
        "doctor",
        GOLDENHOUR_ALARM_URL=url,
        GOLDENHOUR_HEARTBEAT_URL=url,
        GOLDENHOUR_ADMINS=person("U04"),
    )
    assert "ok   alarm: set\nok   heartbeat: set\nok   admins: 1 in the roster\n" in outcome.stdout
    assert "secret" not in outcome.output


def test_an_administrator_whom_nobody_knows_is_named(database: str):
    assert line(database, "admins", GOLDENHOUR_ADMINS="nobody").startswith(
        "FAIL admins: GOLDENHOUR_ADMINS names nobody, who are not in "
    )


def test_the_list_shows_what_is_late_and_what_is_in_doubt(database: str):
    keep(
        database,
        {"key": "1/a", "in_doubt": True, "attempt": 3, "error": "timeout"},
        {"key": "1/b", "state": "dead", "attempt": 12, "error": "is_archived"},
    )
    shown = re.sub(r"\d+ s late", "N s late", run(database, "outbox", "list", "--all").stdout)
    assert shown == (
        "1\tpending, N s late, in doubt\t1/a\tattempt 3\ttimeout\n2\tdead\t1/b\tattempt 12\tis_archived\n"
    )


def test_what_was_given_up_is_tried_again_or_dropped_by_its_number(database: str):
    keep(database, {"key": "1/a", "state": "dead"}, {"key": "1/b", "state": "dead"})
    assert run(database, "outbox", "retry", "1").stdout == "It will be tried again at once.\n"
    assert run(database, "outbox", "drop", "2").stdout == "It will not be sent.\n"
    assert run(database, "outbox", "list").stdout == "Nothing is stuck.\n"
    shown = re.sub(r"\d+ s late", "N s late", run(database, "outbox", "list", "--all").stdout)
    assert re.fullmatch(r"1\tpending,( N s late,)? in doubt\t1/a\tattempt 0\t\n", shown)
    assert run(database, "outbox", "drop", "2").exit_code == 1


def test_the_alarm_can_be_tried(database: str):
    heard: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append((await request.json())["text"])
        return web.Response()

    async def visit() -> Result:
        app = web.Application()
        app.router.add_post("/alarm", answer)
        async with TestServer(app) as there:
            url = str(there.make_url("/alarm"))
            return await asyncio.to_thread(run, database, "doctor", "--alarm", GOLDENHOUR_ALARM_URL=url)

    outcome = asyncio.run(visit())
    assert "ok   test alarm: was taken" in outcome.stdout
    assert heard == ["🔔 黄金一小时告警测试\n收到这条消息，说明备用告警已接通，无需处理。"]


def test_an_alarm_that_is_not_set_cannot_be_heard(database: str):
    assert "FAIL test alarm: was not taken" in run(database, "doctor", "--alarm").stdout
