"""VAPID: what a push service reads in the header, and the key behind it."""

import base64

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from notifications.channels.vapid import (
    ORIGINS_MAX,
    TOKEN_LIFETIME_S,
    TOKEN_REUSE_S,
    ContactUnusable,
    KeyUnreadable,
    Vapid,
    VapidKey,
)

NOW_S = 1_795_000_000.0
ORIGIN = "https://push.example"
CONTACT = "mailto:it@kota.example"
DAY_S = 86_400  # RFC 8292 §2: a token that lives longer is refused


def parts_of(header: str) -> tuple[str, ec.EllipticCurvePublicKey]:
    """Token and key of an `Authorization: vapid t=…, k=…` header."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "vapid"
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    point = base64.urlsafe_b64decode(fields["k"] + "=" * (-len(fields["k"]) % 4))
    return fields["t"], ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def claims_of(header: str) -> dict[str, object]:
    token, key = parts_of(header)
    assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": "ES256"}
    unhurried = {"verify_exp": False, "verify_aud": False}
    return jwt.decode(token, key, algorithms=["ES256"], options=unhurried)


def test_the_header_names_service_contact_and_end_and_is_signed() -> None:
    header = Vapid(VapidKey.made(), CONTACT).authorization(ORIGIN, NOW_S)
    assert claims_of(header) == {
        "aud": ORIGIN,
        "exp": int(NOW_S) + TOKEN_LIFETIME_S,
        "sub": CONTACT,
    }


def test_without_a_contact_none_is_claimed() -> None:
    assert "sub" not in claims_of(Vapid(VapidKey.made(), None).authorization(ORIGIN, NOW_S))


@pytest.mark.parametrize("contact", ["it@kota.example", "http://kota.example", ""])
def test_a_contact_that_nobody_could_write_to_is_refused(contact: str) -> None:
    with pytest.raises(ContactUnusable):
        Vapid(VapidKey.made(), contact)


def test_a_token_is_used_again_for_an_hour_and_never_near_its_end() -> None:
    vapid = Vapid(VapidKey.made(), CONTACT)
    first = vapid.authorization(ORIGIN, NOW_S)
    assert vapid.authorization(ORIGIN, NOW_S + TOKEN_REUSE_S - 1) == first
    second = vapid.authorization(ORIGIN, NOW_S + TOKEN_REUSE_S)
    assert second != first
    assert claims_of(second)["exp"] == int(NOW_S) + TOKEN_REUSE_S + TOKEN_LIFETIME_S
    assert TOKEN_REUSE_S < TOKEN_LIFETIME_S < DAY_S


def test_a_clock_that_was_set_back_gets_a_token_of_its_own_time() -> None:
    vapid = Vapid(VapidKey.made(), CONTACT)
    vapid.authorization(ORIGIN, NOW_S)
    earlier = vapid.authorization(ORIGIN, NOW_S - 10 * DAY_S)
    assert claims_of(earlier)["exp"] == int(NOW_S) - 10 * DAY_S + TOKEN_LIFETIME_S


def test_each_service_has_its_own_token() -> None:
    vapid = Vapid(VapidKey.made(), CONTACT)
    other = vapid.authorization("https://other.example:8443", NOW_S)
    assert claims_of(other)["aud"] == "https://other.example:8443"
    assert claims_of(vapid.authorization(ORIGIN, NOW_S))["aud"] == ORIGIN


def test_a_refused_token_is_not_used_again() -> None:
    vapid = Vapid(VapidKey.made(), CONTACT)
    first = vapid.authorization(ORIGIN, NOW_S)
    vapid.forget(ORIGIN)
    vapid.forget("https://never.example")
    assert vapid.authorization(ORIGIN, NOW_S) != first  # ECDSA signs with a fresh number


def test_invented_services_cannot_fill_the_memory() -> None:
    class CountedKey(VapidKey):
        def signed(self, claims: dict[str, str | int]) -> str:
            return str(claims["aud"])

    vapid = Vapid(CountedKey.made(), CONTACT)
    for number in range(ORIGINS_MAX + 10):
        vapid.authorization(f"https://{number}.example", NOW_S)
    assert len(vapid._signed) <= ORIGINS_MAX


def test_a_key_survives_being_kept_and_its_private_half_is_never_shown() -> None:
    key = VapidKey.made()
    kept = VapidKey.read(key.pem())
    assert kept.public_key == key.public_key
    assert len(base64.urlsafe_b64decode(key.public_key + "=")) == 65
    assert "PRIVATE" not in repr(key) + str(key)


@pytest.mark.parametrize("curve", [ec.SECP384R1(), None], ids=["another curve", "RSA"])
def test_a_key_of_another_sort_is_refused(curve: ec.EllipticCurve | None) -> None:
    made = (
        ec.generate_private_key(curve)
        if curve is not None
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    with pytest.raises(KeyUnreadable):
        VapidKey.read(pem)


def test_a_text_that_is_no_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(KeyUnreadable) as refused:
        VapidKey.read("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    assert "c2VjcmV0" not in str(refused.value)
