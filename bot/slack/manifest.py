"""The app manifest an administrator pastes into Slack: it asks for what the code uses and nothing more."""

from __future__ import annotations

from typing import Any

from bot.slack.reading import COMMAND

SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "chat.deleteScheduledMessage": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.scheduleMessage": ("chat:write",),
    "chat.scheduledMessages.list": (),
    "chat.update": ("chat:write",),
    "conversations.archive": ("groups:write",),
    "conversations.create": ("groups:write",),
    "conversations.history": ("groups:history", "im:history"),
    "conversations.invite": ("groups:write",),
    "conversations.list": ("groups:read",),
    "conversations.open": ("im:write",),
    "conversations.setPurpose": ("groups:write",),
    "conversations.setTopic": ("groups:write",),
    "pins.add": ("pins:write",),
    # Slack grants the e-mail scope only together with the plain one.
    "users.lookupByEmail": ("users:read", "users:read.email"),
    "views.open": (),
    "views.push": (),
    "views.update": (),
}
"""Every method of the Web API that this package calls, and the bot scopes it needs."""

EVENTS: dict[str, tuple[str, ...]] = {"message.im": ("im:history",)}
"""Every event this package hears, and the scopes it needs."""

COMMAND_SCOPES = ("commands",)
USAGE = "open 打开 | status 状态 | grade 定级 | tasks 任务 | guide 指南"
DESCRIPTION = "Crisis committee: open a room, grade, page, keep time 危机委员会"


def scopes() -> list[str]:
    """All bot scopes, in order, each once."""
    return sorted(
        {scope for needed in (*SCOPES.values(), *EVENTS.values(), COMMAND_SCOPES) for scope in needed}
    )


def manifest(url: str, socket_mode: bool) -> dict[str, Any]:
    """The manifest. url: where Slack reaches POST /slack/events; Socket Mode needs none."""
    address = {} if socket_mode else {"url": url}
    request = {} if socket_mode else {"request_url": url}
    command = {
        "command": COMMAND,
        "description": DESCRIPTION,
        "usage_hint": USAGE,
        "should_escape": True,
        **address,
    }
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": "Golden Hour 黄金一小时", "description": DESCRIPTION},
        "features": {
            "bot_user": {"display_name": "goldenhour", "always_online": True},
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "socket_mode_enabled": socket_mode,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }
