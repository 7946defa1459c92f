"""`goldenhour doctor` on Feishu: what is missing, where it is mended, and who cannot be reached."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.__main__ import main
from bot.feishu.manifest import SCOPES
from sandbox.faults import Fault, Faults
from sandbox.feishu import make_app, make_world
from sandbox.feishu.world import World
from sandbox.server import SandboxServer
from tests.databases import empty_sqlite
from tests.makers import ROOT

EVERYTHING = frozenset(scope.name for scope in SCOPES)
URL = "https://crisis.example.com/feishu/events"
EVENTS = (
    "im.message.receive_v1",
    "application.bot.menu_v6",
    "im.chat.member.bot.added_v1",
    "im.chat.member.bot.deleted_v1",
    "im.chat.disbanded_v1",
)
SETTINGS = {
    "FEISHU_APP_ID": "cli_sandbox",
    "FEISHU_APP_SECRET": "a-secret",
    "FEISHU_ENCRYPT_KEY": "a key",
    "FEISHU_VERIFICATION_TOKEN": "a token",
    "GOLDENHOUR_ROSTER": str(ROOT / "roster.example.yaml"),
}


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database in a folder without `.env`."""
    monkeypatch.chdir(tmp_path)
    return empty_sqlite(migrated_file, tmp_path)


def console(
    events: Sequence[str] = EVENTS,
    callbacks: Sequence[str] = ("card.action.trigger",),
    url: str = URL,
    status: int = 1,
) -> list[Route]:
    """What Feishu tells of an app that may ask what it is subscribed to; the local Feishu has no console."""
    callback = {"callback_type": "webhook", "request_url": url, "subscribed_callbacks": list(callbacks)}
    version = {
        "version": "1.0.3",
        "status": status,
        "publish_time": "1763700000",
        "event_infos": [{"event_type": event} for event in events],
    }
    draft = version | {"version": "1.0.4", "status": 4, "publish_time": None, "event_infos": []}
    answers: dict[str, Any] = {
        "/open-apis/application/v6/applications/cli_sandbox": {"app": {"callback_info": callback}},
        "/open-apis/application/v6/applications/cli_sandbox/app_versions": {"items": [draft, version]},
    }

    def told(request: Request) -> JSONResponse:
        return JSONResponse({"code": 0, "msg": "success", "data": answers[request.url.path]})

    return [Route(path, told) for path in answers]


def doctor(
    database: str,
    *,
    scopes: frozenset[str] = EVERYTHING,
    page: Sequence[Route] | None = None,
    change: Callable[[World], None] = lambda world: None,
    faults: Faults | None = None,
    **env: str,
) -> Result:
    """The command, with the local Feishu beside it."""

    async def visit() -> Result:
        world = make_world(lambda: datetime.now(UTC))
        change(world)
        app = make_app(
            world,
            app_secret="a-secret",
            verification_token="a token",
            bot_url="http://127.0.0.1:1",
            scopes=scopes,
            faults=faults,
            page=console() if page is None else page,
        )
        async with SandboxServer(app) as server:
            usual = SETTINGS | {"DATABASE_URL": database, "FEISHU_BASE_URL": server.url}
            return await asyncio.to_thread(CliRunner().invoke, main, ["doctor"], env={**usual, **env})

    return asyncio.run(visit())


def lines(outcome: Result) -> list[str]:
    """What it says of Feishu, without the number of seconds."""
    told = [row for row in outcome.stdout.splitlines() if " feishu " in row[:12]]
    return [re.sub(r"\d+ s\b", "N s", re.sub(r"http://[^ /]+", "http://feishu", row)) for row in told]


def of(outcome: Result, part: str) -> list[str]:
    """What it says of one part."""
    return [row for row in lines(outcome) if f" feishu {part}: " in row]


def test_a_whole_installation_is_found_well(database: str):
    outcome = doctor(database)
    assert outcome.exit_code == 0, outcome.output
    assert lines(outcome) == [
        "ok   feishu way in: HTTP, POST /feishu/events, encrypted and signed",
        "ok   feishu app: goldenhour (ou_bot)",
        "ok   feishu scopes: all 17 granted",
        "ok   feishu events: all 5, and cards, in version 1.0.3",
        "ok   feishu people: all 15 can be reached",
        "ok   feishu urgent: app",
        "note feishu menu: cannot be asked: in the private chat with the bot, are there 5 entries (keys open, "
        "status, tasks, list, help)?",
        "ok   feishu clock: within N s of Feishu's",
    ]
    assert " token: " not in outcome.stdout, "nothing is said of Slack where it is not used"


