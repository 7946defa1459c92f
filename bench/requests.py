"""The requests that are measured, signed as their platforms sign them, no two alike."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.chat import Platform
from sandbox.feishu import crypt
from sandbox.feishu.wire import signed as signed_by_feishu
from sandbox.wire import FORM, signed

SECRET = "a-secret-only-the-local-slack-knows"
"""Feishu's Encrypt Key as well."""

TOKEN = "xoxb-local"
"""Feishu's Verification Token as well."""

Request = tuple[bytes, dict[str, str]]
"""Body and headers."""


def crisis_command(trigger: str) -> Request:
    """A bare `/crisis` with a trigger id of its own."""
    fields = {
        "token": "sandbox-verification-token",
        "team_id": "T0SANDBOX",
        "team_domain": "sandbox",
        "channel_id": "C001",
        "channel_name": "service-network",
        "user_id": "U15",
        "user_name": "xu.nuo",
        "command": "/crisis",
        "text": "",
        "api_app_id": "A0SANDBOX",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response/1",
        "trigger_id": trigger,
    }
    body = urlencode(fields).encode()
    return body, {"Content-Type": FORM} | signed(SECRET, body, int(time.time()))


def card_callback(event: str) -> Request:
    """The help button, pressed in a card of its own and told under this event id; signed and encrypted."""
    header = {
        "event_id": event,
        "event_type": "card.action.trigger",
        "create_time": str(time.time_ns() // 1000),
        "token": TOKEN,
        "app_id": "cli_sandbox",
        "tenant_key": "tenant_sandbox",
    }
    pressed = {
        "operator": {"tenant_key": "tenant_sandbox", "open_id": "ou_u15", "union_id": "on_u15"},
        "token": f"c-{event}",
        "action": {"tag": "button", "value": {"name": "help", "value": ""}, "timezone": "Asia/Shanghai"},
        "host": "im_message",
        "context": {"open_message_id": f"om_{event}", "open_chat_id": "oc_001"},
    }
    letter = json.dumps({"schema": "2.0", "header": header, "event": pressed}).encode()
    body = json.dumps({"encrypt": crypt.encrypted(letter, SECRET)}).encode()
    signature = signed_by_feishu(body, SECRET, int(time.time()), event)
    return body, {"Content-Type": "application/json; charset=utf-8"} | signature


@dataclass(frozen=True)
class Knock:
    """How a platform asks. path: where. make: a request, from a name that no other has."""

    path: str
    make: Callable[[str], Request]


KNOCKS: Mapping[Platform, Knock] = {
    "slack": Knock("/slack/events", crisis_command),
    "feishu": Knock("/feishu/events", card_callback),
}
