"""What we know: the fifteen questions of the first five minutes, and what is still open (S3, domain 1.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bot.crisis.figures import MOST, BadFigure, read_figure, read_percent

Kind = Literal["number", "percent", "moment", "one", "many", "text", "flag"]
Reading = tuple[datetime, int]

UNKNOWN = "unknown"
LONGEST = 3000
YES_NO = ("yes", "no")
SEVERITIES = ("S1", "S2", "S3", "S4", "S5")
CONTROLS = ("C1", "C2", "C3", "C4")
TYPES = ("A", "B", "C", "D", "E")
PLATFORMS = (
    "weibo",
    "douyin",
    "kuaishou",
    "xiaohongshu",
    "zhihu",
    "bilibili",
    "wechat",
    "moments",
    "car_forum",
    "news",
    "other",
)


@dataclass(frozen=True)
class Item:
    """One question. `options` are the machine words of its answers; their labels live in `statements/`."""

    name: str
    group: str
    kind: Kind
    options: tuple[str, ...] = ()


ITEMS: tuple[Item, ...] = (
    Item("views", "spread", "number"),
    Item("published_at", "spread", "moment"),
    Item("growth_per_hour", "spread", "percent"),
    Item("platform", "spread", "many", PLATFORMS),
    Item("followers", "spread", "number"),
    Item("customer_known", "event", "one", YES_NO),
    Item("complaint", "event", "text"),
    Item("injury", "event", "one", ("none", "heavy_loss", "injury", "death")),
    Item("evidence", "event", "many", ("none", "photo", "audio", "video")),
    Item("contact", "customer", "one", YES_NO),
    Item("history", "customer", "text"),
    Item("attitude", "customer", "one", ("rational", "angry", "malicious", "refuses_contact")),
    Item("mood", "opinion", "one", ("supportive", "mixed", "hostile")),
    Item("media", "opinion", "one", ("none", "self_media", "journalist_contacted", "mainstream")),
    Item("organised", "opinion", "one", YES_NO),
)

EXTRAS: tuple[Item, ...] = (
    Item("severity", "judgement", "one", SEVERITIES),
    Item("severity_unsure", "judgement", "flag"),
    Item("control", "judgement", "one", CONTROLS),
    Item("control_unsure", "judgement", "flag"),
    Item("type", "judgement", "one", TYPES),
    Item("comments", "figures", "number"),
    Item("hot_list", "signs", "flag"),
    Item("vulnerable", "signs", "flag"),
    Item("legal_threat", "signs", "flag"),
    Item("regulator", "signs", "flag"),
    Item("regulator_acts", "signs", "flag"),
    Item("others_report_same", "signs", "flag"),
)

QUESTIONS: Mapping[str, Item] = {item.name: item for item in (*ITEMS, *EXTRAS)}

_UNKNOWN_WORDS = {
    UNKNOWN,
    "不知道",
    "未知",
    "不清楚",
    "不确定",
    "不详",
    "n/a",
    "na",
    "?",
    "not sure",
    "unsure",
}
_YES_WORDS = {"yes", "true", "1", "y", "是", "有"}
_NO_WORDS = {"no", "false", "0", "n", "否", "无", "没有"}
_ALSO_WRITTEN = {
    "mainstream_reports": "mainstream",
    "journalist_has_contacted_us": "journalist_contacted",
    "heavy_property_loss": "heavy_loss",
}


class BadAnswer(Exception):
    """An answer that cannot be taken as it is.

    field: the question's name. code: not_a_number, negative, absurd, in_the_future, not_a_date,
    not_an_option, too_long, unknown_key; the sentence people see is in `statements/*/refused/`.
    params: what that sentence needs.
    """

    def __init__(self, field: str, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(field, code)
        self.field = field
        self.code = code
        self.params = dict(params or {})


class BadAnswers(Exception):
    """Everything that was wrong with one form, so that a person mends it in one go."""

    def __init__(self, errors: Sequence[BadAnswer]) -> None:
        super().__init__(", ".join(f"{error.field}: {error.code}" for error in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Checklist:
    """The answers so far, as `read_answers` made them; the fifteen items and the extras together."""

    answers: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """The answer as stored, which may be UNKNOWN; `default` where nobody has answered."""
        value = self.answers.get(name)
        return default if _blank(value) else value

    def has(self, name: str) -> bool:
        """Whether we really know it: answered, and not with "unknown"."""
        return bool(self.get(name, UNKNOWN) != UNKNOWN)

    def unanswered(self) -> tuple[Item, ...]:
        """The items of the fifteen that are neither answered nor marked unknown, in order."""
        return tuple(item for item in ITEMS if self.get(item.name) is None)

    def unknown(self) -> tuple[Item, ...]:
        """The items of the fifteen that somebody has marked unknown, in order."""
        return tuple(item for item in ITEMS if self.get(item.name) == UNKNOWN)

    @property
    def answered_count(self) -> int:
        """How many of the fifteen we really know."""
        return sum(self.has(item.name) for item in ITEMS)

    @property
    def complete(self) -> bool:
        """Whether every item is answered or marked unknown, as S3 wants by five minutes."""
        return not self.unanswered()

    def merged(self, new: Mapping[str, Any]) -> Checklist:
        """These answers with the new ones over them.

        A blank never takes an answer away: two people fill in the form at once, and the slower one's empty
        field must not undo an injury the other has reported. To take an answer back, answer "unknown".
        """
        given = {name: value for name, value in new.items() if not _blank(value)}
        return Checklist({**self.answers, **given})


def read_answers(raw: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A form's or a command's answers as JSON-safe values; fields left blank are left out.

    now: aware; nothing was published after it. Raises BadAnswers with everything that was wrong.
    """
    answers: dict[str, Any] = {}
    errors: list[BadAnswer] = []
    for name, value in raw.items():
        try:
            answers[name] = None if _blank(value) else read_answer(name, value, now)
        except BadAnswer as error:
            errors.append(error)
    if errors:
        raise BadAnswers(errors)
    return {name: value for name, value in answers.items() if value is not None}


