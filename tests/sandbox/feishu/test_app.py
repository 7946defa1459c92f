"""The way in to the Open API: tokens, addresses, limits, and what goes wrong on purpose."""

import json

import aiohttp
import pytest

from sandbox.faults import Faults
from sandbox.feishu.limits import Limits
from tests.sandbox.feishu.conftest import EMMA, SECRET, WANG, ZHAO, Here, card, run

ME = "/bot/v3/info"


async def token_of(here: Here, **changes: str) -> dict:
    body = {"app_id": "cli_sandbox", "app_secret": SECRET} | changes
    return (await here.call("POST", "/auth/v3/tenant_access_token/internal", body)).body


def limited(story, **changes) -> None:
    """Runs a story with the limits on, counted by the world's own seconds."""

    async def with_limits(here: Here) -> None:
        here.installation.limits = Limits(enabled=True, clock=here.time.clock, **changes)
        await story(here)

    run(with_limits)


def test_a_token_stays_the_same_until_it_has_less_than_half_an_hour_and_both_hold_then():
    async def story(here: Here) -> None:
        first = await token_of(here)
        assert (first["code"], first["expire"], "data" in first) == (0, 7200, False)
        here.time.on(minutes=90)
        assert await token_of(here) == first | {"expire": 1800}
        here.time.on(seconds=1)
        second = await token_of(here)
        assert (second["expire"], second["tenant_access_token"] != first["tenant_access_token"]) == (
            7200,
            True,
        )
        for token in (first, second):
            here.token = token["tenant_access_token"]
            assert (await here.call("GET", ME)).code == 0
        here.time.on(minutes=30)
        here.token = first["tenant_access_token"]
        assert (await here.call("GET", ME)).code == 99991663

    run(story)


@pytest.mark.parametrize(
    ("token", "code"),
    [("", 99991661), ("x-1", 99991671), ("t-none", 99991663)],
    ids=["none", "form", "unknown"],
)
def test_a_call_without_a_good_token_is_refused(token, code):
    async def story(here: Here) -> None:
        here.token = token
        answer = await here.call("GET", ME)
        assert (answer.status, answer.code) == (400, code)
        assert answer.headers["x-tt-logid"]

    run(story)


def test_tokens_can_all_be_voided():
    async def story(here: Here) -> None:
        here.installation.tokens.revoke_all()
        assert (await here.call("GET", ME)).code == 99991663
        await here.sign_in()
        assert (await here.call("GET", ME)).code == 0

    run(story)


def test_a_wrong_app_or_secret_gets_no_token():
    async def story(here: Here) -> None:
        assert (await token_of(here, app_id="cli_other"))["code"] == 10003
        assert (await token_of(here, app_secret="wrong"))["code"] == 10014
        assert "wrong" not in str(here.world.calls)

    run(story)


def test_the_bot_learns_who_it_is_beside_the_code():
    async def story(here: Here) -> None:
        told = (await here.call("GET", ME)).body
        assert (told["bot"]["open_id"], told["bot"]["app_name"]) == ("ou_bot", "goldenhour")

    run(story)


def test_a_body_is_json_and_says_so():
    async def story(here: Here) -> None:
        headers = {"Authorization": f"Bearer {here.token}"}
        url = f"{here.url}/open-apis/im/v1/chats"
        for sent in ({"data": "{"}, {"data": "[]"}, {"data": {"name": "x"}}):
            if isinstance(sent["data"], str):
                sent["headers"] = {"Content-Type": "application/json"}
            sent["headers"] = headers | sent.get("headers", {})
            async with here.session.post(url, **sent) as response:
                assert (response.status, (await response.json())["code"]) == (400, 9499)

    run(story)


def test_an_unknown_address_is_not_found_in_plain_words():
    async def story(here: Here) -> None:
        async with here.session.get(f"{here.url}/open-apis/im/v1/nothing") as response:
            assert (response.status, response.content_type) == (404, "text/plain")

    run(story)


def test_people_are_found_by_address_and_who_is_not_seen_comes_without_an_id():
    async def story(here: Here) -> None:
        here.world.available = {WANG, EMMA}
        here.world.people[EMMA].resigned = True
        body = {
            "emails": ["wang.min@example.com", "zhao.qinghe@example.com", "emma.clarke@example.com"],
            "mobiles": ["+8613800000004", "13900000000"],
        }
        path = "/contact/v3/users/batch_get_id"
        found = (await here.call("POST", path, body, user_id_type="open_id")).data["user_list"]
        assert found == [
            {"email": "wang.min@example.com", "user_id": WANG},
            {"email": "zhao.qinghe@example.com"},
            {"email": "emma.clarke@example.com"},
            {"mobile": "+8613800000004", "user_id": WANG},
            {"mobile": "13900000000"},
        ]
        left = await here.call("POST", path, body | {"include_resigned": True})
        assert left.data["user_list"][2]["user_id"] == EMMA
        assert (await here.call("POST", path, {"emails": ["x@example.com"] * 51})).code == 99992402

    run(story)


