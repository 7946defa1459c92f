"""Whatever people type: a clear sentence in their language, nothing lost, nothing that calls or formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat import At, Card
from tests.databases import emptied_postgres, empty_sqlite
from tests.makers import at
from tests.scene import Scene
from tests.scene import text as said


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both kinds here: they differ in which characters they take."""
    if request.param == "sqlite":
        return empty_sqlite(request.getfixturevalue("migrated_file"), tmp_path)
    return emptied_postgres(request.getfixturevalue("postgres"))


HOSTILE = {
    "mention of all": "<!channel> 快看",
    "mention of one": "<@U01> 你负责",
    "mention by name": "@channel @here @everyone",
    "link": "<https://evil.example|客服热线>",
    "bold": "*bold* _it_ ~s~ `code`",
    "template": "{{ 7*7 }} {% raw %} ${7*7}",
    "markup": "<script>alert(1)</script> & &amp;",
    "our own marks": "# 标题 > 小字 ** \ue000aU01\ue001",
    "emoji": "🔥🚗👨‍👩‍👧 起火",
    "arabic": "السيارة تحترق بعد الإصلاح",
    "turned round": "abc\u202egnp.exe\u202c",
    "unseen": "刹\u200b车\ufeff失灵",
    "nul": "刹车\x00失灵\x07",
    "half a letter": "刹车\ud83d失灵",
    "quotes": "'; DROP TABLE history; --",
    "line ends": "第一行\r\n第二行\u2028第三行",
    "long word": "長" * 2900,
}


def calls(card: Card) -> set[str]:
    """Everybody whom a card would call."""
    spans = [*card.headline, *(span for part in card.parts for line in part.lines for span in line)]
    return {span.person for span in spans if isinstance(span, At)}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_pass_through_every_field_and_call_nobody(scene: Scene, words: str) -> None:
    form = scene.says("U15", f"/crisis open {words}").form
    assert form is not None
    assert scene.sends("U15", form, what=words).errors == {}
    scene.answers("U15", complaint=words, history=words, severity="S1", control="C1")
    raised = scene.presses("U10", "regrade").form
    assert raised is not None
    scene.sends("U10", raised, grade="orange", reason=words)
    lower = scene.presses("U10", "regrade").form
    assert lower is not None
    scene.sends("U10", lower, grade="green", reason=words)
    needless = scene.presses("U10", "not_needed").form
    assert needless is not None
    scene.sends("U10", needless, task="basics_known", reason=words)
    closing = scene.presses("U04", "close").form
    assert closing is not None
    scene.sends("U04", closing, reason=words)
    incident = scene.incident()
    assert not incident.open
    people = {"xu", "wang", "zhao", "liu", "wu", "emma", "sun", "he"}
    assert {name for one in scene.chat.said.values() for name in calls(one.card)} <= people
    assert "49" not in said(scene.posted("state/")[0].card)
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_what_hides_or_turns_words_round_is_taken_out_and_the_rest_kept(scene: Scene) -> None:
    scene.says("U15", "/crisis now ab\u202egnp\u200b.exe\x00")
    assert scene.incident().what == "abgnp.exe"


@pytest.mark.parametrize("what", ["", "   ", "\n\t", "\u200b\u200b", None])
def test_an_empty_title_is_asked_for_again(scene: Scene, what: str | None) -> None:
    form = scene.says("U10", "/crisis open").form
    assert form is not None
    assert scene.sends("U10", form, what=what).errors == {"what": "Say in a sentence what has happened."}
    assert scene.chat.rooms == {}


def test_five_thousand_characters_in_the_form_are_too_many_and_said_so(scene: Scene) -> None:
    form = scene.says("U10", "/crisis open").form
    assert form is not None
    reply = scene.sends("U10", form, what="x" * 5000)
    assert reply.errors == {"what": "Too long; please keep it to 3000 characters."}