def read_answer(name: str, raw: Any, now: datetime) -> Any:
    """One answer as a JSON-safe value: int, float, bool, str, list of str, UNKNOWN, or None for a blank.

    Counts come back whole; growth as a float in per cent per hour; moments as ISO text in UTC.
    now: aware. Raises BadAnswer.
    """
    item = QUESTIONS.get(name)
    if item is None:
        raise BadAnswer(name, "unknown_key")
    if item.kind == "many":
        return _read_many(item, raw)
    raw = raw[0] if isinstance(raw, list | tuple) and len(raw) == 1 else raw
    if _blank(raw):
        return None
    if isinstance(raw, str) and _plain(raw) in _UNKNOWN_WORDS:
        return UNKNOWN
    return _read_known(item, raw, now)


def growth_between(earlier: Reading, later: Reading) -> float | None:
    """Growth in per cent per hour between two readings (when, views): the gain over the earlier, per hour.

    10,000 and half an hour later 16,000 is 120 % an hour. None where the figures cannot say: readings less
    than five minutes apart (a rounding of the platform's counter would look like an avalanche), or nothing to
    grow from. A figure that fell counts as no growth: platforms take counts back. Both times aware.
    """
    apart = later[0] - earlier[0]
    if apart < timedelta(minutes=5) or earlier[1] <= 0:
        return None
    gained = max(0, later[1] - earlier[1])
    return gained * 100 * 3600 / (earlier[1] * apart.total_seconds())


def _read_known(item: Item, raw: Any, now: datetime) -> Any:
    match item.kind:
        case "number":
            return int(_figure(item, read_figure, raw).to_integral_value())
        case "percent":
            return float(_figure(item, read_percent, raw))
        case "moment":
            return _read_moment(item, raw, now)
        case "flag":
            return _read_option(item, raw, YES_NO) == "yes"
        case "text":
            return _read_text(item, raw)
        case _:
            return _read_option(item, raw, item.options)


def _figure(item: Item, read: Any, raw: Any) -> Any:
    try:
        return read(raw)
    except BadFigure as error:
        raise BadAnswer(item.name, error.code, {"given": _short(raw), "most": MOST}) from None


def _read_moment(item: Item, raw: Any, now: datetime) -> str:
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
        if moment.tzinfo is None:
            raise ValueError("a time without a zone is a different moment for everybody")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadAnswer(item.name, "not_a_date", {"given": _short(raw)}) from None
    if moment > now:
        raise BadAnswer(item.name, "in_the_future", {"given": moment.isoformat()})
    return moment.isoformat()


def _read_text(item: Item, raw: Any) -> str | None:
    # A database refuses NUL and half of a surrogate pair; neither was meant by anybody.
    text = str(raw).encode("utf-8", "ignore").decode().replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise BadAnswer(item.name, "too_long", {"length": len(text), "most": LONGEST})
    return text or None


def _read_option(item: Item, raw: Any, options: Sequence[str]) -> str:
    word = _plain(str(raw))
    if options == YES_NO:
        word = "yes" if word in _YES_WORDS else "no" if word in _NO_WORDS else word
    word = word.replace(" ", "_").replace("-", "_")
    word = _ALSO_WRITTEN.get(word, word)
    for option in options:
        if option.casefold() == word:
            return option
    raise BadAnswer(item.name, "not_an_option", {"given": _short(raw), "options": list(options)})


def _read_many(item: Item, raw: Any) -> list[str] | str | None:
    chosen = {_read_one_of_many(item, word) for word in _words(raw)}
    # "none" or "unknown" beside a real answer is a slip; the real answer is what we must not lose.
    real = [option for option in item.options if option in chosen and option != "none"]
    if real or not chosen:
        return real or None
    return ["none"] if "none" in chosen else UNKNOWN


def _read_one_of_many(item: Item, word: str) -> str:
    return UNKNOWN if _plain(word) in _UNKNOWN_WORDS else _read_option(item, word, item.options)


def _words(raw: Any) -> list[str]:
    parts: Iterable[Any] = raw if isinstance(raw, list | tuple | set | frozenset) else [raw]
    text = unicodedata.normalize("NFKC", "\n".join(str(part) for part in parts if part is not None))
    for mark in ",;、":
        text = text.replace(mark, "\n")
    return [word for word in text.split("\n") if word.strip()]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _short(raw: Any) -> str:
    return str(raw)[:80]


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value in ([], ())
