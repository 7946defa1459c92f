"""A company's own texts over ours: what is used, what is refused and in which line, and what is used meanwhile."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest

from bot.crisis.kinds import KINDS
from statements.drafts import draft
from statements.templates import LANGUAGES, OURS, BadTemplate, PublicTexts, lint, read, try_out
from tests.statements.public_samples import given

GOOD = """---
title: "Update: {{ ask.event }}"
asks:
  event: {question: "What happened?", from: what}
  done:
    question: "What has been done?"
    long: true
---
{% for line in ask.done %}
- {{ line }}
{% endfor %}
Call {{ company.hotline }}.
"""

_ticks = count(1)


def write(folder: Path, text: str | bytes, name: str = "en/progress_update.md.j2") -> Path:
    """A file of the company's, changed later than all before it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    moment = 1_800_000_000 + next(_ticks)
    os.utime(path, (moment, moment))
    return path


def title(texts: PublicTexts) -> str:
    """How an update begins now."""
    return draft(texts.get("en", "progress_update"), given("en"), {"event": "x"}).title


def test_without_a_folder_ours_are_used():
    assert title(PublicTexts()) == "Progress update: x"


def test_a_companys_own_text_lies_over_ours_and_the_others_stay(tmp_path: Path):
    path = write(tmp_path, GOOD)
    texts = PublicTexts(tmp_path)
    assert title(texts) == "Update: x"
    assert texts.get("en", "progress_update").path == path
    assert texts.get("zh", "progress_update").path == OURS / "zh/public/progress_update.md.j2"
    assert texts.get("en", "apology").path == OURS / "en/public/apology.md.j2"


def test_a_text_that_was_changed_is_read_again(tmp_path: Path):
    write(tmp_path, GOOD)
    texts = PublicTexts(tmp_path)
    assert texts.get("en", "progress_update") is texts.get("en", "progress_update")
    write(tmp_path, GOOD.replace("Update:", "News:"))
    assert title(texts) == "News: x"


def test_a_broken_text_is_named_with_its_line_while_the_one_before_it_is_used(tmp_path: Path):
    path = write(tmp_path, GOOD)
    texts = PublicTexts(tmp_path)
    assert title(texts) == "Update: x"
    write(tmp_path, GOOD.replace("{% endfor %}", "").replace("Update", "Broken"))
    assert title(texts) == title(texts) == "Update: x"
    assert {place: (bad.line, bad.problem) for place, bad in texts.troubles.items()} == {
        path: (
            12,
            "Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'. "
            "The innermost block that needs to be closed is 'for'.",
        )
    }
    write(tmp_path, GOOD.replace("Update", "Mended"))
    assert (title(texts), texts.troubles) == ("Mended: x", {})


def test_a_text_that_never_could_be_used_leaves_ours(tmp_path: Path):
    path = write(tmp_path, "no front matter")
    texts = PublicTexts(tmp_path)
    assert title(texts) == "Progress update: x"
    assert list(texts.troubles) == [path]


def test_a_text_that_is_taken_away_leaves_ours_and_no_trouble(tmp_path: Path):
    path = write(tmp_path, GOOD)
    texts = PublicTexts(tmp_path)
    title(texts)
    write(tmp_path, "broken")
    title(texts)
    path.unlink()
    assert (title(texts), texts.troubles) == ("Progress update: x", {})


@pytest.mark.parametrize(
    ("language", "kind"), [("en", "press_release"), ("fr", "apology"), ("..", "apology")]
)
def test_what_there_is_not_is_an_error(language: str, kind: str):
    with pytest.raises(KeyError):
        PublicTexts().get(language, kind)


def test_windows_may_have_written_it(tmp_path: Path):
    """Notepad puts a mark before the text and two characters at the end of each line."""
    path = write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert (
        read(path, "en", "progress_update").asks == read(write(tmp_path, GOOD), "en", "progress_update").asks
    )


