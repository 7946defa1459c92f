"""HTTP: where Slack knocks, and where a machine asks whether we are well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

METRICS = "text/plain; version=0.0.4; charset=utf-8"
Endpoint = Callable[[Request], Awaitable[Response]]
Trouble = Callable[[], Awaitable[dict[str, str]]]
Figures = Callable[[], Awaitable[bytes]]


def make_web(slack: Endpoint | None, trouble: Trouble, figures: Figures) -> Starlette:
    """The web application. slack: answers `POST /slack/events`; None where Slack comes in by Socket Mode.

    trouble: what keeps the bot from working now, by the name of the part; empty when it is ready.
    figures: what was counted, for Prometheus.
    """

    async def alive(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(_request: Request) -> Response:
        found = await trouble()
        return JSONResponse({"ready": not found, "trouble": found}, status_code=503 if found else 200)

    async def metrics(_request: Request) -> Response:
        return Response(await figures(), media_type=METRICS)

    routes = [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]
    if slack is not None:
        routes.append(Route("/slack/events", slack, methods=["POST"]))
    return Starlette(routes=routes)
