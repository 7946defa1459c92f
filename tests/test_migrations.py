"""The tables as the code has them are the tables as the migrations make them."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from bot.cli.migrate import config
from bot.store import make_engine
from bot.store.schema import HEAD, version
from bot.store.tables import metadata


def test_the_code_knows_the_newest_migration():
    heads = ScriptDirectory.from_config(config("sqlite://")).get_heads()
    assert heads == [HEAD]


def test_the_migrated_tables_are_those_of_the_code(engine: Engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_goes_back_to_nothing_and_forth_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'there_and_back.db'}"
    command.upgrade(config(url), "head")
    command.downgrade(config(url), "base")
    command.upgrade(config(url), "head")


def test_an_empty_database_has_no_version(tmp_path):
    empty = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    assert version(empty) == ""
    empty.dispose()
