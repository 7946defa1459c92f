"""The Open API of the local Feishu over HTTP: one Starlette app around one world."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import Fault, Faults
from sandbox.feishu.api import METHODS, SCOPES, call
from sandbox.feishu.codes import FeishuError, TooFast
from sandbox.feishu.driver import Driver
from sandbox.feishu.installation import Asked, Installation, Method
from sandbox.feishu.limits import Limits
from sandbox.feishu.wire import Wire
from sandbox.feishu.world import World

Page = Callable[[World, Driver], Sequence[BaseRoute]]
HTML_ERROR = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>tengine</body>\r\n</html>"
TICK_SECONDS = 0.25
NEVER_DONE = ("429", "500", "502", "503", "hang", "reset_before")
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
    faults = installation.faults
    try:
        # Feishu has the whole request before it begins; whoever hangs up afterwards takes nothing back.
        await request.body()
    except ClientDisconnect:
        return Response(status_code=400)
    fault = faults.strike(method.name)
    request.state.number = faults.calls
    await faults.watch(faults.calls, method.name, "before")
    await asyncio.sleep(faults.latency)
    if fault and (fault.kind in NEVER_DONE or fault.kind.startswith("error")):
        return await _not_done(request, fault)
    try:
        asked = await _asked(request)
        with installation.alone(method.alone(asked)):
            return await (
                _faulty(request, method, asked, fault) if fault else _answer(request, method, asked)
            )
    except FeishuError as refused:
        return _refusal(refused)


async def _answer(request: Request, method: Method, asked: Asked) -> Response:
    """Carries the call out; whoever watches learns of it before the bot does."""
    answer = _carried_out(request, method, asked)
    faults: Faults = request.app.state.installation.faults
    await faults.watch(request.state.number, method.name, "after")
    return answer


def _carried_out(request: Request, method: Method, asked: Asked) -> Response:
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


async def _not_done(request: Request, fault: Fault) -> Response:
    """Breaks the call in the way that was planned, before anything was done."""
    match fault.kind:
        case "429":
            return _refusal(TooFast(50, int(fault.seconds)))
        case "500" | "502" | "503":
            return HTMLResponse(HTML_ERROR, status_code=int(fault.kind))
        case "hang":
            await asyncio.sleep(fault.seconds)
            return _cut(request)
        case "reset_before":
            return _cut(request)
    # Words that only the local Slack knows, such as error:fatal_error, become an internal error.
    how, _, code = fault.kind.partition(":")
    number = int(code) if code.isdigit() else INTERNAL_ERROR
    return _refusal(FeishuError(number, status=200 if how == "error200" else 400))


async def _faulty(request: Request, method: Method, asked: Asked, fault: Fault) -> Response:
    """Carries the call out, yet so that the bot does not learn it, or learns it late."""
    match fault.kind:
        case "reset_after":
            await _answer(request, method, asked)
            return _cut(request)
        case "500_after":
            await _answer(request, method, asked)
            return HTMLResponse(HTML_ERROR, status_code=500)
        case "late":
            cut = _cut(request)
            await asyncio.sleep(fault.seconds)
            await _answer(request, method, asked)
            return cut
        case "bad_json":
            await _answer(request, method, asked)
            return Response('{"code": 0, "ms', media_type="application/json")
        case _:
            answer = await _answer(request, method, asked)
            await asyncio.sleep(fault.seconds)
            return answer


def _cut(request: Request) -> Response:
    """Drops the connection; SandboxServer offers this, other servers answer 500 instead."""
    cut = request.scope.get("sandbox.cut")
    if cut:
        cut()
    return Response(status_code=500)


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
