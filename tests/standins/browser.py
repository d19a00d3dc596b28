"""A browser's half of Web Push, for tests only: keys made at run time, and what opens a message.

It follows the receiving side of RFC 8291 and RFC 8188, apart from the code under test.
"""

import base64
import hmac
import secrets
import struct
from dataclasses import dataclass
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TAG_BYTES = 16
HEADER_BYTES = 21  # salt, record size, length of the key id
LAST_RECORD = 2  # the byte before the padding of the last record


class Unopenable(Exception):
    """The browser would drop this message without a word."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One subscription's secrets."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @classmethod
    def made(cls) -> Self:
        """New keys, which exist nowhere else."""
        return cls(ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16))

    @property
    def public_key(self) -> bytes:
        """The uncompressed point, 65 bytes."""
        return self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def subscription(self, endpoint: str) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        keys = {"p256dh": _base64url(self.public_key), "auth": _base64url(self.auth)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def opened(self, body: bytes) -> bytes:
        """The plain text of an aes128gcm body. Raises `Unopenable`."""
        if len(body) < HEADER_BYTES:
            raise Unopenable("shorter than its header")
        salt, record_size, id_length = body[:16], *struct.unpack("!LB", body[16:HEADER_BYTES])
        sender_key = body[HEADER_BYTES : HEADER_BYTES + id_length]
        record = body[HEADER_BYTES + id_length :]
        if record_size < 18 or len(record) > record_size:
            raise Unopenable("a push message is one record")
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender_key)
            secret = self.key.exchange(ec.ECDH(), sender)
            info = b"WebPush: info\0" + self.public_key + sender_key
            mixed = _extract(salt, _expand(_extract(self.auth, secret), info))
            content_key = _expand(mixed, b"Content-Encoding: aes128gcm\0")[:16]
            nonce = _expand(mixed, b"Content-Encoding: nonce\0")[:12]
            padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\0")
        except (InvalidTag, ValueError) as error:
            raise Unopenable(str(error)) from error
        if not padded or padded[-1] != LAST_RECORD:
            raise Unopenable("without the mark of a last record")
        return padded[:-1]


def _extract(salt: bytes, secret: bytes) -> bytes:
    """HKDF's first half (RFC 5869)."""
    return hmac.digest(salt, secret, "sha256")


def _expand(key: bytes, info: bytes) -> bytes:
    """HKDF's second half, of which one block is enough here."""
    return hmac.digest(key, info + b"\x01", "sha256")


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
