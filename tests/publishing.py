"""Texts on their way out, as people bring them there in a scene: drafted, signed, published."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat import Field
from statements.promised import key
from tests.scene import Scene

PROMISING = """我们对当事人的伤情十分关切，已派专人陪护。

我们将于7日内公布调查结果。

联系我们：400-000-1234。下一次通报：3月2日13:00。"""
"""A text in which two sentences commit us: the findings, and the next update."""

PLAIN = """我们对当事人的伤情十分关切，已派专人陪护。

调查结果：制动管路完好。

联系我们：400-000-1234。"""
"""A text that promises nothing."""


def drafts(
    scene: Scene, kind: str, text: str, *, user: str = "U09", title: str = "关于3月2日车辆事故的说明"
) -> int:
    """Begin a statement and put these words into it. Returns its number."""
    form = scene.presses(user, "draft", f"1/{kind}/zh").form
    assert form is not None
    scene.sends(user, form)
    number = max(scene.incident().statements)
    edits(scene, number, text, user=user, title=title)
    return number


def edits(scene: Scene, statement: int, text: str, *, user: str = "U09", title: str = "说明") -> None:
    """The next version of it, with these words and no others."""
    form = scene.presses(user, "statement_edit", f"1/{statement}").form
    assert form is not None
    names = [item.name for item in form.items if isinstance(item, Field)]
    parts = {name: "" for name in names if name.startswith("text_")}
    scene.sends(user, form, **{**parts, "text_1": text, "title": title})


def signs(scene: Scene, statement: int, *users: str, by: str = "U09") -> None:
    """All who must sign it do."""
    scene.presses(by, "send_to_signers", f"1/{statement}")
    for user in users:
        seal = scene.incident().statements[statement].latest.seal
        scene.presses(user, "sign", f"1/{statement}/{seal}")


def publishes(scene: Scene, statement: int, channels: Iterable[str], *, user: str = "U09") -> None:
    """It is put out and recorded, channel by channel."""
    for channel in channels:
        form = scene.presses(user, "published", f"1/{statement}").form
        assert form is not None
        scene.sends(user, form, channel=channel)


def judges(scene: Scene, statement: int, sentence: str, *, user: str = "U09", **fields: object) -> None:
    """A sentence of it is a promise; date and owner as they are prefilled, or as given."""
    form = scene.presses(user, "promise", f"1/{statement}/{key(sentence)}").form
    assert form is not None
    scene.sends(user, form, **fields)


def dismisses(scene: Scene, statement: int, sentence: str, *, user: str = "U09") -> None:
    """A sentence of it only reads like a promise."""
    scene.presses(user, "no_promise", f"1/{statement}/{key(sentence)}")
