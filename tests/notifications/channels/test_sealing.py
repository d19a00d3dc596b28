"""Web Push encryption: the RFC's own example, and what a browser makes of everything else."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.sealing import PLAIN_MAX_BYTES, TooLong, sealed, sealed_with
from tests.standins.browser import Browser, Unopenable

BODY_MAX_BYTES = 4_096  # RFC 8030 §7.2


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(bytes_of(text)), ec.SECP256R1())


# RFC 8291 §5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
AUTH = bytes_of("BTBZMqHH6r4Tts7J_aSIgg")
RECEIVER = private_key("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
SENDER = private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
SALT = bytes_of("DGv6ra1nlYgDCS1FRnbzlw")
BODY = bytes_of(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
    "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV"
    "WGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc_comes_out_byte_by_byte() -> None:
    browser = Browser(RECEIVER, AUTH)
    assert sealed_with(SENDER, SALT, PLAIN, browser.public_key, AUTH) == BODY
    assert browser.opened(BODY) == PLAIN


@given(st.binary(max_size=300))
def test_the_browser_reads_what_was_sealed(plain: bytes) -> None:
    browser = Browser.made()
    assert browser.opened(sealed(plain, browser.public_key, browser.auth)) == plain


def test_the_longest_text_still_fits_every_push_service() -> None:
    browser = Browser.made()
    plain = b"x" * PLAIN_MAX_BYTES
    body = sealed(plain, browser.public_key, browser.auth)
    assert len(body) == BODY_MAX_BYTES
    assert browser.opened(body) == plain
    with pytest.raises(TooLong):
        sealed(plain + b"x", browser.public_key, browser.auth)


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    browser = Browser.made()
    bodies = {sealed(PLAIN, browser.public_key, browser.auth) for _ in range(20)}
    assert len({body[:16] for body in bodies}) == 20
    assert len({body[21:86] for body in bodies}) == 20


def test_nobody_else_can_read_it() -> None:
    browser, other = Browser.made(), Browser.made()
    body = sealed(PLAIN, browser.public_key, browser.auth)
    for reader in (other, Browser(browser.key, other.auth), Browser(other.key, browser.auth)):
        with pytest.raises(Unopenable):
            reader.opened(body)


PLACES = st.integers(min_value=0, max_value=len(BODY) - 1)


@given(
    PLACES.filter(lambda place: not 16 <= place < 20),  # any record size that is large enough goes
    st.integers(min_value=1, max_value=255),
)
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= change
    with pytest.raises(Unopenable):
        Browser(RECEIVER, AUTH).opened(bytes(changed))
