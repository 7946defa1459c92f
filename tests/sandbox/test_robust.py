"""Nonsense is refused in Slack's words; it never breaks the local Slack itself."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sandbox.blockkit import check_message, with_ids
from sandbox.blockkit.blocks import EVERY
from sandbox.blockkit.elements import ELEMENTS
from sandbox.errors import SlackError
from sandbox.inputs import first_state
from sandbox.installation import Installation
from sandbox.methods import METHODS, call
from sandbox.world import make_world

EXAMPLES = 12
WORDS = some.sampled_from(
    ["", "x", "C001", "U04", "U0BOT", "D003", "1.0", "0", "-1", "true", "modal", "[]", "{}", "危"]
)
KINDS = some.sampled_from(
    ["section", "actions", "input", "context", "table", "rich_text", "button", "static_select"]
)
LEAVES = WORDS | KINDS | some.none() | some.booleans() | some.integers(-5, 5)
KEYS = some.sampled_from(
    [
        "type",
        "text",
        "elements",
        "element",
        "accessory",
        "options",
        "blocks",
        "title",
        "fields",
        "rows",
        "block_id",
    ]
)
JSON = some.recursive(
    LEAVES, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(KEYS, inner), max_leaves=8
)
NAMES = [
    "channel",
    "channel_id",
    "user",
    "users",
    "user_id",
    "ts",
    "timestamp",
    "message_ts",
    "thread_ts",
    "text",
]
NAMES += [
    "blocks",
    "attachments",
    "metadata",
    "view",
    "view_id",
    "trigger_id",
    "external_id",
    "name",
    "topic",
]
NAMES += [
    "purpose",
    "limit",
    "cursor",
    "types",
    "post_at",
    "oldest",
    "latest",
    "title",
    "type",
    "link",
    "email",
]
ARGS = some.dictionaries(some.sampled_from(NAMES), JSON, max_size=6)


@pytest.mark.parametrize("method", sorted(METHODS))
@settings(max_examples=EXAMPLES, deadline=None)
@given(args=ARGS)
def test_no_arguments_break_a_method(method, args):
    world = make_world(lambda: datetime(2026, 12, 1, 6, 0, tzinfo=UTC))
    world.im_of("U04")
    world.channels["C001"].members.add(world.bot_id)
    spoken = world.post("C001", world.bot_id, "hello")
    args = {key: spoken.ts if value == "1.0" else value for key, value in args.items()}
    args = {
        key: world.tickets.trigger("U04") if key == "trigger_id" else value for key, value in args.items()
    }
    try:
        assert call(Installation(world, "t"), method, args)["ok"]
    except SlackError as refused:
        assert refused.body()["error"]


BLOCK = some.fixed_dictionaries(
    {"type": some.sampled_from(sorted(EVERY))},
    optional={
        "text": JSON | some.fixed_dictionaries({"type": some.just("mrkdwn"), "text": WORDS}),
        "elements": JSON
        | some.lists(some.fixed_dictionaries({"type": some.sampled_from(sorted(ELEMENTS))}), max_size=3),
        "element": JSON | some.fixed_dictionaries({"type": some.sampled_from(sorted(ELEMENTS))}),
        "accessory": JSON | some.fixed_dictionaries({"type": some.sampled_from(sorted(ELEMENTS))}),
        "label": JSON | some.fixed_dictionaries({"type": some.just("plain_text"), "text": WORDS}),
        "block_id": LEAVES,
    },
)


@settings(max_examples=EXAMPLES * 5, deadline=None)
@given(blocks=some.lists(BLOCK | JSON, max_size=3))
def test_whatever_passes_as_blocks_can_be_shown_and_filled(blocks):
    try:
        check_message(blocks, [{"blocks": blocks}])
    except SlackError:
        return
    numbers = map(str, itertools.count())
    named = with_ids(blocks, lambda kind: kind + next(numbers))
    assert all(block["block_id"] for block in named)
    assert set(first_state(named)) <= {block["block_id"] for block in named}
