"""`goldenhour doctor`: is everything in place? If not, what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import aiohttp
import click
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.alarm import Alarm
from bot.app import check_admins
from bot.cli import doctor_feishu, doctor_hook, doctor_slack
from bot.cli.doctor_finding import Finding
from bot.cli.trouble import describe
from bot.crisis.people import Roster
from bot.joining import NotReady
from bot.marked_yaml import BadFile
from bot.playbooks import load
from bot.readiness import LATE_SECONDS
from bot.rosters import load_roster
from bot.settings import Settings
from bot.store import make_engine
from bot.store.health import health
from bot.store.lock import NotAlone, alone, database_file
from bot.store.schema import HEAD, version
from statements.marks import as_text
from statements.templates import lint
from statements.text import Words


@click.command()
@click.option("--alarm", is_flag=True, help="Also ring the alarm, so that you see whether it is heard.")
def doctor(alarm: bool) -> None:
    """Check settings, playbook, roster, database, what waits, Slack, Feishu, site and clock; say what to do."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise click.ClickException(describe(error)) from error
    findings = [*_look(settings), *([asyncio.run(_ring(settings))] if alarm else [])]
    for finding in findings:
        click.echo(f"{finding.mark} {finding.part}: {finding.says}")
    if not all(finding.well for finding in findings):
        raise SystemExit(1)


def _look(settings: Settings) -> Iterator[Finding]:
    yield _file("playbook", lambda: f"{load(settings.playbook).name} is sound")
    yield _file(
        "roster", lambda: f"{len(load_roster(settings.roster, load(settings.playbook).roles).people)} people"
    )
    yield _texts(settings)
    database = _database(settings)
    yield database
    if database.well:
        yield from _outbox(settings)
    yield from _watching(settings)
    yield from _platforms(settings)
    yield asyncio.run(doctor_hook.look(settings))


def _file(part: str, read: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, read())
    except BadFile as error:
        return Finding(part, False, str(error))


def _texts(settings: Settings) -> Finding:
    if not settings.templates:
        return Finding("texts", True, "as shipped; GOLDENHOUR_TEMPLATES names a folder of your own")
    files, wrong = lint(settings.templates)
    if wrong:
        says = f"{len(wrong)} of {files} cannot be used: `goldenhour statement lint {settings.templates}`"
        return Finding("texts", False, says)
    return Finding("texts", True, f"{files} of your own, the others as shipped")


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


def _outbox(settings: Settings) -> Iterator[Finding]:
    """What the database says about our promises."""
    engine = make_engine(settings.database_url)
    try:
        with engine.begin() as connection:
            found = health(connection, datetime.now(UTC), datetime.now(UTC))
    finally:
        engine.dispose()
    waiting = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(found.states.items()))
    if found.dead:
        says = (
            f"{found.dead} given up: `goldenhour outbox list` says why; then `outbox retry` or `outbox drop`"
        )
        yield Finding("outbox", False, says)
    elif found.late > LATE_SECONDS:
        says = f"what is due waits for {found.late:.0f} s ({waiting or 'a reminder'}): is a bot at work?"
        yield Finding("outbox", False, says)
    else:
        yield Finding("outbox", True, f"nothing is late; {waiting or 'nothing waits'}")
    yield _at_work(settings)


def _at_work(settings: Settings) -> Finding:
    if database_file(settings.database_url) is None:
        return Finding("at work", True, "any number of processes may share this database")
    try:
        with alone(settings.database_url):
            return Finding(
                "at work", True, "no process has this SQLite database: nobody is reminded", note=True
            )
    except NotAlone:
        return Finding("at work", True, "one process has this SQLite database")


def _watching(settings: Settings) -> Iterator[Finding]:
    """Who hears of it when the bot itself is in trouble."""
    yield _net(settings)
    yield _set("alarm", bool(settings.alarm_url), "nobody is told when chat fails; set GOLDENHOUR_ALARM_URL")
    yield _set(
        "heartbeat",
        bool(settings.heartbeat_url),
        "nobody notices when it is gone; set GOLDENHOUR_HEARTBEAT_URL",
    )
    yield _admins(settings)


def _net(settings: Settings) -> Finding:
    """Feishu takes no messages for later, so there is no net on it."""
    on_slack = bool(settings.slack_bot_token.get_secret_value())
    if settings.feishu_app_id and not on_slack:
        says = "Feishu takes nothing for later: while the bot is down nobody is reminded; run two processes"
        return Finding("safety net", True, says, note=True)
    if not settings.safety_net:
        says = "off: while the bot is down nobody is reminded; GOLDENHOUR_SAFETY_NET=on"
        return Finding("safety net", True, says, note=True)
    if settings.feishu_app_id:
        says = "on for rooms on Slack; Feishu takes nothing for later: run two processes"
        return Finding("safety net", True, says, note=True)
    return Finding("safety net", True, "on: the platform reminds rooms even while the bot is down")


def _set(part: str, there: bool, else_: str) -> Finding:
    return Finding(part, True, "set" if there else else_, note=not there)


async def _ring(settings: Settings) -> Finding:
    """An alarm that nobody has ever heard is a hope."""
    text = Words.load().text(settings.language, "team/alarm_test")
    lines = "\n".join(as_text(line, {}) for line in (text.headline, *text.lines))
    async with aiohttp.ClientSession(trust_env=False) as session:
        heard = await Alarm(session, settings.alarm_url.get_secret_value(), "").ring(lines, {"kind": "test"})
    says = (
        "was taken: look whether the message is there"
        if heard
        else "was not taken; is GOLDENHOUR_ALARM_URL right?"
    )
    return Finding("test alarm", heard, says)


def _admins(settings: Settings) -> Finding:
    roster = _roster_or_none(settings)
    if not settings.admins or roster is None:
        return _set("admins", bool(settings.admins), "nobody is told in chat; set GOLDENHOUR_ADMINS")
    try:
        check_admins(settings, roster)
    except NotReady as error:
        return Finding("admins", False, str(error))
    return Finding("admins", True, f"{len(settings.admins)} in the roster")


def _platforms(settings: Settings) -> Iterator[Finding]:
    roster = _roster_or_none(settings) or Roster()
    on_slack = bool(settings.slack_bot_token.get_secret_value())
    on_feishu = bool(settings.feishu_app_id or settings.feishu_app_secret.get_secret_value())
    if not (on_slack or on_feishu):
        yield Finding("platform", False, "none: set SLACK_BOT_TOKEN, FEISHU_APP_ID, or both")
    if on_slack:
        yield from asyncio.run(doctor_slack.look(settings, roster))
    if on_feishu:
        yield from asyncio.run(doctor_feishu.look(settings, roster))


def _roster_or_none(settings: Settings) -> Roster | None:
    try:
        return load_roster(settings.roster)
    except BadFile:
        return None
