"""`goldenhour statement lint`: mistakes in a company's own texts, found before a crisis."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from bot.__main__ import main
from statements.templates import OURS

SOUND = "---\ntitle: Sorry\nasks:\n  wrong: {question: What did we do wrong?}\n---\n{{ ask.wrong }}\n"


def run(*typed: str) -> Result:
    """The command as somebody types it."""
    return CliRunner().invoke(main, ["statement", "lint", *typed])


def write(folder: Path, name: str, text: str) -> Path:
    """A text of the company's."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_sound_texts_are_counted(tmp_path: Path):
    write(tmp_path, "en/apology.md.j2", SOUND)
    write(tmp_path, "zh/apology.md.j2", SOUND)
    outcome = run(str(tmp_path))
    assert (outcome.exit_code, outcome.stdout) == (0, "2 texts. They are sound.\n")


def test_mistakes_are_named_with_file_and_line(tmp_path: Path):
    one = write(tmp_path, "en/apology.md.j2", SOUND.replace("ask.wrong", "ask.wrnog"))
    two = write(tmp_path, "en/first_statement.md.j2", "Sorry\n")
    write(tmp_path, "zh/apology.md.j2", SOUND)
    outcome = run(str(tmp_path))
    assert outcome.exit_code == 1
    assert outcome.stdout.splitlines() == [
        f"{one}:6: `ask.wrnog` is not among the `asks`",
        f"{two}:1: begin with `---`, the title and what is to be asked, then `---`",
        "3 texts, 2 with a mistake.",
    ]


def test_a_folder_without_texts_says_how_one_is_called(tmp_path: Path):
    outcome = run(str(tmp_path))
    assert outcome.exit_code == 1
    assert "a text is <zh or en>/<kind>.md.j2" in outcome.stderr


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    outcome = run(str(tmp_path / "texts"))
    assert outcome.exit_code == 2
    assert "does not exist" in outcome.stderr


def test_ours_can_be_copied_and_are_sound(tmp_path: Path):
    for path in OURS.glob("*/public/*.md.j2"):
        write(tmp_path, f"{path.parent.parent.name}/{path.name}", path.read_text(encoding="utf-8"))
    assert run(str(tmp_path)).stdout == "34 texts. They are sound.\n"
