"""The Open API of the local Feishu over HTTP: one Starlette app around one world."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.attempt import Attempt, Looks
from sandbox.faults import Faults
from sandbox.feishu.api import METHODS, SCOPES, call
from sandbox.feishu.codes import FeishuError, TooFast
from sandbox.feishu.driver import Driver
from sandbox.feishu.installation import Asked, Installation, Method
from sandbox.feishu.limits import Limits
from sandbox.feishu.wire import Wire
from sandbox.feishu.world import World

Page = Callable[[World, Driver], Sequence[BaseRoute]]
TICK_SECONDS = 0.25
INTERNAL_ERROR = 2200
_LOG_IDS = itertools.count(1)


def make_app(
    world: World,
    *,
    app_secret: str,
    verification_token: str,
    bot_url: str,
    encrypt_key: str = "",
    faults: Faults | None = None,
    limits: Limits | None = None,
    scopes: frozenset[str] | None = None,
    page: Page | Sequence[BaseRoute] = (),
) -> Starlette:
    """The local Feishu; `page` adds routes, or is a function that makes them from the world and a driver.

    `app.state.driver` speaks to the bot at `bot_url`; `app.state.installation` holds faults, limits, scopes.
    encrypt_key: "" sends events in the clear and without a signature, as Feishu does then.
    """
    installation = Installation(world, app_secret, scopes, limits or Limits(), faults or Faults())
    installation.asked_for = installation.asked_for or SCOPES
    wire = Wire(world, encrypt_key=encrypt_key, verification_token=verification_token, bot_url=bot_url)
    driver = Driver(installation, wire)
    extra = page(world, driver) if callable(page) else page

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_deliver_when_due(wire))
        yield
        ticking.cancel()
        await wire.close()

    routes = [
        Route(f"/open-apis{method.path}", _endpoint(method), methods=[method.verb]) for method in METHODS
    ]
    app = Starlette(routes=[*routes, *extra], lifespan=lifespan)
    app.state.world, app.state.driver, app.state.installation = world, driver, installation
    return app


async def _deliver_when_due(wire: Wire) -> None:
    """Events that found no bot come again by themselves."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        await wire.redeliver()


def _endpoint(method: Method) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def endpoint(request: Request) -> Response:
        response = await _served(request, method)
        response.headers["X-Tt-Logid"] = f"log-{next(_LOG_IDS):06}"
        return response

    return endpoint


async def _served(request: Request, method: Method) -> Response:
    installation: Installation = request.app.state.installation
    attempt = Attempt(request, method.name, installation.faults, LOOKS)
    if failed := await attempt.arrives():
        return failed
    try:
        asked = await _asked(request)
        with installation.alone(method.alone(asked)):
            return await attempt.carry_out(partial(_carried_out, request, method, asked))
    except FeishuError as refused:
        return _refusal(refused)


async def _carried_out(request: Request, method: Method, asked: Asked) -> Response:
    installation: Installation = request.app.state.installation
    try:
        if method.name != "auth.token":
            header = request.headers.get("authorization", "")
            installation.tokens.check_tenant(header.removeprefix("Bearer ").strip())
        return JSONResponse(call(installation, method, asked))
    except FeishuError as refused:
        return _refusal(refused)


def _refusal(refused: FeishuError) -> Response:
    headers = refused.headers if isinstance(refused, TooFast) else {}
    body = refused.body(f"log-{next(_LOG_IDS):06}")
    return JSONResponse(body, status_code=refused.status, headers=headers)


def _too_fast(seconds: int) -> Response:
    return _refusal(TooFast(50, seconds))


def _refused(kind: str) -> Response:
    """Words that only the local Slack knows, such as error:fatal_error, become an internal error."""
    how, _, code = kind.partition(":")
    number = int(code) if code.isdigit() else INTERNAL_ERROR
    return _refusal(FeishuError(number, status=200 if how == "error200" else 400))


async def _asked(request: Request) -> Asked:
    path, query = dict(request.path_params), dict(request.query_params)
    raw = await request.body()
    if request.method == "GET" or not raw:
        return Asked(path, query)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise FeishuError(9499, "Content-Type must be application/json")
    try:
        body = json.loads(raw)
    except ValueError:
        raise FeishuError(9499, "the body is not in JSON format") from None
    if not isinstance(body, dict):
        raise FeishuError(9499, "the body is no JSON object")
    return Asked(path, query, body)


LOOKS = Looks(
    html="<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>tengine</body>\r\n</html>",
    torn='{"code": 0, "ms',
    too_fast=_too_fast,
    refused=_refused,
)
