"""Rules about a card as a whole: how much it holds, what may stand inside what, and what must be told apart."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.feishu.cards.elements import CONTAINERS, INTERACTIVE

ELEMENTS_MOST = 200
DEPTH_MOST = 5
TABLES_MOST = 5
CHARTS_MOST = 5
TABLES_IN_MARKDOWN = 4
OWN_MAKING = ("value", "chart_spec", "rows", "i18n_content")
NOT_IN_A_FORM = ("form", "table", "chart")
ONLY_AT_ROOT = ("form", "table")
GONE = ("action", "note", "repeat")
PEOPLE = {"select_person": "options", "multi_select_person": "options", "person_list": "persons"}
SUB_UNSUPPORTED, SUB_PERSON, SUB_COUNT, SUB_NAME, SUB_SHAPE = 200861, 100290, 11310, 200530, 200621
Complaint = tuple[int, str, str]
"""Feishu's sub-code, its words, the path."""


@dataclass(frozen=True)
class Node:
    """A tagged object of a card, where it stands, and the containers around it, the outermost first."""

    value: dict[str, Any]
    path: str
    around: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """What it is."""
        return str(self.value["tag"])


def walk(value: Any, path: str = "", around: tuple[str, ...] = ()) -> Iterator[Node]:
    """Every tagged object, parents before children."""
    if isinstance(value, list):
        for position, part in enumerate(value):
            yield from walk(part, f"{path}[{position}]", around)
    elif isinstance(value, dict):
        tag = value.get("tag")
        if isinstance(tag, str):
            yield Node(value, path, around)
            around = (*around, tag) if tag in CONTAINERS else around
        for name, part in value.items():
            if name not in OWN_MAKING:
                yield from walk(part, f"{path}.{name}" if path else name, around)


def complaints(card: dict[str, Any], knows: Callable[[str], bool]) -> Iterator[Complaint]:
    """What is wrong with a card whose elements are right one by one. knows: whether an open_id is somebody's."""
    nodes = list(walk(card))
    if len(nodes) > ELEMENTS_MOST:
        yield SUB_COUNT, f"element exceeds the limit, {len(nodes)} of {ELEMENTS_MOST}", "body"
    yield from _too_many(nodes)
    for node in nodes:
        yield from _place(node)
        yield from _options(node)
        yield from _strangers(node, knows)
    yield from _twice(nodes, "element_id", SUB_SHAPE)
    yield from _twice(
        [node for node in nodes if node.tag in INTERACTIVE or node.tag == "form"], "name", SUB_NAME
    )
    for form in (node for node in nodes if node.tag == "form"):
        yield from _form(form)


def _too_many(nodes: list[Node]) -> Iterator[Complaint]:
    counts = Counter(node.tag for node in nodes)
    if counts["table"] > TABLES_MOST:
        yield SUB_COUNT, f"card table number over limit, {TABLES_MOST}", "body"
    # The documents only advise against more charts; phones stutter, so here it is refused.
    if counts["chart"] > CHARTS_MOST:
        yield SUB_COUNT, f"card chart number over limit, {CHARTS_MOST}", "body"


def _place(node: Node) -> Iterator[Complaint]:
    if len(node.around) > DEPTH_MOST:
        yield SUB_SHAPE, f"nested more than {DEPTH_MOST} deep", node.path
    if node.tag in ONLY_AT_ROOT and node.around:
        yield SUB_UNSUPPORTED, f"{node.tag} stands only at the root of the body", node.path
    elif node.tag in NOT_IN_A_FORM and "form" in node.around:
        yield SUB_UNSUPPORTED, f"no {node.tag} in a form", node.path
    for name in ("form_action_type", "required"):
        if node.value.get(name) and "form" not in node.around:
            yield SUB_UNSUPPORTED, f"{name} outside a form", node.path
    if node.tag == "markdown" and str(node.value.get("content")).count("\n|--") > TABLES_IN_MARKDOWN:
        yield SUB_COUNT, f"more than {TABLES_IN_MARKDOWN} tables in one markdown", node.path


def _options(node: Node) -> Iterator[Complaint]:
    options = node.value.get("options")
    if not isinstance(options, list) or node.tag == "overflow":
        return
    offered = [option["value"] for option in options]
    if len(set(offered)) < len(offered):
        yield SUB_SHAPE, "two options have the same value", node.path
    chosen = node.value.get("selected_values", [])
    chosen = [*chosen, *([node.value["initial_option"]] if node.value.get("initial_option") else [])]
    if any(value not in offered for value in chosen) and offered:
        yield SUB_SHAPE, "what is chosen at first is not on offer", node.path
    if node.value.get("initial_index", 1) > len(options):
        yield SUB_SHAPE, "initial_index is beyond the options", node.path


def _strangers(node: Node, knows: Callable[[str], bool]) -> Iterator[Complaint]:
    named = [part.get("value") or part.get("id") for part in node.value.get(PEOPLE.get(node.tag, ""), [])]
    if node.tag == "person":
        named.append(node.value["user_id"])
    if node.value.get("drop_invalid_user_id"):
        return
    for who in named:
        if not knows(str(who)):
            yield SUB_PERSON, f"invalid user: {who}", node.path


def _twice(nodes: list[Node], name: str, sub: int) -> Iterator[Complaint]:
    seen: set[str] = set()
    for node in nodes:
        value = node.value.get(name)
        if value in seen:
            yield sub, f"{name} {value} is there twice", node.path
        if isinstance(value, str):
            seen.add(value)


def _form(form: Node) -> Iterator[Complaint]:
    inside = [
        node for node in walk(form.value["elements"], f"{form.path}.elements") if node.tag in INTERACTIVE
    ]
    for node in inside:
        if not node.value.get("name"):
            yield SUB_NAME, f"{node.tag} in a form without a name", node.path
    if not any(node.value.get("form_action_type") == "submit" for node in inside):
        yield SUB_UNSUPPORTED, "a form without a button that submits it", form.path
