"""`goldenhour export`: everything that happened in one crisis, for people and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bot.app import make_store, make_voice
from bot.cli.trouble import told
from bot.exports import as_json, as_markdown
from bot.playbooks import load
from bot.rosters import load_roster
from bot.settings import Settings
from bot.store import Work


@click.command()
@click.argument("number", type=int)
@click.option(
    "--format", "kind", type=click.Choice(["both", "md", "json"]), default="both", show_default=True
)
@click.option(
    "--language", type=click.Choice(["zh", "en"]), help="Of the Markdown; the incident's own if left out."
)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=".", show_default=True
)
def export(number: int, kind: str, language: str | None, folder: Path) -> None:
    """Write the history of crisis NUMBER as Markdown and JSON. The files are confidential."""
    with told():
        for path in _exported(number, ["md", "json"] if kind == "both" else [kind], language, folder):
            click.echo(path)


def _exported(number: int, kinds: Sequence[str], language: str | None, folder: Path) -> list[Path]:
    settings = Settings()
    policy = load(settings.playbook)
    voice = make_voice(settings, policy, load_roster(settings.roster, policy.roles))
    store = make_store(settings, policy)

    def write(work: Work) -> list[Path]:
        incident = work.incidents.get(number, to_change=False)
        if incident is None:
            raise click.ClickException(
                f"There is no crisis {number} in {settings.database_url.split('@')[-1]}."
            )
        texts = {
            "md": as_markdown(incident, voice, work.now, language or incident.language),
            "json": as_json(incident, voice),
        }
        return [_private(folder / f"crisis-{number}.{kind}", texts[kind]) for kind in kinds]

    try:
        return store.run_now(write)
    finally:
        store.close()


def _private(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path
