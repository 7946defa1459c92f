"""Cards of schema 2.0, as strict as Feishu: what it would refuse is refused here, with the path."""

from collections.abc import Callable
from typing import Any

from sandbox.feishu.cards.elements import CARD
from sandbox.feishu.cards.places import GONE, SUB_SHAPE, SUB_UNSUPPORTED, complaints, walk
from sandbox.feishu.codes import BadCard


def check(card: Any, knows: Callable[[str], bool]) -> None:
    """Refuses a card that Feishu would not show. knows: whether an open_id is somebody's."""
    if not isinstance(card, dict) or card.get("schema") != "2.0":
        raise BadCard(SUB_SHAPE, "the local Feishu shows cards of schema 2.0 only", "schema")
    for node in walk(card):
        if node.tag in GONE:
            words = f"cards of schema V2 no longer support this capability; ErrorValue: unsupported tag {node.tag}"
            raise BadCard(SUB_UNSUPPORTED, words, node.path)
    for path, words in CARD(card, ""):
        raise BadCard(SUB_SHAPE, words, path.lstrip("."))
    for sub, words, path in complaints(card, knows):
        raise BadCard(sub, words, path)


def nodes(card: Any) -> list[dict[str, Any]]:
    """Every tagged object of a card, from the top down."""
    return [node.value for node in walk(card)]