def test_without_settings_it_says_which_and_asks_nothing(database: str):
    outcome = doctor(database, FEISHU_APP_SECRET="", FEISHU_VERIFICATION_TOKEN="")
    assert outcome.exit_code == 1
    assert lines(outcome) == [
        "FAIL feishu way in: set FEISHU_APP_SECRET, FEISHU_VERIFICATION_TOKEN; docs/feishu.md says where each is"
    ]


def test_an_app_id_that_was_forgotten_is_asked_for(database: str):
    outcome = doctor(database, FEISHU_APP_ID="")
    assert of(outcome, "way in")[0].startswith("FAIL feishu way in: set FEISHU_APP_ID;")


def test_without_any_platform_it_says_so(database: str):
    nothing = {"FEISHU_APP_ID": "", "FEISHU_APP_SECRET": ""}
    outcome = doctor(database, **nothing)
    assert "FAIL platform: none: set SLACK_BOT_TOKEN, FEISHU_APP_ID, or both\n" in outcome.stdout


def test_requests_in_the_clear_are_a_note(database: str):
    outcome = doctor(database, FEISHU_ENCRYPT_KEY="")
    assert outcome.exit_code == 0
    assert of(outcome, "way in") == [
        "note feishu way in: HTTP, POST /feishu/events, in the clear and not signed; set an Encrypt Key and "
        "FEISHU_ENCRYPT_KEY"
    ]


def test_a_wrong_secret_is_told_with_the_remedy_and_never_shown(database: str):
    outcome = doctor(database, FEISHU_APP_SECRET="wrong-secret")
    assert outcome.exit_code == 1
    assert lines(outcome)[1:] == [
        "FAIL feishu app: invalid_auth. Set FEISHU_APP_ID and FEISHU_APP_SECRET to those under 'Credentials & "
        "Basic Info'."
    ]
    assert "wrong-secret" not in outcome.output


def test_where_nobody_answers_the_address_is_asked_about(database: str):
    outcome = doctor(database, FEISHU_BASE_URL="http://127.0.0.1:1")
    assert lines(outcome)[1:] == [
        "FAIL feishu app: not_connected. Is FEISHU_BASE_URL right, and can it be reached from here?"
    ]


def test_a_scope_that_is_missing_is_named_with_what_it_is_for_and_where_to_ask(database: str):
    outcome = doctor(database, scopes=EVERYTHING - {"im:chat:create", "im:message.group_msg"})
    assert outcome.exit_code == 1
    assert of(outcome, "scopes") == [
        "FAIL feishu scopes: missing im:chat:create (make the crisis room). Ask for them at "
        "http://feishu/app/cli_sandbox/auth?q=im:chat:create,im:message.group_msg&op_from=openapi&"
        "token_type=tenant , then publish a new version"
    ]


def test_what_can_be_done_without_is_a_note(database: str):
    outcome = doctor(database, scopes=EVERYTHING - {"im:message.group_msg"})
    assert outcome.exit_code == 0
    assert of(outcome, "scopes") == [
        "note feishu scopes: 16 granted, all that is needed; without im:message.group_msg (look for a card in a "
        "group, too: else one in doubt for over an hour is sent again)"
    ]


def test_a_wide_scope_of_an_older_app_will_do(database: str):
    narrow = {name for name in EVERYTHING if name.startswith(("im:chat:", "im:chat."))}
    outcome = doctor(database, scopes=EVERYTHING - narrow | {"im:chat"})
    assert of(outcome, "scopes") == ["ok   feishu scopes: all 17 granted"]


def test_the_scope_of_a_call_that_is_switched_on_is_asked_for(database: str):
    outcome = doctor(
        database, scopes=EVERYTHING - {"im:message.urgent:phone"}, GOLDENHOUR_FEISHU_URGENT="app,phone"
    )
    assert "missing im:message.urgent:phone (urge by a call, which Feishu bills)" in of(outcome, "scopes")[0]
    assert of(outcome, "urgent") == ["note feishu urgent: app, phone: Feishu bills phone"]


def test_urging_that_is_off_is_a_note(database: str):
    outcome = doctor(database, scopes=EVERYTHING - {"im:message.urgent"}, GOLDENHOUR_FEISHU_URGENT="off")
    assert outcome.exit_code == 0
    assert of(outcome, "urgent") == ["note feishu urgent: off: a page is a message like any other"]


