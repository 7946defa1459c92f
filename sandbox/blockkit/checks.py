"""Small checks that combine into the rules of Block Kit; each yields its complaints with their JSON path."""

from collections.abc import Callable, Iterator
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def problem(words: str, path: str) -> str:
    """A complaint as Slack words it."""
    return f"[ERROR] {words} [json-pointer:{path}]"


def anything(_value: Any, _path: str) -> Iterator[str]:
    """A field that may hold whatever it likes."""
    yield from ()


def boolean(value: Any, path: str) -> Iterator[str]:
    """true or false."""
    if not isinstance(value, bool):
        yield problem("must be a valid boolean", path)


def whole(least: int, most: int) -> Check:
    """A whole number between two bounds."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield problem(f"must be an integer between {least} and {most}", path)

    return check


def string(most: int, least: int = 1) -> Check:
    """A string of limited length."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", path)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", path)

    return check


def one_of(*values: str) -> Check:
    """One of a few words."""

    def check(value: Any, path: str) -> Iterator[str]:
        if value not in values:
            yield problem(f"must be one of: {', '.join(values)}", path)

    return check


def array(item: Check, *, least: int = 1, most: int) -> Check:
    """A list of limited length, each item checked."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be an array", path)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", path)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", path)
        for position, part in enumerate(value):
            yield from item(part, f"{path}/{position}")

    return check


def shape(required: dict[str, Check], optional: dict[str, Check], *extra: Check) -> Check:
    """An object with exactly these fields, and further rules about the object as a whole."""
    fields = {"type": anything} | required | optional

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", path)
            return
        yield from (
            problem(f"missing required field: {name}", path) for name in required if value.get(name) is None
        )
        for name, part in value.items():
            if name not in fields:
                yield problem(f"invalid additional property: {name}", path)
            elif part is not None:
                yield from fields[name](part, f"{path}/{name}")
        for rule in extra:
            yield from rule(value, path)

    return check


def by_type(table: dict[str, Check], allowed: frozenset[str]) -> Check:
    """An object whose `type` chooses its rules; only some types may stand here."""

    def check(value: Any, path: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in allowed:
            yield problem(f"unsupported type: {kind}", f"{path}/type")
        else:
            yield from table[kind](value, path)

    return check


def any_of(*names: str) -> Check:
    """At least one of these fields must be there."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not any(value.get(name) for name in names):
            yield problem(f"missing required field: {' or '.join(names)}", path)

    return check


def plain(most: int, least: int = 1) -> Check:
    """A plain_text object."""
    return shape({"type": one_of("plain_text"), "text": string(most, least)}, {"emoji": boolean})


def words(most: int) -> Check:
    """A text object, plain_text or mrkdwn."""
    return shape(
        {"type": one_of("plain_text", "mrkdwn"), "text": string(most)},
        {"emoji": boolean, "verbatim": boolean},
    )


def distinct(items: list[Any], name: str, path: str) -> Iterator[str]:
    """Complains about the second of two objects with the same id."""
    seen: set[str] = set()
    for position, item in enumerate(items):
        value = item.get(name) if isinstance(item, dict) else None
        if not isinstance(value, str):
            continue
        if value in seen:
            yield problem(f"`{name}` {value} already exists", f"{path}/{position}/{name}")
        seen.add(value)
