"""views.*: opening, stacking and changing forms, and publishing the Home tab."""

from typing import Any

from sandbox import forms
from sandbox.blockkit import check_view
from sandbox.errors import SlackError
from sandbox.installation import Args, Installation, Method, decoded, fixed, required
from sandbox.shapes import view_json
from sandbox.world import OpenView


def open_view(app: Installation, args: Args) -> dict[str, Any]:
    """Opens a form in front of the person whose trigger this is."""
    view, user = _view_and_person(app, args)
    return _answer(app, forms.open_form(app.world, user, view))


def push_view(app: Installation, args: Args) -> dict[str, Any]:
    """Lays a form on top of the one the person is looking at."""
    view, user = _view_and_person(app, args)
    return _answer(app, forms.push_form(app.world, user, view))


def update_view(app: Installation, args: Args) -> dict[str, Any]:
    """Changes an open form, found by its id or by the bot's own external id."""
    view = _view(args)
    opened = _found(app, args)
    return _answer(app, forms.change_form(app.world, opened, view, args.get("hash")))


def publish_view(app: Installation, args: Args) -> dict[str, Any]:
    """Fills one person's Home tab."""
    user, view = str(required(args, "user_id")[0]), _view(args)
    if user not in app.world.people:
        raise SlackError("user_not_found")
    return _answer(app, forms.publish_home(app.world, user, view, args.get("hash")))


def _view_and_person(app: Installation, args: Args) -> tuple[dict[str, Any], str]:
    """The checks that need no trigger come first: a refused view leaves it unspent."""
    view, trigger = _view(args), required(args, "trigger_id")[0]
    check_view(view, "modal")
    return view, app.world.tickets.spend_trigger(str(trigger))


def _view(args: Args) -> dict[str, Any]:
    required(args, "view")
    view: dict[str, Any] = decoded(args, "view", dict, "invalid_arguments")
    return view


def _found(app: Installation, args: Args) -> OpenView:
    if args.get("view_id"):
        opened = app.world.find_view(str(args["view_id"]))
    else:
        wanted = required(args, "external_id")[0]
        every = [form for stack in app.world.views.values() for form in stack]
        opened = next((form for form in every if form.external_id == wanted), None)
    if opened is None:
        raise SlackError("not_found")
    return opened


def _answer(app: Installation, opened: OpenView) -> dict[str, Any]:
    return {"view": view_json(app.world, opened)}


VIEWS = {
    "views.open": Method(open_view, 4, fixed()),
    "views.push": Method(push_view, 4, fixed()),
    "views.update": Method(update_view, 4, fixed()),
    "views.publish": Method(publish_view, 4, fixed()),
}
