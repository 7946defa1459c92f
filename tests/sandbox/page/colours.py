"""How well ink stands out from paper, by WCAG; colours are #rrggbb, or three parts from 0 to 1."""

import re
from pathlib import Path

Colour = str | list[float]


def themes(*sheets: Path) -> dict[str, dict[str, str]]:
    """What the variables of style sheets hold by day and by night; a later sheet goes over an earlier one."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for sheet in sheets:
        css = sheet.read_text(encoding="utf-8")
        day, night = (
            dict(re.findall(r"(--[\w-]+): (#\w{6}|\d+%);", part)) for part in css.split("@media", 2)[:2]
        )
        light, dark = light | day, dark | night
    return {"light": light, "dark": light | dark}


def contrast(one: Colour, two: Colour) -> float:
    """From 1 (the same) to 21 (black and white)."""
    low, high = sorted((_brightness(one), _brightness(two)))
    return (high + 0.05) / (low + 0.05)


def mixed(hue: str, share: float, other: str) -> list[float]:
    """What `color-mix` makes of two colours. share: of the first, from 0 to 1."""
    return [share * a + (1 - share) * b for a, b in zip(_parts(hue), _parts(other), strict=True)]


def _parts(colour: Colour) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] if isinstance(colour, str) else colour


def _brightness(colour: Colour) -> float:
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
