"""That what is asked of an administrator, in the list and in the guides, is what the code uses."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.chat import Card, Plain
from bot.feishu import methods
from bot.feishu.calls import Calls
from bot.feishu.client import FeishuChat
from bot.feishu.door import PRESS
from bot.feishu.manifest import (
    CALLBACKS,
    EVENTS,
    MENU,
    PATH,
    SCOPES,
    Scope,
    checklist,
    lacking,
    page,
    scopes,
    to_import,
)
from bot.feishu.reading import READERS
from bot.feishu.side import FeishuSide
from handlers import ALIASES, VERBS
from sandbox.feishu import make_app, make_world
from sandbox.feishu.api import METHODS
from sandbox.server import SandboxServer
from tests.makers import ROOT, a_roster

WITHOUT_SCOPE = {methods.TOKEN, methods.ABOUT_US}
GUIDES = ("docs/feishu.md", "docs/feishu.zh.md")
LEVELS = ("app", "sms", "phone")


async def alone_with_its_scopes(story: Callable[[FeishuChat], Awaitable[None]]) -> None:
    """The story, on a local Feishu that has granted what the manifest asks for and not one scope more."""
    world, granted = make_world(lambda: datetime.now(UTC)), frozenset(one.name for one in SCOPES)
    app = make_app(
        world, app_secret="s", verification_token="v", bot_url="http://127.0.0.1:9", scopes=granted
    )
    async with SandboxServer(app) as server:
        calls = Calls(world.app_id, "s", server.url)
        try:
            await story(FeishuChat(calls, a_roster().person, LEVELS))
        finally:
            await calls.close()


def called() -> set[str]:
    """Every method that `methods` names."""
    named = [value for name, value in vars(methods).items() if name.isupper() and name != "URGE"]
    return {*named, *methods.URGE.values()}


def test_every_method_that_we_call_has_its_scope():
    assert {method for scope in SCOPES for method in scope.methods} == called() - WITHOUT_SCOPE


def test_no_scope_is_asked_for_that_nothing_needs():
    assert [one.name for one in SCOPES if not (one.methods or one.events)] == [
        "application:application:self_manage"
    ]


def test_what_is_subscribed_is_what_is_read():
    assert {*EVENTS, *CALLBACKS} == set(READERS)
    assert list(CALLBACKS) == [PRESS]
    assert FeishuSide.path == PATH


def test_events_that_need_a_scope_have_it():
    assert {event for scope in SCOPES for event in scope.events} == set(EVENTS) - {"application.bot.menu_v6"}


@pytest.mark.parametrize(
    "scope", [one for one in SCOPES if one.methods and not one.spare], ids=lambda one: one.name
)
def test_the_local_feishu_lets_us_do_with_it_what_we_ask_it_for(scope: Scope):
    """Its table of scopes was written by others."""
    asked = {f"{one.verb} {one.path}".replace("{", ":").replace("}", ""): one.scopes for one in METHODS}
    for method in scope.methods:
        assert {scope.name, scope.within} & set(asked[method]), method


def test_with_what_is_asked_for_everything_can_be_done():
    card = Card((Plain("Red"),), (), "red")
    key = "1/state 20261121"

    async def all_of_it(chat: FeishuChat) -> None:
        await chat.check()
        room = await chat.open_room("危机 1", "危机", "1/room 20261121")
        assert await chat.invite(room.id, ["wang", "zhao"]) == {}
        await chat.topic(room.id, "Red")
        state = await chat.post(room.id, card, key)
        await chat.pin(state)
        await chat.bookmark(room.id, "Brief", state)
        await chat.tab(room.id, "Brief", "https://crisis.example.com/1")
        page = await chat.direct("wang", card, "1/page 20261121")
        for level in LEVELS:
            await chat.urge(page, "wang", level)
        assert await chat.find(key, datetime.now(UTC), room=room.id) == state
        await chat.update(state, card, key)

    asyncio.run(alone_with_its_scopes(all_of_it))


def test_every_entry_of_the_menu_is_a_verb_that_feishu_takes():
    assert [entry.key for entry in MENU if ALIASES.get(entry.key, entry.key) not in VERBS] == []
    assert all(1 <= len(entry.key) <= 30 for entry in MENU)
    assert all(len(name) <= 60 for entry in MENU for name in (entry.zh, entry.en))
    assert len(MENU) <= 5


def test_only_the_levels_that_are_used_are_asked_for():
    assert [one.name for one in scopes(()) if "urgent" in one.name] == []
    assert [one.name for one in scopes(("app", "phone")) if "urgent" in one.name] == [
        "im:message.urgent",
        "im:message.urgent:phone",
    ]


def test_what_is_lacking_is_what_neither_it_nor_a_wider_one_covers():
    given = {one.name for one in SCOPES} - {"im:chat:create", "im:message.pins:write_only"} | {"im:chat"}
    assert [one.name for one in lacking(given, LEVELS)] == ["im:message.pins:write_only"]


def test_what_is_pasted_is_what_the_console_takes():
    told = json.loads(to_import(LEVELS))
    assert told == {"scopes": {"tenant": [one.name for one in SCOPES], "user": []}}


def test_the_page_that_asks_for_scopes_at_one_press():
    assert page("https://open.larksuite.com", "cli_a1", ["im:chat:create", "im:message:readonly"]) == (
        "https://open.larksuite.com/app/cli_a1/auth?q=im:chat:create,im:message:readonly&op_from=openapi"
        "&token_type=tenant"
    )


def test_the_list_has_the_address_once_and_every_key():
    told = checklist("https://crisis.example.com/", ("app",))
    assert told.count("https://crisis.example.com/feishu/events") == 1
    assert all(f"   {entry.key} " in told for entry in MENU)
    assert "im:message.urgent:sms" not in told


def typed(*words: str, **env: str) -> Result:
    """The command as somebody types it."""
    return CliRunner().invoke(main, ["manifest", "feishu", *words], env=env)


def test_the_command_asks_for_what_the_settings_switch_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    outcome = typed("--url", "https://crisis.example.com", GOLDENHOUR_FEISHU_URGENT="app,phone")
    assert outcome.exit_code == 0
    assert outcome.stdout == checklist("https://crisis.example.com", ("app", "phone")) + "\n"


def test_the_command_says_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert "--url" in typed().stderr
    outcome = typed("--url", "https://crisis.example.com", GOLDENHOUR_FEISHU_URGENT="fax")
    assert outcome.exit_code == 1
    assert "FEISHU_URGENT" in outcome.stderr


def anchors(text: str) -> set[str]:
    """What a browser can be sent to on a page: its headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_of_the_guides_leads_somewhere(guide: str):
    here = ROOT / guide
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", here.read_text(encoding="utf-8")):
        there = here.parent / path if path else here
        assert there.exists(), path
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), anchor


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize(
    "word",
    [*(one.name for one in SCOPES), *EVENTS, *CALLBACKS, *(entry.key for entry in MENU)],
)
def test_both_guides_name_everything(guide: str, word: str):
    assert f"`{word}`" in (ROOT / guide).read_text(encoding="utf-8")


@pytest.mark.parametrize("guide", GUIDES)
def test_no_guide_names_a_scope_that_is_not_asked_for(guide: str):
    text = (ROOT / guide).read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `((?:im|contact|application):[a-z0-9_:.]+)` \|", text, re.MULTILINE))
    assert named == {one.name for one in SCOPES}
