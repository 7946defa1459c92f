"""Whom and what a call means: people, chats and messages by their ids, or the code that says why not."""

from sandbox.feishu.codes import FeishuError
from sandbox.feishu.installation import Asked, Installation, chosen
from sandbox.feishu.world import Chat, Message, Person, World

USER_ID_TYPES = ("open_id", "union_id", "user_id")


def person_by(world: World, kind: str, value: str) -> Person | None:
    """Somebody by this kind of id. Ids of another app, or of nobody, mean nobody."""
    match kind:
        case "open_id":
            return world.people.get(value)
        case "union_id":
            return next((person for person in world.people.values() if person.union_id == value), None)
        case "email":
            return next((person for person in world.people.values() if person.email == value), None)
    return None


def id_type(asked: Asked, name: str = "user_id_type") -> str:
    """Which kind of id the call speaks in."""
    return chosen(asked.query, name, USER_ID_TYPES, "open_id")


def written(person: Person, kind: str) -> str:
    """Somebody's id of this kind."""
    return person.union_id if kind == "union_id" else person.id


def live_chat(app: Installation, chat_id: str) -> Chat:
    """A chat that has not been dissolved."""
    chat = app.world.chats.get(chat_id)
    if chat is None:
        raise FeishuError(232006)
    if chat.dissolved:
        raise FeishuError(232009)
    return chat


def own_chat(app: Installation, chat_id: str) -> Chat:
    """A group that the bot is in."""
    chat = live_chat(app, chat_id)
    if chat.kind == "p2p":
        raise FeishuError(232006, "a private chat is no group")
    if not chat.has_bot:
        raise FeishuError(232011)
    return chat


def is_admin(app: Installation, chat: Chat) -> bool:
    """Whether the bot owns the group or is one of its administrators."""
    return app.world.app_id in (chat.owner, *chat.managers)


def administered(app: Installation, chat_id: str, setting: str) -> Chat:
    """A group in which the bot may do what this setting leaves to some or to all."""
    chat = own_chat(app, chat_id)
    if setting != "all_members" and not is_admin(app, chat):
        raise FeishuError(232017)
    return chat


def place_to_speak(app: Installation, kind: str, receive_id: str) -> Chat:
    """Where a message goes, or the code that says why it cannot."""
    if receive_id in app.world.strangers:
        raise FeishuError(99992361)
    if kind != "chat_id":
        return _private(app, person_by(app.world, kind, receive_id))
    chat = app.world.chats.get(receive_id)
    if chat is None:
        raise FeishuError(230034)
    return heard_in(app, chat)


def heard_in(app: Installation, chat: Chat) -> Chat:
    """The same chat, if the bot may speak in it."""
    if chat.kind == "p2p":
        return _private(app, app.world.people.get(chat.partner))
    if chat.dissolved:
        raise FeishuError(232009)
    if not chat.has_bot:
        raise FeishuError(230002)
    if chat.may_speak != "all_members" and not is_admin(app, chat):
        raise FeishuError(230035)
    return chat


def _private(app: Installation, person: Person | None) -> Chat:
    if person is None:
        raise FeishuError(230034)
    if person.resigned:
        raise FeishuError(230029)
    if not app.world.reaches(person.id):
        raise FeishuError(230013)
    if person.stopped_bot:
        raise FeishuError(230053)
    return app.world.p2p_of(person.id)


def known_message(app: Installation, message_id: str) -> Message:
    """A message that is still there, in a chat the bot is in."""
    message = app.world.find(message_id)
    if message is None:
        raise FeishuError(230001, "message_id is unknown")
    if message.recalled:
        raise FeishuError(230011)
    chat = app.world.chats[message.chat]
    if chat.dissolved:
        raise FeishuError(232009)
    if not chat.has_bot:
        raise FeishuError(230002)
    return message


def own_message(app: Installation, message_id: str) -> Message:
    """A message that the bot itself sent."""
    message = known_message(app, message_id)
    if message.sender != app.world.app_id:
        raise FeishuError(230012)
    return message
