"""Hashing is bounded and uniform; a good password is long and not the obvious one."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.passwords import LEAST_CHARACTERS, Hasher, HasherOptions, check_strength
from models.rules.refusals import Busy, PasswordTooWeak

CHEAP = HasherOptions(memory_kib=8, passes=1)
NIP = "198503172010012003"


@pytest.fixture
def hasher():
    opened = Hasher(CHEAP)
    yield opened
    opened.close()


async def test_the_right_password_and_no_other(hasher: Hasher):
    stored = await hasher.hashed("kuda terbang hijau")
    assert stored.startswith("$argon2id$")
    assert (await hasher.checked("kuda terbang hijau", stored)).right
    assert not (await hasher.checked("kuda terbang biru", stored)).right


async def test_two_hashes_of_one_password_differ(hasher: Hasher):
    assert await hasher.hashed("sama saja") != await hasher.hashed("sama saja")


async def test_nobodys_password_is_never_right(hasher: Hasher):
    for guess in ("", "nobody has this password", "apa saja"):
        assert not (await hasher.checked(guess, None)).right


async def test_two_keyboards_spell_the_same_password(hasher: Hasher):
    stored = await hasher.hashed("caf\u00e9 di sudut")
    assert (await hasher.checked("cafe\u0301 di sudut", stored)).right


async def test_a_right_password_under_an_old_cost_gets_a_fresh_hash(hasher: Hasher):
    stored = await hasher.hashed("kuda terbang hijau")
    assert (await hasher.checked("kuda terbang hijau", stored)).fresh_hash is None
    dearer = Hasher(replace(CHEAP, passes=2))
    assert (await dearer.checked("salah", stored)).fresh_hash is None
    fresh = (await dearer.checked("kuda terbang hijau", stored)).fresh_hash
    assert fresh is not None
    assert (await dearer.checked("kuda terbang hijau", fresh)).right
    dearer.close()


async def test_what_does_not_fit_the_queue_is_told_to_come_back():
    hasher = Hasher(replace(CHEAP, workers=1, queue_limit=2))
    asked = [asyncio.create_task(hasher.hashed("kuda terbang")) for _ in range(5)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(outcome, Busy) for outcome in outcomes] == [False] * 3 + [True] * 2
    assert (await hasher.hashed("kuda terbang")).startswith("$argon2id$")
    hasher.close()


async def test_a_caller_that_hangs_up_frees_its_place_only_when_the_thread_is_done():
    hasher = Hasher(replace(CHEAP, workers=1, queue_limit=0))
    first = asyncio.create_task(hasher.hashed("kuda terbang"))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    while True:  # ends when the thread is done
        try:
            await hasher.hashed("kuda terbang")
            break
        except Busy:
            await asyncio.sleep(0.001)
    hasher.close()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("pendek", "short"),
        ("x" * (LEAST_CHARACTERS - 1), "short"),
        (NIP, "nip"),
        (f"  {NIP[:8]} {NIP[8:]} ", "nip"),
        (f"saya{NIP}saya", "nip"),
        (NIP[4:16], "nip"),
        (NIP[:8] * 2, "nip"),
        ("Password123", "common"),
        ("RAHASIA!!!2024", "common"),
        ("Bismillah-786", "common"),
        ("Selamat Datang 1", "common"),
        ("aaaaaaaaaaaa", "simple"),
        ("121212121212", "simple"),
        ("1234567890", "simple"),
        ("0987654321", "simple"),
        ("qwertyuiop", "common"),
        ("abcdefghijkl", "simple"),
    ],
)
def test_the_obvious_is_refused_with_its_reason(password: str, reason: str):
    with pytest.raises(PasswordTooWeak) as refusal:
        check_strength(password, NIP)
    assert refusal.value.details["reason"] == reason
    assert password not in str(refusal.value)


@pytest.mark.parametrize(
    "password", ["delapan sendok teh", "hujandibulanjuni", "7 kambing & 2 ayam", "8305719264"]
)
def test_length_is_enough_and_nothing_must_be_mixed_in(password: str):
    check_strength(password, NIP)


@given(st.text(max_size=LEAST_CHARACTERS - 1))
def test_nothing_short_passes(password: str):
    if len(password) < LEAST_CHARACTERS // 4:  # one character may spell out to several
        with pytest.raises(PasswordTooWeak):
            check_strength(password, NIP)
