"""The colours of the Feishu page can be read: WCAG AA in light and in dark."""

import re

import pytest

from sandbox.feishu.page.render import HERE
from sandbox.page.render import HERE as SHARED
from tests.sandbox.page.colours import contrast, mixed, themes

SHEETS = (SHARED / "static" / "base.css", HERE / "static" / "colours.css")
PAIRS = [
    *(("--text", paper, 7.0) for paper in ("--bg", "--bg-side", "--bg-raised", "--bubble", "--bubble-mine")),
    *(
        ("--muted", paper, 4.5)
        for paper in ("--bg", "--bg-side", "--bg-raised", "--bg-hover", "--accent-weak")
    ),
    *(
        ("--accent", paper, 4.5)
        for paper in ("--bg", "--bg-raised", "--bubble", "--bubble-mine", "--accent-weak")
    ),
    ("--on-accent", "--accent", 4.5),
    ("--on-accent", "--accent-hover", 4.5),
    ("--danger", "--bg-raised", 4.5),
    ("--on-me", "--me", 4.5),
    ("--line-strong", "--bg-raised", 3.0),
    ("#ffffff", "#1b7a38", 4.5),
    ("#c9cfdb", "--call", 7.0),
]
HUES = tuple(re.findall(r"\.head-(\w+)", SHEETS[1].read_text(encoding="utf-8")))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_ink_stands_out_from_paper(theme: str, ink: str, paper: str, least: float) -> None:
    colours = themes(*SHEETS)[theme]
    assert contrast(colours.get(ink, ink), colours.get(paper, paper)) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("hue", HUES)
def test_titles_stand_out_from_every_head(theme: str, hue: str) -> None:
    colours = themes(*SHEETS)[theme]
    strength = int(colours["--strength"].rstrip("%")) / 100
    head = mixed(colours[f"--{hue}"], strength, colours["--bg-raised"])
    assert contrast(mixed(colours[f"--{hue}"], 0.24, colours["--text"]), head) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("hue", HUES)
def test_coloured_words_can_be_read(theme: str, hue: str) -> None:
    colours = themes(*SHEETS)[theme]
    ink = mixed(colours[f"--{hue}"], 0.48, colours["--text"])
    assert contrast(ink, colours["--bg-raised"]) >= 4.5
