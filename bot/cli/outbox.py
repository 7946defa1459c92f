"""`goldenhour outbox`: what could not be sent, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import click

from bot.app import make_store
from bot.cli.restored import catch_up
from bot.cli.trouble import told
from bot.playbooks import load
from bot.settings import Settings
from bot.store import Work
from bot.store.outbox import Listed

T = TypeVar("T")


@click.group()
def outbox() -> None:
    """Look at what waits to be sent, and at what could not be."""


@outbox.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what waits and is under way.")
def list_(everything: bool) -> None:
    """List what could not be sent, with its number and why."""
    states = ("pending", "claimed", "dead") if everything else ("dead",)
    rows = _do(lambda work: work.outbox.listed(*states))
    for row in rows:
        click.echo(f"{row.id}\t{_state(row)}\t{row.key}\tattempt {row.attempt}\t{row.error}")
    if not rows:
        click.echo("Nothing is stuck." if not everything else "The outbox is empty.")


@outbox.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Try send NUMBER again."""
    _told(_do(lambda work: work.outbox.retry(number)), "It will be tried again at once.")


@outbox.command()
@click.argument("number", type=int)
def drop(number: int) -> None:
    """Give send NUMBER up for good."""
    _told(_do(lambda work: work.outbox.drop(number)), "It will not be sent.")


def _state(row: Listed) -> str:
    """Its state, how late it is, and whether it may have arrived without our knowing."""
    late = (datetime.now(UTC) - row.due_at).total_seconds() if row.state == "pending" else 0.0
    return ", ".join(
        filter(
            None, (row.state, f"{late:.0f} s late" if late >= 1 else "", "in doubt" if row.in_doubt else "")
        )
    )


@outbox.command()
def doubt() -> None:
    """Look for everything that waits before it is sent: after the database was put back to an earlier time."""
    with told():
        waiting = catch_up(Settings())
    click.echo(f"{waiting} waiting sends will be looked for before they are sent.")


def _do(unit: Callable[[Work], T]) -> T:
    with told():
        settings = Settings()
        store = make_store(settings, load(settings.playbook))
        try:
            return store.run_now(unit)
        finally:
            store.close()


def _told(found: bool, sentence: str) -> None:
    if not found:
        raise click.ClickException("No dead send has that number; `goldenhour outbox list` shows them.")
    click.echo(sentence)
