"""What the history alone tells of the outbox: nothing that was not asked for, and all that was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings

from bot.crisis.incident import Incident
from bot.expected import expected
from bot.reactions import react
from tests.deeds import Step, steps, take
from tests.makers import NINE, a_playbook, an_incident, at


def lived(all_steps: Iterable[Step]) -> tuple[Incident, set[str]]:
    """A crisis to which all this has happened, each step in a transaction, and the keys that these asked for."""
    incident, now, asked = an_incident(), NINE, set()
    for step in [None, *all_steps]:
        if step is not None:
            now = take(incident, step, now)
        asked |= {send.key for send in react(incident, a_playbook()) if send.deed != "update"}
        incident.stored = len(incident.history)
    return incident, asked


def keys(incident: Incident) -> set[str]:
    return {one.send.key for one in expected(incident, a_playbook(), NINE)}


@settings(max_examples=200, deadline=None)
@given(steps)
def test_each_send_that_was_asked_for_is_told_by_the_history_and_no_other(all_steps: list[Step]) -> None:
    incident, asked = lived(all_steps)

    assert keys(incident) == asked


@settings(max_examples=200, deadline=None)
@given(steps)
def test_several_transactions_of_one_moment_are_never_taken_for_one(all_steps: list[Step]) -> None:
    incident, asked = lived(
        replace(step, minutes=0) if number % 3 else step for number, step in enumerate(all_steps)
    )

    assert keys(incident) <= asked


def test_what_was_asked_for_too_long_ago_is_left_alone() -> None:
    incident, _ = lived([Step("answer", "xu", 30, 3), Step("answer", "xu", 30, 5)])

    later = {one.send.key for one in expected(incident, a_playbook(), at("+31 min"))}

    assert later < keys(incident)
    assert all(one.at >= at("+31 min") for one in expected(incident, a_playbook(), at("+31 min")))
