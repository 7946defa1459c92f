"""How Feishu says no: a number, words for developers, and an HTTP status that says little."""

from typing import Any

WORDS = {
    2200: "Internal Error",
    9499: "Bad Request",
    10003: "invalid param",
    10014: "app secret invalid",
    11232: "create message trigger system frequency limit",
    11233: "create message trigger chat frequency limit",
    230001: "Your request contains an invalid request parameter.",
    230002: "The bot can not be outside the group.",
    230011: "The message was recalled.",
    230012: "Bot is NOT the sender of the message.",
    230013: "Bot has NO availability to this user.",
    230018: "These operations are NOT allowed at current group settings.",
    230020: "This operation triggers the frequency limit.",
    230022: "The content of the message contains sensitive information.",
    230023: "The user has too many unread urgent messages.",
    230024: "Reach the upper limit of urgent message.",
    230025: "The length of the message content reaches its limit.",
    230027: "Lack of necessary permissions.",
    230029: "User has resigned.",
    230031: "The message sending time has exceeded the limit for update, which is 14 days.",
    230034: "The receive_id is invalid.",
    230035: "Send Message Permission deny.",
    230049: "The message is being sent.",
    230052: "No permission to send urgent messages in this chat.",
    230053: "The user has stopped the bot from sending messages.",
    230072: "The message has reached the number of times it can be edited.",
    230099: "Failed to create card content",
    230110: "Action unavailable as the message has been deleted.",
    232006: "Your request specifies a chat_id which is invalid.",
    232009: "Your request specifies a chat which has already been dissolved.",
    232011: "Operator can NOT be out of the chat.",
    232017: "Operator is NOT the chat owner or an administrator.",
    232019: "The request triggers the rate limit of this chat.",
    232022: "The user has resigned.",
    232023: "The chat name, description or content did not pass the review.",
    232024: "The user is not in the availability scope of the app.",
    232043: "Your request contains unavailable ids.",
    232068: "The chat is being created.",
    232091: "Public chats are not allowed.",
    300260: "The card update token is invalid or expired, or was used twice.",
    99991400: "request trigger frequency limit",
    99991403: "This month's API call quota has been exceeded",
    99991661: "Missing access token for authorization. Please make a request with token attached.",
    99991663: "Invalid access token for authorization. Please make a request with token attached.",
    99991671: "Invalid access token for authorization. The token must start with 't-' or 'u-'.",
    99991672: "Access denied. One of the following scopes is required",
    99992361: "open_id cross app",
    99992402: "field validation failed",
}
"""What each code says. Where the number is no published one of this call, it is Feishu's nearest."""


class FeishuError(Exception):
    """A refused call. more: what is added to the words. error: what stands beside them, as troubleshooting help."""

    def __init__(
        self, code: int, more: str = "", *, status: int = 400, error: dict[str, Any] | None = None
    ) -> None:
        super().__init__(code, more)
        self.code, self.status = code, status
        said = WORDS.get(code, "refused")
        self.words = f"{said.rstrip('.')}, ext={more}" if more else said
        self.error = error or {}

    def body(self, log_id: str) -> dict[str, Any]:
        """The JSON answer of a refused call."""
        return {"code": self.code, "msg": self.words, "error": {"log_id": log_id, **self.error}}


class TooFast(FeishuError):
    """Over a limit of calls; Feishu names the limit and the seconds until it is lifted."""

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(99991400, status=429)
        self.headers = {"x-ogw-ratelimit-limit": str(most), "x-ogw-ratelimit-reset": str(seconds)}


class BadCard(FeishuError):
    """A card that Feishu does not take. sub: the code within the code. path: where in the card."""

    def __init__(self, sub: int, words: str, path: str) -> None:
        super().__init__(230099, f"ErrCode: {sub}; ErrPath : {path}; ErrMsg : {words}; ")
        self.sub, self.path = sub, path
