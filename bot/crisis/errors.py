"""What can be refused. The sentence people see is in `statements/*/refused.yaml`, under the error's code."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """Somebody asked for what may not or cannot be done now; nothing has changed.

    code: key of the sentence. params: what the sentence needs to say what to do instead.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
