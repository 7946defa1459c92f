"""The page of the local Slack, address by address."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.page import render
from sandbox.page.deeds import DEEDS
from sandbox.page.pages import SECURITY, Pages
from sandbox.page.regions import find_place, snapshot
from sandbox.page.stage import Stage, Words


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
    return [
        *_SlackPages(stage, find_place, snapshot, DEEDS).routes(),
        Route("/archives/{channel}", permalink),
        Route("/archives/{channel}/p{digits}", permalink),
    ]


class _SlackPages(Pages):
    """With a Home tab, of which the bot hears."""

    async def page(self, request: Request) -> Response:
        """The whole page."""
        place = self.place(request)
        if place.tab == "home":
            await self.stage.driver.open_home(place.user)
        return await super().page(request)


async def permalink(request: Request) -> Response:
    """Where `chat.getPermalink` points: the channel, at the message."""
    digits = request.path_params.get("digits", "")
    query = {"in": request.path_params["channel"]}
    if "as" in request.query_params:
        query["as"] = request.query_params["as"]
    place = f"#m-{digits[:-6]}.{digits[-6:]}" if digits.isdigit() and len(digits) > 6 else ""
    return RedirectResponse(f"/?{urlencode(query)}{place}", headers=SECURITY)
