"""When a checkpoint is due, and what must be true by then."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.playbooks import load
from timelines.checkpoints import due_at, tasks_for

PLAYBOOK = load("service_network")
ZERO = datetime(2026, 11, 21, 14, 5, tzinfo=timezone(timedelta(hours=8)))


def test_a_checkpoint_is_due_in_utc():
    due = due_at(PLAYBOOK.checkpoint("4h"), ZERO)
    assert due == datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("grade", "own"),
    [
        (None, []),
        ("green", ["first_contact_tried"]),
        ("yellow", ["records_secured"]),
        ("orange", ["customer_reached", "statement_drafted"]),
        ("red", ["media_relations_started", "regulator_answers_ready", "outside_experts_standing_by"]),
    ],
)
def test_the_tasks_of_the_grade_come_after_the_checkpoints_own(grade, own):
    checkpoint = PLAYBOOK.checkpoint("60min")
    names = [task.name for task in tasks_for(checkpoint, PLAYBOOK, grade)]
    assert names == [*(task.name for task in checkpoint.tasks), *own]


def test_a_grade_the_playbook_does_not_have_is_a_mistake():
    with pytest.raises(KeyError):
        tasks_for(PLAYBOOK.checkpoint("4h"), PLAYBOOK, "purple")
