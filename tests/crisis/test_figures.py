"""Figures as they arrive in the first minutes."""

from decimal import Decimal

import pytest

from bot.crisis.figures import BadFigure, read_figure, read_percent


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("800", 800),
        (800, 800),
        (0, 0),
        ("1,200", 1200),
        ("1，200", 1200),
        ("1,234,567", 1234567),
        ("12 000", 12000),
        ("１２００", 1200),
        ("1.2万", 12000),
        ("１．２万", 12000),
        ("1.13万", 11300),
        ("1.2 万", 12000),
        ("50w", 500000),
        ("50W+", 500000),
        ("3.5k", 3500),
        ("1.5m", 1500000),
        ("2亿", 200000000),
        ("3千", 3000),
        ("2百万", 2000000),
        ("3千万", 30000000),
        ("约3万", 30000),
        ("大约 3 万", 30000),
        ("~3w", 30000),
        ("10万+", 100000),
        ("10万多", 100000),
        ("10万以上", 100000),
        ("超过10万次", 100000),
        (".5万", 5000),
        (" 300 ", 300),
        (2.5, Decimal("2.5")),
        ("-0", 0),
        ("100000000000", 100_000_000_000),
    ],
)
def test_it_reads_what_was_meant(typed, meant):
    assert read_figure(typed) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("many", "not_a_number"),
        ("", "not_a_number"),
        ("3-5万", "not_a_number"),
        ("1,20", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1e6", "not_a_number"),
        ("1万2", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (True, "not_a_number"),
        (None, "not_a_number"),
        ({}, "not_a_number"),
        ("-5", "negative"),
        ("−5", "negative"),
        ("－５", "negative"),
        (-1, "negative"),
        ("1001亿", "absurd"),
        ("9" * 2000, "absurd"),
        (1e300, "absurd"),
    ],
)
def test_it_refuses_what_cannot_be_a_figure(typed, code):
    with pytest.raises(BadFigure) as refused:
        read_figure(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("60%", 60),
        ("60 %", 60),
        ("６０％", 60),
        ("60", 60),
        (60, 60),
        ("50%+", 50),
        ("约50%", 50),
        ("翻倍", 100),
        ("Doubled", 100),
        ("12.5%", Decimal("12.5")),
    ],
)
def test_growth_is_in_per_cent(typed, meant):
    assert read_percent(typed) == meant


@pytest.mark.parametrize(("typed", "code"), [("-10%", "negative"), ("fast", "not_a_number")])
def test_growth_can_be_refused_too(typed, code):
    with pytest.raises(BadFigure) as refused:
        read_percent(typed)
    assert refused.value.code == code
