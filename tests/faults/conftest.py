"""What the fault matrix needs: a rehearsal of the story, and silence about errors made on purpose."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.faults.counts import counts
from tests.faults.theatre import Snapshot, rehearse

__all__ = ["counts"]


@pytest.fixture(scope="package", autouse=True)
def quiet() -> Iterator[None]:
    """A thousand tracebacks tell nobody anything."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture(scope="package")
def snapshots(quiet: None, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Snapshot]:
    """How things stand after each chapter when nothing goes wrong."""
    return rehearse(migrated_file, tmp_path_factory.mktemp("rehearsal"))
