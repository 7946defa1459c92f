"""`goldenhour`: the command line. `python -m bot` is the same."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from bot import pauses

COMMANDS: Mapping[str, str] = {
    "demo": "bot.cli.demo",
    "serve": "bot.cli.serve",
    "web": "bot.cli.serve",
    "clock": "bot.cli.serve",
    "migrate": "bot.cli.migrate",
    "grade": "bot.cli.grade",
    "playbook": "bot.cli.playbook",
    "statement": "bot.cli.statement",
    "manifest": "bot.cli.manifest",
    "doctor": "bot.cli.doctor",
    "export": "bot.cli.export",
    "outbox": "bot.cli.outbox",
    "audit": "bot.cli.audit",
    "backup": "bot.cli.backup",
    "restore": "bot.cli.backup",
}
"""Each command and the module it lives in, so that `serve` does not wait for what only `demo` needs."""


class Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="goldenhour")
def main() -> None:
    """Golden Hour: room, grade, pages and clock for a crisis committee."""


def run() -> None:
    """The same from a shell, where this process is ours alone: what is built while it starts is no garbage."""
    pauses.while_starting()
    main()


if __name__ == "__main__":
    run()
