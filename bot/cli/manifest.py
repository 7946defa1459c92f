"""`goldenhour manifest`: what an administrator pastes into the platform to install the bot."""

from __future__ import annotations

import json

import click

from bot.cli.trouble import told
from bot.feishu.manifest import checklist
from bot.settings import Settings
from bot.slack.manifest import manifest as slack_manifest


@click.group()
def manifest() -> None:
    """Print what an administrator pastes into the platform."""


@manifest.command()
@click.option("--url", metavar="URL", help="Public address of the bot, such as https://crisis.example.com")
@click.option("--socket", is_flag=True, help="For Socket Mode, which needs no public address.")
def slack(url: str | None, socket: bool) -> None:
    """Print the Slack app manifest with the scopes that the code uses, and no others."""
    if not url and not socket:
        raise click.UsageError("Give --url https://… or --socket.")
    endpoint = f"{(url or '').rstrip('/')}/slack/events"
    click.echo(json.dumps(slack_manifest(endpoint, socket), ensure_ascii=False, indent=2))


@manifest.command()
@click.option(
    "--url", required=True, metavar="URL", help="Public address of the bot: https://crisis.example.com"
)
def feishu(url: str) -> None:
    """Print what is set up in Feishu's developer console: scopes, events, callbacks, menu."""
    with told():
        urges = Settings().feishu_urgent
    click.echo(checklist(url, urges))
