"""im/v1/chats: groups made, described, renamed, dissolved, and the people in them."""

from collections.abc import Iterable
from typing import Any

from sandbox.feishu.codes import FeishuError
from sandbox.feishu.installation import (
    Asked,
    Installation,
    Method,
    chosen,
    ids,
    optional,
    paged,
    short,
    uuid_of,
)
from sandbox.feishu.places import (
    administered,
    id_type,
    is_admin,
    live_chat,
    own_chat,
    person_by,
    written,
)
from sandbox.feishu.shapes import chat_json, member_json
from sandbox.feishu.tokens import CHAT_SECONDS
from sandbox.feishu.world import CAME, RENAMED, Chat, World

PEOPLE_MOST = 50
WHO = ("all_members", "only_owner")
MEMBER_IDS = ("open_id", "union_id", "user_id", "app_id")
ABSENT, HIDDEN, RESIGNED = 232043, 232024, 232022


def create(app: Installation, asked: Asked) -> dict[str, Any]:
    """Makes a group with the bot in it; one for one uuid (of the address) and owner within ten hours."""
    kind, owner = id_type(asked), optional(asked.body, "owner_id") or ""
    uuid = uuid_of(asked.query)
    made = app.tokens.made_before("chat", uuid + owner, CHAT_SECONDS) if uuid else None
    if made in app.world.chats:
        return chat_json(app.world, app.world.chats[str(made)])
    invited = ids(asked.body, "user_id_list", PEOPLE_MOST)
    members = [_certain(app, kind, who) for who in ([owner] if owner else []) + invited]
    name = _decent(app, short(asked.body, "name", 100))
    chat = app.world.create_chat(
        name or "群聊",
        members[0] if owner else app.world.app_id,
        dict.fromkeys(members),
        description=short(asked.body, "description", 100),
        public=_public(app, asked),
        may_urge=chosen(asked.body, "urgent_setting", WHO, "all_members"),
        may_edit=chosen(asked.body, "edit_permission", WHO, "all_members"),
    )
    if asked.query.get("set_bot_manager") == "true":
        chat.managers.add(app.world.app_id)
    if uuid:
        app.tokens.remember("chat", uuid + owner, chat.id)
    _say_who_came(app, chat, list(chat.members))
    return chat_json(app.world, chat)


def _decent(app: Installation, text: str) -> str:
    """The same text, unless it holds a word that is not let through."""
    if any(word in text for word in app.world.sensitive):
        raise FeishuError(232023)
    return text


def _say_who_came(app: Installation, chat: Chat, people: list[str]) -> None:
    if people:
        names = [app.world.name_of(person) for person in people]
        app.world.note(chat.id, CAME, from_user=[app.world.bot_name], to_chatters=names)


def _public(app: Installation, asked: Asked) -> bool:
    chosen(asked.body, "chat_mode", ("group",), "group")
    public = chosen(asked.body, "chat_type", ("private", "public"), "private") == "public"
    if public and not app.world.public_allowed:
        raise FeishuError(232091)
    if public and len(asked.body.get("name") or "") < 2:
        raise FeishuError(99992402, "a public chat has a name of at least 2 characters")
    return public


def _certain(app: Installation, kind: str, value: str) -> str:
    """Somebody who can be in a new group; one who cannot fails the whole call."""
    why = _refusal(app, kind, value)
    if why:
        raise FeishuError(RESIGNED if why == RESIGNED else ABSENT, value)
    person = person_by(app.world, kind, value)
    assert person is not None
    return person.id


def _refusal(app: Installation, kind: str, value: str) -> int:
    person = person_by(app.world, kind, value)
    if person is None:
        return ABSENT
    if person.resigned:
        return RESIGNED
    return 0 if app.world.reaches(person.id) else HIDDEN


def get(app: Installation, asked: Asked) -> dict[str, Any]:
    """What a group is called, who owns it, what is allowed in it."""
    return chat_json(app.world, live_chat(app, asked.path["chat_id"]))


def listed(app: Installation, asked: Asked) -> dict[str, Any]:
    """The groups that the bot is in."""
    mine = [c for c in app.world.chats.values() if c.kind == "group" and c.has_bot and not c.dissolved]
    page = paged(mine, asked, default=20, most=100)
    return page | {"items": [chat_json(app.world, chat) for chat in page["items"]]}


def update(app: Installation, asked: Asked) -> dict[str, Any]:
    """Renames a group, describes it otherwise, or changes who may do what in it."""
    chat = own_chat(app, asked.path["chat_id"])
    administered(app, chat.id, chat.may_edit)
    name = _decent(app, short(asked.body, "name", 100)) or chat.name
    if name != chat.name:
        chat.name = name
        app.world.note(chat.id, RENAMED, from_user=[app.world.bot_name], new_name=[name])
    if "description" in asked.body:
        chat.description = _decent(app, short(asked.body, "description", 100))
    chat.may_edit = chosen(asked.body, "edit_permission", WHO, chat.may_edit)
    chat.may_urge = chosen(asked.body, "urgent_setting", WHO, chat.may_urge)
    chat.may_call_all = chosen(asked.body, "at_all_permission", WHO, chat.may_call_all)
    app.world.touch()
    return {}


def dissolve(app: Installation, asked: Asked) -> dict[str, Any]:
    """Ends a group for everybody; only its owner may."""
    chat = own_chat(app, asked.path["chat_id"])
    if chat.owner != app.world.app_id:
        raise FeishuError(232017)
    chat.dissolved = True
    app.world.touch()
    return {}