def test_subscriptions_that_are_missing_are_named(database: str):
    outcome = doctor(database, page=console(EVENTS[:-1], callbacks=(), url="https://crisis.example.com/"))
    assert outcome.exit_code == 1
    assert of(outcome, "events") == [
        "FAIL feishu events: event im.chat.disbanded_v1 (群解散) is not subscribed; callback card.action.trigger "
        "(卡片回传交互) is not subscribed: no button in a card works; callbacks go to https://crisis.example.com/, "
        "which should end in /feishu/events. Mend it, then publish a new version"
    ]


def test_an_app_that_was_never_published_is_told(database: str):
    outcome = doctor(database, page=console(status=3))
    assert of(outcome, "events") == [
        "FAIL feishu events: no version of the app is published. Mend it, then publish a new version"
    ]


def test_where_the_app_may_not_ask_for_its_subscriptions_one_looks_by_hand(database: str):
    outcome = doctor(database, scopes=EVERYTHING - {"application:application:self_manage"})
    assert outcome.exit_code == 0
    assert of(outcome, "events") == [
        "note feishu events: may not be asked without application:application:self_manage: look under 'Events & "
        "Callbacks' for im.message.receive_v1, application.bot.menu_v6, im.chat.member.bot.added_v1, "
        "im.chat.member.bot.deleted_v1, im.chat.disbanded_v1, card.action.trigger; their URL ends in /feishu/events"
    ]


def test_what_feishu_does_not_tell_today_is_looked_up_by_hand(database: str):
    outcome = doctor(database, faults=Faults(planned=[Fault("scopes.list", 1, "502")]))
    assert outcome.exit_code == 0
    assert of(outcome, "scopes") == [
        "note feishu scopes: could not be asked (http_502): compare with `goldenhour manifest feishu`"
    ]
    assert of(outcome, "events")[0].startswith("note feishu events: may not be asked without ")


def test_people_who_cannot_be_looked_up_are_no_reason_to_stop(database: str):
    outcome = doctor(database, scopes=EVERYTHING - {"contact:user.id:readonly"})
    assert of(outcome, "people") == [
        "FAIL feishu people: missing_scope. Add what is missing under 'Permissions & Scopes', then publish a new "
        "version."
    ]
    assert len(of(outcome, "clock")) == 1


def test_people_outside_the_availability_range_are_named(database: str):
    def only_some(world: World) -> None:
        world.available = set(world.people) - {"ou_u04", "ou_u05"}

    outcome = doctor(database, change=only_some)
    assert outcome.exit_code == 1
    assert of(outcome, "people") == [
        "FAIL feishu people: 13 of 15 can be reached; not wang, zhao. Is the e-mail the one they have in Feishu, "
        "and are they in the app's availability range?"
    ]


def test_an_open_id_of_another_app_is_found_out(database: str, tmp_path: Path):
    roster = (ROOT / "roster.example.yaml").read_text(encoding="utf-8")
    roster = roster.replace("    slack: U04\n", "    slack: U04\n    feishu: ou_ofanotherapp\n")
    (tmp_path / "roster.yaml").write_text(roster, encoding="utf-8")
    outcome = doctor(database, GOLDENHOUR_ROSTER="roster.yaml")
    assert of(outcome, "people") == [
        "FAIL feishu people: `feishu` of wang is of another app, or another person's: leave it out"
    ]


def test_on_feishu_alone_nobody_is_reminded_while_the_bot_is_down(database: str):
    assert (
        "note safety net: Feishu takes nothing for later: while the bot is down nobody is reminded; run two "
        "processes\n"
    ) in doctor(database).stdout


def test_where_slack_is_set_as_well_who_is_missing_here_may_be_there(database: str):
    def only_some(world: World) -> None:
        world.available = set(world.people) - {"ou_u04"}

    slack = {"SLACK_BOT_TOKEN": "xoxb-t", "SLACK_API_URL": "http://127.0.0.1:1/"}
    outcome = doctor(database, change=only_some, **slack)
    assert of(outcome, "people")[0].startswith("note feishu people: 14 of 15 can be reached; not wang. ")
    assert "note safety net: on for rooms on Slack; Feishu takes nothing for later: run two processes\n" in (
        outcome.stdout
    )
    assert "FAIL token: not_connected; check SLACK_BOT_TOKEN and SLACK_API_URL\n" in outcome.stdout
