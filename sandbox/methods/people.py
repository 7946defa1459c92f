"""auth.test, apps.connections.open, users.* and usergroups.list: who is who, and where to meet."""

from typing import Any

from sandbox.errors import SlackError
from sandbox.installation import Args, Installation, Method, fixed, flag, page, required
from sandbox.shapes import bot_json, person_json


def auth_test(app: Installation, _args: Args) -> dict[str, Any]:
    """Whose token this is."""
    world = app.world
    return {
        "url": f"{world.url}/",
        "team": world.team_domain,
        "user": world.bot_name,
        "team_id": world.team_id,
        "user_id": world.bot_id,
        "bot_id": world.bot_profile_id,
        "is_enterprise_install": False,
    }


def open_connection(app: Installation, _args: Args) -> dict[str, Any]:
    """Where a bot in Socket Mode connects; only while the sandbox's own server runs."""
    if app.world.link_url is None:
        raise SlackError("internal_error")
    return {"url": app.world.link_url}


def user_info(app: Installation, args: Args) -> dict[str, Any]:
    """One member by id."""
    user = str(required(args, "user")[0])
    if user == app.world.bot_id:
        return {"user": bot_json(app.world)}
    if user not in app.world.people:
        raise SlackError("user_not_found")
    return {"user": _person(app, user, args)}


def lookup_by_email(app: Installation, args: Args) -> dict[str, Any]:
    """One member by e-mail address."""
    email = str(required(args, "email")[0]).lower()
    found = next((p for p in app.world.people.values() if p.email.lower() == email and not p.deleted), None)
    if found is None:
        raise SlackError("users_not_found")
    return {"user": _person(app, found.id, args)}


def list_users(app: Installation, args: Args) -> dict[str, Any]:
    """Every member, the bot included."""
    everyone = [_person(app, user, args) for user in app.world.people] + [bot_json(app.world)]
    some, cursor = page(everyone, args, default=1000)
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


def list_usergroups(app: Installation, args: Args) -> dict[str, Any]:
    """The groups a test put into world.usergroups."""
    hidden = () if flag(args, "include_users") else ("users",)
    rows = [
        {key: value for key, value in group.items() if key not in hidden} for group in app.world.usergroups
    ]
    return {"usergroups": rows}


def _person(app: Installation, user: str, args: Args) -> dict[str, Any]:
    email, locale = app.may("users:read.email"), flag(args, "include_locale")
    return person_json(app.world, app.world.people[user], email=email, locale=locale)


PEOPLE = {
    "auth.test": Method(auth_test, None, fixed()),
    "apps.connections.open": Method(open_connection, 3, fixed()),
    "users.info": Method(user_info, 4, fixed("users:read")),
    "users.lookupByEmail": Method(lookup_by_email, 3, fixed("users:read.email")),
    "users.list": Method(list_users, 2, fixed("users:read")),
    "usergroups.list": Method(list_usergroups, 2, fixed("usergroups:read")),
}
