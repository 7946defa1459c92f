"""Nonsense is refused in Feishu's words; it never breaks the local Feishu itself."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sandbox.feishu import make_world
from sandbox.feishu.answers import Useless, read
from sandbox.feishu.api import METHODS, call
from sandbox.feishu.cards import check
from sandbox.feishu.cards.elements import ELEMENTS
from sandbox.feishu.codes import BadCard, FeishuError
from sandbox.feishu.installation import Asked, Installation
from sandbox.feishu.wire import Answer
from tests.sandbox.feishu.conftest import SECRET, button, card, form, plain

EXAMPLES = 30
WORDS = some.sampled_from(
    [
        "",
        "x",
        "oc_001",
        "om_005",
        "om_006",
        "ou_u04",
        "ou_bot",
        "cli_sandbox",
        "0",
        "-1",
        "1",
        "true",
        "危",
        "[]",
    ]
)
WORDS |= some.sampled_from(
    ["open_id", "chat_id", "chat", "text", "interactive", '{"text":"x"}', "all", "url"]
)
LEAVES = WORDS | some.sampled_from(sorted(ELEMENTS)) | some.none() | some.booleans() | some.integers(-5, 5)
KEYS = some.sampled_from(
    [
        "tag",
        "text",
        "content",
        "elements",
        "columns",
        "options",
        "value",
        "name",
        "behaviors",
        "type",
        "header",
    ]
)
KEYS |= some.sampled_from(
    ["action_type", "message_id", "tab_type", "tab_content", "tab_name", "url", "schema"]
)
JSON = some.recursive(
    LEAVES, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(KEYS, inner), max_leaves=8
)
NAMES = some.sampled_from(
    [
        "receive_id",
        "msg_type",
        "content",
        "uuid",
        "user_id_list",
        "id_list",
        "name",
        "description",
        "owner_id",
    ]
)
NAMES |= some.sampled_from(
    [
        "chat_top_notice",
        "chat_tabs",
        "tab_ids",
        "message_id",
        "token",
        "card",
        "emails",
        "app_id",
        "app_secret",
    ]
)
QUERIES = some.sampled_from(
    ["receive_id_type", "user_id_type", "member_id_type", "succeed_type", "container_id_type", "container_id"]
)
QUERIES |= some.sampled_from(["page_size", "page_token", "start_time", "sort_type", "chat_id", "uuid"])


def an_app() -> Installation:
    """An app in a group and with somebody in private, a message of its own in each."""
    world = make_world(lambda: datetime(2026, 11, 21, tzinfo=UTC))
    for chat in (world.chats["oc_001"], world.p2p_of("ou_u04")):
        chat.has_bot = True
        world.post(chat.id, world.app_id, "interactive", "{}", card=card())
    return Installation(world, SECRET)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    query=some.dictionaries(QUERIES, WORDS),
    body=some.dictionaries(NAMES, JSON),
    path=some.fixed_dictionaries({"chat_id": WORDS, "message_id": WORDS, "user_id": WORDS}),
)
def test_every_call_is_answered_or_refused(method, query, body, path):
    app, asked = an_app(), Asked(path, query, body)
    try:
        method.alone(asked)
        assert call(app, method, asked)["code"] == 0
    except FeishuError as refused:
        assert refused.body("log")["msg"]


@settings(max_examples=300, deadline=None)
@given(JSON, some.lists(JSON, max_size=3))
def test_every_card_is_shown_or_refused(whole, elements):
    for shown in (whole, card(*elements), card(form(*elements))):
        try:
            check(shown, lambda _: True)
        except BadCard as refused:
            assert refused.sub


GOOD = card(
    button(),
    {"tag": "column_set", "columns": [{"tag": "column", "elements": [button("二")]}]},
    form(
        {"tag": "input", "name": "what", "placeholder": plain()},
        {"tag": "select_static", "name": "grade", "options": [{"text": plain(), "value": "red"}]},
        {"tag": "multi_select_person", "name": "who", "options": [{"value": "ou_u04"}]},
    ),
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every place of a card where something else could stand."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    return [(node, key) for key in keys] + [found for key in keys for found in places(node[key])]


@settings(max_examples=300, deadline=None)
@given(some.integers(0, len(places(GOOD)) - 1), JSON)
def test_a_good_card_with_one_thing_wrong_is_shown_or_refused(number, wrong):
    spoilt = copy.deepcopy(GOOD)
    node, key = places(spoilt)[number]
    node[key] = wrong
    try:
        check(spoilt, lambda _: True)
    except BadCard as refused:
        assert refused.sub


@settings(max_examples=100, deadline=None)
@given(
    some.text(max_size=20)
    | some.fixed_dictionaries({}, optional={"toast": JSON, "card": JSON}).map(json.dumps)
)
def test_every_answer_of_a_bot_is_read_or_no_use(text):
    app = an_app()
    try:
        read(app, app.world.chats["oc_001"], "zh", Answer(200, text))
    except Useless as useless:
        assert useless.code in (200672, 200673, 200830)
