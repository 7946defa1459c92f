"""The JSON in which Feishu describes messages, chats and people to an app."""

import json
from typing import Any

from sandbox.feishu.world import Chat, Message, Person, World

STAND_IN = [{"tag": "text", "text": "请升级至最新版本客户端，以查看内容"}]
"""What Feishu shows in place of a card of schema 2.0 to an app that did not ask for the card itself."""


def message_json(world: World, message: Message, card_content: str = "") -> dict[str, Any]:
    """A message as in answers and in history. card_content: how a card is to be told, as the call asked."""
    shape: dict[str, Any] = {
        "message_id": message.id,
        "msg_type": message.kind,
        "create_time": str(message.created),
        "update_time": str(message.updated),
        "deleted": message.recalled,
        "updated": message.updated != message.created,
        "chat_id": message.chat,
        "sender": _sender_json(world, message.sender),
        "body": {"content": _told(message, card_content)},
    }
    shape |= {"root_id": message.root, "parent_id": message.parent} if message.root else {}
    if message.mentions:
        told = [one | {"id_type": "open_id", "tenant_key": world.tenant} for one in message.mentions]
        shape["mentions"] = told
    return shape


def _sender_json(world: World, sender: str) -> dict[str, str]:
    """The app, a person, or nobody: then Feishu itself speaks."""
    if not sender:
        return {"id": "", "id_type": "", "sender_type": "", "tenant_key": ""}
    by_app = sender == world.app_id
    kinds = ("app_id", "app") if by_app else ("open_id", "user")
    return {"id": sender, "id_type": kinds[0], "sender_type": kinds[1], "tenant_key": world.tenant}


def _told(message: Message, card_content: str) -> str:
    """The content of a message: the card itself only for those who ask for it by name."""
    if message.recalled:
        return "This message was recalled"
    if message.card is None or card_content == "user_card_content":
        return message.content
    if card_content == "raw_card_content":
        return json.dumps({"json_card": message.content}, ensure_ascii=False)
    header = message.card.get("header") or {}
    title = (header.get("title") or {}).get("content")
    return json.dumps({"title": title, "elements": [STAND_IN]}, ensure_ascii=False)


def chat_json(world: World, chat: Chat) -> dict[str, Any]:
    """A group as in im/v1/chats/:id."""
    by_person = chat.owner != world.app_id
    return {
        "chat_id": chat.id,
        "name": chat.name,
        "description": chat.description,
        "chat_mode": chat.kind,
        "chat_type": "public" if chat.public else "private",
        "chat_status": "dissolved" if chat.dissolved else "normal",
        "external": chat.external,
        "tenant_key": world.tenant,
        "urgent_setting": chat.may_urge,
        "edit_permission": chat.may_edit,
        "add_member_permission": chat.may_add,
        "at_all_permission": chat.may_call_all,
        "user_count": str(len(chat.members)),
        "bot_count": str(int(chat.has_bot)),
    } | ({"owner_id": chat.owner, "owner_id_type": "open_id"} if by_person else {})


def member_json(world: World, person: Person) -> dict[str, Any]:
    """A member of a group as the member list has it."""
    return {
        "member_id_type": "open_id",
        "member_id": person.id,
        "name": person.name,
        "tenant_key": world.tenant,
    }


def person_json(person: Person, *, base: bool, email: bool, mobile: bool) -> dict[str, Any]:
    """Somebody as in contact/v3/users/:id; each part needs its own scope."""
    shape: dict[str, Any] = {"open_id": person.id, "union_id": person.union_id}
    shape |= {"name": person.name, "en_name": "", "job_title": person.title} if base else {}
    shape |= {"email": person.email} if email else {}
    shape |= {"mobile": f"+86{person.mobile}"} if mobile else {}
    status = {"is_activated": True, "is_resigned": person.resigned, "is_frozen": False}
    return shape | {"status": status}
