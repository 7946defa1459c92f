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
tasks:
  recall_begun: {role: cto}
checkpoints:
  - {name: 15min, minutes: 15, tasks: [recall_begun]}
grades:
  - {name: green, colour: green, pages: [customer_service], in_command: customer_service, page_minutes: 30, deciders: [ceo]}
  - {name: yellow, colour: yellow, pages: [service_manager], in_command: service_manager, page_minutes: 30, deciders: [ceo]}
  - {name: orange, colour: orange, pages: [pr_director], in_command: pr_director, page_minutes: 30, deciders: [ceo]}
  - {name: red, colour: red, pages: [ceo], in_command: ceo, page_minutes: 30, deciders: [ceo]}
"""
NAMES = """
words:
  zh: {tasks: {recall_begun: 启动召回}}
  en: {tasks: {recall_begun: Begin the recall}}
"""


def written(folder: Path, text: str) -> Path:
    """A playbook file."""
    path = folder / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_name_without_words_is_refused_with_the_remedy(tmp_path: Path):
    done = CliRunner().invoke(playbook, ["check", str(written(tmp_path, OWN))])
    assert done.exit_code == 1
    assert "zh: tasks: recall_begun has no words: give them in the playbook, under `words`" in done.output


def test_a_policy_brings_words_of_its_own(tmp_path: Path):
    ours = load(written(tmp_path, OWN + NAMES))
    words = Words.load().with_names(ours.words)
    assert missing(words, ours) == []
    assert words.label("en", "tasks", "recall_begun") == "Begin the recall"
    assert words.label("zh", "roles", "ceo") == "CEO"
