"""Fresh views: typed in one go or asked for, and the growth that two readings show."""

import pytest

from tests.makers import at
from tests.scene import Scene, text


@pytest.mark.parametrize(
    ("typed", "views"),
    [
        ("reading 50w", 500000),
        ("阅读量 1.2万", 12000),
        ("views 8000", 8000),
        ("reading 1", 1),
        ("reading 1,200", 1200),
        ("reading 1 30000", 30000),
        ("reading #1 30000", 30000),
        ("reading １２００", 1200),
    ],
)
def test_a_figure_is_taken_at_once_and_a_bare_number_is_a_figure(
    scene: Scene, typed: str, views: int
) -> None:
    scene.opens()
    reply = scene.says("U15", f"/crisis {typed}")
    assert reply.form is None
    assert scene.incident().answers == {"views": views}


def test_without_a_figure_a_form_asks(scene: Scene) -> None:
    scene.opens()
    form = scene.says("U15", "/crisis reading").form
    assert form is not None
    reply = scene.sends("U15", form, views="many")
    assert list(reply.errors) == ["views"]
    assert "请写成 8000、1.2万 或 50w" in reply.errors["views"]
    scene.sends("U15", form, views="2万")
    assert scene.incident().answers == {"views": 20000}


def test_a_figure_that_is_none_is_told_and_nothing_is_saved(scene: Scene) -> None:
    scene.opens()
    reply = scene.says("U10", "/crisis reading lots")
    assert reply.card is not None
    assert text(reply.card) == 'That is no figure I can read. Write 8,000, 12k or 1.2m; or "unknown".'
    assert scene.incident().answers == {}


def test_views_that_double_within_an_hour_raise_the_grade_and_ask_again_every_15_minutes(
    scene: Scene,
) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S1", control="C1")
    scene.presses("U08", "on_it")
    scene.presses("U09", "on_it")
    assert scene.incident().grade == "yellow"
    scene.now = at("+20 min")
    scene.says("U15", "/crisis reading 4000")
    incident = scene.incident()
    assert incident.grade == "orange"
    assert [code for code, params in incident.verdict.reasons if params.get("rule") == "fast_growth"] == [
        "rule"
    ]
    scene.at("+36 min")
    assert len(scene.posted("reading/")) == 1
    assert "上次：4000" in text(scene.posted("reading/")[0].card)
    scene.at("+52 min")
    assert len(scene.posted("reading/")) == 2


def test_a_reading_goes_with_a_message_only_the_person_sees(scene: Scene) -> None:
    scene.opens()
    reply = scene.says("U10", "/crisis reading 12k")
    assert reply.card is not None
    assert text(reply.card).startswith("Saved\nChecklist: 14 to go.")
