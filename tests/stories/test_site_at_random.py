"""Whatever people do and however the site answers, a site that keeps the key ends with exactly what it should show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from aiohttp.test_utils import TestServer

from bot.crisis import approval, drafting, facts, publishing
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.hook import Hook
from bot.store import make_engine
from tests.databases import empty_sqlite
from tests.makers import a_playbook, a_roster
from tests.scene import Scene
from tests.site import SECRET, TEXT, Site, write

TROUBLES = [(503, ""), (429, ""), (422, ""), "lost"]


def edit(incident: Incident, scene: Scene) -> None:
    write(incident, f"{TEXT} {len(incident.history)}", scene.now, [1])


def sign(incident: Incident, scene: Scene) -> None:
    approval.ask(incident, 1, (), a_playbook(), a_roster(), "wu", scene.now)
    approval.sign(
        incident, 1, incident.statements[1].latest.seal, a_playbook(), a_roster(), "wang", scene.now
    )


def press(incident: Incident, scene: Scene) -> None:
    publishing.hand_to_site(incident, 1, "wu", scene.now)


def doubt(incident: Incident, scene: Scene) -> None:
    facts.check(incident, 1, "refuted", "医院", "zheng", scene.now)


def confirm(incident: Incident, scene: Scene) -> None:
    facts.check(incident, 1, "confirmed", "医院更正", "zheng", scene.now)


def withdraw(incident: Incident, scene: Scene) -> None:
    drafting.withdraw(incident, 1, "车牌写错", "wang", scene.now)


def press_again_to_take_down(incident: Incident, scene: Scene) -> None:
    publishing.take_from_site(incident, 1, "wang", scene.now)


def does(scene: Scene, deed: Callable[[Incident, Scene], None]) -> None:
    """Somebody tries it; what follows is sent."""

    def unit(work) -> None:
        with suppress(Refused):
            deed(work.incidents.get(1), scene)

    scene.run(unit)
    scene.deliver()


def shown(site: Site, answered: list[tuple[int, str] | str]) -> str | None:
    """What stands on a site that does each delivery once, and nothing that it answers with a fault or a refusal."""
    done, page = set(), None
    for heard, answer in zip(site.heard, answered, strict=True):
        if answer not in ((200, ""), "lost") or heard.says["delivery"] in done:
            continue
        done.add(heard.says["delivery"])
        page = heard.says.get("text")
    return page


@pytest.mark.parametrize("seed", range(12))
def test_the_site_shows_in_the_end_what_is_signed_or_nothing(seed: int, migrated_file: Path, tmp_path: Path):
    random, site = Random(seed), Site()
    answers = [random.choice([(200, ""), *TROUBLES]) for _ in range(200)]
    site.answers = list(answers)
    engine = make_engine(empty_sqlite(migrated_file, tmp_path))
    with Scene(engine) as scene:
        server = TestServer(site.app())
        scene.awaits(server.start_server())
        scene.hook = scene.awaits(_hook(scene, str(server.make_url("/"))))
        scene.restart()
        _begin(scene)
        for _ in range(25):
            usual = [edit, sign, sign, press, press, press, doubt, confirm]
            does(scene, random.choice([*usual, withdraw] if random.random() < 0.1 else usual))
            if random.random() < 0.2:
                scene.restart()
            scene.wait(timedelta(seconds=random.choice([0, 0, 1, 10, 600])))
        troubled = len(site.heard)
        site.answers = []
        scene.wait(timedelta(minutes=30))
        for deed in (confirm, sign, press, press_again_to_take_down):
            does(scene, deed)
        statement = scene.incident().statements[1]
        page = shown(site, [*answers[:troubled], *[(200, "")] * (len(site.heard) - troubled)])
        assert page == (None if statement.withdrawn else statement.latest.text)
        told = list(dict.fromkeys(heard.says["version"] for heard in site.heard))
        assert told == sorted(told), "a version never overtakes another"
        scene.awaits(scene.hook.close())
        scene.awaits(server.close())
    engine.dispose()


async def _hook(scene: Scene, url: str) -> Hook:
    return Hook(url, SECRET, clock=lambda: scene.now.timestamp())


def _begin(scene: Scene) -> None:
    """A yellow crisis with a draft that rests on a fact."""
    scene.opens()
    scene.answers("U15", views="2000", severity="S1", control="C1")
    does(scene, lambda one, _: facts.note(one, "未发现人员受伤", "客服", "xu", scene.now) and None)
    for deed in (confirm, edit, sign):
        does(scene, deed)
