"""What a person can fill in: the value objects of Slack's `state.values`, empty, prefilled or typed."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.blockkit import elements_of
from sandbox.errors import PersonCannot

# element type -> (field of the value object, field of the element that prefills it)
FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}
REQUIRED = "Please complete this required field."
FORMS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
    "number_input": (r"-?\d+(\.\d+)?", "Please enter a valid number."),
}
State = dict[str, dict[str, Any]]


def inputs_of(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (block, element) that holds a value; buttons and overflow menus do not."""
    for block in blocks:
        yield from ((block, element) for element in elements_of(block) if element["type"] in FIELDS)


def first_state(blocks: list[dict[str, Any]]) -> State:
    """state.values of a form nobody has touched."""
    state: State = {}
    for block, element in inputs_of(blocks):
        state.setdefault(block["block_id"], {})[element["action_id"]] = _prefilled(element)
    return state


def kept_state(blocks: list[dict[str, Any]], typed: State) -> State:
    """state.values after a form was changed: what was typed stays where ids and type are the same."""
    state = first_state(blocks)
    for block_id, actions in state.items():
        for action_id, fresh in actions.items():
            old = typed.get(block_id, {}).get(action_id)
            if old and old["type"] == fresh["type"]:
                actions[action_id] = old
    return state


def chosen(element: dict[str, Any], answer: Any) -> dict[str, Any]:
    """The value object after a person gave this answer; refuses an option that is not on offer."""
    name, _ = FIELDS[element["type"]]
    if name == "selected_option":
        value: Any = None if answer in (None, "") else option_of(element, answer)
    elif name == "selected_options":
        value = [option_of(element, one) for one in listed(answer)]
    elif name in ("selected_users", "selected_conversations", "selected_channels", "files"):
        value = listed(answer)
    elif name == "selected_date_time":
        value = None if answer in (None, "") else int(answer)
    elif name == "rich_text_value":
        value = _rich(answer)
    else:
        value = None if answer in (None, "") else str(answer)
    return {"type": element["type"], name: value}


def option_of(element: dict[str, Any], answer: Any) -> dict[str, Any]:
    """The offered option with this value or this text."""
    if element["type"].endswith("external_select"):
        return answer if isinstance(answer, dict) else {"text": _plain(str(answer)), "value": str(answer)}
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
    wanted = answer["value"] if isinstance(answer, dict) else str(answer)
    by_text: dict[str, dict[str, Any]] = {option["text"]["text"]: option for option in options}
    by_value = {str(option["value"]): option for option in options}
    if wanted not in by_value and wanted not in by_text:
        raise PersonCannot(f"{answer!r} is not offered; on offer: {list(by_value)}")
    return by_value.get(wanted) or by_text[wanted]


def complaints(blocks: list[dict[str, Any]], state: State) -> dict[str, str]:
    """What the Slack client itself refuses before it sends a form, by block id."""
    found = {}
    for block, element in inputs_of(blocks):
        value = state[block["block_id"]][element["action_id"]]
        words = _complaint(block, element, value[FIELDS[element["type"]][0]])
        if words and block["type"] == "input":
            found[block["block_id"]] = words
    return found


def listed(answer: Any) -> list[Any]:
    """Several answers at once, or one alone."""
    if answer in (None, ""):
        return []
    return list(answer) if isinstance(answer, list | tuple | set) else [answer]


def _complaint(block: dict[str, Any], element: dict[str, Any], value: Any) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    pattern, words = FORMS.get(element["type"], ("", ""))
    if pattern and not re.fullmatch(pattern, value):
        return words
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if element["type"] == "plain_text_input" and not least <= len(value) <= most:
        return f"Please enter between {least} and {most} characters."
    return _outside(element, value) if element["type"] == "number_input" else None


def _outside(element: dict[str, Any], value: str) -> str | None:
    least, most = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    if not element.get("is_decimal_allowed") and "." in value:
        return "Please enter a whole number."
    return None if least <= float(value) <= most else "Please enter a number within the allowed range."


def _prefilled(element: dict[str, Any]) -> dict[str, Any]:
    name, initial = FIELDS[element["type"]]
    plural = name.endswith("s")
    return {"type": element["type"], name: element.get(initial, [] if plural else None)}


def _rich(answer: Any) -> Any:
    if not isinstance(answer, str):
        return answer
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": answer}]}
    return {"type": "rich_text", "elements": [section]} if answer else None


def _plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words, "emoji": True}
