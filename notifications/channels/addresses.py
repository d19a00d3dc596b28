"""Where the pushes of a device go: the two texts of its row, read as an address of one channel.

Invariant: whatever `push_target` gives, its channel can send to as far as that can be told without
asking anybody: keys have their sizes and lie on the curve, a mailbox fits into an envelope.
"""

import base64
import binascii
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.channels.channel import (
    EmailAddress,
    FcmInstallation,
    FcmToken,
    PushTarget,
    WebPush,
)

FCM: Final = "fcm"
WEB_PUSH: Final = "web_push"
EMAIL: Final = "email"
FCM_PUSH_KINDS: Final = frozenset({"fcm_token", "fcm_installation"})
PUSH_KINDS: Final = {
    FCM: FCM_PUSH_KINDS,
    WEB_PUSH: frozenset({"web_push"}),
    EMAIL: frozenset({"email"}),
}
"""Which `device.push_kind` each `delivery.channel` serves."""

ENDPOINT_MAX_CHARACTERS = 2_048
AUTH_BYTES = 16  # RFC 8291 §3.2
MAILBOX_MAX_CHARACTERS = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets


class UnreadableAddress(ValueError):
    """No channel can send there. The text says why and never repeats the address."""


class _Keys(msgspec.Struct):
    p256dh: str
    auth: str


class _Subscription(msgspec.Struct):
    """A browser's `PushSubscription` as JSON text; other fields are ignored."""

    endpoint: str
    keys: _Keys


def push_target(kind: str, text: str) -> PushTarget:
    """The address in a device's row. Raises `UnreadableAddress`, also for an unknown kind."""
    match kind:
        case "fcm_token":
            return FcmToken(text)
        case "fcm_installation":
            return FcmInstallation(text)
        case "web_push":
            return _web_push(text)
        case "email":
            return _mailbox(text)
        case _:
            raise UnreadableAddress("an unknown kind of address")


def _web_push(text: str) -> WebPush:
    try:
        subscription = msgspec.json.decode(text, type=_Subscription)
        endpoint = urlsplit(subscription.endpoint)
        port = endpoint.port  # raises ValueError when it is none
    except ValueError:  # msgspec's errors are among them
        raise UnreadableAddress("not a browser's subscription") from None
    address = subscription.endpoint
    whole = endpoint.scheme in ("https", "http") and endpoint.hostname and port != 0
    if not whole or endpoint.username is not None or endpoint.fragment:
        raise UnreadableAddress("an endpoint is an address of a host, without names or secrets")
    if not address.isascii() or not address.isprintable() or " " in address:
        raise UnreadableAddress("an endpoint holds characters that no address may")
    if len(address) > ENDPOINT_MAX_CHARACTERS:
        raise UnreadableAddress("an endpoint is too long")
    public_key, auth = _decoded(subscription.keys.p256dh), _decoded(subscription.keys.auth)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    except ValueError:
        raise UnreadableAddress("p256dh is no point on P-256") from None
    if public_key[0] != 4:  # RFC 8291 §2.1 asks for the uncompressed form
        raise UnreadableAddress("p256dh is not in its uncompressed form")
    if len(auth) != AUTH_BYTES:
        raise UnreadableAddress(f"auth has not {AUTH_BYTES} bytes")
    return WebPush(address, public_key, auth)


def _decoded(text: str) -> bytes:
    """Base64, in the alphabet for URLs or the common one, padded or not: browsers differ."""
    try:
        plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableAddress("a key is not base64") from None


def _mailbox(text: str) -> EmailAddress:
    try:
        if not text.isascii() or len(text) > MAILBOX_MAX_CHARACTERS:
            raise ValueError
        address = Address(addr_spec=text)
    except (ValueError, MessageError, IndexError):
        raise UnreadableAddress("not the address of a mailbox") from None
    whole = address.username and "." in address.domain and address.addr_spec == text
    if not whole or not text.isprintable() or " " in text:
        raise UnreadableAddress("not the address of a mailbox")
    return EmailAddress(text)
