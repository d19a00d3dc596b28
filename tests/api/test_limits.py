"""Tries are bounded, and the bounds never serve an attacker against the owner."""

from uuid import UUID, uuid4

import pytest

from api.limits import Attempt, AttemptOptions, Attempts, network_of
from models.rules.refusals import TooManyAttempts
from tests.standins.redis_server import RedisServer

NIP = "198001012005011001"
PHONE = UUID(int=1)


def stranger(device_id: UUID | None = None, address: str = "192.0.2.1", nip: str = NIP) -> Attempt:
    return Attempt(nip, device_id or uuid4(), False, address)


def owner() -> Attempt:
    return Attempt(NIP, PHONE, True, "192.0.2.1")


async def refused(attempts: Attempts, attempt: Attempt) -> bool:
    try:
        await attempts.made(attempt)
    except TooManyAttempts:
        return True
    return False


async def test_a_device_has_its_own_window_for_each_account():
    attempts = Attempts(AttemptOptions(account_and_device=2))
    outcomes = [await refused(attempts, stranger(PHONE)) for _ in range(3)]
    assert outcomes == [False, False, True]
    assert not await refused(attempts, stranger(PHONE, nip="199001012015011002"))


async def test_all_strangers_at_an_account_share_one_window():
    attempts = Attempts(AttemptOptions(account_from_strangers=3))
    outcomes = [await refused(attempts, stranger()) for _ in range(4)]
    assert outcomes == [False, False, False, True]


async def test_a_known_device_is_never_closed_by_strangers_or_its_address():
    attempts = Attempts(AttemptOptions(account_from_strangers=1, address=1))
    for _ in range(3):
        await refused(attempts, stranger())
        await attempts.failed(stranger())
    assert await refused(attempts, stranger())
    assert not await refused(attempts, owner())


async def test_a_known_device_still_has_a_bound():
    attempts = Attempts(AttemptOptions(account_and_device=2))
    assert [await refused(attempts, owner()) for _ in range(3)] == [False, False, True]


async def test_an_address_counts_failures_only():
    attempts = Attempts(AttemptOptions(address=2))
    people = [f"1980010120050110{number:02}" for number in range(10)]
    for nip in people:
        attempt = stranger(nip=nip)
        await attempts.made(attempt)
        await attempts.succeeded(attempt)
    for nip in people[:2]:
        await attempts.failed(stranger(nip=nip))
    assert await refused(attempts, stranger(nip=people[3]))
    assert not await refused(attempts, stranger(nip=people[3], address="192.0.2.2"))


async def test_a_refused_address_does_not_fill_the_windows_of_an_account():
    attempts = Attempts(AttemptOptions(address=1, account_from_strangers=2))
    await attempts.failed(stranger())
    for _ in range(5):
        assert await refused(attempts, stranger())
    assert not await refused(attempts, stranger(address="192.0.2.9"))


async def test_a_success_gives_the_typing_errors_back():
    attempts = Attempts(AttemptOptions(account_and_device=3))
    for _ in range(3):
        for _ in range(3):
            await attempts.made(owner())
        await attempts.succeeded(owner())


async def test_the_refusal_says_how_long_to_wait():
    attempts = Attempts(AttemptOptions(account_and_device=1, window_s=60))
    await attempts.made(owner())
    with pytest.raises(TooManyAttempts) as refusal:
        await attempts.made(owner())
    wait_s = refusal.value.details["retry_after_s"]
    assert isinstance(wait_s, int)
    assert 1 <= wait_s <= 60


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "not an address", True),
    ],
)
def test_what_counts_as_one_address(one: str, other: str, same: bool):
    assert (network_of(one) == network_of(other)) is same


async def test_processes_count_together_over_redis(redis_server: RedisServer):
    options = AttemptOptions(account_and_device=2, redis_url=redis_server.url)
    one, other = Attempts(options), Attempts(options)
    await one.made(owner())
    await other.made(owner())
    assert await refused(one, owner())
    assert await refused(other, owner())
    await one.succeeded(owner())
    assert not await refused(other, owner())
    await one.close()
    await other.close()


async def test_a_lost_redis_locks_nobody_out_and_opens_no_gate(redis_server: RedisServer):
    attempts = Attempts(
        AttemptOptions(account_and_device=2, redis_url=redis_server.url, redis_pause_s=0)
    )
    await attempts.made(owner())
    redis_server.kill()
    assert [await refused(attempts, owner()) for _ in range(3)] == [False, False, True]
    await attempts.succeeded(owner())
    redis_server.start()
    assert not await refused(attempts, owner())
    await attempts.close()


async def test_a_frozen_redis_is_left_alone_for_a_while(redis_server: RedisServer):
    attempts = Attempts(
        AttemptOptions(account_and_device=2, redis_url=redis_server.url, redis_timeout_s=0.05)
    )
    redis_server.freeze()
    assert [await refused(attempts, owner()) for _ in range(3)] == [False, False, True]
    redis_server.thaw()
    assert await refused(attempts, owner())  # still counted here, not there
    await attempts.close()
