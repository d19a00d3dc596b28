"""Seals a text so that one browser alone can read it: Web Push encryption, RFC 8291 over RFC 8188.

Written on `cryptography` directly: the libraries for it (pywebpush, http-ece) bring two HTTP
clients along or have stood still since 2024, and the whole of it is the forty lines below.

Invariant: every message has a key pair and a salt of its own; no two share a nonce.
"""

import hmac
import os
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RECORD_BYTES = 4_096  # what every push service takes (RFC 8030 §7.2)
SALT_BYTES = 16
LAST_RECORD = b"\x02"  # RFC 8188 §2: ends the text of the last record, of which there is one
PLAIN_MAX_BYTES = 3_993  # RFC 8291 §4: 4096 less header (86), mark (1) and tag (16)


class TooLong(ValueError):
    """The text does not fit into the one record that a push message has."""


def sealed(plain: bytes, p256dh: bytes, auth: bytes) -> bytes:
    """The body of a push message for the browser with these keys, of at most 4,096 bytes.

    Raises `TooLong`, and ValueError for a `p256dh` that is no point on P-256.
    """
    sender = ec.generate_private_key(ec.SECP256R1())
    return sealed_with(sender, os.urandom(SALT_BYTES), plain, p256dh, auth)


def sealed_with(
    sender: ec.EllipticCurvePrivateKey, salt: bytes, plain: bytes, p256dh: bytes, auth: bytes
) -> bytes:
    """The same with a given key pair and salt, as the RFC's example needs. Never use them twice."""
    if len(plain) > PLAIN_MAX_BYTES:
        raise TooLong(f"{len(plain)} bytes, at most {PLAIN_MAX_BYTES} fit")
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    sender_point = sender.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = _extracted(auth, sender.exchange(ec.ECDH(), receiver))
    secret = _expanded(shared, b"WebPush: info\0" + p256dh + sender_point, 32)
    key_of_all = _extracted(salt, secret)
    content_key = _expanded(key_of_all, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expanded(key_of_all, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!LB", RECORD_BYTES, len(sender_point)) + sender_point
    return header + AESGCM(content_key).encrypt(nonce, plain + LAST_RECORD, None)


def _extracted(salt: bytes, secret: bytes) -> bytes:
    """HKDF-Extract (RFC 5869 §2.2)."""
    return hmac.digest(salt, secret, "sha256")


def _expanded(key: bytes, info: bytes, size_bytes: int) -> bytes:
    """HKDF-Expand (RFC 5869 §2.3) for at most 32 bytes, which is its first block."""
    return hmac.digest(key, info + b"\x01", "sha256")[:size_bytes]
