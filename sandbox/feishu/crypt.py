"""How Feishu closes its letters: AES under the Encrypt Key, a plain hash as signature."""

import base64
import hashlib
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK_BYTES = 16


def encrypted(plain: bytes, encrypt_key: str, iv: bytes = b"") -> str:
    """base64(iv + AES-256-CBC). iv: 16 bytes, made up when not given."""
    iv = iv or os.urandom(BLOCK_BYTES)
    padder = PKCS7(BLOCK_BYTES * 8).padder()
    padded = padder.update(plain) + padder.finalize()
    closing = _cipher(encrypt_key, iv).encryptor()
    return base64.b64encode(iv + closing.update(padded) + closing.finalize()).decode()


def decrypted(text: str, encrypt_key: str) -> bytes:
    """The way back. Raises ValueError on anything that was not closed with this key."""
    raw = base64.b64decode(text)
    opening = _cipher(encrypt_key, raw[:BLOCK_BYTES]).decryptor()
    padded = opening.update(raw[BLOCK_BYTES:]) + opening.finalize()
    unpadder = PKCS7(BLOCK_BYTES * 8).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def signature(timestamp: str, nonce: str, encrypt_key: str, body: bytes) -> str:
    """What stands in X-Lark-Signature: no HMAC, a hash of all four one after another."""
    return hashlib.sha256((timestamp + nonce + encrypt_key).encode() + body).hexdigest()


def _cipher(encrypt_key: str, iv: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(hashlib.sha256(encrypt_key.encode()).digest()), modes.CBC(iv))
