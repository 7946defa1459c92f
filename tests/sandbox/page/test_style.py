"""The colours can be read: WCAG AA in light and in dark."""

import pytest

from sandbox.page.render import HERE
from tests.sandbox.page.colours import contrast, themes

PAIRS = [
    ("--text", "--bg", 7.0),
    ("--text", "--bg-side", 7.0),
    ("--text", "--bg-raised", 7.0),
    ("--muted", "--bg", 4.5),
    ("--muted", "--bg-side", 4.5),
    ("--muted", "--bg-raised", 4.5),
    ("--muted", "--bg-hover", 4.5),
    ("--muted", "--bg-code", 4.5),
    ("--muted", "--accent-weak", 4.5),
    ("--accent", "--bg", 4.5),
    ("--accent", "--bg-side", 4.5),
    ("--accent", "--accent-weak", 4.5),
    ("--on-accent", "--accent", 4.5),
    ("--on-accent", "--accent-hover", 4.5),
    ("--danger", "--bg-raised", 4.5),
    ("--danger", "--danger-weak", 4.5),
    ("--on-me", "--me", 4.5),
    ("#ffffff", "--danger-fill", 4.5),
    ("--line-strong", "--bg", 3.0),
    ("--line-strong", "--bg-raised", 3.0),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_ink_stands_out_from_paper(theme: str, ink: str, paper: str, least: float) -> None:
    colours = themes(HERE / "static" / "base.css")[theme]
    assert contrast(colours.get(ink, ink), colours.get(paper, paper)) >= least
