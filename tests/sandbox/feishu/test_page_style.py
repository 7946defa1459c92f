"""The colours of the Feishu page can be read: WCAG AA in light and in dark."""

import re

import pytest

from sandbox.feishu.page.render import HERE
from sandbox.page.render import HERE as SHARED

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


def _themes() -> dict[str, dict[str, str]]:
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for sheet in SHEETS:
        css = sheet.read_text(encoding="utf-8")
        day, night = (
            dict(re.findall(r"(--[\w-]+): (#\w{6}|\d+%);", part)) for part in css.split("@media", 2)[:2]
        )
        light, dark = light | day, dark | night
    return {"light": light, "dark": light | dark}


def _parts(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def _brightness(parts: list[float]) -> float:
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: list[float], two: list[float]) -> float:
    low, high = sorted((_brightness(one), _brightness(two)))
    return (high + 0.05) / (low + 0.05)


def _mixed(hue: str, share: float, other: str) -> list[float]:
    return [share * a + (1 - share) * b for a, b in zip(_parts(hue), _parts(other), strict=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_ink_stands_out_from_paper(theme: str, ink: str, paper: str, least: float) -> None:
    colours = _themes()[theme]
    one, two = (_parts(colours.get(name, name)) for name in (ink, paper))
    assert _contrast(one, two) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("hue", HUES)
def test_titles_stand_out_from_every_head(theme: str, hue: str) -> None:
    colours = _themes()[theme]
    strength = int(colours["--strength"].rstrip("%")) / 100
    head = _mixed(colours[f"--{hue}"], strength, colours["--bg-raised"])
    assert _contrast(_mixed(colours[f"--{hue}"], 0.24, colours["--text"]), head) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("hue", HUES)
def test_coloured_words_can_be_read(theme: str, hue: str) -> None:
    colours = _themes()[theme]
    ink = _mixed(colours[f"--{hue}"], 0.48, colours["--text"])
    assert _contrast(ink, _parts(colours["--bg-raised"])) >= 4.5
