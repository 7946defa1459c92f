"""`goldenhour demo`: a crisis in the browser, no account needed."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from bot import pauses
from bot.chat import Platform
from bot.demo.player import Player, Scenario, scenarios
from bot.demo.stage import Stage, stage
from bot.logs import set_up

PLATFORMS: Mapping[str, Collection[Platform]] = {
    "slack": ("slack",),
    "feishu": ("feishu",),
    "both": ("slack", "feishu"),
}
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
@click.option(
    "--platform",
    type=click.Choice(list(PLATFORMS)),
    default="slack",
    show_default=True,
    help="With both, some people are on one of them alone; Feishu's page is on the next port.",
)
def demo(port: int, speed: float, scenario: int | None, language: str, playbook: str, platform: str) -> None:
    """Try a crisis in the browser: a local Slack or Feishu, the bot and a database, in one process."""
    set_up("WARNING")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, mode=0o700)
    chosen = scenarios()[scenario] if scenario else None
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(port, speed, chosen, language, playbook, PLATFORMS[platform]))
    click.echo("\nStopped.")


async def _run(
    port: int,
    speed: float,
    scenario: Scenario | None,
    language: str,
    playbook: str,
    platforms: Collection[Platform],
) -> None:
    chosen = {"port": port, "speed": speed, "language": language, "playbook": playbook}
    try:
        async with stage(FOLDER, **chosen, platforms=platforms) as on:
            pauses.from_now_on()
            _greet(on, speed)
            if scenario is None:
                await _watch(on)
            else:
                player = Player(on, _progress, on.others)
                room = await player.play(scenario)
                await asyncio.gather(player.carry_on(room), _watch(on))
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used ({error.strerror}); try --port 0.") from error


def _greet(on: Stage, speed: float) -> None:
    places = "  and  ".join(click.style(url, bold=True) for url in on.pages)
    click.echo(f"\n  Golden Hour is at {places}  (Ctrl+C stops it)\n")
    if on.slack:
        click.echo(
            "  Type  /crisis open 车主称维修后刹车失灵  in any channel. 'View as' shows everybody's side."
        )
    if on.feishu:
        click.echo("  飞书：给机器人发私信  危机 上报 车主称维修后刹车失灵 ，或点单聊里的菜单。")
    click.echo(
        f"  One second here is {speed:g} of crisis. To export: DATABASE_URL={on.database} goldenhour export 1\n"
    )


def _progress(what: str) -> None:
    end = "\r" if sys.stdout.isatty() else "\n"
    click.echo(f"  \x1b[2K▸ {what}" if sys.stdout.isatty() else f"  > {what}", nl=False)
    click.echo(end, nl=False)


async def _watch(on: Stage) -> None:
    """Stay until Ctrl+C; say how the latest crisis stands whenever something is said in it."""
    await asyncio.gather(
        *([_follow(on.slack.world, _latest_channel)] if on.slack else []),
        *([_follow(on.feishu.world, _latest_group)] if on.feishu else []),
    )


async def _follow(world: Any, latest: Callable[[Any], str]) -> None:
    told, changes = "", world.changes()
    while True:
        await anext(changes)
        if (now := latest(world)) and now != told:
            told = now
            _progress(told)


def _latest_channel(world: Any) -> str:
    rooms = [room for room in world.channels.values() if room.is_private and not room.is_im]
    if not rooms:
        return ""
    room, since = rooms[-1], world.now() - datetime.fromtimestamp(rooms[-1].created, UTC)
    return _standing(f"#{room.name}", since, len(world.messages.get(room.id, [])), room.topic)


def _latest_group(world: Any) -> str:
    groups = [chat for chat in world.chats.values() if chat.kind == "group" and chat.has_bot]
    if not groups:
        return ""
    room = groups[-1]
    since = world.now() - datetime.fromtimestamp(room.created / 1000, UTC)
    return _standing(room.name, since, len(world.messages[room.id]), room.description)


def _standing(name: str, since: timedelta, messages: int, topic: str) -> str:
    return f"T+{since.total_seconds() / 60:.0f} min · {name} · {messages} messages · {topic}"
