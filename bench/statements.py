"""What it costs to fill in every kind of public text in both languages, beside Jinja2 that reads each text anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from jinja2 import Environment

from bench.figures import Line
from bot.crisis.kinds import KINDS
from statements.drafts import draft
from statements.templates import LANGUAGES, Ask, PublicText, PublicTexts
from statements.trial import trials

ROUNDS = 30
MOST_MILLISECONDS = 100
NAMED = "Jinja2, each text compiled again"


@dataclass(frozen=True)
class Sample:
    """One text with everything that is put into it, and its file for the rival."""

    public: PublicText
    answers: Mapping[str, str]
    source: str


async def measure() -> list[Line]:
    """All 24 texts, ours and the rival's in turn."""
    return [await asyncio.to_thread(_measured)]


def _measured() -> Line:
    texts, given = PublicTexts(), _everything_known()
    samples = [_sample(texts.get(language, kind)) for language in LANGUAGES for kind in KINDS]
    rounds = [(_taken(_ours, samples, given), _taken(_rival, samples, given)) for _ in range(1 + ROUNDS)]
    # The first of each may meet what nobody has used yet.
    ours, rival = (median(times) for times in zip(*rounds[1:], strict=True))
    return Line(
        "all 24 public texts filled in",
        ours,
        rival,
        "ms",
        NAMED,
        f"< {MOST_MILLISECONDS} ms",
        ours < MOST_MILLISECONDS,
    )


def _everything_known() -> Mapping[str, Any]:
    wanted = ("A", "red", "injury", True)
    return next(
        one for one in trials() if (one["type"], one["grade"], one["injury"], one["contacted"]) == wanted
    )


def _sample(public: PublicText) -> Sample:
    """Each blank is answered at the length of its own example."""
    answers = {ask.name: _answer(ask) for ask in public.asks}
    return Sample(public, answers, public.path.read_text(encoding="utf-8").split("---\n", 2)[2])


def _answer(ask: Ask) -> str:
    words = ask.hint or ask.question
    return f"{words}\n{words}\n{words}" if ask.long else words


def _taken(
    fill_in: Callable[[Sample, Mapping[str, Any]], str], samples: Sequence[Sample], given: Mapping[str, Any]
) -> float:
    """Milliseconds for all of them. A text that does not come out whole ends the bench."""
    began = time.perf_counter()
    texts = [fill_in(sample, given) for sample in samples]
    taken = (time.perf_counter() - began) * 1000
    if min(map(len, texts)) < 200:
        raise RuntimeError("a text came out empty")
    return taken


def _ours(sample: Sample, given: Mapping[str, Any]) -> str:
    made = draft(sample.public, given, sample.answers)
    if made.missing:
        raise RuntimeError("a text came out with blanks")
    return made.text


def _rival(sample: Sample, given: Mapping[str, Any]) -> str:
    filled = {
        ask.name: sample.answers[ask.name].splitlines() if ask.long else sample.answers[ask.name]
        for ask in sample.public.asks
    }
    template = Environment(autoescape=False).from_string(sample.source)
    return template.render(ask=filled, **given)
