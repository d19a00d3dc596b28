"""Addresses of devices: what each channel can send to, and what nobody can."""

import base64
import json
import secrets
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.addresses import (
    ENDPOINT_MAX_CHARACTERS,
    MAILBOX_MAX_CHARACTERS,
    PUSH_KINDS,
    UnreadableAddress,
    push_target,
)
from notifications.channels.channel import EmailAddress, FcmInstallation, FcmToken, WebPush
from tests.standins.browser import Browser

ENDPOINT = "https://push.example/wpush/v2/abc"


def subscription(endpoint: object = ENDPOINT, **keys: object) -> str:
    sound: dict[str, Any] = Browser.made().subscription("")["keys"]
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": sound | keys})


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_firebase_addresses_are_taken_as_they_are() -> None:
    assert push_target("fcm_token", "abc:def") == FcmToken("abc:def")
    assert push_target("fcm_installation", "f1") == FcmInstallation("f1")


def test_a_browsers_subscription_gives_endpoint_and_keys() -> None:
    browser = Browser.made()
    text = json.dumps(browser.subscription(ENDPOINT))
    assert push_target("web_push", text) == WebPush(ENDPOINT, browser.public_key, browser.auth)


def test_keys_are_read_in_either_alphabet_padded_or_not() -> None:
    auth = b"\xfb\xef\xff" * 5 + b"\xff"
    for text in (
        base64.b64encode(auth).decode(),
        base64.urlsafe_b64encode(auth).decode(),
        base64url(auth),
    ):
        target = push_target("web_push", subscription(auth=text))
        assert isinstance(target, WebPush)
        assert target.auth == auth


@pytest.mark.parametrize(
    "endpoint",
    [
        "ftp://push.example/a",
        "push.example/a",
        "https:///a",
        "https://[bad",
        "https://push.example:notaport/",
        "https://push.example:99999/",
        "https://push.example:0/",
        "https://name:secret@push.example/",
        "https://@push.example/",
        "https://push.example/#part",
        "https://push.example/a b",
        "https://push.example/a\r\nhost: other",
        "https://push.example/ä",
        "https://push.example/" + "a" * ENDPOINT_MAX_CHARACTERS,
        17,
    ],
)
def test_an_endpoint_that_is_no_address_of_a_host_is_refused(endpoint: object) -> None:
    with pytest.raises(UnreadableAddress):
        push_target("web_push", subscription(endpoint))


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "BElO"},
        {"p256dh": base64url(b"\x04" + bytes(64))},
        {"p256dh": base64url(b"\x04" + secrets.token_bytes(63))},
        {"p256dh": base64url(b"\x00")},
        {"p256dh": ""},
        {"p256dh": None},
        {"auth": base64url(bytes(15))},
        {"auth": base64url(bytes(17))},
        {"auth": "ä" * 16},
        {"auth": "?" * 22},
    ],
)
def test_keys_that_no_browser_made_are_refused(keys: dict[str, object]) -> None:
    with pytest.raises(UnreadableAddress):
        push_target("web_push", subscription(**keys))


def test_a_compressed_key_is_refused() -> None:
    full = Browser.made().public_key
    compressed = bytes([2 + full[-1] % 2]) + full[1:33]
    with pytest.raises(UnreadableAddress, match="uncompressed"):
        push_target("web_push", subscription(p256dh=base64url(compressed)))


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json", '{"endpoint": "https://a.example"}'])
def test_what_is_no_subscription_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAddress):
        push_target("web_push", text)


@pytest.mark.parametrize("mailbox", ["ani@kota.go.id", "a.b+c@sub.example.org"])
def test_a_mailbox_is_taken(mailbox: str) -> None:
    assert push_target("email", mailbox) == EmailAddress(mailbox)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ani",
        "ani@",
        "@kota.go.id",
        "ani@localhost",
        "ani@kota.go.id, budi@kota.go.id",
        "Ani <ani@kota.go.id>",
        "ani@kota.go.id\r\nBcc: all@kota.go.id",
        "ani @kota.go.id",
        "äni@kota.go.id",
        "a" * MAILBOX_MAX_CHARACTERS + "@kota.go.id",
    ],
)
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAddress):
        push_target("email", text)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnreadableAddress):
        push_target("pigeon", "loft 7")


@given(st.sampled_from(["web_push", "email", "pigeon"]), st.text(max_size=80))
def test_any_text_is_an_address_or_named_unreadable(kind: str, text: str) -> None:
    with suppress(UnreadableAddress):
        assert push_target(kind, text) == EmailAddress(text)


def test_every_kind_belongs_to_one_channel() -> None:
    kinds = [kind for served in PUSH_KINDS.values() for kind in served]
    assert len(kinds) == len(set(kinds)) == 4
