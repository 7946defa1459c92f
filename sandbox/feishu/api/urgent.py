"""im/v1/messages/:id/urgent_*: calling people to a message in the app, by SMS or by phone."""

from collections.abc import Callable
from typing import Any

from sandbox.feishu.codes import FeishuError
from sandbox.feishu.installation import Asked, Installation, Method, ids, needed
from sandbox.feishu.places import id_type, is_admin, own_message, person_by
from sandbox.feishu.world import Chat, Level

PEOPLE_MOST = 200
UNREAD_MOST = 200


def urge(level: Level) -> Callable[[Installation, Asked], dict[str, Any]]:
    """Calls people at this level. Each call counts: the same one twice calls them twice."""

    def run(app: Installation, asked: Asked) -> dict[str, Any]:
        kind = id_type(asked)
        needed(asked.body, "user_id_list", list)
        wanted = ids(asked.body, "user_id_list", PEOPLE_MOST)
        message = own_message(app, asked.path["message_id"])
        chat = app.world.chats[message.chat]
        _allowed(app, chat)
        good = {who: person for who in wanted if (person := _reachable(app, chat, kind, who))}
        if not good:
            raise FeishuError(230001, "every user id is invalid")
        _within(app, level, list(good.values()))
        for person in good.values():
            app.world.urge(message, person, level)
        return {"invalid_user_id_list": [who for who in wanted if who not in good]}

    return run


def _allowed(app: Installation, chat: Chat) -> None:
    if chat.external:
        raise FeishuError(230027, "external chats know no urgent messages")
    if chat.may_urge != "all_members" and not is_admin(app, chat):
        raise FeishuError(230052)


def _reachable(app: Installation, chat: Chat, kind: str, who: str) -> str | None:
    person = person_by(app.world, kind, who)
    if person is None or person.resigned or person.id not in chat.members:
        return None
    return person.id


def _within(app: Installation, level: Level, people: list[str]) -> None:
    """Refuses what people or the tenant's quota can bear no longer, and counts the rest."""
    if any(len(app.world.urgents_of(person)) >= UNREAD_MOST for person in people):
        raise FeishuError(230023)
    left = app.world.urgents_left.get(level)
    if left is None:
        return
    if left < len(people):
        raise FeishuError(230024)
    app.world.urgents_left[level] = left - len(people)


ONE = "/im/v1/messages/{message_id}"
URGENT = (
    Method("urgent.app", "PATCH", f"{ONE}/urgent_app", urge("app"), ("im:message.urgent",)),
    Method("urgent.sms", "PATCH", f"{ONE}/urgent_sms", urge("sms"), ("im:message.urgent:sms",)),
    Method("urgent.phone", "PATCH", f"{ONE}/urgent_phone", urge("phone"), ("im:message.urgent:phone",)),
)
