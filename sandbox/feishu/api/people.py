"""Who somebody is, and who the bot is: contact/v3, bot/v3, the tenant token."""

from typing import Any

from sandbox.feishu.codes import FeishuError
from sandbox.feishu.installation import Asked, Installation, Method, ids, needed
from sandbox.feishu.places import id_type, person_by, written
from sandbox.feishu.shapes import person_json
from sandbox.feishu.world import Person

ASKED_MOST = 50


def token(app: Installation, asked: Asked) -> dict[str, Any]:
    """The token of a self-built app, told beside `code` and not in `data`."""
    app_id, secret = needed(asked.body, "app_id"), needed(asked.body, "app_secret")
    if app_id != app.world.app_id:
        raise FeishuError(10003)
    if secret != app.app_secret:
        raise FeishuError(10014)
    value, seconds = app.tokens.tenant_token()
    return {"tenant_access_token": value, "expire": seconds}


def bot_info(app: Installation, _asked: Asked) -> dict[str, Any]:
    """Who the bot is, beside `code` likewise."""
    bot = {"open_id": app.world.bot_id, "app_name": app.world.bot_name, "activate_status": 2}
    return {"bot": bot | {"avatar_url": "", "ip_white_list": []}}


def ids_by_address(app: Installation, asked: Asked) -> dict[str, Any]:
    """Who has these e-mail addresses and mobile numbers; who cannot be found or seen comes back without an id."""
    kind = id_type(asked)
    emails, mobiles = ids(asked.body, "emails", ASKED_MOST), ids(asked.body, "mobiles", ASKED_MOST)
    resigned_too = asked.body.get("include_resigned") is True
    seen = [
        p for p in app.world.people.values() if app.world.reaches(p.id) and (resigned_too or not p.resigned)
    ]
    by_email = {person.email.lower(): person for person in seen}
    by_mobile = {person.mobile: person for person in seen if person.mobile}
    found = [{"email": email} | _id(by_email.get(email.lower()), kind) for email in emails]
    found += [{"mobile": one} | _id(by_mobile.get(one.removeprefix("+86")), kind) for one in mobiles]
    return {"user_list": found}


def _id(person: Person | None, kind: str) -> dict[str, str]:
    return {"user_id": written(person, kind)} if person else {}


def one_person(app: Installation, asked: Asked) -> dict[str, Any]:
    """One person of the company."""
    person = person_by(app.world, id_type(asked), asked.path["user_id"])
    if person is None or not app.world.reaches(person.id):
        raise FeishuError(99992402, "user_id is unknown, or of another app")
    return {
        "user": person_json(
            person,
            base=app.may("contact:user.base:readonly"),
            email=app.may("contact:user.email:readonly"),
            mobile=app.may("contact:user.phone:readonly"),
        )
    }


def scopes(app: Installation, _asked: Asked) -> dict[str, Any]:
    """Which scopes the app asks for, and whether they were granted (1) or not (2)."""
    told = [{"scope_name": name, "grant_status": 1 if app.may(name) else 2} for name in sorted(app.asked_for)]
    return {"scopes": told}


ID_SCOPE = ("contact:user.id:readonly",)
PERSON_SCOPES = (
    "contact:contact.base:readonly",
    "contact:user.base:readonly",
    "contact:contact:readonly_as_app",
)
PEOPLE = (
    Method("auth.token", "POST", "/auth/v3/tenant_access_token/internal", token, bare=True, counted=False),
    Method("bot.info", "GET", "/bot/v3/info", bot_info, bare=True),
    Method(
        "users.batch_get_id",
        "POST",
        "/contact/v3/users/batch_get_id",
        ids_by_address,
        ID_SCOPE,
        counted=False,
    ),
    Method("users.get", "GET", "/contact/v3/users/{user_id}", one_person, PERSON_SCOPES, counted=False),
    Method("scopes.list", "GET", "/application/v6/scopes", scopes),
)
