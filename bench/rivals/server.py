"""The server that ours runs on, with the same loop, for every rival that answers HTTP."""

from __future__ import annotations

import os
from typing import Any

import uvicorn


def run(app: Any) -> None:
    """Serve an ASGI application where the environment says, until told to stop."""
    uvicorn.run(
        app,
        host=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        loop="uvloop",
        log_level="warning",
        access_log=False,
    )
