"""One app published in one tenant: its secret, its scopes, and what every call of the Open API declares."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import Faults
from sandbox.feishu.codes import FeishuError
from sandbox.feishu.limits import Limits
from sandbox.feishu.tokens import Tokens
from sandbox.feishu.world import World

GROUP_HISTORY = "im:message.group_msg"
IN_PRIVATE, IN_GROUPS = "im:message.p2p_msg:readonly", "im:message.group_at_msg:readonly"


@dataclass(frozen=True)
class Asked:
    """One request, taken apart, because Feishu minds where an argument stands: a chat's uuid in the address,
    a message's in the body."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Installation:
    """The app as Feishu knows it; `scopes` None stands for every scope. asked_for: scopes of its latest version."""

    world: World
    app_secret: str
    scopes: frozenset[str] | None = None
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    asked_for: frozenset[str] = frozenset()
    tokens: Tokens = field(init=False)
    _busy: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.world.clock)
        self.asked_for = self.asked_for or self.scopes or frozenset()

    def may(self, scope: str) -> bool:
        """Whether this scope was granted, in a version that is published."""
        return self.scopes is None or scope in self.scopes

    def need(self, alternatives: tuple[str, ...]) -> None:
        """Refuses the call unless one of these scopes was granted, and notes which one was used."""
        if not alternatives:
            return
        granted = next((scope for scope in alternatives if self.may(scope)), None)
        self.world.scopes_used.add(granted or alternatives[0])
        if granted is None:
            missing = [{"type": "action_scope_required", "subject": scope} for scope in alternatives]
            raise FeishuError(
                99991672, f"[{', '.join(alternatives)}]", error={"permission_violations": missing}
            )

    @contextlib.contextmanager
    def alone(self, what: tuple[str, int] | None) -> Iterator[None]:
        """Does something that bears no second at the same time. what: its name, and the code for the second."""
        if what is None:
            yield
            return
        name, code = what
        if name in self._busy:
            raise FeishuError(code)
        self._busy.add(name)
        try:
            yield
        finally:
            self._busy.discard(name)


def nothing(_asked: Asked) -> None:
    """A call that may be made twice at once."""


@dataclass(frozen=True)
class Method:
    """One call of the Open API. name: for fault plans and tests. path: below /open-apis.

    scopes: one of them is needed. alone: what must not happen twice at once, and the code that says so.
    bare: the answer stands beside `code`, not in `data`. counted: uses up a free tenant's month.
    """

    name: str
    verb: str
    path: str
    run: Callable[[Installation, Asked], dict[str, Any]]
    scopes: tuple[str, ...] = ()
    alone: Callable[[Asked], tuple[str, int] | None] = nothing
    bare: bool = False
    counted: bool = True


def needed(part: dict[str, Any], name: str, kind: type = str) -> Any:
    """An argument Feishu insists on, of the right type."""
    value = optional(part, name, kind)
    if value in (None, "", []):
        violation = {"field": name, "description": f"{name} is required"}
        raise FeishuError(99992402, error={"field_violations": [violation]})
    return value


def optional(part: dict[str, Any], name: str, kind: type = str) -> Any:
    """An argument of the right type, or None."""
    value = part.get(name)
    if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise FeishuError(9499, f"{name} must be {kind.__name__}")
    return value


def chosen(part: dict[str, Any], name: str, values: tuple[str, ...], default: str = "") -> str:
    """An argument that is one of a few words."""
    value = part.get(name) or default
    if not value:
        needed(part, name)
    if value not in values:
        raise FeishuError(99992402, f"{name} is one of {', '.join(values)}")
    return str(value)


def ids(part: dict[str, Any], name: str, most: int) -> list[str]:
    """A list of ids, each once, in order."""
    value = optional(part, name, list) or []
    if any(not isinstance(one, str) for one in value):
        raise FeishuError(9499, f"{name} must be a list of strings")
    if len(value) > most:
        raise FeishuError(99992402, f"{name}: at most {most}")
    return list(dict.fromkeys(value))


def objects(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects that Feishu insists on."""
    value: list[dict[str, Any]] = needed(part, name, list)
    if any(not isinstance(one, dict) for one in value):
        raise FeishuError(9499, f"{name} must be a list of objects")
    return value


def short(part: dict[str, Any], name: str, most: int) -> str:
    """A text of limited length, "" when it was not sent."""
    value = str(optional(part, name) or "")
    if len(value) > most:
        raise FeishuError(99992402, f"{name}: at most {most} characters")
    return value


def uuid_of(part: dict[str, Any]) -> str:
    """The mark by which a request made twice counts once."""
    return short(part, "uuid", 50)


def paged(items: list[Any], asked: Asked, *, default: int, most: int) -> dict[str, Any]:
    """One page of a list as Feishu hands it out."""
    size, start = _number(asked.query, "page_size", default), _number(asked.query, "page_token", 0)
    if not 0 < size <= most:
        raise FeishuError(99992402, f"page_size: 1 to {most}")
    more = start + size < len(items)
    page = {"has_more": more, "page_token": str(start + size) if more else ""}
    return page | {"items": items[start : start + size]}


def seconds(asked: Asked, name: str) -> int:
    """A moment of the address in seconds since 1970, 0 when it was not sent."""
    return _number(asked.query, name, 0)


def _number(part: dict[str, str], name: str, default: int) -> int:
    value = part.get(name) or str(default)
    if not value.isdecimal():
        raise FeishuError(99992402, f"{name} is a number")
    return int(value)
