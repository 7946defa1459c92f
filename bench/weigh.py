"""What one more import costs a bot that has all but its platforms: `python -m bench.weigh MODULE`, in a fresh process.

Prints seconds and resident megabytes, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

import uvicorn
import uvloop

from bot import (
    admins,
    alarm,
    auditor,
    chats,
    clock,
    delivery,
    emergency,
    readiness,
    rosters,
    settings,
    watch,
    web,
)
from handlers import dispatch
from statements import coverage

PLATFORMLESS = (
    admins,
    alarm,
    auditor,
    chats,
    clock,
    coverage,
    delivery,
    dispatch,
    emergency,
    readiness,
    rosters,
    settings,
    uvicorn,
    uvloop,
    watch,
    web,
)


def main() -> None:
    """Import the module named on the command line, beside all that is here already."""
    before, began = _resident(), time.perf_counter()
    importlib.import_module(sys.argv[1])
    seconds = time.perf_counter() - began
    print(json.dumps([seconds, _resident() - before]))


def _resident() -> float:
    """Megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
