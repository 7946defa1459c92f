"""A crisis on its whole way: every checkpoint once, then every update, to the final report on day 120."""

from __future__ import annotations

from tests.makers import at
from tests.scene import Scene, text

CHECKPOINTS = ["5min", "15min", "30min", "60min", "4h", "24h"]
UPDATES = [
    *(f"update/{hours}h" for hours in range(28, 73, 4)),
    *(f"update/day/{day}" for day in range(4, 31)),
    *(f"update/day/{day}" for day in (37, 44, 51, 58, 65, 72, 79, 86)),
    "final_report",
]
"""Every 4 h until 72 h, daily until day 30, weekly until day 90, and on day 120 the report (domain 5)."""


def a_red_crisis(scene: Scene) -> None:
    """Opened, graded, everybody on it."""
    scene.opens()
    scene.answers("U15", views="500", injury="injury", severity="S4", control="C2")
    for user in ("U01", "U02", "U03", "U04", "U05", "U06", "U07", "U10", "U11"):
        scene.presses(user, "on_it")


def told(scene: Scene) -> list[str]:
    """Checkpoints and updates in the order in which the room heard of them."""
    keys = [said.key.removeprefix("1/") for said in scene.chat.said.values() if said.place == "C1"]
    return [key for key in keys if key.startswith(("checkpoint/", "update/")) or key == "final_report"]


def test_every_checkpoint_and_every_update_comes_exactly_once_and_in_time(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+24 h")
    assert told(scene) == [f"checkpoint/{name}" for name in CHECKPOINTS]
    assert scene.incident().reached == {
        "5min": at("+5 min"),
        "15min": at("+15 min"),
        "30min": at("+30 min"),
        "60min": at("+60 min"),
        "4h": at("+4 h"),
        "24h": at("+24 h"),
    }
    scene.at("+121 d")
    assert told(scene) == [*(f"checkpoint/{name}" for name in CHECKPOINTS), *UPDATES]
    assert {name: when for name, when in scene.incident().reminded.items() if name in UPDATES} == {
        **{f"update/{hours}h": at(f"+{hours} h") for hours in range(28, 73, 4)},
        **{f"update/day/{day}": at(f"+{day} d") for day in range(4, 31)},
        **{f"update/day/{day}": at(f"+{day} d") for day in (37, 44, 51, 58, 65, 72, 79, 86)},
        "final_report": at("+120 d"),
    }
    scene.at("+400 d")
    assert told(scene)[-1] == "final_report", "after the report nothing is due any more"
    assert scene.run(lambda work: work.incidents.earliest_due()) is None


def test_none_of_it_is_said_to_be_late(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+5 d")
    assert not [said.key for said in scene.posted("update/") if "补报" in text(said.card)]
    assert not [said.key for said in scene.posted("checkpoint/") if "补报" in text(said.card)]


def test_the_spokesperson_is_reminded_before_each_statement_and_owners_before_each_checkpoint(
    scene: Scene,
) -> None:
    a_red_crisis(scene)
    scene.at("+23 h")
    before = len(scene.posted("before/"))
    scene.at("+24 h")
    reminded = {said.place: text(said.card) for said in scene.posted("before/")[before:]}
    assert {"emma", "wang", "zheng", "liu", "chen"} == set(reminded)
    assert "24-hour checkpoint" in reminded["emma"]
    assert "A statement is due by then" in reminded["emma"]
    assert all("24小时节点" in words for place, words in reminded.items() if place != "emma")


def test_who_has_nothing_open_is_left_in_peace(scene: Scene) -> None:
    a_red_crisis(scene)
    for name, task in scene.incident().tasks.items():
        if task.owner == "chen":
            scene.presses("U01", "done", f"1/{name}")
    scene.at("+26 h")
    assert [said.key for said in scene.posted("before/") if said.place == "chen" and "24h" in said.key] == []


def test_a_checkpoint_that_was_met_says_so(scene: Scene) -> None:
    a_red_crisis(scene)
    for name, task in scene.incident().tasks.items():
        if task.open:
            scene.presses("U04", "done", f"1/{name}")
    scene.at("+24 h")
    heads = {said.key: text(said.card)[0] for said in scene.posted("checkpoint/")}
    assert heads == {f"1/checkpoint/{name}": "✅" for name in CHECKPOINTS}


def test_an_earlier_time_zero_moves_what_is_still_to_come(scene: Scene) -> None:
    a_red_crisis(scene)
    scene.at("+10 min")
    form = scene.presses("U04", "details").form
    assert form is not None
    scene.sends("U04", form, time_zero=at("-3 h"))
    scene.tick()
    assert told(scene) == ["checkpoint/5min", "checkpoint/60min"]
    scene.at("+1 h")
    assert told(scene)[-1] == "checkpoint/4h"
