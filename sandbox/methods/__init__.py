"""The one table of Web API methods; a new one is a function in its family's file and a line in its table."""

import time
from typing import Any

from sandbox.errors import SlackError
from sandbox.installation import Args, Installation, Method
from sandbox.methods.chat import CHAT
from sandbox.methods.conversations import CONVERSATIONS
from sandbox.methods.extras import EXTRAS
from sandbox.methods.people import PEOPLE
from sandbox.methods.views import VIEWS
from sandbox.world import Call

METHODS: dict[str, Method] = CHAT | CONVERSATIONS | EXTRAS | PEOPLE | VIEWS


def call(app: Installation, name: str, args: Args) -> dict[str, Any]:
    """Carries out one call: counted, allowed, then done; raises SlackError or RateLimited."""
    app.world.calls.append(Call(name, args, time.monotonic()))
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    app.limits.take(name, method.tier)
    for alternatives in method.needs(app, args):
        app.need(*alternatives)
    app.world.settle()
    return {"ok": True, **method.run(app, args)}
