"""The other commands: what an administrator types before, during and after a crisis."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, inspect

from bot.__main__ import COMMANDS, main
from bot.demo.player import Player, scenarios
from bot.demo.stage import SECRET, TOKEN, stage
from bot.slack.manifest import scopes
from tests.makers import ROOT

ROSTER = str(ROOT / "roster.example.yaml")


def run(*typed: str, **env: str) -> Result:
    """The command as somebody types it, away from any `.env`."""
    return CliRunner().invoke(main, list(typed), env=dict(env))


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder: no `.env`, no roster, no database."""
    monkeypatch.chdir(tmp_path)


def test_help_lists_every_command_in_the_order_of_need() -> None:
    outcome = run("--help")
    assert outcome.exit_code == 0
    listed = [line.split()[0] for line in outcome.stdout.split("Commands:")[1].strip().splitlines()]
    assert listed == list(COMMANDS)


def test_an_unknown_command_is_refused() -> None:
    outcome = run("exprt")
    assert outcome.exit_code == 2
    assert "No such command 'exprt'" in outcome.stderr


@pytest.mark.parametrize("name", ["service_network", "automaker_levels", "new_media"])
def test_playbook_check_finds_the_shipped_ones_sound(name: str) -> None:
    outcome = run("playbook", "check", name)
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(f"{name}: ")
    assert "It is sound." in outcome.stdout


def test_playbook_check_names_line_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("extends: service_network\nname: ours\nremind_minuts: 5\n")
    outcome = run("playbook", "check", "ours.yaml")
    assert outcome.exit_code == 1
    assert "ours.yaml, line 3: " in outcome.stderr
    assert "remind_minuts" in outcome.stderr


def test_the_manifest_asks_for_what_the_code_uses() -> None:
    outcome = run("manifest", "slack", "--url", "https://crisis.example.com/")
    said = json.loads(outcome.stdout)
    assert said["oauth_config"]["scopes"]["bot"] == scopes()
    assert said["features"]["slash_commands"][0]["url"] == "https://crisis.example.com/slack/events"
    assert said["features"]["slash_commands"][0]["should_escape"] is True


def test_the_manifest_for_socket_mode_has_no_address() -> None:
    said = json.loads(run("manifest", "slack", "--socket").stdout)
    assert said["settings"]["socket_mode_enabled"] is True
    assert "url" not in said["features"]["slash_commands"][0]


def test_the_manifest_asks_which_of_the_two() -> None:
    outcome = run("manifest", "slack")
    assert outcome.exit_code == 2
    assert "--url" in outcome.stderr


def test_migrate_makes_the_tables_and_may_be_run_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'g.db'}"
    for _ in range(2):
        outcome = run("migrate", "--database", url)
        assert (outcome.exit_code, outcome.stdout) == (0, "The database is ready.\n")
    engine = create_engine(url)
    assert {"incidents", "history", "sends", "inbox"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_migrate_goes_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'g.db'}"
    run("migrate", "--database", url)
    assert run("migrate", "--database", url, "--back-to", "base").exit_code == 0
    engine = create_engine(url)
    assert "incidents" not in inspect(engine).get_table_names()
    engine.dispose()


def test_serving_without_a_token_says_what_to_set() -> None:
    outcome = run("serve")
    assert outcome.exit_code == 1
    assert "Neither SLACK_BOT_TOKEN nor FEISHU_APP_ID is set" in outcome.stderr


def test_a_setting_that_cannot_be_names_the_variable_and_not_its_value() -> None:
    outcome = run("serve", GOLDENHOUR_ZONE="Asia/Atlantis", SLACK_BOT_TOKEN="xoxb-secret")
    assert outcome.exit_code == 1
    assert "ZONE" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "xoxb-secret" not in outcome.stderr


def env_of(folder: Path, api: str, database: str) -> Mapping[str, str]:
    """The settings of a bot on the local Slack."""
    return {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": api,
        "DATABASE_URL": database,
        "GOLDENHOUR_ROSTER": ROSTER,
    }


def test_doctor_finds_a_whole_installation_well_and_names_what_is_missing(tmp_path: Path) -> None:
    async def visit() -> tuple[Result, Result, Result]:
        async with stage(tmp_path) as on:
            env = env_of(tmp_path, f"{on.url}/api/", on.database)
            well = await asyncio.to_thread(run, "doctor", **env)
            ill = await asyncio.to_thread(
                run, "doctor", **{**env, "SLACK_BOT_TOKEN": "xoxb-wrong", "GOLDENHOUR_ROSTER": "nobody.yaml"}
            )
            empty = await asyncio.to_thread(
                run, "doctor", **{**env, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}
            )
            return well, ill, empty

    well, ill, empty = asyncio.run(visit())
    assert well.exit_code == 0, well.output
    parts = [line.split()[1] for line in well.stdout.splitlines()]
    assert parts == [
        *("playbook:", "roster:", "texts:", "database:", "outbox:", "at", "safety", "alarm:", "heartbeat:"),
        *("admins:", "way", "token:", "scopes:", "clock:", "site:"),
    ]
    assert not [line for line in well.stdout.splitlines() if line.startswith("FAIL")]
    assert ill.exit_code == 1
    told = [line for line in ill.stdout.splitlines() if line.startswith("FAIL")]
    assert [line.split()[1] for line in told] == ["roster:", "token:"]
    assert "invalid_auth" in told[1]
    assert "xoxb-wrong" not in ill.output
    assert empty.exit_code == 1
    assert "run `goldenhour migrate`" in empty.stdout


