"""What Feishu hands out for a while: tenant tokens (two hours), update tokens of a pressed card (30 minutes, twice),
and the memory by which it knows a request that was made before."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.feishu.codes import FeishuError

TENANT_SECONDS = 7200.0
RENEWED_BELOW = 1800.0
UPDATE_SECONDS = 1800.0
UPDATE_USES = 2
MESSAGE_SECONDS = 3600.0
CHAT_SECONDS = 36_000.0


@dataclass
class UpdateToken:
    """The right to change the card that somebody pressed. answered: the press has been, only then it holds."""

    message: str
    issued: float
    answered: bool = False
    uses: int = 0


class Tokens:
    """Issues tokens and refuses stale ones. clock: seconds; real ones, because the bot's network is real."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._tenant: dict[str, float] = {}
        self._updates: dict[str, UpdateToken] = {}
        self._made: dict[tuple[str, str], tuple[str, float]] = {}
        self._numbers = itertools.count(1)

    def tenant_token(self) -> tuple[str, int]:
        """The token and its seconds to live: the last one, or a new one beside it when that has under half an hour."""
        for token, ends in reversed(self._tenant.items()):
            if ends - self.clock() >= RENEWED_BELOW:
                return token, int(ends - self.clock())
        token = f"t-{next(self._numbers):04}"
        self._tenant[token] = self.clock() + TENANT_SECONDS
        return token, int(TENANT_SECONDS)

    def check_tenant(self, token: str) -> None:
        """Refuses a token that is none of ours, or no longer."""
        if not token:
            raise FeishuError(99991661)
        if not token.startswith(("t-", "u-")):
            raise FeishuError(99991671)
        if self._tenant.get(token, 0.0) <= self.clock():
            raise FeishuError(99991663)

    def revoke_all(self) -> None:
        """Every tenant token is void, as after a new secret."""
        self._tenant.clear()

    def update_token(self, message: str) -> str:
        """A new right to change this card; it holds once `answered` is told."""
        token = f"c-{next(self._numbers):04}"
        self._updates[token] = UpdateToken(message, self.clock())
        return token

    def answered(self, token: str) -> None:
        """The callback that carried this token has been answered."""
        self._updates[token].answered = True

    def spend_update(self, token: str) -> str | None:
        """The message to change; None while its callback is unanswered, because such a change is lost."""
        held = self._updates.get(token)
        if held is None or held.uses >= UPDATE_USES or self.clock() - held.issued > UPDATE_SECONDS:
            raise FeishuError(300260)
        held.uses += 1
        return held.message if held.answered else None

    def made_before(self, kind: str, uuid: str, window: float) -> str | None:
        """What a request under this uuid made within the window (seconds), if anything."""
        made, at = self._made.get((kind, uuid), ("", 0.0))
        return made if made and self.clock() - at < window else None

    def remember(self, kind: str, uuid: str, made: str) -> None:
        """This uuid has made this."""
        self._made[kind, uuid] = (made, self.clock())
