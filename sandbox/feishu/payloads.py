"""What Feishu sends to a bot: events of schema 2.0 and the callback of a card."""

from typing import Any

from sandbox.feishu.world import Chat, Message, World


def event(world: World, token: str, kind: str, about: dict[str, Any]) -> dict[str, Any]:
    """An event with its header. token: the Verification Token."""
    return _with_header(world, token, kind, about, str(world.millis()))


def callback(world: World, token: str, about: dict[str, Any]) -> dict[str, Any]:
    """The callback of a card, whose header counts microseconds."""
    return _with_header(world, token, "card.action.trigger", about, str(world.millis() * 1000))


def _with_header(world: World, token: str, kind: str, about: dict[str, Any], at: str) -> dict[str, Any]:
    header = {
        "event_id": world.fresh_id("event"),
        "event_type": kind,
        "create_time": at,
        "token": token,
        "app_id": world.app_id,
        "tenant_key": world.tenant,
    }
    return {"schema": "2.0", "header": header, "event": about}


def ids_of(world: World, person: str) -> dict[str, Any]:
    """Somebody as events name them. There is no user_id: the app has no scope for it."""
    if person == world.bot_id:
        return {"open_id": person, "union_id": "on_bot", "user_id": None}
    return {"open_id": person, "union_id": world.people[person].union_id, "user_id": None}


def received(world: World, message: Message) -> dict[str, Any]:
    """im.message.receive_v1."""
    chat = world.chats[message.chat]
    shape: dict[str, Any] = {
        "message_id": message.id,
        "chat_id": chat.id,
        "chat_type": chat.kind,
        "message_type": message.kind,
        "create_time": str(message.created),
        "update_time": str(message.updated),
        "content": message.content,
    }
    shape |= {"root_id": message.root, "parent_id": message.parent} if message.root else {}
    if message.mentions:
        named = [
            one | {"id": ids_of(world, one["id"]), "tenant_key": world.tenant} for one in message.mentions
        ]
        shape["mentions"] = named
    sender = {
        "sender_id": ids_of(world, message.sender),
        "sender_type": "user",
        "tenant_key": world.tenant,
    }
    return {"sender": sender, "message": shape}


def menu_chosen(world: World, person: str, event_key: str) -> dict[str, Any]:
    """application.bot.menu_v6: it names no chat, and counts seconds."""
    operator = {"operator_name": world.people[person].name, "operator_id": ids_of(world, person)}
    return {"operator": operator, "event_key": event_key, "timestamp": world.millis() // 1000}


def about_chat(world: World, person: str, chat: Chat) -> dict[str, Any]:
    """im.chat.member.bot.added_v1 and its siblings."""
    return {
        "chat_id": chat.id,
        "operator_id": ids_of(world, person),
        "external": chat.external,
        "operator_tenant_key": world.tenant,
        "name": chat.name,
        "i18n_names": {"zh_cn": chat.name, "en_us": "", "ja_jp": ""},
    }


def entered(world: World, person: str, chat: Chat) -> dict[str, Any]:
    """im.chat.access_event.bot_p2p_chat_entered_v1."""
    last = world.messages[chat.id][-1] if world.messages[chat.id] else None
    told = {"last_message_id": last.id, "last_message_create_time": str(last.created)} if last else {}
    return {"chat_id": chat.id, "operator_id": ids_of(world, person)} | told


def pressed(
    world: World, person: str, message: Message, action: dict[str, Any], token: str
) -> dict[str, Any]:
    """card.action.trigger. token: the right to change the card once more, later."""
    operator = {"tenant_key": world.tenant, "open_id": person, "union_id": world.people[person].union_id}
    zone = world.people[person].tz
    return {
        "operator": operator,
        "token": token,
        "action": action | {"timezone": zone},
        "host": "im_message",
        "context": {"open_message_id": message.id, "open_chat_id": message.chat},
    }
