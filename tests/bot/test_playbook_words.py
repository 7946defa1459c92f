"""A company's own policy brings its own names, and one without words is refused before a crisis depends on it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from bot.cli.playbook import playbook
from bot.playbooks import load
from statements.coverage import missing
from statements.text import Words

OWN = """
extends: service_network
name: ours
cadence:
  - {name: every_shift, every_hours: 8, until_hours: 72}
"""
NAMES = """
words:
  zh: {cadence: {every_shift: 每班一报}}
  en: {cadence: {every_shift: Once a shift}}
"""


def written(folder: Path, text: str) -> Path:
    """A playbook file."""
    path = folder / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_name_without_words_is_refused_with_the_remedy(tmp_path: Path):
    done = CliRunner().invoke(playbook, ["check", str(written(tmp_path, OWN))])
    assert done.exit_code == 1
    assert "zh: cadence: every_shift has no words: give them in the playbook, under `words`" in done.output


def test_a_policy_brings_words_of_its_own(tmp_path: Path):
    ours = load(written(tmp_path, OWN + NAMES))
    words = Words.load().with_names(ours.words)
    assert missing(words, ours) == []
    assert words.label("en", "cadence", "every_shift") == "Once a shift"
    assert words.label("zh", "roles", "ceo") == "CEO"
