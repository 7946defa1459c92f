"""One bot installed in one workspace: its token, its scopes, and what every Web API method declares."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import SlackError
from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.world import World

Args = dict[str, Any]
Needs = list[tuple[str, ...]]

# Never assumed: a bot that posts where it is no member must have asked for this one by name.
WRITE_ANYWHERE = "chat:write.public"


@dataclass
class Installation:
    """The bot as Slack knows it; `scopes` None stands for every scope but chat:write.public."""

    world: World
    token: str
    scopes: frozenset[str] | None = None
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)

    def may(self, scope: str) -> bool:
        """Whether this scope was granted."""
        return scope != WRITE_ANYWHERE if self.scopes is None else scope in self.scopes

    def need(self, *alternatives: str) -> None:
        """Refuses the call unless one of these scopes was granted, and notes which one was used."""
        granted = next((scope for scope in alternatives if self.may(scope)), None)
        self.world.scopes_used.add(granted or alternatives[0])
        if granted is None:
            provided = ",".join(sorted(self.scopes or ()))
            raise SlackError("missing_scope", needed=",".join(alternatives), provided=provided)


@dataclass(frozen=True)
class Method:
    """One Web API method: what it does, how often it may be called, which scopes it needs."""

    run: Callable[[Installation, Args], dict[str, Any]]
    tier: int | None
    needs: Callable[[Installation, Args], Needs]


def fixed(*scopes: str) -> Callable[[Installation, Args], Needs]:
    """Needs that do not depend on the arguments; all of them."""
    return lambda _app, _args: [(scope,) for scope in scopes]


def by_channel(verb: str, *others: str) -> Callable[[Installation, Args], Needs]:
    """Needs such as channels:read, groups:read or im:read, after the kind of channel named.

    `others` are scopes that would do as well, written without their family ("write.topic").
    """

    def needs(app: Installation, args: Args) -> Needs:
        family = family_of(app.world, str(args.get("channel") or ""))
        first = "write" if verb == "manage" and family != "channels" else verb
        return [tuple(f"{family}:{word}" for word in (first, *others))]

    return needs


def family_of(world: World, channel_id: str) -> str:
    """How scopes call this kind of channel; unknown ones count as public."""
    channel = world.channels.get(channel_id)
    if channel is None or not channel.is_private:
        return "channels"
    return "im" if channel.is_im else "groups"


def required(args: Args, *names: str) -> list[Any]:
    """The values of arguments Slack insists on."""
    missing = [name for name in names if args.get(name) in (None, "")]
    if missing:
        messages = [f"[ERROR] missing required field: {name}" for name in missing]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    return [args[name] for name in names]


def flag(args: Args, name: str, default: bool = False) -> bool:
    """A yes-or-no argument, in any of the ways a form or JSON writes it."""
    value = args.get(name)
    return default if value in (None, "") else str(value).lower() in ("1", "true")


def number(args: Args, name: str, default: int) -> int:
    """A whole-number argument."""
    try:
        return int(args.get(name) or default)
    except (TypeError, ValueError):
        raise SlackError("invalid_arguments") from None


def decoded(args: Args, name: str, kind: type, error: str) -> Any:
    """An argument that may be JSON text or already JSON; None when it was not sent."""
    value = args.get(name)
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            raise SlackError(error) from None
    if value in (None, ""):
        return None
    if not isinstance(value, kind):
        raise SlackError(error)
    return value


def page(items: list[Any], args: Args, *, default: int = 100, most: int = 1000) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next ("" at the end)."""
    limit = number(args, "limit", default)
    if not 0 < limit <= most:
        raise SlackError("invalid_limit")
    start = _offset(str(args.get("cursor") or ""))
    rest = start + limit < len(items)
    return items[start : start + limit], base64.b64encode(
        f"next:{start + limit}".encode()
    ).decode() if rest else ""


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