def test_somebody_is_told_as_far_as_the_scopes_go():
    scopes = frozenset({"contact:contact.base:readonly", "contact:user.base:readonly"})

    async def story(here: Here) -> None:
        user = (await here.call("GET", f"/contact/v3/users/{WANG}")).data["user"]
        assert (user["open_id"], user["name"], "email" in user) == (WANG, "王敏", False)
        assert (await here.call("GET", "/contact/v3/users/ou_none")).code == 99992402
        assert (await here.call("POST", "/contact/v3/users/batch_get_id", {})).code == 99991672
        here.installation.asked_for |= {"im:message.urgent:sms"}
        assert (await here.call("GET", "/application/v6/scopes")).data["scopes"] == [
            {"scope_name": "contact:contact.base:readonly", "grant_status": 1},
            {"scope_name": "contact:user.base:readonly", "grant_status": 1},
            {"scope_name": "im:message.urgent:sms", "grant_status": 2},
        ]

    run(story, scopes=scopes)


def test_a_chat_and_a_person_take_five_messages_a_second():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        for to in (chat, WANG, ZHAO):
            codes = [(await here.send(to, "x")).code for _ in range(6)]
            assert codes == [0, 0, 0, 0, 0, 230020]
        here.time.on(seconds=1)
        assert (await here.send(chat, "x")).code == 0

    limited(story)


def test_a_card_is_changed_five_times_a_second():
    async def story(here: Here) -> None:
        sent = (await here.send(WANG, card())).data["message_id"]
        new = {"content": json.dumps(card())}
        codes = [(await here.call("PATCH", f"/im/v1/messages/{sent}", new)).code for _ in range(6)]
        assert codes == [0, 0, 0, 0, 0, 230020]

    limited(story)


def test_an_api_takes_so_many_calls_a_second_and_a_minute():
    async def story(here: Here) -> None:
        for _ in range(2):
            assert (await here.call("GET", ME)).code == 0
        quick = await here.call("GET", ME)
        assert (quick.status, quick.code) == (429, 99991400)
        assert (quick.headers["x-ogw-ratelimit-limit"], quick.headers["x-ogw-ratelimit-reset"]) == ("2", "1")
        assert "retry-after" not in quick.headers
        here.time.on(seconds=1)
        assert (await here.call("GET", ME)).code == 0
        much = await here.call("GET", ME)
        assert (much.headers["x-ogw-ratelimit-limit"], much.headers["x-ogw-ratelimit-reset"]) == ("3", "59")
        assert (await here.call("GET", "/im/v1/chats")).code == 0

    limited(story, a_second=2, a_minute=3)


def test_a_free_tenant_runs_out_of_calls_but_not_of_tokens_and_contacts():
    async def story(here: Here) -> None:
        here.installation.limits.month = 1
        assert (await here.send(WANG, "x")).code == 0
        assert (await here.send(WANG, "x")).code == 99991403
        await here.sign_in()
        assert (await here.call("GET", f"/contact/v3/users/{WANG}")).code == 0

    run(story)


@pytest.mark.parametrize(
    ("kind", "status", "code", "carried_out"),
    [
        ("429", 429, 99991400, False),
        ("500", 500, None, False),
        ("502", 502, None, False),
        ("503", 503, None, False),
        ("reset_before", None, None, False),
        ("hang", None, None, False),
        ("error:230020", 400, 230020, False),
        ("error:11232", 400, 11232, False),
        ("error:555", 400, 555, False),
        ("error:fatal_error", 400, 2200, False),
        ("error200:11233", 200, 11233, False),
        ("reset_after", None, None, True),
        ("500_after", 500, None, True),
        ("bad_json", 200, None, True),
        ("slow", 200, 0, True),
    ],
)
def test_the_second_call_goes_wrong_as_planned(kind, status, code, carried_out):
    faults = Faults()
    faults.plan("messages.create", 2, kind, seconds=3.0 if kind == "429" else 0.05)

    async def story(here: Here) -> None:
        chat = (await here.send(WANG, "one")).data["chat_id"]
        try:
            answer = await here.send(WANG, "two")
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            assert status is None
        except ValueError:
            assert code is None
        else:
            assert (answer.status, answer.code) == (status, code)
            assert answer.headers.get("x-ogw-ratelimit-reset", "3") == "3"
        said = [message.content for message in here.world.messages[chat]]
        assert len(said) == 1 + carried_out
        assert (await here.send(WANG, "three")).code == 0

    run(story, faults=faults)


def test_a_late_call_takes_effect_after_the_line_was_cut():
    faults = Faults()
    faults.plan("messages.create", 1, "late", seconds=0.05)

    async def story(here: Here) -> None:
        with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
            await here.send(WANG, "one", uuid="u")
        again = await here.send(WANG, "one", uuid="u")
        assert again.code == 230049
        changes = here.world.changes()
        await anext(changes)
        while not here.world.messages[here.world.p2p_of(WANG).id]:
            await anext(changes)
        assert (await here.send(WANG, "one", uuid="u")).code == 0
        assert len(here.world.messages[here.world.p2p_of(WANG).id]) == 1

    run(story, faults=faults)


def test_calls_are_remembered_without_the_secret():
    async def story(here: Here) -> None:
        await here.send(WANG, "one", uuid="u")
        first, second = here.world.calls
        assert (first.method, second.method) == ("auth.token", "messages.create")
        assert (second.query, second.body["uuid"]) == ({"receive_id_type": "open_id"}, "u")
        assert "app_secret" not in first.body

    run(story)
