"""What stands in a command's way, told in a sentence on standard error instead of a stack trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.marked_yaml import BadFile
from bot.store import Away


@contextmanager
def told() -> Iterator[None]:
    """Settings, files and databases that cannot be used end the command with exit code 1 and what to do."""
    try:
        yield
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:
        raise click.ClickException(describe(error)) from error
    except (SQLAlchemyError, Away) as error:
        raise click.ClickException(
            f"The database cannot be used ({_kind(error)}): check DATABASE_URL, then run `goldenhour migrate`."
        ) from error


def _kind(error: Exception) -> str:
    """Away says itself what the database said."""
    return str(error) if isinstance(error, Away) else type(error).__name__


def describe(error: ValidationError) -> str:
    """Which setting cannot be used, and why; never its value, which may be a secret."""
    return "\n".join(
        f"{'.'.join(str(part) for part in found['loc']).upper()}: {found['msg']}" for found in error.errors()
    )
