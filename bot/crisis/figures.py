"""Figures as people type them in a hurry ("约1.2万", "50w", "翻倍"), turned into numbers."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

MOST = 100_000_000_000

_UNITS = {
    "": 1,
    "k": 10**3,
    "千": 10**3,
    "w": 10**4,
    "万": 10**4,
    "萬": 10**4,
    "m": 10**6,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "b": 10**9,
}
_DOUBLED = {"翻倍", "翻番", "翻一番", "doubled", "double", "doubling"}
_NUMBER = re.compile(
    r"(?:约|大约|大概|近|超|超过|about|over|~|≈|>)?\s*"
    r"(?P<minus>[-−–])?\s*"
    r"(?P<digits>[0-9]{1,3}(?:[, ][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*"
    r"(?P<unit>k|w|m|b|千万|百万|千|万|萬|亿)?\s*"
    r"(?:\+|多|余|以上|左右)?\s*(?:次|人|条|个|粉丝)?\s*(?:\+|以上|左右)?"
)


class BadFigure(Exception):
    """What was typed is no figure we can use.

    code: not_a_number, negative, or absurd (over 100 thousand million: a slip of the keyboard).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_figure(raw: object) -> Decimal:
    """The number somebody meant, exact, so that "1.13万" is 11,300 and falls on the right side of a border.

    Knows full-width digits, thousands separators, 千 万 亿 k w m, and words such as 约 and + around it.
    Raises BadFigure.
    """
    text = unicodedata.normalize("NFKC", _written(raw)).strip().casefold()
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise BadFigure("not_a_number")
    number = Decimal(found["digits"].replace(",", "").replace(" ", "")) * _UNITS[found["unit"] or ""]
    if found["minus"] and number:
        raise BadFigure("negative")
    if number > MOST:
        raise BadFigure("absurd")
    return number


def read_percent(raw: object) -> Decimal:
    """A growth in per cent: "60%" and "60" are 60, "翻倍" (doubled) is 100. Raises BadFigure."""
    text = unicodedata.normalize("NFKC", _written(raw)).strip().casefold()
    if text in _DOUBLED:
        return Decimal(100)
    return read_figure(re.sub(r"\s*%\s*(\+?)$", r"\1", text))


def _written(raw: object) -> str:
    """The figure as text; a float without an exponent, which nobody types. True is no number."""
    if isinstance(raw, float):
        return format(raw, "f")
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        raise BadFigure("not_a_number")
    return str(raw)
