"""Handlers are tried on SQLite; what differs between databases is tried in tests/store and tests/stories."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import empty_sqlite


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database."""
    return empty_sqlite(migrated_file, tmp_path)
