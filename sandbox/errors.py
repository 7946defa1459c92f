"""How the Web API says no: a code Slack documents, and sometimes details beside it."""

from typing import Any


class SlackError(Exception):
    """A refused call; `code` is what Slack puts into `error`, `details` goes beside it."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def body(self) -> dict[str, Any]:
        """The JSON answer of a refused call."""
        return {"ok": False, "error": self.code, **self.details}


class PersonCannot(LookupError):
    """A test or the page asked for something the person's Slack client would not offer."""
