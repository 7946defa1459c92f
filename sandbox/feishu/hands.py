"""What a Feishu client lets a person do with a card: find a button, choose, fill in a form."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.errors import PersonCannot
from sandbox.feishu.cards import nodes
from sandbox.feishu.cards.elements import INTERACTIVE

ASKING = frozenset(INTERACTIVE) - {"button", "overflow"}
CHOICES = ("select_static", "select_person", "overflow", "select_img")
SEVERAL = ("multi_select_static", "multi_select_person")
PREFILLED = {
    "input": "default_value",
    "select_static": "initial_option",
    "select_person": "initial_option",
    "multi_select_static": "selected_values",
    "multi_select_person": "selected_values",
    "date_picker": "initial_date",
    "picker_time": "initial_time",
    "picker_datetime": "initial_datetime",
    "checker": "checked",
}
TIMES = {"date_picker": "%Y-%m-%d", "picker_time": "%H:%M", "picker_datetime": "%Y-%m-%d %H:%M"}
INPUT_MOST = 1000


def button_of(card: dict[str, Any], what: Any) -> dict[str, Any]:
    """The first element that may be pressed and is meant: by its name, its words, its value or a part of that."""
    for node in _to_press(card):
        if _is_meant(node, what):
            return _pressable(node)
    if any(_is_meant(node, what) for form in forms_of(card) for node in nodes(form) if _sends(node)):
        raise PersonCannot(f"{what!r} sends a form: submit it")
    raise PersonCannot(
        f"nothing to press is {what!r}; there are {[_told(node) for node in buttons_of(card)]}"
    )


def buttons_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a card, those that send forms included."""
    return [node for node in nodes(card) if node["tag"] == "button"]


def forms_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms of a card; they stand only at its root."""
    return [part for part in card["body"]["elements"] if part["tag"] == "form"]


def fields_of(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a form asks, by name."""
    return {node["name"]: node for node in nodes(form["elements"]) if node["tag"] in ASKING}


def submit_button(card: dict[str, Any], button: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A form and the button that sends it; the only one when none is named."""
    found = [
        (form, node)
        for form in forms_of(card)
        for node in nodes(form)
        if _sends(node) and (not button or _is_meant(node, button))
    ]
    if len(found) != 1:
        raise PersonCannot(f"{len(found)} buttons would send this form; which is meant by {button!r}?")
    return found[0][0], _pressable(found[0][1])


def form_value(form: dict[str, Any], values: dict[str, Any], members: list[str], tz: str) -> dict[str, Any]:
    """What a filled form sends, by name. Inputs left empty are "", other fields left empty are missing.

    members: who may be chosen where a picker of people offers nobody. tz: the person's zone, an offset stands in times.
    """
    fields = fields_of(form)
    if unknown := set(values) - set(fields):
        raise PersonCannot(f"the form does not ask {sorted(unknown)}; it asks {list(fields)}")
    sent = {}
    for name, field in fields.items():
        if field.get("disabled") and name in values:
            raise PersonCannot(f"{name} cannot be changed")
        value = _filled(field, values.get(name, prefilled(field)), members, tz)
        if field.get("required") and value in (None, "", []):
            raise PersonCannot(f"{name} is required")
        if value is not None or field["tag"] == "input":
            sent[name] = value if value is not None else ""
    return sent


def prefilled(field: dict[str, Any]) -> Any:
    """What a field holds before anybody touched it, None for nothing."""
    value = field.get(PREFILLED.get(field["tag"], ""))
    if value is None and field.get("initial_index"):
        return field["options"][field["initial_index"] - 1]["value"]
    return value


def chosen(node: dict[str, Any], option: Any, members: list[str], tz: str) -> dict[str, Any]:
    """What a press adds to the action for elements that choose something."""
    tag = node["tag"]
    if tag not in ASKING and tag != "overflow":
        return {}
    value = _filled(node, option, members, tz)
    if tag in SEVERAL:
        return {"options": value}
    if tag == "checker":
        return {"checked": value}
    return {"input_value": value} if tag == "input" else {"option": value}


def callback_value(node: dict[str, Any]) -> dict[str, Any] | None:
    """The value an element sends to the app, None when it sends nothing."""
    for behaviour in node.get("behaviors") or []:
        if behaviour["type"] == "callback":
            value: dict[str, Any] = behaviour["value"]
            return value
    return None


def _to_press(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What fires by itself: not the questions of a form, nor the buttons that send or clear it."""
    asked = [id(field) for form in forms_of(card) for field in fields_of(form).values()]
    for node in nodes(card):
        acts = node["tag"] in INTERACTIVE or node.get("behaviors")
        if acts and id(node) not in asked and not node.get("form_action_type"):
            yield node


def _sends(node: dict[str, Any]) -> bool:
    return node.get("form_action_type") == "submit"


def _is_meant(node: dict[str, Any], what: Any) -> bool:
    value = callback_value(node) or {}
    if isinstance(what, dict):
        return bool(what) and what.items() <= value.items()
    words = (node.get("text") or {}).get("content")
    return what in (node.get("name"), node.get("element_id"), words, *value.values())


def _told(node: dict[str, Any]) -> Any:
    return callback_value(node) or node.get("name") or node["text"]["content"]


def _pressable(node: dict[str, Any]) -> dict[str, Any]:
    if node.get("disabled"):
        raise PersonCannot(f"{_told(node)} is disabled")
    return node


def _filled(field: dict[str, Any], answer: Any, members: list[str], tz: str) -> Any:
    """One answer as a client sends it, None for none."""
    tag = field["tag"]
    if tag == "checker":
        return bool(answer)
    if answer in (None, "", []):
        return None
    if tag in CHOICES:
        return _offered(field, answer, members)
    if tag in SEVERAL:
        several = answer if isinstance(answer, list | tuple | set) else [answer]
        return [_offered(field, one, members) for one in several]
    return _moment(tag, answer, tz) if tag in TIMES else _typed(field, str(answer))


def _offered(field: dict[str, Any], answer: Any, members: list[str]) -> str:
    """The value of the option that this is, by its value or its words."""
    by_words = {
        (option.get("text") or {}).get("content"): option.get("value")
        for option in field.get("options") or []
    }
    values = list(by_words.values()) if by_words else members
    if field["tag"] in ("select_person", "multi_select_person"):
        values = [option["value"] for option in field.get("options") or []] or members
    if answer not in values and answer not in by_words:
        raise PersonCannot(f"{answer!r} is not offered; on offer: {values}")
    return str(answer if answer in values else by_words[answer])


def _typed(field: dict[str, Any], answer: str) -> str:
    most = field.get("max_length", INPUT_MOST)
    if len(answer) > most:
        raise PersonCannot(f"{field.get('name')} takes {most} characters")
    if "\n" in answer and field.get("input_type", "text") != "multiline_text":
        raise PersonCannot(f"{field.get('name')} has one line")
    return answer


def _moment(tag: str, answer: Any, tz: str) -> str:
    """A date or time as a client sends it: with the offset of the person's zone, e.g. "2024-04-29 07:07 +0800"."""
    zone = ZoneInfo(tz)
    if not isinstance(answer, datetime):
        try:
            answer = datetime.strptime(str(answer), TIMES[tag]).replace(tzinfo=zone)
        except ValueError:
            raise PersonCannot(f"{answer!r} is not like {TIMES[tag]}") from None
    return str(answer.astimezone(zone).strftime(f"{TIMES[tag]} %z"))
