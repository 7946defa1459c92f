"""A bare Starlette handler for Feishu: it believes what is signed, answers every press, and remembers nothing."""

from __future__ import annotations

import hmac
import json
import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.rivals.server import run
from sandbox.feishu import crypt

KEY = os.environ.get("FEISHU_ENCRYPT_KEY", "")
TOAST = {"toast": {"type": "info", "content": "What would you like to do?"}}


async def answer(request: Request) -> Response:
    """`card.action.trigger`."""
    body, headers = await request.body(), request.headers
    right = crypt.signature(headers["x-lark-request-timestamp"], headers["x-lark-request-nonce"], KEY, body)
    if not hmac.compare_digest(headers["x-lark-signature"], right):
        return Response(status_code=401)
    payload = json.loads(crypt.decrypted(json.loads(body)["encrypt"], KEY))
    return JSONResponse(TOAST if payload["header"]["event_type"] == "card.action.trigger" else {})


if __name__ == "__main__":
    run(Starlette(routes=[Route("/feishu/events", answer, methods=["POST"])]))
