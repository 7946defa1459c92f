"""Who is believed to be Feishu."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from bot.feishu.crypt import Keys, Refusal, Seen, challenge_of, decrypted, opened, signature, signed_at

NOW = datetime(2026, 11, 21, 6, 5, 6, tzinfo=UTC)
SECONDS = "1795241106"
KEYS = Keys(token="v-token", encrypt="test key")
CLEAR = Keys(token="v-token")
EVENT = {"schema": "2.0", "header": {"token": "v-token", "event_id": "e1"}, "event": {}}
CHALLENGE = {"type": "url_verification", "token": "v-token", "challenge": "abc"}


def sealed(payload, key="test key"):
    """As Feishu encrypts it."""
    padder = PKCS7(128).padder()
    text = padder.update(json.dumps(payload).encode()) + padder.finalize()
    cipher = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(b"i" * 16)).encryptor()
    return json.dumps({"encrypt": base64.b64encode(b"i" * 16 + cipher.update(text)).decode()}).encode()


def signed(body, timestamp=SECONDS, key="test key"):
    """As Feishu signs it."""
    text = f"{timestamp}n1{key}".encode() + body
    return {
        "x-lark-request-timestamp": timestamp,
        "x-lark-request-nonce": "n1",
        "x-lark-signature": hashlib.sha256(text).hexdigest(),
    }


def test_the_vector_of_feishus_own_documents_is_decrypted():
    assert decrypted("test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") == b"hello world"


def test_a_signature_is_a_plain_hash_over_what_came_in():
    assert signature("1795241106", "n1", "k", b'{"a":1}') == (
        hashlib.sha256(b'1795241106n1k{"a":1}').hexdigest()
    )


def test_what_is_signed_and_encrypted_is_read():
    body = sealed(EVENT)
    assert opened(KEYS, signed(body), body, NOW) == EVENT


def test_without_a_key_the_token_alone_is_looked_at():
    assert opened(CLEAR, {}, json.dumps(EVENT).encode(), NOW) == EVENT


@pytest.mark.parametrize("minutes", [-10, 0, 10])
def test_a_signature_lives_ten_minutes_by_either_clock(minutes):
    body = sealed(EVENT)
    assert opened(KEYS, signed(body), body, NOW + timedelta(minutes=minutes)) == EVENT


def test_what_is_pressed_in_a_card_is_signed_with_a_time_as_go_prints_it():
    body = sealed(EVENT)
    headers = signed(body, "2026-11-21 14:05:06.123456789 +0800 CST m=+3612.1")
    assert opened(KEYS, headers, body, NOW) == EVENT


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("1795241106", 1795241106.0),
        ("2026-11-21 14:05:06 +0800", 1795241106.0),
        ("2026-11-21 14:05:06.1 +0800 CST", 1795241106.0),
        ("2026-13-21 14:05:06 +0800", None),
        ("", None),
        ("soon", None),
        ("9" * 400, None),
        ("١٢٣", None),
        ("-5", None),
    ],
)
def test_the_time_of_a_signature_may_be_anything(timestamp, at):
    assert signed_at(timestamp) == at


def refused(body, headers=None, keys=KEYS):
    return opened(keys, signed(body) if headers is None else headers, body, NOW)


@pytest.mark.parametrize(
    ("why", "found"),
    [
        ("wrong_signature", refused(sealed(EVENT), signed(sealed(EVENT), key="other"))),
        ("wrong_signature", refused(sealed(EVENT) + b" ", signed(sealed(EVENT)))),
        ("wrong_signature", refused(b"[" * 50_000, signed(b""))),
        ("wrong_signature", refused(sealed(EVENT), {"x-lark-signature": "é"})),
        ("wrong_signature", refused(sealed(EVENT), {"x-lark-signature": ""})),
        ("out_of_time", refused(sealed(EVENT), signed(sealed(EVENT), "1795233906"))),
        ("out_of_time", refused(sealed(EVENT), signed(sealed(EVENT), "1795241707"))),
        ("out_of_time", refused(sealed(EVENT), signed(sealed(EVENT), "2001-09-09 09:46:40 +0800 CST"))),
        ("out_of_time", refused(sealed(EVENT), signed(sealed(EVENT), "soon"))),
        ("not_encrypted", refused(json.dumps(EVENT).encode())),
        ("not_encrypted", refused(json.dumps(CHALLENGE).encode(), {})),
        ("not_encrypted", refused(b'{"encrypt": 5}')),
        ("unreadable", refused(sealed(EVENT, key="other"))),
        ("unreadable", refused(b'{"encrypt": ""}')),
        ("unreadable", refused(b'{"encrypt": "AAAA"}')),
        ("unreadable", refused(b'{"encrypt": "no base64"}')),
        ("unreadable", refused(sealed(["a list"]))),
        ("unreadable", refused(b"\xff\xfe")),
        ("unreadable", refused(b"[" * 50_000)),
        ("unreadable", refused(b"[]")),
        ("wrong_token", refused(sealed(EVENT | {"header": {"token": "v-tokem"}}))),
        ("wrong_token", refused(sealed({"schema": "2.0", "header": {}, "token": "v-token"}))),
        ("wrong_token", refused(sealed(CHALLENGE | {"token": "other"}), {})),
        ("wrong_token", refused(sealed(CHALLENGE | {"token": None}), {})),
        ("wrong_token", refused(sealed(CHALLENGE | {"token": "\ud800"}))),
        ("wrong_token", refused(json.dumps(CHALLENGE | {"token": 5}).encode(), {}, CLEAR)),
        ("not_signed", refused(sealed(EVENT), {})),
        ("not_signed", refused(b"x" * 5000, {})),
    ],
)
def test_whoever_is_not_feishu_is_refused(why, found):
    assert (type(found), found.value) == (Refusal, why)


@pytest.mark.parametrize("headers", [{}, signed(sealed(CHALLENGE))], ids=["as it is", "signed"])
def test_a_check_of_our_address_is_believed_though_feishu_does_not_sign_it(headers):
    payload = refused(sealed(CHALLENGE), headers)
    assert challenge_of(payload) == "abc"


def test_an_event_asks_for_no_word_back():
    assert challenge_of(EVENT) is None


def test_what_was_noted_is_known_for_as_long_as_it_could_be_taken_for_new():
    seen = Seen()
    seen.note("a", NOW)
    assert (seen.knows("a", NOW + timedelta(minutes=20)), seen.knows("b", NOW)) == (True, False)
    assert not seen.knows("a", NOW + timedelta(minutes=21))


def test_the_memory_of_what_was_seen_is_bounded():
    seen = Seen(most=2)
    for sign in "abc":
        seen.note(sign, NOW)
    assert [seen.knows(sign, NOW) for sign in "abc"] == [False, True, True]


def test_keys_are_never_shown():
    assert "test key" not in repr(KEYS) and "v-token" not in repr(KEYS)
