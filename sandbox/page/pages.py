"""The addresses that every chat page has: the page, its parts, its live stream, and what a person may do on it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.errors import PersonCannot
from sandbox.page.render import HERE
from sandbox.page.stage import Asked, Deeds, Draw, Place, Stage
from sandbox.page.stream import frames

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Files(StaticFiles):
    """Our own files, asked for again each time: an edited style shows on reload."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


class Pages:
    """The endpoints, bound to one stage. find_place: where an address leads; draw: what is seen there."""

    def __init__(
        self, stage: Stage, find_place: Callable[[Any, Any], Place], draw: Draw, deeds: Deeds
    ) -> None:
        self.stage, self.find_place, self.draw, self.deeds = stage, find_place, draw, deeds

    def routes(self) -> list[BaseRoute]:
        """Everything but what only one platform has."""
        return [
            Route("/", self.page),
            Route("/phone", self.phone),
            Route("/page/parts", self.parts),
            Route("/page/stream", self.stream),
            Route("/page/do/{deed}", self.do, methods=["POST"]),
            Mount("/page/static", Files(directory=HERE / "static")),
        ]

    async def page(self, request: Request) -> Response:
        """The whole page."""
        place = self.place(request)
        shot = self.draw(self.stage, place)
        context = {
            "place": place,
            "regions": _safe(shot.regions),
            "items": [(key, Markup(html)) for key, html in shot.items],  # noqa: S704 - of our own templates
            "earlier": shot.earlier,
            "framed": request.query_params.get("framed") == "1",
        }
        return self.html("page.html", place, context)

    async def phone(self, request: Request) -> Response:
        """The page inside a telephone, for those who sit at a desk."""
        place = self.place(request)
        query = {"as": place.user} | ({"in": place.channel} if place.explicit else {})
        return self.html("phone.html", place, {"query": urlencode(query)})

    async def parts(self, request: Request) -> Response:
        """Every region at once, for a page which has just done something or lost its stream."""
        return JSONResponse(self.draw(self.stage, self.place(request)).since(None), headers=SECURITY)

    async def stream(self, request: Request) -> Response:
        """What changes, for as long as somebody looks."""
        told = frames(self.stage, self.place(request), self.draw)
        headers = SECURITY | {"X-Accel-Buffering": "no"}
        return StreamingResponse(told, media_type="text/event-stream", headers=headers)

    async def do(self, request: Request) -> Response:
        """One deed of a person. Only JSON from our own page: another site cannot send that unasked."""
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return JSONResponse({"error": "application/json only"}, 415, SECURITY)
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return JSONResponse({"error": "not from here"}, 403, SECURITY)
        deed, needed = self.deeds.get(request.path_params["deed"], (None, ()))
        if deed is None:
            return JSONResponse({"error": "unknown deed"}, 404, SECURITY)
        asked = await _asked(request)
        if asked.get("as") not in self.stage.world.people or not all(key in asked for key in needed):
            return JSONResponse({"error": f"needs as, {', '.join(needed)}"}, 400, SECURITY)
        try:
            return JSONResponse(await deed(self.stage, asked), headers=SECURITY)
        except PersonCannot as refused:
            return JSONResponse({"error": str(refused), "gone": True}, 409, SECURITY)

    def place(self, request: Request) -> Place:
        """What an address asks for."""
        return self.find_place(self.stage.world, request.query_params)

    def html(self, template: str, place: Place, context: dict[str, Any]) -> Response:
        """A template in the language of whoever looks."""
        words = self.stage.words[self.stage.language(place.user)]
        text = self.stage.env.get_template(template).render({"w": words} | context)
        return Response(text, media_type="text/html; charset=utf-8", headers=SECURITY)


def _safe(regions: dict[str, str]) -> dict[str, Any]:
    """Regions are HTML of our own templates, except the title, which is text."""
    return {name: html if name == "title" else Markup(html) for name, html in regions.items()}  # noqa: S704


async def _asked(request: Request) -> Asked:
    try:
        asked = json.loads(await request.body())
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}
