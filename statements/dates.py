"""By when a sentence says that something will be done, read out of it in either language; a person confirms it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

END_OF_WORK = time(18)
"""A day without an hour is over when work is."""

_LONG_PAST = timedelta(days=180)
"""A date of this year that lies further back than this is meant for the next."""

_SATURDAY = 5
_ONES = {"半": 0.5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_EN_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "thirty": 30, "forty-eight": 48,
}  # fmt: skip
_ZH_DAYS = {"今天": 0, "今日": 0, "今晚": 0, "明天": 1, "明日": 1, "明晚": 1, "后天": 2}
_EN_DAYS = {"today": 0, "tonight": 0, "tomorrow": 1}
_ZH_WEEKDAYS = "一二三四五六日"
_EN_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December)"
_EN_HOUR = (
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?:\s*(?P<half>[ap])\.?m)?|(?P<whole>\d{1,2})\s*(?P<of>[ap])\.?m"
    r"|(?P<named>noon|midnight))"
)
_ZH_AFTER = re.compile(
    r"\s*(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|晚)?\s*"
    r"(?:(?P<hour>\d{1,2})\s*[:：点时]\s*(?P<minute>\d{2}|半)?)?"
)
_EN_AFTER = re.compile(rf",?\s*(?:(?:at|by|before)\s+)?{_EN_HOUR}", re.IGNORECASE)
_EN_BEFORE = re.compile(rf"{_EN_HOUR}[,]?\s*(?:on\s+)?$", re.IGNORECASE)

Found = re.Match[str]


def read_due(sentence: str, said_at: datetime, zone: ZoneInfo, language: str) -> datetime | None:
    """The first moment ahead that the sentence names (aware, UTC); None where it names none.

    said_at: aware. Lengths count from it, days and hours are those of `zone`.
    """
    said = said_at.astimezone(zone)
    found = []
    for pattern, read in _READERS[language]:
        for match in pattern.finditer(sentence):
            day = read(match, said)
            if day is not None:
                due = day if isinstance(day, datetime) else _at_hour(day, match, sentence, language, zone)
                found += [(match.start(), due)] if due > said else []
    return min(found)[1].astimezone(UTC) if found else None


def _at_hour(day: date, match: Found, sentence: str, language: str, zone: ZoneInfo) -> datetime:
    minutes = (_zh_minutes if language == "zh" else _en_minutes)(match, sentence)
    if minutes is None:
        return datetime.combine(day, END_OF_WORK, zone)
    days, rest = divmod(minutes, 24 * 60)
    return datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)


def _zh_minutes(match: Found, sentence: str) -> int | None:
    """Minutes from midnight, where an hour or a part of the day stands behind the day."""
    after = _ZH_AFTER.match(sentence, match.end())
    assert after is not None
    part = after["part"] or ("晚" if match[0] in ("今晚", "明晚") else "")
    if after["hour"] is None:
        return {"凌晨": 6, "早上": 12, "上午": 12, "中午": 12, "晚上": 24, "晚": 24}.get(part, 18) * 60
    hour = int(after["hour"])
    if part in ("下午", "傍晚", "晚上", "晚") and hour < 12:
        hour += 12
    minute = {"半": 30}.get(after["minute"]) or int(after["minute"] or 0)
    return hour * 60 + minute if hour <= 24 and minute < 60 else None


def _en_minutes(match: Found, sentence: str) -> int | None:
    """Minutes from midnight, where an hour stands before or behind the day."""
    near = _EN_AFTER.match(sentence, match.end()) or _EN_BEFORE.search(sentence[: match.start()])
    if near is None:
        return 24 * 60 if match[0].lower() == "tonight" else None
    if near["named"]:
        return (12 if near["named"].lower() == "noon" else 24) * 60
    hour, half = int(near["hour"] or near["whole"]), (near["half"] or near["of"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    minute = int(near["minute"] or 0)
    return hour * 60 + minute if hour <= 24 and minute < 60 else None


def _dated(match: Found, said: datetime) -> date | None:
    given = match.groupdict()
    name = given["month"]
    month = int(name) if name.isdigit() else _EN_MONTHS.index(name[:3].lower()) + 1
    made = _a_date(int(given["year"] or said.year), month, int(given["day"]))
    if made is not None and not given["year"] and made < said.date() - _LONG_PAST:
        made = _a_date(said.year + 1, month, int(given["day"]))
    return made


def _a_date(year: int, month: int, day: int) -> date | None:
    """None for a day that there is not, such as 30 February."""
    if not (1 <= month <= 12 and 2000 <= year <= 2100 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _named_day(match: Found, said: datetime) -> date:
    return said.date() + timedelta(days={**_ZH_DAYS, **_EN_DAYS}[match[0].lower()])


def _weekday(match: Found, said: datetime) -> date:
    """This week's, or the coming one's where it has passed; with "next", that of next week."""
    name = match["weekday"]
    wanted = _EN_WEEKDAYS.index(name[:3].lower()) if name.isascii() else _ZH_WEEKDAYS.find(name)
    wanted = wanted if wanted >= 0 else len(_ZH_WEEKDAYS) - 1
    monday = said.date() - timedelta(days=said.weekday())
    day = monday + timedelta(days=wanted + (7 if match["next"] else 0))
    return day if day >= said.date() else day + timedelta(days=7)


def _end_of(match: Found, said: datetime) -> date:
    unit = {"月": "month", "年": "year", "周": "week"}.get(match["unit"], match["unit"].lower())
    if unit == "day":
        return said.date()
    if unit == "week":
        return said.date() + timedelta(days=6 - said.weekday())
    month = said.month if unit == "month" else 12
    return date(said.year, month, monthrange(said.year, month)[1])


def _length(match: Found, said: datetime) -> date | datetime | None:
    """Minutes and hours count from the very moment; days, weeks and months end with a day."""
    number, unit = _number(match["number"]), _UNITS[match["unit"].lower().rstrip("s")]
    if match.groupdict().get("working"):
        unit = "working"
    if unit in ("minutes", "hours"):
        return said + timedelta(**{unit: number})
    if unit == "working":
        return _working_days(said.date(), int(number))
    months = number * {"month": 1, "year": 12}.get(unit, 0)
    if not months:
        return said.date() + timedelta(days=int(number * {"week": 7}.get(unit, 1)))
    if months < 1:
        return said.date() + timedelta(days=15)
    year, month = divmod(said.year * 12 + said.month - 1 + int(months), 12)
    return date(year, month + 1, min(said.day, monthrange(year, month + 1)[1]))


def _working_days(day: date, number: int) -> date:
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < _SATURDAY
    return day


def _number(text: str) -> float:
    if text.isascii():
        return float(text) if text.isdigit() else _EN_NUMBERS[text.lower()]
    tens, ten, ones = text.rpartition("十")
    return (_ONES.get(tens, 1) * 10 if ten else 0) + _ONES.get(ones, 0)


_UNITS = {
    "分钟": "minutes", "小时": "hours", "天": "day", "日": "day", "工作日": "working", "个工作日": "working",
    "周": "week", "星期": "week", "月": "month", "个月": "month", "年": "year",
    "minute": "minutes", "hour": "hours", "day": "day", "week": "week", "month": "month", "year": "year",
}  # fmt: skip
_ZH_NUMBER = r"(?P<number>[0-9]{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[半一二两三四五六七八九])"
_EN_NUMBER = rf"(?P<number>[0-9]{{1,3}}|{'|'.join(sorted(_EN_NUMBERS, key=len, reverse=True))})"

Reader = Callable[[Found, datetime], date | datetime | None]
_READERS: Mapping[str, Sequence[tuple[re.Pattern[str], Reader]]] = {
    "zh": [
        (re.compile(r"(?:(?P<year>[0-9]{4})年)?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]"), _dated),
        (re.compile("|".join(_ZH_DAYS)), _named_day),
        (re.compile(r"(?<!每)(?P<next>下)?(?:本|这)?(?:周|星期)(?P<weekday>[一二三四五六日天末])"), _weekday),
        (re.compile(r"本?(?P<unit>[月年])底"), _end_of),
        (re.compile(rf"{_ZH_NUMBER}\s*(?P<unit>分钟|小时|个?工作日|天|日|周|星期|个?月|年)之?内"), _length),
    ],
    "en": [
        (
            re.compile(
                rf"\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+(?P<year>[0-9]{{4}}))?", re.I
            ),
            _dated,
        ),
        (
            re.compile(
                rf"\b{_MONTH}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>[0-9]{{4}}))?", re.I
            ),
            _dated,
        ),
        (re.compile(r"\b(?:today|tonight|tomorrow)\b", re.I), _named_day),
        (
            re.compile(
                r"(?<!every )(?<!each )\b(?P<next>next\s+)?"
                r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
                re.I,
            ),
            _weekday,
        ),
        (re.compile(r"\bend of (?:the |this )?(?P<unit>day|week|month|year)\b", re.I), _end_of),
        (
            re.compile(
                rf"\b(?:within|in)(?: the)?(?: next| coming)? {_EN_NUMBER}[ -](?P<working>working |business )?"
                r"(?P<unit>minutes?|hours?|days?|weeks?|months?|years?)\b",
                re.I,
            ),
            _length,
        ),
    ],
}
