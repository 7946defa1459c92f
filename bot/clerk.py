"""Documents are written and read in a process of their own, which ends when it is done.

So nobody's acknowledgement waits while one is made, what it takes to make them is not in memory for the rest of the
time, and a file from elsewhere is opened where there are no secrets and nothing to break.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from typing import Any

from bot.crisis.errors import Refused
from statements.documents.sheets import Sheet, Upload

AT_ONCE = 2
"""So many documents are in hand at a time; the others wait."""

_COMMAND = (sys.executable, "-m", "statements.documents")


class NotMade(Exception):
    """The document could not be made now; asking again may help."""


class Clerk:
    """Writes and reads documents, a few at a time."""

    def __init__(self, patience: float = 20.0) -> None:
        """patience: seconds for one of them."""
        self._desks, self._patience = asyncio.Semaphore(AT_ONCE), patience

    async def docx(self, sheet: Sheet) -> bytes:
        """The sheet as a Word document. Raises NotMade."""
        return await self._ask({"write": asdict(sheet)})

    async def read(self, name: str, data: bytes) -> Upload:
        """The statement in a file. Raises Refused with why it cannot be taken."""
        try:
            told = json.loads(await self._ask({"read": name}, data))
        except NotMade:
            raise Refused("upload_unreadable") from None
        if "refused" in told:
            raise Refused(told["refused"], **told["params"])
        return Upload(told["title"], told["text"], tuple(told["notes"]))

    async def _ask(self, wanted: Any, data: bytes = b"") -> bytes:
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        async with self._desks:
            child = await asyncio.create_subprocess_exec(
                *_COMMAND, stdin=pipe, stdout=pipe, stderr=nowhere, env=_environment()
            )
            try:
                async with asyncio.timeout(self._patience):
                    answer, _ = await child.communicate(json.dumps(wanted).encode() + b"\n" + data)
            except TimeoutError:
                raise NotMade from None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        if child.returncode:
            raise NotMade
        return answer


def _environment() -> dict[str, str]:
    """Where our modules are; none of our settings."""
    here = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    return here | {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
