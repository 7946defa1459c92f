"""Small checks that combine into the rules of a card; each yields its complaints with their path."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Problem = tuple[str, str]
Check = Callable[[Any, str], Iterator[Problem]]


def anything(_value: Any, _path: str) -> Iterator[Problem]:
    """A property that may hold whatever it likes."""
    yield from ()


def boolean(value: Any, path: str) -> Iterator[Problem]:
    """true or false."""
    if not isinstance(value, bool):
        yield path, "must be a boolean"


def only_true(value: Any, path: str) -> Iterator[Problem]:
    """A switch that a card of this version cannot turn off."""
    if value is not True:
        yield path, "only true is supported"


def an_object(value: Any, path: str) -> Iterator[Problem]:
    """An object of the app's own making."""
    if not isinstance(value, dict):
        yield path, "must be an object"


def string(most: int = 0, least: int = 0) -> Check:
    """A string; `most` 0 stands for no limit but the card's own."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield path, "must be a string"
        elif len(value) < least:
            yield path, f"must have at least {least} characters"
        elif most and len(value) > most:
            yield path, f"must have at most {most} characters"

    return check


def like(pattern: str) -> Check:
    """A string of this form."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield path, f"must be like {pattern}"

    return check


def one_of(*values: str) -> Check:
    """One of a few words."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if value not in values:
            yield path, f"must be one of {', '.join(values)}"

    return check


def whole(least: int, most: int) -> Check:
    """A whole number between two bounds."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield path, f"must be a whole number from {least} to {most}"

    return check


def either(*checks: Check) -> Check:
    """Fine when one of the checks finds it so."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        found = [list(one(value, path)) for one in checks]
        if all(found):
            yield found[0][0]

    return check


def array(item: Check, *, least: int = 0, most: int = 0) -> Check:
    """A list, each item checked; `most` 0 stands for no limit of its own."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield path, "must be an array"
            return
        if len(value) < least or (most and len(value) > most):
            yield path, f"must have from {least} to {most or 'any number of'} items"
        for position, part in enumerate(value):
            yield from item(part, f"{path}[{position}]")

    return check


def shape(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    """An object with exactly these properties: schema 2.0 takes an unknown one for an error."""
    known = required | optional

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield path, "must be an object"
            return
        yield from ((f"{path}.{name}", "is required") for name in required if name not in value)
        for name, part in value.items():
            if name not in known:
                yield f"{path}.{name}", f"unknown property, property: {name}"
            else:
                yield from known[name](part, f"{path}.{name}")

    return check


def by_tag(table: dict[str, Check]) -> Check:
    """An object whose `tag` chooses its rules. The table may be filled later: elements hold elements."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        tag = value.get("tag") if isinstance(value, dict) else None
        if not isinstance(tag, str) or tag not in table:
            yield f"{path}.tag", f"unsupported tag: {tag}"
        else:
            yield from table[tag](value, path)

    return check
