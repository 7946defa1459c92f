"""The blocks of Block Kit: what each may hold, and which stand only in messages or only in views."""

from collections.abc import Iterator
from typing import Any

from sandbox.blockkit.checks import (
    Check,
    any_of,
    anything,
    array,
    boolean,
    by_type,
    distinct,
    one_of,
    plain,
    problem,
    shape,
    string,
    whole,
    words,
)
from sandbox.blockkit.elements import AS_ACCESSORY, ELEMENTS, ID, IN_ACTIONS, IN_INPUT

BLOCK_ID = {"block_id": ID}
PIECES: dict[str, Check] = {
    "text": shape({"text": string(100_000)}, {"style": anything}),
    "link": shape({"url": string(3000)}, {"text": string(100_000, 0), "style": anything, "unsafe": boolean}),
    "user": shape({"user_id": ID}, {"style": anything}),
    "usergroup": shape({"usergroup_id": ID}, {"style": anything}),
    "channel": shape({"channel_id": ID}, {"style": anything}),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, {}),
    "emoji": shape({"name": ID}, {"unicode": ID, "skin_tone": anything, "style": anything}),
    "date": shape(
        {"timestamp": whole(0, 99_999_999_999), "format": ID}, {"url": string(3000), "fallback": string(3000)}
    ),
    "color": shape({"value": ID}, {}),
}
PIECE = by_type(PIECES, frozenset(PIECES))
SECTION_OF_TEXT = shape(
    {"type": one_of("rich_text_section"), "elements": array(PIECE, least=0, most=10_000)}, {}
)
LOOK = {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)}
RICH: dict[str, Check] = {
    "rich_text_section": SECTION_OF_TEXT,
    "rich_text_list": shape(
        {"style": one_of("bullet", "ordered"), "elements": array(SECTION_OF_TEXT, most=1000)}, LOOK
    ),
    "rich_text_preformatted": shape(
        {"elements": array(PIECE, most=10_000)}, {"border": whole(0, 1), "language": string(50)}
    ),
    "rich_text_quote": shape({"elements": array(PIECE, most=10_000)}, {"border": whole(0, 1)}),
}
RICH_TEXT = shape({"elements": array(by_type(RICH, frozenset(RICH)), most=1000)}, BLOCK_ID)
CELLS: dict[str, Check] = {
    "raw_text": shape({"text": string(10_000)}, {}),
    "raw_number": shape({"value": anything}, {"text": string(100)}),
    "rich_text": RICH_TEXT,
}
SOFT_WORDS = {
    "plain_text": plain(3000),
    "mrkdwn": words(3000),
    "image": ELEMENTS["image"],
}


def distinct_action_ids(value: dict[str, Any], path: str) -> Iterator[str]:
    """Two elements of one block must be told apart."""
    if isinstance(value.get("elements"), list):
        yield from distinct(value["elements"], "action_id", f"{path}/elements")


def read_only(_value: dict[str, Any], path: str) -> Iterator[str]:
    """Blocks that Slack makes itself and takes from nobody."""
    yield problem("this block cannot be sent by an app", path)


BLOCKS: dict[str, Check] = {
    "section": shape(
        {},
        BLOCK_ID
        | {
            "text": words(3000),
            "fields": array(words(2000), most=10),
            "accessory": by_type(ELEMENTS, AS_ACCESSORY),
            "expand": boolean,
        },
        any_of("text", "fields"),
    ),
    "header": shape({"text": plain(150)}, BLOCK_ID | {"level": whole(1, 4)}),
    "divider": shape({}, BLOCK_ID),
    "context": shape({"elements": array(by_type(SOFT_WORDS, frozenset(SOFT_WORDS)), most=10)}, BLOCK_ID),
    "actions": shape(
        {"elements": array(by_type(ELEMENTS, IN_ACTIONS), most=25)}, BLOCK_ID, distinct_action_ids
    ),
    "input": shape(
        {"label": plain(2000), "element": by_type(ELEMENTS, IN_INPUT)},
        BLOCK_ID | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": shape(
        {"alt_text": string(2000)},
        BLOCK_ID | {"image_url": string(3000), "slack_file": anything, "title": plain(2000)},
        any_of("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": shape({"text": string(12_000)}, BLOCK_ID),
    "video": shape(
        {
            "alt_text": string(2000),
            "title": plain(199),
            "thumbnail_url": string(3000),
            "video_url": string(3000),
        },
        BLOCK_ID
        | {"title_url": string(3000), "description": plain(199), "author_name": string(49)}
        | {"provider_name": string(200), "provider_icon_url": string(3000)},
    ),
    "file": shape({}, BLOCK_ID | {"external_id": ID, "source": ID}, read_only),
    "table": shape(
        {"rows": array(array(by_type(CELLS, frozenset(CELLS)), most=20), most=100)},
        BLOCK_ID | {"column_settings": array(anything, most=20)},
    ),
}
# Younger than these rules: Slack takes them in messages, the sandbox only knows their names and sizes.
YOUNG: dict[str, Check] = {
    "alert": shape(
        {"text": words(3000)},
        BLOCK_ID | {"level": one_of("default", "info", "warning", "error", "success")},
    ),
    "context_actions": shape({"elements": array(anything, most=5)}, BLOCK_ID),
    "carousel": shape({"elements": array(anything, most=10)}, BLOCK_ID),
    **{name: lambda _value, _path: iter(()) for name in ("card", "container", "task_card", "plan")},
}
EVERY = BLOCKS | YOUNG
IN_MESSAGES = frozenset(EVERY)
IN_VIEWS = frozenset(BLOCKS) - {"markdown", "table", "file"}
