"""Who we are to a push service: the key of this installation and what it signs (VAPID, RFC 8292).

A browser's subscription is bound to the public half, so the key is made once and kept for ever:
a new one would silence every browser until its owner opens the app again.
"""

import base64
from dataclasses import dataclass
from typing import Self

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

TOKEN_LIFETIME_S = 12 * 3600  # RFC 8292 §2: at most 24 h; half of it forgives a clock that is wrong
TOKEN_REUSE_S = 3600  # so that a token has always 11 hours left
ORIGINS_MAX = 1_000  # tokens that are kept; there are about five push services in the world


class KeyUnreadable(ValueError):
    """What is kept as the key is none; the text never repeats it."""


class ContactUnusable(ValueError):
    """A push service could write to nobody under this contact."""


@dataclass(frozen=True, slots=True)
class VapidKey:
    """A key pair on P-256. Its private half appears in no text of this object."""

    _private: ec.EllipticCurvePrivateKey
    public_key: str  # base64url of the uncompressed point: what a browser is subscribed with

    @classmethod
    def made(cls) -> Self:
        """A new one."""
        return cls._of(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def read(cls, pem: str) -> Self:
        """From the text of `pem`. Raises `KeyUnreadable`."""
        try:
            key = serialization.load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError):
            raise KeyUnreadable("the VAPID key is no private key in PEM") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise KeyUnreadable("the VAPID key does not lie on P-256")
        return cls._of(key)

    @classmethod
    def _of(cls, private: ec.EllipticCurvePrivateKey) -> Self:
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return cls(private, base64.urlsafe_b64encode(point).rstrip(b"=").decode())

    def pem(self) -> str:
        """Both halves as text, to be kept in the database and shown to nobody."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    def signed(self, claims: dict[str, str | int]) -> str:
        """A JWT over these claims (RFC 8292 §2: ES256)."""
        return jwt.encode(claims, self._private, algorithm="ES256")


def checked_contact(contact: str | None) -> None:
    """Raises `ContactUnusable`, unless it is none, `mailto:…` or `https://…` (RFC 8292 §2.1)."""
    if contact is not None and not contact.startswith(("mailto:", "https://")):
        raise ContactUnusable("the contact for push services is a mailto: or https: address")


class Vapid:
    """Authorisations for push services, one an origin, signed again every hour."""

    def __init__(self, key: VapidKey, contact: str | None) -> None:
        """`contact`: whom a push service may write to. Raises `ContactUnusable`."""
        checked_contact(contact)
        self._key = key
        self._contact = contact
        self._signed: dict[str, tuple[float, str]] = {}

    def authorization(self, origin: str, now_s: float) -> str:
        """The `Authorization` header for the push service at `origin` (`https://host[:port]`).

        `now_s` is the wall clock in Unix seconds.
        """
        made_at_s, header = self._signed.get(origin, (0.0, ""))
        if header and 0 <= now_s - made_at_s < TOKEN_REUSE_S:
            return header
        claims: dict[str, str | int] = {"aud": origin, "exp": int(now_s) + TOKEN_LIFETIME_S}
        if self._contact:
            claims["sub"] = self._contact
        header = f"vapid t={self._key.signed(claims)}, k={self._key.public_key}"
        if len(self._signed) >= ORIGINS_MAX:
            self._signed.clear()
        self._signed[origin] = (now_s, header)
        return header

    def forget(self, origin: str) -> None:
        """The push service did not take it: sign a new one for the next push."""
        self._signed.pop(origin, None)
