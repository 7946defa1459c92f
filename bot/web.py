"""HTTP: where the platforms knock, and where a machine asks whether we are well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.side import Endpoint

METRICS = "text/plain; version=0.0.4; charset=utf-8"
Trouble = Callable[[], Awaitable[dict[str, str]]]
Figures = Callable[[], Awaitable[bytes]]


def make_web(
    doors: Mapping[str, Endpoint], pages: Mapping[str, Endpoint], trouble: Trouble, figures: Figures
) -> Starlette:
    """The web application. doors: what answers a platform's POSTs, by path. pages: what people's browsers ask for.

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
    routes += [Route(path, door, methods=["POST"]) for path, door in doors.items()]
    routes += [Route(path, page, methods=["GET"]) for path, page in pages.items()]
    return Starlette(routes=routes)
