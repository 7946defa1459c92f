"""Whether Feishu wrote this: signature, age, encryption and token are looked at before anything is believed.

| what came in                                        | so                                             |
|-----------------------------------------------------|------------------------------------------------|
| signed, and the signature is wrong                  | refused before anything is parsed              |
| signed more than ten minutes ago, or ahead          | refused                                        |
| in the clear, though we have a key                  | refused                                        |
| not to be decrypted, or no JSON                     | refused                                        |
| without our token                                   | refused                                        |
| not signed, though we have a key                    | refused, but for the check of our address,     |
|                                                     | which Feishu does not sign: it is encrypted    |
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

Payload = Mapping[str, Any]

WINDOW = timedelta(minutes=10)
"""How old a signature may be, and how far ahead of our clock."""

REMEMBERED_MOST = 50_000
"""Some eighty requests a second for as long as a signature lives; beyond that the oldest are forgotten."""

UNSIGNED_MOST = 4096
"""Bytes of an unsigned request that are looked into: a check of our address is far shorter."""

BLOCK_BYTES = 16
_SECONDS = re.compile(r"[0-9]{1,11}")
_GO_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d{4})(?: .*)?", re.ASCII)


class Refusal(StrEnum):
    """Why a request is not believed; for the log, as a stranger is told nothing."""

    WRONG_SIGNATURE = "wrong_signature"
    OUT_OF_TIME = "out_of_time"
    NOT_SIGNED = "not_signed"
    NOT_ENCRYPTED = "not_encrypted"
    UNREADABLE = "unreadable"
    WRONG_TOKEN = "wrong_token"  # noqa: S105


@dataclass(frozen=True)
class Keys:
    """What Feishu and we both know. encrypt: the Encrypt Key, "" where the app has none: then nothing is signed."""

    token: str = field(repr=False)
    encrypt: str = field(default="", repr=False)


def opened(keys: Keys, headers: Mapping[str, str], body: bytes, now: datetime) -> Payload | Refusal:
    """What Feishu says, or why it is not believed that it does. headers: looked up in lower case. now: aware."""
    signed = "x-lark-signature" in headers
    if keys.encrypt and signed and (refusal := _unsound(keys, headers, body, now)):
        return refusal
    if keys.encrypt and not signed and len(body) > UNSIGNED_MOST:
        return Refusal.NOT_SIGNED
    payload = _deciphered(keys, body) if keys.encrypt else _parsed(body)
    if isinstance(payload, Refusal):
        return payload
    if not _is_same(_token(payload), keys.token):
        return Refusal.WRONG_TOKEN
    if keys.encrypt and not signed and challenge_of(payload) is None:
        return Refusal.NOT_SIGNED
    return payload


def challenge_of(payload: Payload) -> str | None:
    """What is to be said back, where Feishu only checks that our address is ours; else None."""
    if payload.get("type") != "url_verification":
        return None
    return str(payload.get("challenge") or "")


def signature(timestamp: str, nonce: str, key: str, body: bytes) -> str:
    """The signature of a request as it came over the wire; a plain hash, as Feishu has it."""
    return hashlib.sha256(f"{timestamp}{nonce}{key}".encode() + body).hexdigest()


def decrypted(key: str, sealed: str) -> bytes:
    """The text under Feishu's encryption. Raises ValueError for what was not encrypted with this key."""
    raw = base64.b64decode(sealed, validate=True)
    cipher = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(raw[:BLOCK_BYTES]))
    decryptor, padding = cipher.decryptor(), PKCS7(algorithms.AES.block_size).unpadder()
    padded = decryptor.update(raw[BLOCK_BYTES:]) + decryptor.finalize()
    return padding.update(padded) + padding.finalize()


def signed_at(timestamp: str) -> float | None:
    """Unix seconds of a signature; None for nonsense.

    Feishu writes them as they are for events, and as Go prints a time for what is pressed in a card:
    "2026-11-21 14:05:06.123456789 +0800 CST m=+3612.1".
    """
    if _SECONDS.fullmatch(timestamp):
        return float(timestamp)
    found = _GO_TIME.fullmatch(timestamp)
    try:
        return (
            datetime.strptime(f"{found[1]} {found[2]}", "%Y-%m-%d %H:%M:%S %z").timestamp() if found else None
        )
    except ValueError:
        return None


class Seen:
    """The signatures of what was done lately: what comes in again under one of these is a copy."""

    def __init__(self, most: int = REMEMBERED_MOST) -> None:
        """most: how many are remembered at a time."""
        self._most = most
        self._until: OrderedDict[str, datetime] = OrderedDict()

    def knows(self, sign: str, now: datetime) -> bool:
        """Whether this was noted and could still be taken for new. now: aware."""
        until = self._until.get(sign)
        return until is not None and now <= until

    def note(self, sign: str, now: datetime) -> None:
        """Remember it for as long as it could be taken for new: signed ahead of our clock, twice the window."""
        while self._until and (len(self._until) >= self._most or next(iter(self._until.values())) < now):
            self._until.popitem(last=False)
        self._until[sign] = now + 2 * WINDOW


def _unsound(keys: Keys, headers: Mapping[str, str], body: bytes, now: datetime) -> Refusal | None:
    timestamp, nonce = headers.get("x-lark-request-timestamp", ""), headers.get("x-lark-request-nonce", "")
    if not _is_same(headers["x-lark-signature"], signature(timestamp, nonce, keys.encrypt, body)):
        return Refusal.WRONG_SIGNATURE
    at = signed_at(timestamp)
    if at is None or abs(now.timestamp() - at) > WINDOW.total_seconds():
        return Refusal.OUT_OF_TIME
    return None


def _deciphered(keys: Keys, body: bytes) -> Payload | Refusal:
    letter = _parsed(body)
    if isinstance(letter, Refusal):
        return letter
    sealed = letter.get("encrypt")
    if not isinstance(sealed, str):
        return Refusal.NOT_ENCRYPTED
    try:
        return _parsed(decrypted(keys.encrypt, sealed))
    except ValueError:
        return Refusal.UNREADABLE


def _parsed(body: bytes) -> Payload | Refusal:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return Refusal.UNREADABLE
    return payload if isinstance(payload, dict) else Refusal.UNREADABLE


def _token(payload: Payload) -> str:
    """In the header of an event, and beside everything else in an old one or in a check of our address."""
    header = payload.get("header")
    token = header.get("token") if isinstance(header, dict) else payload.get("token")
    return token if isinstance(token, str) else ""


def _is_same(given: str, right: str) -> bool:
    """Compared in a time that tells nothing; bytes, as text in a header or in JSON may be anything."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode())