def test_five_thousand_characters_typed_at_once_are_all_kept(scene: Scene) -> None:
    scene.says("U15", "/crisis now " + "刹车失灵。" * 1000)
    incident = scene.incident()
    assert len(incident.what) == 5000
    assert len(incident.title) == 80


def test_five_thousand_characters_typed_for_the_form_lose_nothing_unsaid(scene: Scene) -> None:
    """The form takes 3,000; the person is told that the rest is not in it."""
    form = scene.says("U10", "/crisis open " + "x" * 5000).form
    assert form is not None
    notes = [item.note for item in form.items if hasattr(item, "note")]
    assert notes == [
        "It takes 3,000 characters; yours has 5,000. The rest is not in it, so please post it in the room afterwards."
    ]


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [
        ("views", "-5", "This cannot be below zero."),
        ("views", "−1万", "This cannot be below zero."),
        ("views", "9" * 30, "That is too large; please check the unit."),
        ("views", "999999亿", "That is too large; please check the unit."),
        ("views", "a lot", 'That is no figure I can read. Write 8,000, 12k or 1.2m; or "unknown".'),
        ("views", "1e9", 'That is no figure I can read. Write 8,000, 12k or 1.2m; or "unknown".'),
        ("views", "{{ 7*7 }}", 'That is no figure I can read. Write 8,000, 12k or 1.2m; or "unknown".'),
        ("followers", "-1", "This cannot be below zero."),
        ("growth_per_hour", "fast", 'That is no figure I can read. Write 8,000, 12k or 1.2m; or "unknown".'),
        ("published_at", at("+1 min"), "This cannot be later than now."),
        ("published_at", at("+365 d"), "This cannot be later than now."),
        ("injury", "maybe", "Please choose one of the options."),
        ("platform", ["myspace"], "Please choose one of the options."),
        ("severity", "S9", "Please choose one of the options."),
        ("complaint", "x" * 3001, "Too long; please keep it to 3000 characters."),
        ("no_such_question", "x", "There is no such question; please open the form again."),
    ],
)
def test_an_answer_that_cannot_be_is_told_beside_its_field(
    scene: Scene, field: str, given: object, says: str
) -> None:
    scene.opens()
    assert scene.answers("U10", **{field: given}, mood="mixed").errors == {field: says}
    assert scene.incident().answers == {}


@pytest.mark.parametrize(
    ("typed", "views"),
    [
        ("1.2万", 12000),
        ("50w", 500000),
        ("约 3.5 万+", 35000),
        ("1,234,567", 1234567),
        ("１２００", 1200),
        ("1.13万", 11300),
        ("2亿", 200000000),
        ("0", 0),
    ],
)
def test_figures_as_people_type_them(scene: Scene, typed: str, views: int) -> None:
    scene.opens()
    scene.answers("U15", views=typed)
    assert scene.incident().answers == {"views": views}


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "1.5", "99999999999999999999", "../1", "١"])
@pytest.mark.parametrize("name", ["status", "take", "decide_yes"])
def test_a_button_with_a_value_of_nobodys_making_is_refused_in_a_sentence(
    scene: Scene, name: str, value: str
) -> None:
    scene.opens()
    scene.opens(what="another")
    before = [scene.incident(1).history, scene.incident(2).history]
    reply = scene.presses("U10", name, value)
    assert reply.form is None
    assert reply.card is not None
    assert said(reply.card)
    assert [scene.incident(1).history, scene.incident(2).history] == before


@pytest.mark.parametrize("about", [{}, {"incident": "x"}, {"incident": "7"}])
def test_a_form_that_carries_nonsense_is_refused_in_a_sentence(scene: Scene, about: dict[str, str]) -> None:
    scene.opens()
    scene.opens(what="another")
    reply = scene.command("sent", "checklist", "U10", fields={"views": "5"}, about=about)
    assert reply.done is not None or reply.errors
    assert scene.incident(1).answers == scene.incident(2).answers == {}