def speakers(app: Installation, asked: Asked) -> dict[str, Any]:
    """Says who may speak in a group."""
    chat = own_chat(app, asked.path["chat_id"])
    if not is_admin(app, chat):
        raise FeishuError(232017)
    setting = chosen(asked.body, "moderation_setting", ("all_members", "only_owner", "moderator_list"))
    chat.may_speak = "all_members" if setting == "all_members" else "only_owner"
    app.world.touch()
    return {}


def add_members(app: Installation, asked: Asked) -> dict[str, Any]:
    """Adds people. succeed_type 0: who left is left out, other bad ids fail all; 1: the good ones; 2: all or none."""
    kind = chosen(asked.query, "member_id_type", MEMBER_IDS, "open_id")
    how = chosen(asked.query, "succeed_type", ("0", "1", "2"), "0")
    chat = own_chat(app, asked.path["chat_id"])
    administered(app, chat.id, chat.may_add)
    wanted = ids(asked.body, "id_list", PEOPLE_MOST)
    why = {who: _refusal(app, kind, who) for who in wanted}
    fatal = [code for code in why.values() if code and (how == "2" or (how == "0" and code != RESIGNED))]
    if fatal:
        raise FeishuError(fatal[0])
    good = [person for who in wanted if not why[who] and (person := person_by(app.world, kind, who))]
    fresh = [person.id for person in good if person.id not in chat.members]
    chat.members |= dict.fromkeys(fresh)
    _say_who_came(app, chat, fresh)
    return {
        "invalid_id_list": [who for who, code in why.items() if code in (HIDDEN, RESIGNED)],
        "not_existed_id_list": [who for who, code in why.items() if code == ABSENT],
        "pending_approval_id_list": [],
    }


def remove_members(app: Installation, asked: Asked) -> dict[str, Any]:
    """Takes people out of a group; only its owner and administrators may. The bot may always leave by itself."""
    kind = chosen(asked.query, "member_id_type", MEMBER_IDS, "open_id")
    chat, gone = own_chat(app, asked.path["chat_id"]), ids(asked.body, "id_list", PEOPLE_MOST)
    if kind == "app_id":
        return _leave(app, chat, gone)
    if not is_admin(app, chat):
        raise FeishuError(232017)
    for who in gone:
        person = person_by(app.world, kind, who)
        chat.members.pop(person.id if person else "", None)
    app.world.touch()
    return {"invalid_id_list": [who for who in gone if person_by(app.world, kind, who) is None]}


def _leave(app: Installation, chat: Chat, gone: Iterable[str]) -> dict[str, Any]:
    if app.world.app_id in gone:
        chat.has_bot = False
        app.world.touch()
    return {"invalid_id_list": [who for who in gone if who != app.world.app_id]}


def members(app: Installation, asked: Asked) -> dict[str, Any]:
    """Who is in a group; bots are not told."""
    chat = own_chat(app, asked.path["chat_id"])
    page = paged(_people(app.world, chat), asked, default=20, most=100)
    kind = chosen(asked.query, "member_id_type", MEMBER_IDS[:3], "open_id")
    told = [
        member_json(app.world, one) | {"member_id_type": kind, "member_id": written(one, kind)}
        for one in page["items"]
    ]
    return page | {"items": told, "member_total": len(chat.members)}


def _people(world: World, chat: Chat) -> list[Any]:
    return [world.people[who] for who in chat.members if who in world.people]


def is_in_chat(app: Installation, asked: Asked) -> dict[str, Any]:
    """Whether the bot is in a group."""
    return {"is_in_chat": live_chat(app, asked.path["chat_id"]).has_bot}


def _creating(asked: Asked) -> tuple[str, int] | None:
    uuid = asked.query.get("uuid")
    return (f"chat {uuid}", 232068) if uuid else None


def _one_by_one(asked: Asked) -> tuple[str, int]:
    return f"members {asked.path['chat_id']}", 232019


WRITE, READ = ("im:chat",), ("im:chat", "im:chat:readonly", "im:chat:read")
MEMBERS_WRITE = ("im:chat", "im:chat.members:write_only")
MEMBERS_READ = ("im:chat", "im:chat.members:read", "im:chat:readonly")
ONE = "/im/v1/chats/{chat_id}"
CHATS = (
    Method("chats.create", "POST", "/im/v1/chats", create, (*WRITE, "im:chat:create"), _creating),
    Method("chats.list", "GET", "/im/v1/chats", listed, READ),
    Method("chats.get", "GET", ONE, get, READ),
    Method("chats.update", "PUT", ONE, update, (*WRITE, "im:chat:update")),
    Method("chats.delete", "DELETE", ONE, dissolve, (*WRITE, "im:chat:delete")),
    Method(
        "chats.moderation", "PUT", f"{ONE}/moderation", speakers, (*WRITE, "im:chat:moderation:write_only")
    ),
    Method("members.create", "POST", f"{ONE}/members", add_members, MEMBERS_WRITE, _one_by_one),
    Method("members.delete", "DELETE", f"{ONE}/members", remove_members, MEMBERS_WRITE, _one_by_one),
    Method("members.get", "GET", f"{ONE}/members", members, MEMBERS_READ),
    Method("members.is_in_chat", "GET", f"{ONE}/members/is_in_chat", is_in_chat, MEMBERS_READ),
)
