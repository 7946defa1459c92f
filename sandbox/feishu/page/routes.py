"""The page of the local Feishu, address by address."""

from starlette.routing import BaseRoute, Mount

from sandbox.feishu.driver import Driver
from sandbox.feishu.page import render
from sandbox.feishu.page.deeds import DEEDS
from sandbox.feishu.page.regions import find_place, snapshot
from sandbox.feishu.world import World
from sandbox.page.pages import Files, Pages
from sandbox.page.stage import Stage, Words


def routes(world: World, driver: Driver, menu: tuple[tuple[str, Words], ...] = ()) -> list[BaseRoute]:
    """The routes of the page, to be put into the local Feishu's application.

    `menu` is the bot's own menu in the private chat, as (event_key, label); a label may be one text, or a text by
    language. Without it the page shows `world.menu`.
    """
    entries = menu or tuple((world.menu or {}).items())
    stage = Stage(world, driver, render.environment(), render.words(), {}, shortcuts=entries)
    static = Mount("/page/feishu", Files(directory=render.HERE / "static"))
    return [*Pages(stage, find_place, snapshot, DEEDS).routes(), static]
