"""The Web API of the local Slack: one Starlette app around one world."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.attempt import Attempt, Looks
from sandbox.driver import Driver
from sandbox.errors import SlackError
from sandbox.faults import Faults
from sandbox.installation import Args, Installation
from sandbox.limits import Limits, RateLimited
from sandbox.methods import call
from sandbox.responses import respond
from sandbox.world import World

Page = Callable[[World, Driver], Sequence[BaseRoute]]
TICK_SECONDS = 0.25
APP_TOKEN = "xapp-"  # noqa: S105


def make_app(
    world: World,
    *,
    signing_secret: str,
    token: str,
    bot_url: str,
    faults: Faults | None = None,
    limits: Limits | None = None,
    scopes: frozenset[str] | None = None,
    page: Page | Sequence[BaseRoute] = (),
) -> Starlette:
    """The local Slack; `page` adds routes, or is a function that makes them from the world and a driver.

    `app.state.driver` speaks to the bot at `bot_url`; `app.state.installation` holds faults, limits, scopes.
    """
    driver = Driver(world, signing_secret=signing_secret, bot_url=bot_url)
    installation = Installation(world, token, scopes, limits or Limits(), faults or Faults())
    extra = page(world, driver) if callable(page) else page

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_post_when_due(world))
        yield
        ticking.cancel()
        await driver.close()

    routes = [
        Route("/api/{method}", _api, methods=["GET", "POST"]),
        Route("/response/{id}", _response, methods=["POST"]),
        *extra,
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.world, app.state.driver, app.state.installation = world, driver, installation
    return app


async def _post_when_due(world: World) -> None:
    """Scheduled messages appear by themselves, also while nobody calls."""
    while True:
        world.settle()
        await asyncio.sleep(TICK_SECONDS)


async def _api(request: Request) -> Response:
    installation: Installation = request.app.state.installation
    attempt = Attempt(request, request.path_params["method"], installation.faults, LOOKS)
    return await attempt.arrives() or await attempt.carry_out(partial(_carried_out, request))


async def _carried_out(request: Request) -> Response:
    installation: Installation = request.app.state.installation
    try:
        args = await _args(request)
        _authenticate(installation, request, args)
        body = call(installation, request.path_params["method"], args)
    except SlackError as refused:
        return JSONResponse(refused.body())
    except RateLimited as limited:
        return _too_fast(limited.retry_after)
    scopes = "" if installation.scopes is None else ",".join(sorted(installation.scopes))
    return JSONResponse(body, headers={"X-OAuth-Scopes": scopes})


def _refused(kind: str) -> Response:
    return JSONResponse({"ok": False, "error": kind.removeprefix("error:")})


def _too_fast(seconds: int) -> Response:
    return JSONResponse(
        {"ok": False, "error": "ratelimited"}, status_code=429, headers={"Retry-After": str(seconds)}
    )


async def _args(request: Request) -> Args:
    """Arguments from the address, a form or JSON, in the order Slack prefers them."""
    args: Args = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return args | body
    return args | dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _authenticate(installation: Installation, request: Request, args: Args) -> None:
    header = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token: Any = header or args.pop("token", None)
    args.pop("token", None)
    if not token:
        raise SlackError("not_authed")
    if request.path_params["method"] == "apps.connections.open":
        if not str(token).startswith(APP_TOKEN):
            raise SlackError("not_allowed_token_type")
    elif token != installation.token:
        raise SlackError("invalid_auth")


async def _response(request: Request) -> Response:
    world: World = request.app.state.world
    try:
        args = await _args(request)
        if isinstance(args.get("payload"), str):
            args = json.loads(args["payload"])
        respond(world, request.path_params["id"], args)
    except SlackError as refused:
        gone = refused.code in ("invalid_url", "expired_url", "used_url")
        return JSONResponse(refused.body(), status_code=404 if gone else 400)
    return PlainTextResponse("ok")


LOOKS = Looks(
    html="<html><head><title>Slack</title></head><body><h1>Server Error</h1></body></html>",
    torn='{"ok": tr',
    too_fast=_too_fast,
    refused=_refused,
)
