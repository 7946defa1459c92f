"""`goldenhour doctor`: is everything in place? If not, what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import click
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.chat import ChatError
from bot.cli.trouble import describe
from bot.crisis.people import Roster
from bot.marked_yaml import BadFile
from bot.playbooks import load
from bot.rosters import load_roster
from bot.settings import Settings
from bot.slack.client import SlackChat, web_client
from bot.slack.errors import asked
from bot.slack.manifest import scopes
from bot.store import make_engine
from bot.store.schema import HEAD, version

CLOCK_MOST = 60
"""Seconds by which our clock may differ from Slack's; its signatures are good for 300."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, and what was seen or has to be done."""

    part: str
    well: bool
    says: str


@click.command()
def doctor() -> None:
    """Check settings, playbook, roster, database, Slack and clock; say what to do."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise click.ClickException(describe(error)) from error
    findings = list(_look(settings))
    for finding in findings:
        click.echo(
            f"{click.style('ok  ', fg='green') if finding.well else click.style('FAIL', fg='red')} "
            f"{finding.part}: {finding.says}"
        )
    if not all(finding.well for finding in findings):
        raise SystemExit(1)


def _look(settings: Settings) -> Iterator[Finding]:
    yield _file("playbook", lambda: f"{load(settings.playbook).name} is sound")
    yield _file(
        "roster", lambda: f"{len(load_roster(settings.roster, load(settings.playbook).roles).people)} people"
    )
    yield _database(settings)
    yield _secret(settings)
    yield from asyncio.run(_slack(settings))


def _file(part: str, read: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, read())
    except BadFile as error:
        return Finding(part, False, str(error))


def _database(settings: Settings) -> Finding:
    engine = make_engine(settings.database_url)
    try:
        found = version(engine)
    except SQLAlchemyError as error:
        return Finding("database", False, f"cannot be reached ({type(error).__name__}); check DATABASE_URL")
    finally:
        engine.dispose()
    if found != HEAD:
        return Finding(
            "database", False, f"stands at {found or 'nothing'}, needs {HEAD}: run `goldenhour migrate`"
        )
    return Finding("database", True, f"{engine.dialect.name}, up to date")


def _secret(settings: Settings) -> Finding:
    if settings.slack_app_token.get_secret_value():
        return Finding("way in", True, "Socket Mode")
    if settings.slack_signing_secret.get_secret_value():
        return Finding("way in", True, "HTTP, POST /slack/events")
    return Finding("way in", False, "set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)")


async def _slack(settings: Settings) -> list[Finding]:
    client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        roster = _roster_or_none(settings)
        chat = SlackChat(client, (roster or Roster()).person)
        who = await chat.check()
        headers = {name.lower(): value for name, value in (await asked(client.auth_test())).headers.items()}
        return [Finding("token", True, who), _scopes(headers), _clock(headers)]
    except ChatError as error:
        return [Finding("token", False, f"{error.code}; check SLACK_BOT_TOKEN and SLACK_API_URL")]
    finally:
        await client.session.close()


def _roster_or_none(settings: Settings) -> Roster | None:
    try:
        return load_roster(settings.roster)
    except BadFile:
        return None


def _scopes(headers: Mapping[str, str]) -> Finding:
    """Slack tells in each answer which scopes the token was given."""
    given = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    missing = [scope for scope in scopes() if scope not in given]
    if missing:
        return Finding(
            "scopes",
            False,
            f"missing {', '.join(missing)}: update the app from `goldenhour manifest slack`, reinstall",
        )
    return Finding("scopes", True, f"all {len(scopes())} given")


def _clock(headers: Mapping[str, str]) -> Finding:
    """A wrong clock refuses every request of Slack's and reminds at the wrong time."""
    try:
        theirs = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return Finding("clock", True, "Slack did not say what time it is")
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > CLOCK_MOST:
        return Finding("clock", False, f"{apart:.0f} s away from Slack's: set this machine's time, by NTP")
    return Finding("clock", True, f"within {apart:.0f} s of Slack's")
