"""Handlers are tried on SQLite; what differs between databases is tried in tests/store and tests/stories."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database."""
    path = tmp_path / "goldenhour.db"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"
