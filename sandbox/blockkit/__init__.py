"""Block Kit as strict as Slack: what Slack would refuse is refused here, with the JSON path."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.blockkit.blocks import EVERY, IN_MESSAGES, IN_VIEWS
from sandbox.blockkit.checks import array, boolean, by_type, distinct, one_of, plain, problem, shape, string
from sandbox.errors import SlackError

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
VIEW_BYTES = 250_000
MARKDOWN_MOST = 12_000

IN_MESSAGE = array(by_type(EVERY, IN_MESSAGES), least=0, most=MESSAGE_BLOCKS)
IN_VIEW = array(by_type(EVERY, IN_VIEWS), least=0, most=VIEW_BLOCKS)
VIEW_FIELDS = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
}
VIEWS = {
    "modal": shape(
        {"type": one_of("modal"), "title": plain(24), "blocks": IN_VIEW},
        VIEW_FIELDS | {"close": plain(24), "submit": plain(24), "submit_disabled": boolean},
    ),
    "home": shape({"type": one_of("home"), "blocks": IN_VIEW}, VIEW_FIELDS),
}


def check_message(blocks: list[Any], attachments: list[Any]) -> None:
    """Refuses blocks that Slack would not post."""
    problems = [*IN_MESSAGE(blocks, "/blocks"), *_together(blocks, "/blocks")]
    for position, part in enumerate(attachments):
        path = f"/attachments/{position}"
        if not isinstance(part, dict):
            problems.append(problem("must be an object", path))
            continue
        inside = part.get("blocks") or []
        problems += [*IN_MESSAGE(inside, f"{path}/blocks"), *_together(inside, f"{path}/blocks")]
    _refuse("invalid_blocks", problems)


def check_view(view: Any, kind: str) -> None:
    """Refuses a view that Slack would not open (`kind` "modal") or publish ("home")."""
    if not isinstance(view, dict) or view.get("type") != kind:
        _refuse("invalid_arguments", [problem(f"view type must be {kind}", "/view/type")])
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    blocks = view.get("blocks")
    problems = [*VIEWS[kind](view, "/view"), *_together(blocks, "/view/blocks")]
    has_inputs = isinstance(blocks, list) and any(
        isinstance(b, dict) and b.get("type") == "input" for b in blocks
    )
    if kind == "modal" and has_inputs and not view.get("submit"):
        problems.append(problem("missing required field: submit (the view has input blocks)", "/view"))
    _refuse("invalid_arguments", problems)


def with_ids(blocks: list[dict[str, Any]], fresh_id: Callable[[str], str]) -> list[dict[str, Any]]:
    """A copy in which every block and element has the id that Slack would have given it."""
    copied = copy.deepcopy(blocks)
    for block in copied:
        block["block_id"] = block.get("block_id") or fresh_id("b")
        for element in elements_of(block):
            element["action_id"] = element.get("action_id") or fresh_id("a")
    return copied


def elements_of(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The interactive elements of a block, wherever its type keeps them."""
    if block["type"] == "actions":
        yield from block["elements"]
    elif block["type"] == "input":
        yield block["element"]
    elif block["type"] == "section" and (block.get("accessory") or {}).get("type") not in (None, "image"):
        yield block["accessory"]


def _together(blocks: Any, path: str) -> Iterator[str]:
    """Rules about all blocks at once."""
    if not isinstance(blocks, list):
        return
    known = [block for block in blocks if isinstance(block, dict)]
    yield from distinct(blocks, "block_id", path)
    if sum(block.get("type") == "table" for block in known) > 1:
        yield problem("only_one_table_allowed", path)
    if sum(len(str(block.get("text"))) for block in known if block.get("type") == "markdown") > MARKDOWN_MOST:
        yield problem(f"markdown blocks together must be less than {MARKDOWN_MOST + 1} characters", path)


def _refuse(error: str, problems: list[str]) -> None:
    if problems:
        raise SlackError(error, errors=problems, response_metadata={"messages": problems})
