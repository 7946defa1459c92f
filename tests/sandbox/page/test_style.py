"""The colours can be read: WCAG AA in light and in dark."""

import re

import pytest

from sandbox.page.render import HERE

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


def _themes() -> dict[str, dict[str, str]]:
    css = (HERE / "static" / "base.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"(--[\w-]+): (#\w{6});", part)) for part in css.split("@media", 2)[:2])
    return {"light": light, "dark": light | dark}


def _brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_ink_stands_out_from_paper(theme: str, ink: str, paper: str, least: float) -> None:
    colours = _themes()[theme]
    one, two = sorted(_brightness(colours.get(name, name)) for name in (ink, paper))
    assert (two + 0.05) / (one + 0.05) >= least
