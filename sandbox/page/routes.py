"""The addresses of the page: one page, its parts, its live stream, and what a person may do on it."""

from collections.abc import Awaitable, Callable
from json import JSONDecodeError
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.errors import PersonCannot
from sandbox.page import render
from sandbox.page.forms import element_of, inputs_of, problems, wire
from sandbox.page.regions import Place, Stage, Words, find_place, language, pen_for, snapshot
from sandbox.page.render import Pen
from sandbox.page.stream import frames

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Deed = Callable[[Stage, dict[str, Any]], Awaitable[dict[str, Any]]]


def routes(
    world: Any,
    driver: Any,
    commands: tuple[tuple[str, Words, Words], ...] = (),
    shortcuts: tuple[tuple[str, Words], ...] = (),
    *,
    home: bool = False,
) -> list[BaseRoute]:
    """The routes of the page, to be put into the sandbox's application.

    `commands` are (command, what may follow it, description) for the list behind "/"; `shortcuts` are
    (callback_id, label). All but the first of each may be one text, or a text by language.
    `home` offers the Home tab also before the bot has published one, for bots which wait to be asked.
    """
    words, emoji = render.words(), render.emoji()
    stage = Stage(world, driver, render.environment(), words, emoji, commands, shortcuts, home)
    pages = _Pages(stage)
    return [
        Route("/", pages.page),
        Route("/phone", pages.phone),
        Route("/archives/{channel}", pages.permalink),
        Route("/archives/{channel}/p{digits}", pages.permalink),
        Route("/page/parts", pages.parts),
        Route("/page/stream", pages.stream),
        Route("/page/do/{deed}", pages.do, methods=["POST"]),
        Mount("/page/static", _Static(directory=render.HERE / "static")),
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
        if place.tab == "home":
            await self.stage.driver.open_home(place.user)
        shot = snapshot(self.stage, place)
        context = {
            "w": self.words(place),
            "place": place,
            "regions": _safe(shot.regions),
            "items": [(key, render.Markup(html)) for key, html in shot.items],
            "earlier": shot.earlier,
            "explicit": place.explicit,
            "framed": request.query_params.get("framed") == "1",
        }
        return self.html("page.html", context)

    async def phone(self, request: Request) -> Response:
        place = find_place(self.stage.world, request.query_params)
        query = {"as": place.user} | ({"in": place.channel} if place.explicit else {})
        return self.html("phone.html", {"w": self.words(place), "query": urlencode(query)})

    async def permalink(self, request: Request) -> Response:
        """Where `chat.getPermalink` points: the channel, at the message."""
        digits = request.path_params.get("digits", "")
        query = {"in": request.path_params["channel"]}
        if "as" in request.query_params:
            query["as"] = request.query_params["as"]
        place = f"#m-{digits[:-6]}.{digits[-6:]}" if digits.isdigit() and len(digits) > 6 else ""
        return RedirectResponse(f"/?{urlencode(query)}{place}", headers=SECURITY)

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

    def words(self, place: Place) -> dict[str, Any]:
        return self.stage.words[language(self.stage, place.user)]


def _safe(regions: dict[str, str]) -> dict[str, Any]:
    """Regions are HTML of our own templates, except the title, which is text."""
    return {name: html if name == "title" else render.Markup(html) for name, html in regions.items()}


async def _asked(request: Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        return {}
    return asked if isinstance(asked, dict) else {}


async def _say(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["in"] not in stage.world.channels:
        raise PersonCannot("the channel is gone")
    await stage.driver.say(asked["as"], asked["in"], str(asked["text"]))
    return {}


async def _press(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    user, action, block = asked["as"], asked["action"], asked.get("block") or None
    message = stage.world.find(asked["in"], asked["ts"])
    if message is None:
        raise PersonCannot("the message is gone")
    blocks = [*message.blocks, *(b for a in message.attachments for b in a.get("blocks") or [])]
    value = wire(element_of(blocks, block, action), asked.get("value"), pen_for(stage, user))
    await stage.driver.press(user, asked["in"], asked["ts"], action, block_id=block, value=value)
    return {}


async def _press_view(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    """What is typed so far goes first: the bot sees it in the state of the form, as in Slack."""
    user, view_id, action = asked["as"], asked["view"], asked["action"]
    pen, blocks = pen_for(stage, user), _view(stage, view_id).view.get("blocks") or []
    _fill(stage, asked, pen)
    value = wire(element_of(blocks, asked.get("block"), action), asked.get("value"), pen)
    done = await stage.driver.press_view(user, view_id, action, value)
    return {"notice": pen.say("failed")} if done and done.failure else {}


async def _submit(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    """The bot hears only of a form which the client would let through."""
    pen = pen_for(stage, asked["as"])
    if errors := _fill(stage, asked, pen):
        return {"errors": errors}
    errors = await stage.driver.submit(asked["as"], asked["view"], {})
    return {
        "errors": {block or "": pen.say("failed") if not block else words for block, words in errors.items()}
    }


def _fill(stage: Stage, asked: dict[str, Any], pen: Pen) -> dict[str, str]:
    """Keeps what can be kept of the typed values, so that a reload finds them; returns the problems."""
    view, typed = _view(stage, asked["view"]).view, asked.get("values")
    if not isinstance(typed, dict):
        return {}
    inputs = {key: block["element"] for key, block in inputs_of(view).items() if key in typed}
    wrong = problems(view, typed, pen)
    sound = {key: wire(element, typed[key], pen) for key, element in inputs.items() if key not in wrong}
    stage.driver.fill(asked["as"], asked["view"], sound)
    return wrong


async def _dismiss(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    await stage.driver.dismiss(asked["as"], asked["view"])
    return {}


async def _read(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["in"] in stage.world.channels:
        stage.world.mark_read(asked["as"], asked["in"])
    return {}


async def _shortcut(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    done = await stage.driver.shortcut(asked["as"], asked["callback"])
    return {"notice": pen_for(stage, asked["as"]).say("failed")} if done and done.failure else {}


def _view(stage: Stage, view_id: str) -> Any:
    view = stage.world.find_view(view_id)
    if view is None:
        raise PersonCannot("the form is gone")
    return view


DEEDS: dict[str, tuple[Deed, tuple[str, ...]]] = {
    "say": (_say, ("in", "text")),
    "press": (_press, ("in", "ts", "action")),
    "press_view": (_press_view, ("view", "action")),
    "submit": (_submit, ("view", "values")),
    "dismiss": (_dismiss, ("view",)),
    "read": (_read, ("in",)),
    "shortcut": (_shortcut, ("callback",)),
}
