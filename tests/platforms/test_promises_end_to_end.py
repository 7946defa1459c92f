"""A promise judged, moved and kept on each platform, over the real wire: dates and people come back as shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from bot.chat import Platform
from bot.crisis import drafting, publishing
from bot.crisis.drafting import Wording
from bot.crisis.public_events import Approved
from bot.store import Work
from statements.promised import key
from tests.local_scene import LocalScene
from tests.makers import a_playbook
from tests.scene import text

SENTENCE = "我们将于3月3日上午10点半前公布调查结果。"
DUE = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)


@pytest.fixture(params=get_args(Platform))
def local(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalScene]:
    """The whole bot at each strict local platform."""
    with LocalScene(tmp_path, request.param) as made:
        yield made


def drafted(work: Work) -> None:
    incident = work.incidents.get(1)
    assert incident is not None
    drafting.draft(incident, "first_statement", "zh", Wording("说明", SENTENCE), "wu", work.now)


def published(work: Work) -> None:
    incident = work.incidents.get(1)
    assert incident is not None
    seal = incident.statements[1].latest.seal
    incident.record(Approved(1, 1, seal, emergency=True), "chen", work.now)
    publishing.publish(incident, 1, "site", a_playbook(), "wu", work.now)


def test_a_promise_is_judged_moved_and_kept(local: LocalScene) -> None:
    local.opens("U15", type="A")
    local.answers("U15", views="500", severity="S4", control="C2")
    local.run(drafted)
    local.at("+1 min")
    local.fills_in("U09", "promise", f"1/1/{key(SENTENCE)}")
    promise = local.incident().promises[1]
    assert (promise.text, promise.due_at, promise.owner) == (SENTENCE, DUE, "emma")

    local.run(published)
    local.at("+2 min")
    local.fills_in("U10", "promise_move", "1/1", owner="wu", reason="由总部公关跟进")
    promise = local.incident().promises[1]
    assert (promise.due_at, promise.owner) == (DUE, "wu")
    assert "由总部公关跟进" in text(local.posted("promise/1/moved")[0].card)

    local.at("+3 min")
    local.fills_in("U09", "promise_kept", "1/1", reason="已在发布会上公布")
    promise = local.incident().promises[1]
    assert (promise.kept_because, promise.open) == ("已在发布会上公布", False)