BAD = [
    ("", 1, "begin with `---`"),
    ("---\ntitle: x\n", 1, "begin with `---`"),
    (
        GOOD.encode().replace(b"Call", b"\xd6\xc2\xb5\xe7"),
        1,
        "cannot be read (UnicodeDecodeError); save it as UTF-8",
    ),
    ("---\ntitle: An apology: x\n---\n", 2, "is no YAML here; put what has a colon"),
    ("---\nasks: {}\n---\n", 2, "give it a `title`"),
    ("---\ntitle: x\nask: {}\n---\n", 3, "`ask` is neither `title` nor `asks`"),
    ("---\ntitle: x\nasks: [a, b]\n---\n", 3, "`asks` is a list of names"),
    ("---\ntitle: x\nasks:\n  a: {hint: b}\n---\n{{ ask.a }}", 4, "`a` needs a `question`"),
    ('---\ntitle: x\nasks:\n  "a b": {question: b}\n---\n', 2, "a name without spaces"),
    ("---\ntitle: x\nasks:\n  a: {question: b, optinal: true}\n---\n", 4, "`a`: `optinal` is none of"),
    (
        "---\ntitle: x\nasks:\n  a: {question: b, from: there}\n---\n",
        4,
        "`a`: from is one of what, next_update",
    ),
    ("---\ntitle: x\nasks:\n  a: {question: b}\n---\n", 4, "`a` is asked for and never used"),
    ("---\ntitle: x\n---\n1\n{{ ask.a }}\n", 5, "`ask.a` is not among the `asks`"),
    ("---\ntitle: '{{ ask.a }}'\n---\n", 2, "`ask.a` is not among the `asks`"),
    ("---\ntitle: x\n---\n1\n2\n{{ compny.name }}\n", 6, "nothing is called `compny` here"),
    ("---\ntitle: x\n---\n1\n{{ company.phone }}\n", 5, "has no attribute 'phone'"),
    (
        "---\ntitle: x\n---\n{% for f in facts %}\n{{ f.number }}\n{% endfor %}",
        5,
        "has no attribute 'number'",
    ),
    (
        "---\ntitle: x\n---\n{% if injury == 'death' %}\n\n{{ signer.age }}\n{% endif %}",
        6,
        "has no attribute 'age'",
    ),
    ("---\ntitle: x\n---\n1\n{{ now | shout }}\n", 5, "No filter named 'shout'."),
    ("---\ntitle: x\n---\n{% if now %}\n{% endif\n", 5, "unexpected end of template"),
    ("---\ntitle: x\n---\n1\n{% include 'zh/x' %}\n", 5, "cannot be filled in"),
    ("---\ntitle: x\n---\n{{ now.__class__.__mro__ }}\n", 4, "is unsafe"),
    ("---\ntitle: x\n---\n{{ facts.append(1) }}\n", 4, "is unsafe"),
    ("---\ntitle: x\n---\n{{ 1 / 0 }}\n", 4, "division by zero"),
    ("---\ntitle: x\n---\n{{ range(1000000) }}\n", 4, "Range too big"),
]


@pytest.mark.parametrize(("text", "line", "problem"), BAD)
def test_a_mistake_is_named_with_its_line_and_what_to_do(
    tmp_path: Path, text: str | bytes, line: int, problem: str
):
    path = write(tmp_path, text)
    with pytest.raises(BadTemplate) as refused:
        try_out(read(path, "en", "progress_update"))
    assert refused.value.line == line
    assert problem in refused.value.problem
    assert str(refused.value).startswith(f"{path}:{line}: ")


def test_lint_finds_nothing_in_a_sound_folder(tmp_path: Path):
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "zh/apology.md.j2")
    write(tmp_path, "", "en/.DS_Store")
    write(tmp_path, "", ".git/config")
    write(tmp_path, "", "README.md")
    assert lint(tmp_path) == (2, [])


def test_lint_names_everything_that_is_wrong(tmp_path: Path):
    write(tmp_path, GOOD)
    write(tmp_path, GOOD + "{% if %}", "en/apology.md.j2")
    for name in (
        "apology.md.j2",
        "en/apology.md.j2.txt",
        "en/news.md.j2",
        "en/public/apology.md.j2",
        "fr/apology.md.j2",
    ):
        write(tmp_path, GOOD, name)
    files, found = lint(tmp_path)
    assert files == 7
    assert [(bad.path.relative_to(tmp_path).as_posix(), bad.line) for bad in found] == [
        ("apology.md.j2", 1),
        ("en/apology.md.j2", 13),
        ("en/apology.md.j2.txt", 1),
        ("en/news.md.j2", 1),
        ("en/public/apology.md.j2", 1),
        ("fr/apology.md.j2", 1),
    ]


def test_ours_are_sound_as_a_company_would_copy_them(tmp_path: Path):
    """Beginning from ours is the way to write one's own."""
    for language in LANGUAGES:
        for kind in KINDS:
            source = OURS / language / "public" / f"{kind}.md.j2"
            write(tmp_path, source.read_bytes(), f"{language}/{kind}.md.j2")
    assert lint(tmp_path) == (34, [])
