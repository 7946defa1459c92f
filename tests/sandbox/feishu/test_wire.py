"""How letters from Feishu travel: closed, signed, brought again."""

import base64
import json

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from sandbox.feishu.crypt import decrypted, encrypted, signature
from sandbox.feishu.wire import signed
from tests.sandbox.feishu.conftest import KEY, TOKEN, WANG, Here, run

VECTOR = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="


def test_the_documents_own_example():
    assert decrypted(VECTOR, "test key") == b"hello world"
    iv = base64.b64decode(VECTOR)[:16]
    assert encrypted(b"hello world", "test key", iv) == VECTOR


def test_another_key_opens_nothing():
    with pytest.raises(ValueError):
        decrypted(VECTOR, "another key")


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 4096])
def test_any_length_comes_back(length):
    plain = b"x" * length
    assert decrypted(encrypted(plain, "k"), "k") == plain


def test_the_signature_is_a_plain_hash_of_all_four():
    # printf '1700000000noncekey{"a":1}' | sha256sum
    made = "b278f92d6176701d627287d13eed6fe41c7f48c298a8ae48190a405f29caf929"
    assert signature("1700000000", "nonce", "key", b'{"a":1}') == made
    headers = signed(b'{"a":1}', "key", 1700000000, "nonce")
    assert headers == {
        "X-Lark-Request-Timestamp": "1700000000",
        "X-Lark-Request-Nonce": "nonce",
        "X-Lark-Signature": made,
    }


def test_the_address_is_saved_when_the_bot_says_the_word_back():
    async def story(here: Here) -> None:
        async def back(told):
            assert (told["type"], told["token"]) == ("url_verification", TOKEN)
            return {"challenge": told["challenge"]}

        here.replies = [back, {"challenge": "another"}, PlainTextResponse("sandbox-challenge"), {}]
        assert [await here.driver.verify_url() for _ in range(4)] == [True, False, False, False]

    run(story)


def test_with_a_key_all_is_closed_and_signed():
    async def story(here: Here) -> None:
        await here.driver.say(WANG, "状态")
        sent = here.driver.wire.sent[-1]
        assert list(json.loads(sent.body)) == ["encrypt"]
        headers = here.headers[0]
        stamp, nonce = headers["x-lark-request-timestamp"], headers["x-lark-request-nonce"]
        assert headers["x-lark-signature"] == signature(stamp, nonce, KEY, sent.body)
        assert here.heard[0]["header"]["token"] == TOKEN

    run(story)


def test_without_a_key_all_is_open_and_unsigned():
    async def story(here: Here) -> None:
        await here.driver.say(WANG, "状态")
        assert here.heard[0]["schema"] == "2.0"
        assert "x-lark-signature" not in here.headers[0]

    run(story, encrypt_key="")


def test_an_event_that_nobody_took_comes_again_four_times():
    async def story(here: Here) -> None:
        here.replies = [PlainTextResponse("no", 500)] * 9
        assert (await here.driver.say(WANG, "状态")).status == 500
        wire, came = here.driver.wire, []
        for wait in (14, 1, 300, 3600, 21_600, 86_400):
            here.time.on(seconds=wait)
            await wire.redeliver()
            came.append(len(here.heard))
        assert came == [1, 2, 3, 4, 5, 5]
        assert len({told["header"]["event_id"] for told in here.heard}) == 1

    run(story)


def test_an_event_that_was_taken_comes_no_more():
    async def story(here: Here) -> None:
        here.replies = [PlainTextResponse("no", 503)]
        await here.driver.say(WANG, "状态")
        for _ in range(3):
            here.time.on(days=1)
            await here.driver.wire.redeliver()
        assert len(here.heard) == 2

    run(story)


def test_it_comes_again_by_itself_while_the_server_runs():
    async def story(here: Here) -> None:
        here.replies = [JSONResponse({}, 404)]
        await here.driver.say(WANG, "状态")
        here.time.on(seconds=15)
        changes = here.world.changes()
        await anext(changes)
        here.replies = [lambda told: _touch(here)]
        await anext(changes)
        assert len(here.heard) == 2

    async def _touch(here: Here):
        here.world.touch()
        return {}

    run(story)


def test_the_same_bytes_and_the_same_message_can_come_twice():
    async def story(here: Here) -> None:
        said = await here.driver.say(WANG, "状态")
        await here.driver.redeliver_last()
        await here.driver.repeat(said.message.id)
        first, same, other = here.heard
        assert first == same
        assert here.headers[0]["x-lark-request-nonce"] == here.headers[1]["x-lark-request-nonce"]
        assert first["event"] == other["event"]
        assert first["header"]["event_id"] != other["header"]["event_id"]

    run(story)


def test_an_unreachable_bot_and_a_slow_one():
    async def story(here: Here) -> None:
        here.driver.wire.patience = 0.05

        async def slowly(_told):
            await here.session.get(f"{here.url}/open-apis/bot/v3/info")
            return {}

        here.installation.faults.plan("bot.info", 1, "slow", seconds=0.2)
        here.replies = [slowly]
        answer = await here.driver.wire.event({"schema": "2.0"})
        assert (answer.status, answer.failure) == (0, "timeout")
        here.driver.wire.bot_url = "http://127.0.0.1:9"
        answer = await here.driver.wire.event({"schema": "2.0"})
        assert (answer.status, answer.failure) == (0, "unreachable")
        assert len(here.driver.wire.waiting) == 2

    run(story)
