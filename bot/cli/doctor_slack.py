"""What the doctor looks at on Slack: the way in, the token, its scopes, the clock."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat import ChatError
from bot.cli.doctor_finding import Finding, the_clock
from bot.crisis.people import Roster
from bot.settings import Settings
from bot.slack.client import SlackChat, web_client
from bot.slack.errors import asked
from bot.slack.manifest import scopes

CLOCK_MOST = 60
"""Seconds by which our clock may differ from Slack's; its signatures are good for 300."""


async def look(settings: Settings, roster: Roster) -> list[Finding]:
    """Everything that can be asked of Slack."""
    return [_way_in(settings), *await _asked(settings, roster)]


def _way_in(settings: Settings) -> Finding:
    if settings.slack_app_token.get_secret_value():
        return Finding("way in", True, "Socket Mode")
    if settings.slack_signing_secret.get_secret_value():
        return Finding("way in", True, "HTTP, POST /slack/events")
    return Finding("way in", False, "set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)")


async def _asked(settings: Settings, roster: Roster) -> list[Finding]:
    client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        who = await SlackChat(client, roster.person).check()
        headers = {name.lower(): value for name, value in (await asked(client.auth_test())).headers.items()}
        return [
            Finding("token", True, who),
            _scopes(headers),
            the_clock("clock", "Slack", headers, CLOCK_MOST),
        ]
    except ChatError as error:
        return [Finding("token", False, f"{error.code}; check SLACK_BOT_TOKEN and SLACK_API_URL")]
    finally:
        await client.session.close()


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
