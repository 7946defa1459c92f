"""What was read lately is not read anew, and never speaks of what was not committed."""

import pytest

from bot.crisis.ending import close
from bot.crisis.incident import Incident
from bot.store.recent import KEPT, Recent
from tests.makers import an_incident, at


def test_an_incident_is_at_hand_as_long_as_nothing_has_happened_to_it():
    recent, kept = Recent(), an_incident()
    recent.keep(kept)
    entries = len(kept.history)
    assert recent.get(kept.id, entries) is kept
    assert recent.get(kept.id, entries + 1) is None
    assert recent.get(kept.id + 1, entries) is None


def test_only_the_last_are_kept():
    recent, history = Recent(), an_incident().history
    for number in range(KEPT + 1):
        recent.keep(Incident.from_history(number, history))
        recent.get(0, len(history))
    assert recent.get(0, len(history)) is not None
    assert recent.get(1, len(history)) is None


class Undone(Exception):
    """The transaction ends here."""


def test_what_was_undone_is_seen_by_nobody(scene):
    scene.opens()
    before = len(scene.incident().history)

    def unit(work):
        close(work.incidents.get(1), "over", "wang", at("+1 min"))
        raise Undone

    with pytest.raises(Undone):
        scene.run(unit)
    assert scene.incident().open
    assert len(scene.incident().history) == before


def test_whoever_looks_sees_what_another_process_has_committed(scene):
    scene.opens()
    looked_at = scene.incident()
    scene.restart()
    scene.run(lambda work: close(work.incidents.get(1), "over", "wang", at("+1 min")))
    assert looked_at.open
    assert not scene.incident().open
