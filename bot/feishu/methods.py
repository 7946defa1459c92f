"""The methods of Feishu's Open API that we call, as its documentation writes them, below /open-apis."""

from __future__ import annotations

TOKEN = "POST /auth/v3/tenant_access_token/internal"  # noqa: S105 - an address
ABOUT_US = "GET /bot/v3/info"
FIND_PEOPLE = "POST /contact/v3/users/batch_get_id"

CREATE_CHAT = "POST /im/v1/chats"
CHANGE_CHAT = "PUT /im/v1/chats/:chat_id"
MODERATE = "PUT /im/v1/chats/:chat_id/moderation"
ADD_MEMBERS = "POST /im/v1/chats/:chat_id/members"
TOP_NOTICE = "POST /im/v1/chats/:chat_id/top_notice/put_top_notice"
LIST_TABS = "GET /im/v1/chats/:chat_id/chat_tabs/list_tabs"
ADD_TAB = "POST /im/v1/chats/:chat_id/chat_tabs"

SEND = "POST /im/v1/messages"
REPLY = "POST /im/v1/messages/:message_id/reply"
UPDATE = "PATCH /im/v1/messages/:message_id"
HISTORY = "GET /im/v1/messages"
PIN = "POST /im/v1/pins"
LIST_PINS = "GET /im/v1/pins"
URGE = {
    "app": "PATCH /im/v1/messages/:message_id/urgent_app",
    "sms": "PATCH /im/v1/messages/:message_id/urgent_sms",
    "phone": "PATCH /im/v1/messages/:message_id/urgent_phone",
}
