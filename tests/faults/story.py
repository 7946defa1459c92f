"""The first hour of a red crisis in chapters: everything that people and time do to the bot, from opening to return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.scene import Scene

RED = {"views": "500", "injury": "injury", "severity": "S4", "control": "C2"}
WORDS = "我们已获悉此事，向车主致歉。已成立专项小组，由质量负责人带队。"
QUESTIONS = ("first_statement", "technical_inquiry", "lawyers", "media")


@dataclass(frozen=True)
class Chapter:
    """What happens at one time. Then it is quiet for most of a minute: whoever was held up catches up."""

    when: str
    happens: Callable[[Scene], None]
    then: str

    @property
    def name(self) -> str:
        """What happens, in a word."""
        return self.happens.__name__


def opened(scene: Scene) -> None:
    """With a form, by customer service."""
    scene.opens("U15", "维修次日刹车失灵，客户受伤", type="A")


def first_half(scene: Scene) -> None:
    """Two people each fill in a part of the checklist."""
    scene.answers("U15", views="500", platform=["moments"], complaint="刹车踏板踩到底")
    scene.answers("U06", contact="yes", attitude="rational")


def graded_red(scene: Scene) -> None:
    """With the other half it is red: nine people are called."""
    scene.answers("U15", **RED)


def some_answer(scene: Scene) -> None:
    """Four are on it, one hands the page on, the others do not pick up."""
    for user in ("U02", "U03", "U04", "U06"):
        scene.presses(user, "on_it")
    scene.presses("U11", "pass_on")


def one_answers_late(scene: Scene) -> None:
    """The open pages have gone on to others by now."""
    scene.presses("U10", "on_it")


def nobody_left_to_call(scene: Scene) -> None:
    """All who are called take it."""
    waiting = {call.person for call in scene.incident().calls.values() if call.open}
    for person in sorted(waiting):
        scene.presses(scene.voice.person(person).slack, "on_it")


def tasks_done(scene: Scene) -> None:
    """The team works its list off."""
    scene.presses("U05", "take", "1/emergency_meeting")
    for task in sorted(scene.incident().tasks)[:4]:
        scene.presses("U04", "done", f"1/{task}")


def at_five_to_half_past(scene: Scene) -> None:
    """Time alone."""


def decided(scene: Scene) -> None:
    """The committee answers its four questions."""
    for question in QUESTIONS:
        scene.presses("U04", "decide_yes", f"1/{question}")


def lowering_asked_for(scene: Scene) -> None:
    """One has a reason; a reading comes in as well."""
    scene.says("U04", "/crisis reading 600", room=scene.incident().room)
    _regraded(scene, "U04", "orange", "伤者已出院")


def lowered_by_a_second(scene: Scene) -> None:
    """Another agrees."""
    scene.presses("U05", "confirm_lower", "1/orange")


def raised_again(scene: Scene) -> None:
    """One is enough. Meanwhile those whom orange calls are on it."""
    nobody_left_to_call(scene)
    _regraded(scene, "U15", "red", "又有一人受伤")


def facts_verified(scene: Scene) -> None:
    """What the checklist said is true."""
    for fact in sorted(scene.incident().facts):
        _sent(scene, "U15", "fact_check", f"1/{fact}", status="confirmed", source="行车数据")


def drafted(scene: Scene) -> None:
    """A first statement, put into other words, and before all who must sign it."""
    _sent(scene, "U09", "draft", "1/first_statement/zh", answer_measures="已成立专项小组")
    _sent(scene, "U09", "statement_edit", "1/1", text_1=WORDS, text_2="")
    scene.presses("U09", "send_to_signers", "1/1")


def some_sign(scene: Scene) -> None:
    """All but the last; who does not answer is reminded, then stood in for."""
    for role in ("pr_director", "legal_director"):
        _signs(scene, role)


def deputy_signs(scene: Scene) -> None:
    """Whoever was asked last for the last signature."""
    _signs(scene, "ceo")


def published(scene: Scene) -> None:
    """On two channels, by two people."""
    _sent(scene, "U09", "published", "1/1", channel="weibo", link="https://example.com/w", pinned="yes")
    _sent(scene, "U04", "published", "1/1", channel="site", link="https://example.com/s")


def refuted(scene: Scene) -> None:
    """What was published rests on it: the correction is written, and waits for its signatures."""
    _sent(scene, "U15", "fact_check", "1/1", status="refuted", source="复检")
    _sent(scene, "U09", "statement_edit", "1/1", text_1=f"更正。{WORDS}", cites=["2"])
    scene.presses("U09", "send_to_signers", "1/1")


def corrected(scene: Scene) -> None:
    """All sign the correction, and it takes the old one's place."""
    for role in ("pr_director", "legal_director", "ceo"):
        _signs(scene, role)
    _sent(scene, "U09", "published", "1/1", channel="weibo", link="https://example.com/w2")
    _sent(scene, "U04", "published", "1/1", channel="site", link="https://example.com/s2")


def _sent(scene: Scene, user: str, name: str, value: str, **fields: Any) -> None:
    """The form behind a button, sent."""
    form = scene.presses(user, name, value).form
    assert form is not None
    scene.sends(user, form, **fields)


def _signs(scene: Scene, role: str) -> None:
    statement = scene.incident().statements[1]
    signer = scene.voice.person(statement.seats[role].asked[-1]).slack
    assert signer is not None
    scene.presses(signer, "sign", f"1/1/{statement.latest.seal}")


def the_hour_is_over(scene: Scene) -> None:
    """Time alone: the checkpoint at 60 minutes."""


def closed_and_archived(scene: Scene) -> None:
    """Too soon, as it turns out."""
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="客户确认系误会", archive=["archive"])


def reopened(scene: Scene) -> None:
    """A new room, and the clock runs on."""
    form = scene.presses("U07", "reopen").form
    assert form is not None
    scene.sends("U07", form, reason="另有两位车主反映同样问题")


def _regraded(scene: Scene, user: str, grade: str, reason: str) -> None:
    form = scene.presses(user, "regrade").form
    assert form is not None
    scene.sends(user, form, grade=grade, reason=reason)


STORY = (
    Chapter("+0 min", opened, "+0.9 min"),
    Chapter("+1 min", first_half, "+1.9 min"),
    Chapter("+2 min", graded_red, "+2.9 min"),
    Chapter("+3 min", some_answer, "+6.9 min"),
    Chapter("+7 min", one_answers_late, "+7.4 min"),
    Chapter("+9.5 min", nobody_left_to_call, "+10.9 min"),
    Chapter("+16 min", tasks_done, "+16.9 min"),
    Chapter("+25.5 min", at_five_to_half_past, "+25.9 min"),
    Chapter("+31 min", decided, "+31.9 min"),
    Chapter("+35 min", lowering_asked_for, "+35.9 min"),
    Chapter("+36 min", lowered_by_a_second, "+36.9 min"),
    Chapter("+37 min", raised_again, "+37.9 min"),
    Chapter("+40 min", facts_verified, "+40.9 min"),
    Chapter("+42 min", drafted, "+42.9 min"),
    Chapter("+43 min", some_sign, "+43.9 min"),
    Chapter("+48 min", deputy_signs, "+48.9 min"),
    Chapter("+50 min", published, "+50.9 min"),
    Chapter("+52 min", refuted, "+52.9 min"),
    Chapter("+53 min", corrected, "+53.9 min"),
    Chapter("+60.1 min", the_hour_is_over, "+60.9 min"),
    Chapter("+62 min", closed_and_archived, "+62.9 min"),
    Chapter("+64 min", reopened, "+74 min"),
)
