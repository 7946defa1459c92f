"""Keeps Python's collector of garbage from stopping everything while somebody waits to be called.

It looks through whatever lives, again and again, and all threads stand still meanwhile: for 70 ms, measured while
a thousand crises rang. Most of what it looks through was built at the start and stays for good.
"""

from __future__ import annotations

import gc

OFTEN, SELDOM, HARDLY_EVER = 5_000, 10, 100
"""It looks through so many new objects at once; the last ones after so many looks; all after so many of those again."""


def while_starting() -> None:
    """Nothing is collected until `from_now_on`: what is being built is no garbage."""
    gc.disable()


def from_now_on() -> None:
    """What was built until now is never looked through again, and what comes only as far as it is young."""
    gc.freeze()
    gc.set_threshold(OFTEN, SELDOM, HARDLY_EVER)
    gc.enable()
