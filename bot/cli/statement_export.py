"""`goldenhour statement export`: one version of one statement as a file, for a letter, a lawyer or the archive."""

from __future__ import annotations

from pathlib import Path

import click

from bot.app import make_store, make_voice
from bot.cli.trouble import told
from bot.playbooks import load
from bot.rosters import load_roster
from bot.settings import Settings
from bot.store import Work
from statements.documents.docx_out import as_docx
from statements.documents.sheets import FORMATS, Sheet, as_markdown, as_text
from statements.documents.standing import sheet


class Which(click.ParamType):
    """`12/3`: the third statement of crisis 12."""

    name = "crisis/statement"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Both numbers; anything else ends the command with how to write them."""
        crisis, _, statement = value.partition("/")
        if not (crisis.isdecimal() and statement.isdecimal() and value.isascii()):
            self.fail(f"{value!r}: write the crisis and the statement, as in 12/3", param, ctx)
        return int(crisis), int(statement)


@click.command("export")
@click.argument("which", type=Which())
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "kind", type=click.Choice(FORMATS), help="By the ending of FILE if left out.")
@click.option("--version", type=int, help="The last one if left out.")
def export_statement(which: tuple[int, int], file: Path, kind: str | None, version: int | None) -> None:
    """Write a statement, such as 12/3, to FILE. Its first line says which version it is and whether it was approved."""
    chosen = kind or file.suffix.removeprefix(".")
    if chosen not in FORMATS:
        raise click.UsageError(f"Say --format, or give FILE one of these endings: {', '.join(FORMATS)}.")
    with told():
        made = _made(_sheet(*which, version), chosen)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(made)
    click.echo(file)


def _sheet(crisis: int, number: int, version: int | None) -> Sheet:
    settings = Settings()
    policy = load(settings.playbook)
    voice = make_voice(settings, policy, load_roster(settings.roster, policy.roles))
    store = make_store(settings, policy)

    def look(work: Work) -> Sheet:
        incident = work.incidents.get(crisis, to_change=False)
        if incident is None:
            raise click.ClickException(f"There is no crisis {crisis}.")
        statement = incident.statements.get(number)
        if statement is None:
            raise click.ClickException(f"Crisis {crisis} has no statement {number}.")
        wanted = statement.latest.number if version is None else version
        if not 1 <= wanted <= len(statement.versions):
            raise click.ClickException(f"Statement {crisis}/{number} has no version {wanted}.")
        return sheet(incident, statement, wanted, voice.words)

    try:
        return store.run_now(look)
    finally:
        store.close()


def _made(told: Sheet, kind: str) -> bytes:
    if kind == "docx":
        return as_docx(told)
    return (as_markdown(told) if kind == "md" else as_text(told)).encode()
