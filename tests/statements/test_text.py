"""How templates become lines, and what people type stays literal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from jinja2 import UndefinedError

from bot.chat import At, Plain, Strong, When
from statements.marks import Text, as_text, literal, parse, wrap
from statements.text import LANGUAGES, in_zone, short
from tests.statements.scenes import SHANGHAI, words

HOSTILE = (
    "**x**",
    "{{ 7*7 }}",
    "{% raw %}",
    "<!channel>",
    "# not a headline",
    "> not small print",
    "a\n\n# b",
    "\ue000a@all\ue001",
    "\ue001\ue000sx\ue001",
    "*_~`<@U1>",
)


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_a_person_typed_is_one_literal_span(typed: str) -> None:
    rendered = parse(f"before {literal(typed)} after")

    (line,) = rendered.lines
    (span,) = line
    assert isinstance(span, Plain)
    assert span.text.startswith("before ")
    assert span.text.endswith(" after")


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_a_person_typed_cannot_begin_a_line(typed: str) -> None:
    rendered = parse(f"{literal(typed)}\nnext")

    assert rendered.headline == ()
    assert len(rendered.parts) == 1
    assert not rendered.parts[0].quiet
    assert len(rendered.lines) == 2


def test_only_the_template_makes_words_strong() -> None:
    rendered = parse(f"a **b {literal('**c**')} d** e")

    assert rendered.lines == ((Plain("a "), Strong("b **c** d"), Plain(" e")),)


def test_a_template_has_a_headline_paragraphs_and_small_print() -> None:
    rendered = parse("# Head\none\ntwo\n\nthree\n> small\n> print\n")

    assert rendered.headline == (Plain("Head"),)
    assert [(part.quiet, len(part.lines)) for part in rendered.parts] == [(False, 2), (False, 1), (True, 2)]


def test_an_empty_template_is_nothing() -> None:
    assert parse("") == Text()


def test_people_and_moments_keep_their_meaning() -> None:
    noon = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    text = words().sentence("zh", "refused", "answered_by_another", person="wang")
    paged = words().sentence(
        "zh", "history", "PageUnanswered", person="wang", role="ceo", by="", zone=SHANGHAI
    )
    told = words().sentence(
        "en", "history", "Declared", by="wang", drill=False, title="x", time_zero=noon, zone=SHANGHAI
    )

    assert At("wang") in text.lines[0]
    assert At("wang") in paged.lines[0]
    assert When(noon, "day", "2 Mar, 12:00") in told.lines[0]


def test_a_line_can_be_told_without_its_marks() -> None:
    line = parse(f"{wrap('a', 'wang')} **did** {literal('it')}").lines[0]

    assert as_text(line, {"wang": "王敏"}) == "王敏 did it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_value_fails_instead_of_leaving_a_gap(language: str) -> None:
    with pytest.raises(UndefinedError):
        words().sentence(language, "refused", "answered_by_another")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_word_fails(language: str) -> None:
    with pytest.raises(KeyError):
        words().label(language, "roles", "astronaut")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        in_zone(datetime(2026, 3, 2, 4, 0), SHANGHAI, "zh", "time")  # noqa: DTZ001


def test_short_text_is_left_alone_and_long_text_is_cut() -> None:
    assert short("a\n b", 10) == "a b"
    assert short("一二三四五", 4) == "一二三…"
