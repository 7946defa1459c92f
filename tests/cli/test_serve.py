"""A start that cannot work says so at once, in a sentence."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from chaos.town import town


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "SLACK_BOT_TOKEN",
            "xoxb-wrong",
            "Error: Slack refuses the bot (invalid_auth). Set SLACK_BOT_TOKEN",
        ),
        ("GOLDENHOUR_ADMINS", "nobody", "Error: GOLDENHOUR_ADMINS names nobody, who are not in"),
        ("GOLDENHOUR_ALARM_URL", "http://alerts.example.com/x", "use an address that begins with https://"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence(
    name: str, value: str, says: str, tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    shutil.copy(migrated_file, tmp_path / "goldenhour.db")

    async def story() -> Result:
        async with town(f"sqlite:///{tmp_path / 'goldenhour.db'}") as here:
            env = {**here.settings, name: value}
            return await asyncio.to_thread(CliRunner().invoke, main, ["serve"], env=env)

    outcome = asyncio.run(story())
    assert outcome.exit_code == 1
    assert says in outcome.stderr
    assert value not in outcome.output or name == "GOLDENHOUR_ADMINS"
