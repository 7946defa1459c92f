"""`goldenhour playbook`: look at a policy before a crisis depends on it."""

from __future__ import annotations

import click

from bot.marked_yaml import BadFile
from bot.playbooks import load
from statements.coverage import missing, no_words
from statements.text import Words


@click.group()
def playbook() -> None:
    """Look at a policy before a crisis depends on it."""


@playbook.command()
@click.argument("file")
def check(file: str) -> None:
    """Read a playbook, by name or file, and say what is wrong with it, with line and remedy."""
    try:
        found = load(file)
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    lacking = missing(Words.load().with_names(found.words), found)
    if lacking:
        raise click.ClickException("\n".join(no_words(lacking)))
    grades = ", ".join(grade.name for grade in found.grades)
    click.echo(
        f"{found.name}: {grades}; {len(found.rules)} rules, {len(found.checkpoints)} checkpoints. It is sound."
    )
