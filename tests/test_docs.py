"""What can be used is written down: each command, setting and playbook key has its line, in both READMEs."""

from __future__ import annotations

import re
import subprocess

import pytest

from bot.__main__ import COMMANDS
from bot.crisis.kinds import KINDS
from bot.playbooks.schema import PlaybookText
from bot.settings import Settings
from handlers import VERBS
from statements.principles import PRINCIPLES
from statements.templates import OF_AN_ASK
from statements.trial import GIVEN
from tests.makers import ROOT

READMES = ("README.md", "README.zh-CN.md")


def read(name: str) -> str:
    """A document of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def variables() -> list[str]:
    """Every environment variable that the settings read."""
    fields = Settings.model_fields
    return [
        field.validation_alias.choices[0].upper() if field.validation_alias else name.upper()
        for name, field in fields.items()
    ]


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("variable", variables())
def test_every_setting_is_in_the_readme(readme: str, variable: str):
    assert f"`{variable}`" in read(readme)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(readme: str, command: str):
    assert re.search(rf"`(goldenhour )?{command}\b", read(readme))


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("", "outside", "hello")])
def test_every_verb_is_in_the_readme(readme: str, verb: str):
    assert re.search(rf"\b{verb}\b", read(readme))


@pytest.mark.parametrize("key", ["extends", *PlaybookText.model_fields])
def test_every_key_of_a_playbook_is_explained(key: str):
    assert f"| `{key}` |" in read("docs/playbooks.md")


@pytest.mark.parametrize("name", [*GIVEN, *KINDS, *PRINCIPLES, *sorted(OF_AN_ASK)])
def test_everything_that_a_text_of_ones_own_may_use_is_explained(name: str):
    assert re.search(rf"`{name}[`.:]", read("docs/statements.md"))


@pytest.mark.parametrize(
    "document",
    [
        *READMES,
        "CONTRIBUTING.md",
        "docs/design.md",
        "docs/playbooks.md",
        "docs/statements.md",
        "docs/glossary.md",
    ],
)
def test_every_link_leads_somewhere(document: str):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", read(document))
    missing = [target for target in targets if not ((ROOT / document).parent / target).exists()]
    assert missing == []


def test_every_target_of_make_is_listed_by_help():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "bench", "chaos"):
        assert re.search(rf"^{target} ", listed, re.MULTILINE)
