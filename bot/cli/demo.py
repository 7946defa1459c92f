"""`goldenhour demo`: a crisis in the browser, no account needed."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.demo.player import Player, Scenario, scenarios
from bot.demo.stage import Stage, stage
from bot.logs import set_up

FOLDER = Path("var/demo")


@click.command()
@click.option("--port", default=3000, show_default=True, help="Of the chat page; 0 takes a free one.")
@click.option(
    "--speed", default=1.0, show_default=True, type=click.FloatRange(1, 3600), help="60: an hour in a minute."
)
@click.option(
    "--scenario", type=click.IntRange(1, 10), help="Play one of the ten published scenarios by itself."
)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--playbook", default="service_network", show_default=True)
def demo(port: int, speed: float, scenario: int | None, language: str, playbook: str) -> None:
    """Try a crisis in the browser: a local Slack, the bot and a database, in one process."""
    set_up("WARNING")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, mode=0o700)
    chosen = scenarios()[scenario] if scenario else None
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(port, speed, chosen, language, playbook))
    click.echo("\nStopped.")


async def _run(port: int, speed: float, scenario: Scenario | None, language: str, playbook: str) -> None:
    try:
        async with stage(FOLDER, port=port, speed=speed, language=language, playbook=playbook) as on:
            _greet(on, speed)
            if scenario is None:
                await _watch(on)
            else:
                player = Player(on, _progress)
                room = await player.play(scenario)
                await asyncio.gather(player.carry_on(room), _watch(on))
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used ({error.strerror}); try --port 0.") from error


def _greet(on: Stage, speed: float) -> None:
    click.echo(f"\n  Golden Hour is at {click.style(on.url, bold=True)}  (Ctrl+C stops it)\n")
    click.echo("  Type  /crisis open 车主称维修后刹车失灵  in any channel. 'View as' shows everybody's side.")
    click.echo(
        f"  One second here is {speed:g} of crisis. To export: DATABASE_URL={on.database} goldenhour export 1\n"
    )


def _progress(what: str) -> None:
    end = "\r" if sys.stdout.isatty() else "\n"
    click.echo(f"  \x1b[2K▸ {what}" if sys.stdout.isatty() else f"  > {what}", nl=False)
    click.echo(end, nl=False)


async def _watch(on: Stage) -> None:
    """Stay until Ctrl+C; say how the latest crisis stands whenever something is said in it."""
    told, changes = "", on.world.changes()
    while True:
        await anext(changes)
        rooms = [room for room in on.world.channels.values() if room.is_private and not room.is_im]
        if not rooms:
            continue
        room = rooms[-1]
        messages = len(on.world.messages.get(room.id, []))
        if (now := f"#{room.name} · {messages} messages · {room.topic}") != told:
            told = now
            since = on.world.now() - datetime.fromtimestamp(room.created, UTC)
            _progress(f"T+{since.total_seconds() / 60:.0f} min · {told}")
