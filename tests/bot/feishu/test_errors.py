"""Feishu's bad days: what each failure tells about trying again."""

import pytest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from structlog.testing import capture_logs

from bot.chat import ChatError
from bot.feishu.errors import FOR_GOOD, INTERNAL, REMEDIES, STILL_AT_IT, TO_BE_MENDED, TOO_FAST, TOO_FAST_HERE
from bot.feishu.methods import SEND
from tests.bot.feishu.open_api import Cut, Hang, no, run

FAULTS = {
    "429, with the seconds": (
        lambda: no(99991400, status=429, **{"x-ogw-ratelimit-reset": "3"}),
        ("ratelimited", False, 3.0, False),
    ),
    "429, and a reset that is no number": (
        lambda: no(99991400, status=429, **{"x-ogw-ratelimit-reset": "soon"}),
        ("ratelimited", False, 1.0, False),
    ),
    "429, now": (
        lambda: no(99991400, status=429, **{"x-ogw-ratelimit-reset": "0"}),
        ("ratelimited", False, 1.0, False),
    ),
    "429 of a gateway, a page": (
        lambda: HTMLResponse("<html>slow down</html>", 429),
        ("ratelimited", False, 1.0, False),
    ),
    "too fast, as 400": (lambda: no(99991400), ("ratelimited", False, 1.0, False)),
    "too fast, as 200": (lambda: no(99991400, status=200), ("ratelimited", False, 1.0, False)),
    "five a second in a chat": (lambda: no(230020), ("ratelimited", False, 1.0, False)),
    "on the hour, all of Feishu": (lambda: no(11232), ("ratelimited", False, 1.0, False)),
    "a busy group": (lambda: no(11233), ("ratelimited", False, 1.0, False)),
    "two changes of one chat's members": (lambda: no(232019), ("ratelimited", False, 1.0, False)),
    "still being sent": (lambda: no(230049), ("still_sending", False, 2.0, True)),
    "chat still being made": (lambda: no(232068), ("still_opening", False, 2.0, True)),
    "a scope is missing": (lambda: no(99991672, status=400), ("missing_scope", False, 30.0, False)),
    "address not among those allowed": (lambda: no(99991401), ("address_not_allowed", False, 30.0, False)),
    "the month's calls of a free company": (lambda: no(99991403), ("calls_used_up", False, 30.0, False)),
    "no bot in the app's version": (lambda: no(230006), ("bot_not_enabled", False, 30.0, False)),
    "app switched off": (lambda: no(99991662), ("app_disabled", False, 30.0, False)),
    "502, a page": (lambda: HTMLResponse("<html>bad gateway</html>", 502), ("http_502", False, None, True)),
    "500, a code": (lambda: no(1234567, status=500), ("http_500", False, None, True)),
    "internal error": (lambda: no(2200, status=200), ("internal_error", False, None, True)),
    "200, a page": (lambda: HTMLResponse("<html>"), ("unreadable_answer", False, None, True)),
    "200, no object": (lambda: JSONResponse([]), ("unreadable_answer", False, None, True)),
    "200, a code in letters": (lambda: JSONResponse({"code": "0"}), ("unreadable_answer", False, None, True)),
    "200, not even text": (lambda: PlainTextResponse(b"\xff\xfe"), ("unreadable_answer", False, None, True)),
    "a redirect": (
        lambda: PlainTextResponse("", 302, {"Location": "http://127.0.0.1:9"}),
        ("unreadable_answer", False, None, True),
    ),
    "no answer": (Hang, ("timeout", False, None, True)),
    "the connection breaks": (Cut, ("connection_lost", False, None, True)),
    "bot not in the group": (lambda: no(230002), ("not_in_channel", True, None, False)),
    "outside the app's range": (lambda: no(230013), ("outside_availability", True, None, False)),
    "resigned": (lambda: no(230029), ("user_resigned", True, None, False)),
    "nobody of that id": (lambda: no(230034), ("receiver_not_found", True, None, False)),
    "recalled": (lambda: no(230011), ("message_not_found", True, None, False)),
    "deleted": (lambda: no(230110), ("message_not_found", True, None, False)),
    "older than fourteen days": (lambda: no(230031), ("edit_window_closed", True, None, False)),
    "dissolved": (lambda: no(232009), ("channel_not_found", True, None, False)),
    "too long": (lambda: no(230025), ("msg_too_long", True, None, False)),
    "words that an audit refuses": (lambda: no(230028), ("content_refused", True, None, False)),
    "a bad card": (
        lambda: no(230099, "Failed to create card content, ext=ErrCode: 100290; ErrMsg: bad user"),
        ("bad_card:100290", True, None, False),
    ),
    "a bad card, as 200": (lambda: no(230099, "?", status=200), ("bad_card", True, None, False)),
    "an open_id of another app": (lambda: no(99992361), ("user_of_another_app", True, None, False)),
    "a code that nobody has told us of": (lambda: no(4711), ("feishu_4711", True, None, False)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_failure_says_whether_to_try_again(fault):
    answer, expected = FAULTS[fault]

    async def story(here):
        here.api.plan(SEND, answer())
        with pytest.raises(ChatError) as caught:
            await here.calls.ask(SEND, body={"receive_id": "oc_1"}, place="oc_1")
        error = caught.value
        assert (error.code, error.permanent, error.retry_after, error.in_doubt) == expected
        assert len(here.api.calls(SEND)) == 1, "nothing is sent a second time behind our back"

    run(story, call_seconds=0.5)


def test_no_code_means_two_things():
    kinds = [TOO_FAST, TOO_FAST_HERE, set(STILL_AT_IT), set(TO_BE_MENDED), INTERNAL, set(FOR_GOOD)]
    assert sum(map(len, kinds)) == len(set().union(*kinds))


def test_all_that_an_administrator_has_to_mend_has_its_remedy():
    assert set(REMEDIES) == set(TO_BE_MENDED.values())


def test_the_log_names_the_scope_that_is_missing():
    async def story(here):
        violations = [{"type": "action_scope_required", "subject": "im:chat"}]
        body = {"code": 99991672, "msg": "Access denied", "error": {"permission_violations": violations}}
        here.api.plan(SEND, JSONResponse(body, 400))
        with capture_logs() as logs, pytest.raises(ChatError):
            await here.calls.ask(SEND, body={})
        assert logs[-1]["one_of_these_scopes"] == ["im:chat"]

    run(story)


def test_nothing_that_we_said_is_kept_in_an_error():
    async def story(here):
        here.api.plan(SEND, no(230001, "invalid content: 刹车失灵"))
        with pytest.raises(ChatError) as caught:
            await here.calls.ask(SEND, body={})
        assert caught.value.args == ("bad_request",)
        assert caught.value.__cause__ is None

    run(story)
