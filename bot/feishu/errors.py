"""How a call to Feishu can fail, and what that means for trying again: one table, read top to bottom.

| what came back                                     | was it done? | so                                              |
|----------------------------------------------------|--------------|-------------------------------------------------|
| nothing: see `bot.http`                            | no, or maybe | again, or look for it first                     |
| 429, or a code that says "too fast"                | no           | again when Feishu says, however often           |
| a code that says "still at it"                     | maybe        | look for it, then again with the same uuid      |
| our token, app or address is refused, or a scope   | no           | again, however often: an administrator mends it |
| lacks, or the month's calls are used up            |              |                                                 |
| 5xx, mostly with a page of HTML                    | maybe        | look for it, then again                         |
| something that is not Feishu's JSON                | maybe        | look for it, then again                         |
| an internal error                                  | maybe        | look for it, then again                         |
| any other code, with whatever status, 200 as well  | no           | never again                                     |

The last line holds for codes that we do not know, too: Feishu has refused it, and a page that is refused for good is
at once the next person's, where one that is tried again for minutes is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat import ChatError

OK = 0
# The app as a whole; an API; everybody on Feishu, likelier on the hour.
TOO_FAST = {11232, 99991400}
# One chat or one person; the members of one chat.
TOO_FAST_HERE = {11233, 230020, 232019}
# The first call under this uuid has not ended yet.
STILL_AT_IT = {230049: "still_sending", 232068: "still_opening"}
# The token is missing, over, or of another kind; a new one may do.
TOKEN_STALE = {99991661, 99991663, 99991664, 99991671}
# The message is right and we are not: everything waits, and goes out when an administrator has mended it.
TO_BE_MENDED: Mapping[int, str] = {
    10003: "invalid_auth",
    10014: "invalid_auth",
    10015: "invalid_auth",
    11205: "bot_not_enabled",
    99991401: "address_not_allowed",
    99991403: "calls_used_up",
    99991543: "invalid_auth",
    99991661: "invalid_auth",
    99991662: "app_disabled",
    99991663: "invalid_auth",
    99991664: "invalid_auth",
    99991671: "invalid_auth",
    99991672: "missing_scope",
    99991673: "app_disabled",
    99991676: "missing_scope",
    230006: "bot_not_enabled",
}
REMEDIES: Mapping[str, str] = {
    "address_not_allowed": "Add this server's address to the IP allowlist under 'Security Settings'.",
    "app_disabled": "Let an administrator enable the app for your company, and publish a version of it.",
    "bot_not_enabled": "Add the bot under 'Add Features', then publish a new version.",
    "calls_used_up": "The free edition's calls of this month are used up; Feishu's paid editions have no such limit.",
    "invalid_auth": "Set FEISHU_APP_ID and FEISHU_APP_SECRET to those under 'Credentials & Basic Info'.",
    "missing_scope": "Add what is missing under 'Permissions & Scopes', then publish a new version.",
}
"""What an administrator does about each of them, on the app's page."""

TOKEN_REFUSED = frozenset(REMEDIES)
"""Our words for all that an administrator has to mend."""

INTERNAL = {1500, 2200}
FOR_GOOD: Mapping[int, str] = {
    9499: "bad_request",
    230001: "bad_request",
    230002: "not_in_channel",
    230011: "message_not_found",
    230012: "cant_update_message",
    230013: "outside_availability",
    230018: "restricted_action",
    230022: "content_refused",
    230023: "urgent_too_many",
    230024: "urgent_used_up",
    230025: "msg_too_long",
    230027: "restricted_action",
    230028: "content_refused",
    230029: "user_resigned",
    230031: "edit_window_closed",
    230034: "receiver_not_found",
    230035: "restricted_action",
    230046: "restricted_action",
    230052: "urgent_not_allowed",
    230053: "bot_muted",
    230098: "urgent_folded",
    230099: "bad_card",
    230110: "message_not_found",
    232006: "channel_not_found",
    232009: "channel_not_found",
    232011: "not_in_channel",
    232014: "restricted_action",
    232017: "restricted_action",
    232022: "user_resigned",
    232023: "content_refused",
    232024: "outside_availability",
    232043: "user_not_found",
    99992351: "user_not_found",
    99992354: "message_not_found",
    99992355: "channel_not_found",
    99992356: "channel_not_found",
    99992361: "user_of_another_app",
    99992402: "bad_request",
}
"""Our words, which `statements` explains, where Feishu has numbers."""

WAIT_SECONDS = 1.0
STILL_SECONDS = 2.0
MENDING_SECONDS = 30.0
_SUB_CODE = re.compile(r"ErrCode: ?(\d+)")


@dataclass(frozen=True)
class Answer:
    """What came back. headers: looked up in any case. body: None where it is not Feishu's JSON."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None

    @property
    def code(self) -> int | None:
        """Feishu's code, 0 where it was done; None where there is none."""
        code = (self.body or {}).get("code")
        return code if isinstance(code, int) else None

    @property
    def log_id(self) -> str:
        """What Feishu's support asks for."""
        return self.headers.get("X-Tt-Logid", "")

    @property
    def lacks(self) -> list[str]:
        """The scopes of which one would have done, where that was the reason."""
        error = (self.body or {}).get("error")
        violations = error.get("permission_violations") if isinstance(error, dict) else None
        return [str(each.get("subject")) for each in violations or () if isinstance(each, dict)]


def refused(answer: Answer) -> ChatError:
    """What an answer means whose code is not 0. Nothing of its message is kept: it may carry what we said."""
    code, wait = answer.code, told_to_wait(answer)
    if wait is not None:
        return ChatError("ratelimited", retry_after=wait)
    if still := STILL_AT_IT.get(code or OK):
        return ChatError(still, retry_after=STILL_SECONDS, in_doubt=True)
    if to_mend := TO_BE_MENDED.get(code or OK):
        return ChatError(to_mend, retry_after=MENDING_SECONDS)
    if answer.status >= 500:
        return ChatError(f"http_{answer.status}", in_doubt=True)
    if code is None:
        return ChatError("unreadable_answer", in_doubt=True)
    if code in INTERNAL:
        return ChatError("internal_error", in_doubt=True)
    return ChatError(_word(code, answer), permanent=True)


def told_to_wait(answer: Answer) -> float | None:
    """Seconds for which Feishu wants to hear no more of this; None where it did not say "too fast"."""
    if answer.status != 429 and answer.code not in TOO_FAST | TOO_FAST_HERE:
        return None
    try:
        return max(float(answer.headers.get("x-ogw-ratelimit-reset", WAIT_SECONDS)), WAIT_SECONDS)
    except ValueError:
        return WAIT_SECONDS


def _word(code: int, answer: Answer) -> str:
    """Our word for a code. A card can be bad in many ways: which, Feishu tells in its message only."""
    word = FOR_GOOD.get(code, f"feishu_{code}")
    found = _SUB_CODE.search(str((answer.body or {}).get("msg"))) if word == "bad_card" else None
    return f"{word}:{found[1]}" if found else word
