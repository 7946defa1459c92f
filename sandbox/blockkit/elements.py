"""The interactive pieces of Block Kit: their limits, and which block may hold which."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.blockkit.checks import (
    Check,
    any_of,
    anything,
    array,
    boolean,
    one_of,
    plain,
    problem,
    shape,
    string,
    whole,
    words,
)

ID = string(255)
CONFIRM = shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": words(75), "value": string(150)}, {"description": words(75), "url": string(3000)})
OPTION_GROUP = shape({"label": plain(75), "options": array(OPTION, most=100)}, {})
DISPATCH = shape(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), most=2)},
    {},
)
COMMON = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
TYPED = {
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}


def matching(pattern: str, what: str) -> Check:
    """A string of one form, such as a date."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not re.fullmatch(pattern, str(value)):
            yield problem(f"must be {what}", path)

    return check


def initial_is_offered(value: dict[str, Any], path: str) -> Iterator[str]:
    """What is chosen beforehand must be among the options."""
    groups = value.get("option_groups") or []
    offered = [
        *(value.get("options") or []),
        *(option for group in groups for option in group.get("options") or []),
    ]
    chosen = [*(value.get("initial_options") or []), *filter(None, [value.get("initial_option")])]
    for option in chosen:
        if option not in offered:
            yield problem("initial option does not match any of the options", path)


def _options(most: int) -> dict[str, Check]:
    return {"options": array(OPTION, most=most)}


def _select(initial: dict[str, Check], *extra: Check) -> Check:
    return shape({}, COMMON | {"placeholder": plain(150)} | initial, *extra)


def _multi(initial: dict[str, Check], *extra: Check) -> Check:
    return _select(initial | {"max_selected_items": whole(1, 100)}, *extra)


LISTED = _options(100) | {"option_groups": array(OPTION_GROUP, most=100)}
STRINGS = array(ID, least=0, most=100)
FILTER = {"filter": anything, "default_to_current_conversation": boolean}
ANSWERABLE = {"response_url_enabled": boolean}
NUMBER = {"min_value": string(50), "max_value": string(50), "initial_value": string(50)}
OFFERED = (any_of("options", "option_groups"), initial_is_offered)

ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"text": plain(75)},
        {
            "action_id": ID,
            "value": string(2000, 0),
            "url": string(3000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": shape({"options": array(OPTION, most=5)}, {"action_id": ID, "confirm": CONFIRM}),
    "checkboxes": shape(
        _options(10), COMMON | {"initial_options": array(OPTION, most=10)}, initial_is_offered
    ),
    "radio_buttons": shape(_options(10), COMMON | {"initial_option": OPTION}, initial_is_offered),
    "static_select": _select(LISTED | {"initial_option": OPTION}, *OFFERED),
    "external_select": _select({"initial_option": OPTION, "min_query_length": whole(0, 100)}),
    "users_select": _select({"initial_user": ID}),
    "conversations_select": _select({"initial_conversation": ID} | FILTER | ANSWERABLE),
    "channels_select": _select({"initial_channel": ID} | ANSWERABLE),
    "multi_static_select": _multi(LISTED | {"initial_options": array(OPTION, most=100)}, *OFFERED),
    "multi_external_select": _multi(
        {"initial_options": array(OPTION, most=100), "min_query_length": whole(0, 100)}
    ),
    "multi_users_select": _multi({"initial_users": STRINGS}),
    "multi_conversations_select": _multi({"initial_conversations": STRINGS} | FILTER),
    "multi_channels_select": _multi({"initial_channels": STRINGS}),
    "datepicker": _select({"initial_date": matching(r"\d{4}-\d\d-\d\d", "a date as YYYY-MM-DD")}),
    "timepicker": _select(
        {"initial_time": matching(r"[0-2]\d:[0-5]\d", "a time as HH:mm"), "timezone": string(60)}
    ),
    "datetimepicker": shape({}, COMMON | {"initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": shape(
        {},
        TYPED
        | {
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "number_input": shape({"is_decimal_allowed": boolean}, TYPED | NUMBER),
    "email_text_input": shape({}, TYPED | {"initial_value": string(3000)}),
    "url_text_input": shape({}, TYPED | {"initial_value": string(3000)}),
    "rich_text_input": shape({}, TYPED | {"initial_value": anything}),
    "file_input": shape({}, {"action_id": ID, "filetypes": STRINGS, "max_files": whole(1, 10)}),
    "image": shape(
        {"alt_text": string(2000)},
        {"image_url": string(3000), "slack_file": anything},
        any_of("image_url", "slack_file"),
    ),
}

PICKERS = frozenset(kind for kind in ELEMENTS if kind.endswith("_select")) | {"datepicker", "timepicker"}
CHOICES = PICKERS | {"checkboxes", "radio_buttons"}
TYPED_ONLY = frozenset(
    {"plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input"}
)
IN_ACTIONS = CHOICES | {"button", "overflow", "datetimepicker", "rich_text_input"}
IN_INPUT = CHOICES | TYPED_ONLY | {"datetimepicker", "rich_text_input"}
AS_ACCESSORY = CHOICES | {"button", "overflow", "image"}
