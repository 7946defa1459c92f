"""The chart of a card: round figures at its side, every reading inside its frame."""

import pytest

from bot.feishu.chart import chart
from sandbox.feishu.page.chart import HEIGHT, WIDTH, line, short


def test_the_bots_own_chart_is_drawn() -> None:
    drawn = line(chart([("14:05", 800), ("14:20", 12_000), ("14:35", 350_000)])["chart_spec"])
    assert drawn is not None
    assert [words for _, words in drawn.levels] == ["0", "100k", "200k", "300k", "400k"]
    assert [dot.figure for dot in drawn.dots] == ["800", "12k", "350k"]
    assert [dot.at for dot in drawn.times] == ["14:05", "14:20", "14:35"]
    assert drawn.points == "44.0,175.7 214.0,171.2 384.0,36.0"
    assert drawn.named


@pytest.mark.parametrize(
    "figures", [[0], [1], [7, 3], [999], [1000, 1_000_001], [0.5], [10**9], list(range(100))]
)
def test_every_reading_is_inside(figures: list[int]) -> None:
    drawn = line(chart([(str(number), figure) for number, figure in enumerate(figures)])["chart_spec"])
    assert drawn is not None
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in drawn.dots)
    assert drawn.levels[-1][0] < drawn.levels[0][0]


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"type": "pie", "data": {"values": [{"a": 1}]}},
        {"type": "line", "data": [], "xField": "a", "yField": "b"},
        {"type": "line", "data": {"values": []}, "xField": "a", "yField": "b"},
        {"type": "line", "data": {"values": [{"a": 1, "b": "many"}]}, "xField": "a", "yField": "b"},
        {"type": "line", "data": {"values": [{"a": 1}]}},
    ],
)
def test_what_is_no_line_chart_is_not_drawn(spec: dict) -> None:
    assert line(spec) is None


def test_figures_are_short() -> None:
    assert [short(figure) for figure in (0, 42, 1500, 350_000, 1_200_000, 2e9)] == [
        "0",
        "42",
        "1.5k",
        "350k",
        "1.2M",
        "2B",
    ]
