"""Events and replies as JSON and back, so that what was recorded is what is read."""

import json
import re
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import At, Button, Card, Field, Form, Heading, Option, Part, Plain, Reply, Strong, When
from bot.crisis import events
from bot.store.codec import UnknownEvent, event_from_json, event_to_json, reply_from_json, reply_to_json
from tests.deeds import play, steps
from tests.makers import NINE, ROOT, at

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(SHANGHAI))  # noqa: DTZ001
VALUES = st.one_of(
    TEXTS,
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(TEXTS, max_size=3),
)
st.register_type_strategy(datetime, MOMENTS)


def through_json(event):
    kind, data = event_to_json(event)
    return event_from_json(kind, json.loads(json.dumps(data)))


def any_event(kind):
    """Any event of a kind; free values where the field holds answers or a reason's parameters."""
    free = st.dictionaries(TEXTS, VALUES, max_size=3)
    own = {
        events.Answered: {"answers": free},
        events.Graded: {"reasons": st.lists(st.tuples(TEXTS, free), max_size=3).map(tuple)},
    }
    return st.builds(kind, **own.get(kind, {}))


@pytest.mark.parametrize("kind", get_args(events.Event), ids=lambda kind: kind.__name__)
def test_every_kind_of_event_comes_back_as_it_was(kind):
    @settings(max_examples=40, deadline=None)
    @given(any_event(kind))
    def comes_back(event):
        assert through_json(event) == event

    comes_back()


@settings(max_examples=60, deadline=None)
@given(steps)
def test_the_whole_history_of_any_crisis_comes_back(all_steps):
    incident, _ = play(all_steps)
    told = [entry.event for entry in incident.history]
    assert [through_json(event) for event in told] == told


def test_an_event_is_stored_under_its_name_with_its_fields_as_json():
    event = events.RolePaged("ceo", "chen", 2, at("+3 min"), passed_by="lin")
    assert event_to_json(event) == (
        "RolePaged",
        {
            "role": "ceo",
            "person": "chen",
            "round": 2,
            "answer_by": "2026-03-02T01:03:00Z",
            "passed_by": "lin",
            "urges": {},
        },
    )


def test_an_event_written_before_a_field_was_added_reads_with_its_default():
    assert event_from_json("Reminded", {"name": "nudge"}) == events.Reminded("nudge", False, (), True)


def test_an_event_of_a_newer_version_is_refused_by_its_name():
    with pytest.raises(UnknownEvent, match="Teleported: run the version that wrote it, or a newer one"):
        event_from_json("Teleported", {"to": "Mars"})


def test_a_moment_comes_back_as_the_same_moment_whatever_zone_it_was_said_in():
    zero = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
    back = through_json(events.DetailsChanged("t", "w", "A", False, zero))
    assert back.time_zero == NINE
    assert back.time_zero.utcoffset() is not None


CARD = Card(
    headline=(Strong("红色"), Plain(" · "), At("wang"), When(at("+5 min"), "day", "3月2日 09:05")),
    parts=(
        Part(
            lines=((Plain("a"), Strong("b")), (Plain(""),)),
            quiet=True,
            beside=Button("take", "Take", "1/basics_known"),
        ),
        Part(buttons=(Button("close", "Close", "1", "danger", "Really?"),)),
    ),
    tone="red",
)
FORM = Form(
    "open",
    "Open",
    "Send",
    (
        Heading("Facts", "as far as known"),
        Field("what", "What", "long", value="brakes", optional=False, longest=80),
        Field("type", "Type", "one", (Option("A", "Safety", "injuries"),), value="A"),
        Field("evidence", "Evidence", "many", (Option("photo", "Photo"),), value=["photo"]),
        Field("time_zero", "When", "moment", value=at("-7 min")),
        Field("nothing", "Nothing", "text"),
    ),
    {"incident": "1", "seen": "12"},
)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(), id="nothing"),
        pytest.param(Reply(card=CARD, replace=True), id="a card: bold stays bold"),
        pytest.param(Reply(form=FORM), id="a form: a moment stays a moment"),
        pytest.param(Reply(done=CARD), id="a last page"),
        pytest.param(Reply(errors={"views": "就是数字"}), id="what to mend"),
    ],
)
def test_a_reply_is_given_again_word_for_word(reply):
    assert reply_from_json(json.loads(json.dumps(reply_to_json(reply)))) == reply


def test_only_what_replies_are_made_of_comes_back_from_the_database():
    """Who can write to the database must not make the bot build anything else."""
    with pytest.raises(KeyError):
        reply_from_json({"is": "Popen", "args": ["rm"]})


@pytest.mark.parametrize("package", ["bot", "handlers", "timelines", "statements", "migrations"])
def test_nothing_is_pickled(package: str):
    """Whoever may write to a database of pickles may run code, and a renamed class loses its rows."""
    told = re.compile(
        r"^\s*(import|from) (pickle|dill|shelve|marshal|jsonpickle)\b|\bPickleType\b", re.MULTILINE
    )
    found = [
        path.name for path in (ROOT / package).rglob("*.py") if told.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
