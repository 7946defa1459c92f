"""The addresses of the page: one page, its parts, its live stream, and what a person may do on it."""

import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.errors import PersonCannot
from sandbox.feishu.driver import Driver
from sandbox.feishu.page import render
from sandbox.feishu.page.deeds import DEEDS
from sandbox.feishu.page.regions import find_place, snapshot
from sandbox.feishu.page.stream import frames
from sandbox.feishu.world import World
from sandbox.page import render as shared
from sandbox.page.regions import Stage, Words, language
from sandbox.page.routes import SECURITY


def routes(world: World, driver: Driver, menu: tuple[tuple[str, Words], ...] = ()) -> list[BaseRoute]:
    """The routes of the page, to be put into the local Feishu's application.

    `menu` is the bot's own menu in the private chat, as (event_key, label); a label may be one text, or a text by
    language. Without it the page shows `world.menu`.
    """
    entries = menu or tuple((world.menu or {}).items())
    stage = Stage(world, driver, render.environment(), render.words(), {}, shortcuts=entries)
    pages = _Pages(stage)
    return [
        Route("/", pages.page),
        Route("/phone", pages.phone),
        Route("/page/parts", pages.parts),
        Route("/page/stream", pages.stream),
        Route("/page/do/{deed}", pages.do, methods=["POST"]),
        Mount("/page/static", _Static(directory=shared.HERE / "static")),
        Mount("/page/feishu", _Static(directory=render.HERE / "static")),
    ]


class _Static(StaticFiles):
    """Our own files, asked for again each time: an edited style shows on reload."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


class _Pages:
    """The endpoints, bound to one stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def page(self, request: Request) -> Response:
        place = find_place(self.stage.world, request.query_params)
        shot = snapshot(self.stage, place)
        context = {
            "w": self.stage.words[language(self.stage, place.user)],
            "place": place,
            "regions": _safe(shot.regions),
            "items": [(key, shared.Markup(html)) for key, html in shot.items],
            "earlier": shot.earlier,
            "framed": request.query_params.get("framed") == "1",
        }
        return self.html("page.html", context)

    async def phone(self, request: Request) -> Response:
        place = find_place(self.stage.world, request.query_params)
        query = {"as": place.user} | ({"in": place.channel} if place.explicit else {})
        words = self.stage.words[language(self.stage, place.user)]
        return self.html("phone.html", {"w": words, "query": urlencode(query)})

    async def parts(self, request: Request) -> Response:
        """Every region at once, for a page which has just done something or lost its stream."""
        place = find_place(self.stage.world, request.query_params)
        return JSONResponse(snapshot(self.stage, place).since(None), headers=SECURITY)

    async def stream(self, request: Request) -> Response:
        place = find_place(self.stage.world, request.query_params)
        headers = SECURITY | {"X-Accel-Buffering": "no"}
        return StreamingResponse(frames(self.stage, place), media_type="text/event-stream", headers=headers)

    async def do(self, request: Request) -> Response:
        """One deed of a person. Only JSON from our own page: another site cannot send that unasked."""
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return JSONResponse({"error": "application/json only"}, 415, SECURITY)
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return JSONResponse({"error": "not from here"}, 403, SECURITY)
        deed, needed = DEEDS.get(request.path_params["deed"], (None, ()))
        if deed is None:
            return JSONResponse({"error": "unknown deed"}, 404, SECURITY)
        asked = await _asked(request)
        if asked.get("as") not in self.stage.world.people or not all(key in asked for key in needed):
            return JSONResponse({"error": f"needs as, {', '.join(needed)}"}, 400, SECURITY)
        try:
            return JSONResponse(await deed(self.stage, asked), headers=SECURITY)
        except PersonCannot as refused:
            return JSONResponse({"error": str(refused), "gone": True}, 409, SECURITY)

    def html(self, template: str, context: dict[str, Any]) -> Response:
        text = self.stage.env.get_template(template).render(context)
        return Response(text, media_type="text/html; charset=utf-8", headers=SECURITY)


def _safe(regions: dict[str, str]) -> dict[str, Any]:
    """Regions are HTML of our own templates, except the title, which is text."""
    return {name: html if name == "title" else shared.Markup(html) for name, html in regions.items()}


async def _asked(request: Request) -> dict[str, Any]:
    try:
        asked = json.loads(await request.body())
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}
