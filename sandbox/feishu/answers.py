"""What a bot may say to a press: a toast, another card, or nothing; anything else the person sees as an error code."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.feishu.codes import FeishuError
from sandbox.feishu.content import Content, checked_card
from sandbox.feishu.installation import Installation
from sandbox.feishu.wire import Answer
from sandbox.feishu.world import Chat

NO_ADDRESS, TIMEOUT, UNREACHABLE = 200340, 200341, 200342
BAD_STATUS, BAD_BODY, BAD_CARD, OLD_SCHEMA = 200671, 200672, 200673, 200830
FAILURES = {"timeout": TIMEOUT, "unreachable": UNREACHABLE, "status": BAD_STATUS}
KINDS = ("info", "success", "error", "warning")
LOCALES = ("zh_cn", "en_us", "ja_jp")
FORMS = ("raw",)


class Useless(Exception):
    """The answer was no use; the person sees this code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(code, why)
        self.code, self.why = code, why


@dataclass(frozen=True)
class Said:
    """What the bot said: a toast (kind and words, "" for none), and perhaps another card."""

    kind: str = ""
    text: str = ""
    content: Content | None = None


def read(app: Installation, chat: Chat, language: str, answer: Answer) -> Said:
    """The answer to a press. language: of the person's client, "zh" or "en". Raises Useless."""
    if answer.failure:
        raise Useless(FAILURES[answer.failure], answer.failure)
    try:
        body = json.loads(answer.text)
    except ValueError:
        raise Useless(BAD_BODY, "not in JSON format") from None
    if not isinstance(body, dict) or set(body) - {"toast", "card"}:
        raise Useless(BAD_BODY, "holds neither toast nor card")
    kind, text = _toast(body.get("toast"), language)
    return Said(kind, text, _card(app, chat, body["card"]) if "card" in body else None)


def _toast(toast: Any, language: str) -> tuple[str, str]:
    if toast is None:
        return "", ""
    if not isinstance(toast, dict) or set(toast) - {"type", "content", "i18n"}:
        raise Useless(BAD_BODY, "toast holds type, content and i18n")
    kind, i18n = toast.get("type", "info"), toast.get("i18n", {})
    if kind not in KINDS or not isinstance(i18n, dict) or set(i18n) - set(LOCALES):
        raise Useless(BAD_BODY, f"toast.type is one of {KINDS}, i18n one of {LOCALES}")
    words = i18n.get("zh_cn" if language == "zh" else "en_us") or toast.get("content")
    if not isinstance(words, str) or not words:
        raise Useless(BAD_BODY, "toast.content is missing")
    return kind, words


def _card(app: Installation, chat: Chat, card: Any) -> Content:
    if not isinstance(card, dict) or card.get("type") not in FORMS or not isinstance(card.get("data"), dict):
        raise Useless(BAD_BODY, 'card is {"type": "raw", "data": {...}}')
    if card["data"].get("schema") != "2.0":
        raise Useless(OLD_SCHEMA, "a card of schema 2.0 cannot become one of 1.0")
    try:
        return checked_card(app, chat, card["data"])
    except FeishuError as refused:
        raise Useless(BAD_CARD, refused.words) from None
