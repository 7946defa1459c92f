"""Numbers and lengths of time as people read them: 12,000 in English, 1.2万 in Chinese."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

_UNITS = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_LENGTHS = {
    "zh": ((1440, "{n}天"), (60, "{n}小时"), (1, "{n}分钟")),
    "en": ((1440, "{n} d"), (60, "{n} h"), (1, "{n} min")),
}


def count(number: float, language: str) -> str:
    """A count in full, or in 万 and 亿 where Chinese readers expect it. Never rounded up over a border."""
    if language != "zh":
        return f"{int(number):,}"
    for size, unit in _UNITS:
        if number >= size:
            return _trimmed((Decimal(int(number)) / size).quantize(Decimal("0.01"), ROUND_DOWN)) + unit
    return str(int(number))


def percent(number: float, language: str) -> str:
    """A percentage with at most one decimal: 120%."""
    return _trimmed(Decimal(str(number)).quantize(Decimal("0.1"), ROUND_DOWN)) + "%"


def days_and_hours(minutes: int, language: str) -> str:
    """A length in its two largest units: "1 h 20 min", "1小时20分钟"."""
    found: list[str] = []
    rest = max(minutes, 0)
    for size, shape in _LENGTHS[language]:
        number, rest = divmod(rest, size)
        if number:
            found.append(shape.format(n=number))
    gap = " " if language == "en" else ""
    return gap.join(found[:2]) or _LENGTHS[language][-1][1].format(n=0)


def _trimmed(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
