"""`goldenhour statement`: look at a company's own texts before a crisis depends on them."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.statement_export import export_statement
from statements.templates import lint as look


@click.group()
def statement() -> None:
    """Look at a company's own texts before a crisis depends on them."""


statement.add_command(export_statement)


@statement.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def lint(folder: Path) -> None:
    """Read every text in FOLDER and say what is wrong with it, with file, line and remedy."""
    files, wrong = look(folder)
    for trouble in wrong:
        click.echo(str(trouble))
    if not files:
        raise click.ClickException(f"There is no text in {folder}; a text is <zh or en>/<kind>.md.j2.")
    click.echo(f"{files} texts, {len(wrong)} with a mistake." if wrong else f"{files} texts. They are sound.")
    if wrong:
        raise SystemExit(1)
