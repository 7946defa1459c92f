"""The Open API of the local Feishu: what every call does, one file for each noun."""

from typing import Any

from sandbox.feishu.api.chats import CHATS
from sandbox.feishu.api.heads import HEADS
from sandbox.feishu.api.messages import MESSAGES
from sandbox.feishu.api.people import PEOPLE
from sandbox.feishu.api.urgent import URGENT
from sandbox.feishu.installation import GROUP_HISTORY, IN_GROUPS, IN_PRIVATE, Asked, Installation, Method
from sandbox.feishu.world import Call

# First those with fixed words in their address: the others would take these words for ids.
METHODS: tuple[Method, ...] = (*PEOPLE, *URGENT, *HEADS, *MESSAGES, *CHATS)
# All that there is: what calls need, and what events need.
SCOPES = frozenset(scope for method in METHODS for scope in method.scopes) | {
    GROUP_HISTORY,
    IN_GROUPS,
    IN_PRIVATE,
}


def call(app: Installation, method: Method, asked: Asked) -> dict[str, Any]:
    """Carries one call out, and says what its JSON answer is. Raises FeishuError."""
    body = {name: value for name, value in asked.body.items() if name != "app_secret"}
    app.world.calls.append(Call(method.name, asked.path, asked.query, body, app.world.clock()))
    app.limits.take(method.name, counted=method.counted)
    app.need(method.scopes)
    done = method.run(app, asked)
    answer = {"code": 0, "msg": "ok" if method.bare else "success"}
    return answer | (done if method.bare else {"data": done})
