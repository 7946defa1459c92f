"""`goldenhour audit`: whether the tables hold what the history asks for."""

from __future__ import annotations

from functools import partial

import click

from bot.app import make_store
from bot.audit import audit_tables
from bot.cli.trouble import told
from bot.playbooks import load
from bot.settings import Settings


@click.command()
@click.option("--mend", is_flag=True, help="Also mend what can be mended.")
def audit(mend: bool) -> None:
    """Compare the tables with the history of every open crisis. Exit code 1 when something is out of step.

    The bot does this by itself each minute, and also looks at what is on the chat platform.
    """
    with told():
        settings = Settings()
        playbook = load(settings.playbook)
        store = make_store(settings, playbook)
        try:
            found = store.run_now(partial(audit_tables, playbook=playbook, mend=mend))
        finally:
            store.close()
    for finding in found:
        click.echo(f"crisis {finding.incident}\t{finding.kind}\t{finding.key}\t{finding.what}")
    if not found:
        click.echo("Everything is as the history asks for.")
        return
    done = "mended where that is safe" if mend else "nothing was changed"
    click.echo(f"{len(found)} found; {done}.")
    raise SystemExit(1)
