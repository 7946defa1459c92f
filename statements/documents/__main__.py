"""Writes or reads one document and ends: `python -m statements.documents`, asked by `bot.clerk`.

In: a line of JSON that says what is wanted, then the file where one is to be read. Out: the file, or a line of JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from bot.crisis.errors import Refused
from statements.documents.docx_out import as_docx
from statements.documents.sheets import Sheet
from statements.documents.uploads import read


def answer(asked: bytes) -> bytes:
    """What is to be handed back for what was handed in."""
    head, _, data = asked.partition(b"\n")
    wanted = json.loads(head)
    if "write" in wanted:
        return as_docx(Sheet(**wanted["write"]))
    try:
        told = asdict(read(wanted["read"], data))
    except Refused as refused:
        told = {"refused": refused.code, "params": refused.params}
    return json.dumps(told).encode()


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
