"""Room names that Slack takes and people recognise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.names import numbered, room_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("刹车失灵", "crisis-12-刹车失灵"),
        ("刹车 失灵！（杭州，城西）", "crisis-12-刹车-失灵杭州-城西"),
        ("Brake FAILURE: Hangzhou / west", "crisis-12-brake-failure-hangzhou-west"),
        ("ＡＢＣ　１２", "crisis-12-abc-12"),
        ("ブレーキ故障", "crisis-12-ブレーキ故障"),
        ("🔥!!", "crisis-12"),
        ("", "crisis-12"),
        ("<!channel>", "crisis-12-channel"),
        ("--a__b..c", "crisis-12-a-b-c"),
    ],
)
def test_a_title_becomes_a_name(title, name):
    assert room_name("crisis", 12, title) == (name, "crisis-12")


@pytest.mark.parametrize(("prefix", "fallback"), [("危机", "crisis-3"), ("Drill X", "drill-x-3")])
def test_the_fallback_is_ascii_whatever_the_prefix(prefix, fallback):
    assert room_name(prefix, 3, "演习")[1] == fallback


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(1, 10**6))
def test_every_title_gives_a_name_within_slacks_rules(title, number):
    name, fallback = room_name("crisis", number, title)
    assert len(name) <= 80 and name.startswith(fallback) and name == name.lower()
    assert all(c.isalnum() or c == "-" or ord(c) > 127 for c in name)


def test_a_number_fits_at_the_end_of_a_long_name():
    assert numbered("x" * 80, 12) == "x" * 77 + "-12"
