"""What the loops tell of their work, for whoever counts; the one here counts nothing."""

from __future__ import annotations


class Meter:
    """The default: nobody counts. `bot.metrics.Metrics` does; every method may be called from the event loop only.

    deed: a `Send.deed`. rank: a `Send.rank`. code: a `ChatError.code`. Nothing else crosses: no names, no words.
    """

    def sent(self, deed: str, rank: int, seconds: float) -> None:
        """A send has been done, so many seconds after it was asked for (its row's `created_at`, or its time)."""

    def ended(self, deed: str, outcome: str) -> None:
        """A send came to rest without being done: `cancelled` (no longer true) or `superseded`."""

    def retried(self, deed: str, code: str) -> None:
        """A send could not be done now and is put off."""

    def dead(self, deed: str, code: str) -> None:
        """A send was given up and waits for an operator."""

    def looked_up(self, found: bool) -> None:
        """A send in doubt was looked for on the platform before it was repeated."""

    def limited(self, method: str) -> None:
        """The platform answered 429 to a call of this method."""

    def rang(self, late_seconds: float) -> None:
        """Something that was due in an incident has happened, so many seconds after its time."""

    def found(self, kind: str) -> None:
        """The auditor found something that was not as it should be (`Finding.kind`)."""

    def went_round(self, loop: str) -> None:
        """A loop (`clock`, `delivery`) has gone round, well or not; to be called in every round."""
