"""The request that is measured: a bare `/crisis`, signed as Slack signs it, no two alike."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from sandbox.wire import FORM, signed

SECRET = "a-secret-only-the-local-slack-knows"


def crisis_command(trigger: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of one command with a trigger id of its own."""
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
