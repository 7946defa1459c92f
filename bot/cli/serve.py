"""`goldenhour serve`, `web` and `clock`: the bot at work, in one process or apart."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from types import FrameType

import click
import uvicorn
import uvloop
from pydantic import ValidationError

from bot import pauses
from bot.app import Bot, Parts, running
from bot.cli.trouble import describe
from bot.database import NoDatabase, our_database
from bot.joining import NotReady
from bot.logs import set_up
from bot.marked_yaml import BadFile
from bot.settings import Settings
from bot.stop import LAST_SECONDS, Stop
from bot.store.lock import NotAlone

REQUEST_SECONDS = 5
"""A stop waits so long for answers under way: who asked waits three seconds at most."""

Working = Callable[..., AbstractAsyncContextManager[Bot]]
"""`bot.app.running`, or the same with other values."""


@click.command()
def serve() -> None:
    """Run everything in one process: web, clock and delivery."""
    start(Parts(web=True, clock=True))


@click.command()
def web() -> None:
    """Answer Slack and deliver; the clock runs elsewhere."""
    start(Parts(web=True, clock=False))


@click.command()
def clock() -> None:
    """Watch the time and deliver; Slack is answered elsewhere."""
    start(Parts(web=False, clock=True))


def start(parts: Parts, work: Working = running) -> None:
    """Run until a signal; what stands in the way is one sentence on standard error, and exit code 1.

    work: another bot than the usual, where things are broken on purpose.
    """
    try:
        settings = Settings()
        set_up(settings.log_level)
        _check(settings)
        with our_database(settings), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, parts, work))
    except (NotReady, NoDatabase, NotAlone, BadFile) as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:
        raise click.ClickException(describe(error)) from error


def _check(settings: Settings) -> None:
    on_slack = bool(settings.slack_bot_token.get_secret_value())
    if not (on_slack or settings.feishu_app_id):
        raise NotReady(
            "Neither SLACK_BOT_TOKEN nor FEISHU_APP_ID is set. `make demo` needs no account; README: "
            "'Real Slack in ten minutes', 'Feishu in fifteen minutes'."
        )
    if on_slack and not (
        settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value()
    ):
        raise NotReady("Set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode).")
    if settings.feishu_app_id and not settings.feishu_app_secret.get_secret_value():
        raise NotReady(
            "Set FEISHU_APP_SECRET, from 'Credentials & Basic Info' of the app with FEISHU_APP_ID."
        )
    if settings.feishu_app_id and not settings.feishu_verification_token.get_secret_value():
        raise NotReady(
            "Set FEISHU_VERIFICATION_TOKEN, from 'Events & Callbacks > Encryption Strategy' of the app."
        )


async def _serve(settings: Settings, parts: Parts, work: Working) -> None:
    stop = Stop()
    async with work(settings, parts, stop=stop) as bot:
        pauses.from_now_on()
        if not parts.web:
            await _until_told(stop)
            return
        config = uvicorn.Config(
            bot.web,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=REQUEST_SECONDS,
        )
        await _Server(config, stop).serve()


class _Server(uvicorn.Server):
    """Stops when told to, and only that: uvicorn's own raises the signal anew and kills what is still under way."""

    def __init__(self, config: uvicorn.Config, stop: Stop) -> None:
        super().__init__(config)
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """We are told to stop: the time for it begins to run."""
        _begin(self._stop)
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A second Ctrl+C no longer waits for requests."""
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, self.handle_exit, name, None)
        yield


async def _until_told(stop: Stop) -> None:
    """Stay until somebody asks us to stop; a process without a web server has nothing else to wait for."""
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    await told.wait()
    _begin(stop)


def _begin(stop: Stop) -> None:
    """The time for a stop begins. Python waits for every thread at its end, a database's that hangs as well: not us."""
    stop.begin()
    last = threading.Timer(LAST_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()
