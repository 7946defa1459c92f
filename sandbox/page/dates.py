"""Moments in words, for the zone and the language of the person who looks at the page."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_TOKEN = re.compile(r"\{(\w+)\}")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_ZH = "一二三四五六日"
_NEAR = {"zh": {-1: "昨天", 0: "今天", 1: "明天"}, "en": {-1: "yesterday", 0: "today", 1: "tomorrow"}}


def zone(name: str) -> tzinfo:
    """The zone of that name; UTC when the name means nothing, since a page must render anyway."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def moment(ts: str | float, where: tzinfo) -> datetime | None:
    """The local time of a message stamp or Unix second; None when no calendar has such a time."""
    try:
        return datetime.fromtimestamp(float(ts), where)
    except (ValueError, OverflowError, OSError):
        return None


def clock(at: datetime, lang: str, *, seconds: bool = False) -> str:
    """14:05 for Chinese readers, 2:05 PM for English ones."""
    if lang == "zh":
        return at.strftime("%H:%M:%S" if seconds else "%H:%M")
    return at.strftime("%I:%M:%S %p" if seconds else "%I:%M %p").lstrip("0")


def day(at: date, lang: str) -> str:
    """The day with its weekday, as a divider between messages shows it."""
    if lang == "zh":
        return f"{at.year}年{at.month}月{at.day}日 星期{_WEEKDAYS_ZH[at.weekday()]}"
    return f"{_DAYS[at.weekday()]}, {_MONTHS[at.month - 1]} {_ordinal(at.day)}, {at.year}"


def near_day(at: datetime, now: datetime, lang: str) -> str:
    """Today, yesterday, tomorrow, or the full day, as it stands alone between messages."""
    words = _pretty(at, now, lang, day)
    return words[0].upper() + words[1:]


def spell(pattern: str, at: datetime, now: datetime, lang: str) -> str:
    """Fill the {tokens} of a `<!date^...>` pattern; an unknown token stays as it is written."""

    def one(found: re.Match[str]) -> str:
        words = _TOKENS.get(found[1])
        return words(at, now, lang) if words else found[0]

    return _TOKEN.sub(one, pattern)


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _short(at: date, lang: str) -> str:
    if lang == "zh":
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{_MONTHS[at.month - 1][:3]} {at.day}, {at.year}"


def _plain(at: date, lang: str) -> str:
    if lang == "zh":
        return _short(at, lang)
    return f"{_MONTHS[at.month - 1]} {_ordinal(at.day)}, {at.year}"


def _pretty(at: datetime, now: datetime, lang: str, otherwise: Callable[[date, str], str]) -> str:
    distance = (at.date() - now.astimezone(at.tzinfo).date()).days
    return _NEAR[lang].get(distance) or otherwise(at, lang)


def _ago(at: datetime, now: datetime, lang: str) -> str:
    away = now - at
    size = abs(away)
    for unit, english, chinese in (
        (timedelta(days=1), "day", "天"),
        (timedelta(hours=1), "hour", "小时"),
        (timedelta(minutes=1), "minute", "分钟"),
    ):
        if size >= unit:
            count = int(size / unit)
            if lang == "zh":
                return f"{count} {chinese}{'前' if away > timedelta() else '后'}"
            span = f"{count} {english}{'' if count == 1 else 's'}"
            return f"{span} ago" if away > timedelta() else f"in {span}"
    return "刚刚" if lang == "zh" else "just now"


_TOKENS: dict[str, Callable[[datetime, datetime, str], str]] = {
    "date_num": lambda at, now, lang: at.strftime("%Y-%m-%d"),
    "date_slash": lambda at, now, lang: at.strftime("%Y/%m/%d"),
    "date": lambda at, now, lang: _plain(at, lang),
    "date_pretty": lambda at, now, lang: _pretty(at, now, lang, _plain),
    "date_short": lambda at, now, lang: _short(at, lang),
    "date_short_pretty": lambda at, now, lang: _pretty(at, now, lang, _short),
    "date_long": lambda at, now, lang: day(at, lang),
    "date_long_pretty": lambda at, now, lang: _pretty(at, now, lang, day),
    "date_long_full": lambda at, now, lang: day(at, lang),
    "day_divider_pretty": lambda at, now, lang: _pretty(at, now, lang, day),
    "time": lambda at, now, lang: clock(at, lang),
    "time_secs": lambda at, now, lang: clock(at, lang, seconds=True),
    "ago": _ago,
}
