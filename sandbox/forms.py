"""The forms in front of a person: a stack of at most three, and the Home tab beside it."""

from typing import Any

from sandbox.blockkit import check_view, with_ids
from sandbox.errors import SlackError
from sandbox.inputs import first_state, kept_state
from sandbox.world import OpenView, World

STACK_MOST = 3


def open_form(world: World, user: str, view: dict[str, Any]) -> OpenView:
    """Shows a first form; whatever was open before is gone."""
    opened = _built(world, user, view)
    world.views[user] = [opened]
    world.touch()
    return opened


def push_form(world: World, user: str, view: dict[str, Any]) -> OpenView:
    """Lays another form on top."""
    stack = world.views[user]
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK_MOST:
        raise SlackError("push_limit_reached")
    opened = _built(world, user, view)
    opened.root_id, opened.previous_id = stack[0].id, stack[-1].id
    stack.append(opened)
    world.touch()
    return opened


def change_form(
    world: World, opened: OpenView, view: dict[str, Any], expected: str | None = None
) -> OpenView:
    """Puts other content into an open form; answers under the same ids stay."""
    check_view(view, opened.view["type"])
    _check_external(world, view, opened)
    _check_hash(opened, expected)
    opened.view = view | {"blocks": with_ids(view["blocks"], world.fresh_id)}
    opened.state = kept_state(opened.view["blocks"], opened.state)
    opened.external_id, opened.hash = view.get("external_id") or opened.external_id, world.fresh_id("h")
    world.touch()
    return opened


def publish_home(world: World, user: str, view: dict[str, Any], expected: str | None = None) -> OpenView:
    """Fills this person's Home tab."""
    shown = world.homes.get(user)
    if shown:
        return change_form(world, shown, view, expected)
    check_view(view, "home")
    world.homes[user] = _made(world, user, view)
    world.touch()
    return world.homes[user]


def close_form(world: World, opened: OpenView) -> None:
    """Takes one form away, and those above it."""
    stack = world.views[opened.user]
    del stack[stack.index(opened) :]
    world.touch()


def clear_forms(world: World, user: str) -> None:
    """Takes every form away."""
    world.views[user] = []
    world.touch()


def _built(world: World, user: str, view: dict[str, Any]) -> OpenView:
    check_view(view, "modal")
    _check_external(world, view, None)
    return _made(world, user, view)


def _made(world: World, user: str, view: dict[str, Any]) -> OpenView:
    view = view | {"blocks": with_ids(view["blocks"], world.fresh_id)}
    opened = OpenView(world.fresh_id("V"), world.fresh_id("h"), user, view, view.get("external_id") or None)
    opened.state = first_state(view["blocks"])
    return opened


def _check_external(world: World, view: dict[str, Any], own: OpenView | None) -> None:
    wanted = view.get("external_id")
    others = (form for stack in [*world.views.values(), list(world.homes.values())] for form in stack)
    if wanted and any(other.external_id == wanted and other is not own for other in others):
        raise SlackError("duplicate_external_id")


def _check_hash(opened: OpenView, expected: str | None) -> None:
    if expected and expected != opened.hash:
        raise SlackError("hash_conflict")