def test_export_writes_everything_in_order_for_people_and_machines(tmp_path: Path) -> None:
    async def visit() -> str:
        async with stage(tmp_path) as on:
            player = Player(on)
            room = await player.open(scenarios()[7].what)
            await player.fill_in(room, scenarios()[7].answers)
            await player.until(lambda: player.hands.graded(room))
            return on.database

    database = asyncio.run(visit())
    outcome = run("export", "1", "--to", "out", DATABASE_URL=database, GOLDENHOUR_ROSTER=ROSTER)
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout.splitlines() == ["out/crisis-1.md", "out/crisis-1.json"]

    told = json.loads((tmp_path / "out/crisis-1.json").read_text(encoding="utf-8"))
    assert (told["incident"], told["grade"], told["drill"]) == (1, "red", True)
    assert [event["event"] for event in told["events"]][:3] == ["Declared", "Invited", "Answered"]
    assert [event["at"] for event in told["events"]] == sorted(event["at"] for event in told["events"])
    assert {"Graded", "RolePaged", "RoomOpened"} <= {event["event"] for event in told["events"]}
    assert told["people"]["chen"] == "陈志远"

    read = (tmp_path / "out/crisis-1.md").read_text(encoding="utf-8")
    assert read.splitlines()[0].startswith("# ")
    assert len([line for line in read.splitlines() if line.startswith("- `")]) == len(told["events"])
    for path in (tmp_path / "out").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_export_of_what_is_not_there_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'g.db'}"
    run("migrate", "--database", url)
    outcome = run("export", "7", DATABASE_URL=url, GOLDENHOUR_ROSTER=ROSTER)
    assert outcome.exit_code == 1
    assert outcome.stderr.startswith("Error: There is no crisis 7")


@pytest.mark.parametrize(
    ("roles", "says"),
    [
        ("  boss: [a]\n", "no role is called 'boss'"),
        ("  ceo: [a, nobody]\n", "'nobody' is not among `people`"),
    ],
)
def test_a_roster_with_a_mistake_is_refused_with_line_and_remedy(
    tmp_path: Path, roles: str, says: str
) -> None:
    (tmp_path / "roster.yaml").write_text(f"people:\n  a: {{name: A, slack: U1}}\nroles:\n{roles}")
    outcome = run("export", "1", DATABASE_URL=f"sqlite:///{tmp_path / 'g.db'}")
    assert outcome.exit_code == 1
    assert "Traceback" not in outcome.output
    assert says in outcome.stderr
    assert "roster.yaml, line 4: " in outcome.stderr


def test_two_people_with_one_slack_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_text(
        "people:\n  a: {name: A, slack: U1}\n  b: {name: B, slack: U1}\nroles:\n  ceo: [a, b]\n"
    )
    outcome = run("export", "1", DATABASE_URL=f"sqlite:///{tmp_path / 'g.db'}")
    assert outcome.exit_code == 1
    assert "a has the slack U1 already" in outcome.stderr


@pytest.mark.parametrize("typed", [("export", "1"), ("outbox", "list"), ("outbox", "retry", "1")])
def test_a_database_without_tables_says_what_to_run(tmp_path: Path, typed: tuple[str, ...]) -> None:
    outcome = run(*typed, DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}", GOLDENHOUR_ROSTER=ROSTER)
    assert outcome.exit_code == 1
    assert "run `goldenhour migrate`" in outcome.stderr
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize("typed", [("export", "1"), ("outbox", "list"), ("migrate",), ("doctor",)])
def test_a_bad_setting_is_named_by_every_command(typed: tuple[str, ...]) -> None:
    outcome = run(*typed, GOLDENHOUR_ZONE="Asia/Atlantis")
    assert outcome.exit_code == 1
    assert "ZONE: " in outcome.stderr


def test_outbox_says_when_nothing_is_stuck(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'g.db'}"
    run("migrate", "--database", url)
    assert run("outbox", "list", DATABASE_URL=url).stdout == "Nothing is stuck.\n"
    outcome = run("outbox", "retry", "9", DATABASE_URL=url)
    assert outcome.exit_code == 1
    assert "No dead send has that number" in outcome.stderr
