"""Killed between any two steps, by anything: each notice is sent, once settled, under one tag.

The steps of a batch: claim, manners, marks of digests, send, settlement. A kill is a
BaseException that nothing catches, as the process's death is one that nothing survives: what was
committed stays, what was in memory is gone, and the lease runs out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest

from models.queries.deliveries import ClaimedDelivery
from models.rules.manners import Defer, Drop, Send, Verdict
from notifications import outbox as outboxes
from notifications.channels.addresses import FCM
from notifications.channels.channel import Later, Outcome, Push, Sent
from notifications.outbox import Outbox, OutboxOptions, always_send
from tests.builders import City
from tests.notifications.city import make_phone
from tests.notifications.sending import AT_ONCE, TEXTS, deliveries, lease_runs_out, slip

Step = Callable[..., Awaitable[Any]]


class KilledError(BaseException):
    """Nothing in the outbox may catch it."""


class Phone:
    """A provider that remembers every push it took."""

    def __init__(self) -> None:
        self.pushes: list[Push] = []

    async def __call__(self, pushes: Sequence[Push]) -> list[Outcome]:
        self.pushes += pushes
        return [Sent("m") for _ in pushes]


def killed(step: Step, before: bool) -> Step:
    """The step, with a death before or after it."""

    async def dies(*arguments: Any) -> Any:
        if not before:
            await step(*arguments)
        raise KilledError

    return dies


async def make_slips(connection: Any, city: City, pool: asyncpg.Pool, count: int) -> None:
    """A phone with so many notices that are due."""
    await make_phone(connection, city.ani, "phone")
    for _ in range(count):
        await slip(pool, connection, city.ani)
    await lease_runs_out(connection)


@pytest.mark.parametrize("count", [1, 5])  # alone, and as a digest
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("step", ["claimed_deliveries", "recheck", "bundled", "send", "settled"])
async def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    before: bool,
    count: int,
) -> None:
    await make_slips(connection, city, pool, count)
    phone = Phone()
    send: Any = killed(phone, before) if step == "send" else phone
    recheck: Any = killed(always_send, before) if step == "recheck" else always_send
    with monkeypatch.context() as patched:
        if step not in ("send", "recheck"):
            patched.setattr(outboxes, step, killed(getattr(outboxes, step), before))
        victim = Outbox(pool, FCM, send, TEXTS, AT_ONCE, recheck)
        if step == "bundled" and count == 1:
            assert await victim.send_due() == 1  # nothing to mark, so nothing to die at
        else:
            with pytest.raises(KilledError):
                await victim.send_due()
    await lease_runs_out(connection)
    survivor = Outbox(pool, FCM, phone, TEXTS, AT_ONCE)
    while await survivor.send_due():
        pass

    rows = await deliveries(connection)
    assert [row["state"] for row in rows] == ["sent"] * count
    digests = {row["digest_id"] for row in rows}
    if digests == {None}:  # whoever died before it was marked may have sent each alone
        assert {push.key for push in phone.pushes} == {row["key"] for row in rows}
    else:
        assert [f"digest:{each}" for each in digests] == list({push.key for push in phone.pushes})
    steps = await connection.fetch("SELECT what FROM delivery_event")
    assert [each["what"] for each in steps] == ["sent"] * count


async def test_of_two_engines_one_frozen_past_its_lease_changes_nothing(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    """A true lease, a short one: the frozen sender thaws when the other has long been done."""
    await make_slips(connection, city, pool, 5)
    thaw, phone = asyncio.Event(), Phone()

    async def frozen(pushes: Sequence[Push]) -> list[Outcome]:
        answers = await phone(pushes)
        await thaw.wait()
        return [Later(0.0, "from another time") for _ in answers]

    options = OutboxOptions(lease_s=30.0, settle_s=0.05)  # a slow machine does not lose this one
    sleeper = Outbox(pool, FCM, frozen, TEXTS, OutboxOptions(lease_s=0.3, settle_s=-60.0))
    sleeping = asyncio.create_task(sleeper.send_due())
    awake = Outbox(pool, FCM, phone, TEXTS, options)
    async with asyncio.timeout(30):
        while not phone.pushes:
            await asyncio.sleep(0.01)
        while not await awake.send_due():
            await asyncio.sleep(0.02)
    thaw.set()
    await sleeping
    assert {row["state"] for row in await deliveries(connection)} == {"sent"}
    assert sleeper.leases_lost == 5
    assert len({push.key for push in phone.pushes}) == 1
    assert len(phone.pushes) == 2


async def test_a_digest_keeps_its_tag_when_its_answer_was_lost_and_more_came(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_slips(connection, city, pool, 4)
    phone = Phone()

    async def lost(pushes: Sequence[Push]) -> list[Outcome]:
        await phone(pushes)
        return [Later(None, "no answer") for _ in pushes]

    await Outbox(pool, FCM, lost, TEXTS, AT_ONCE).send_due()
    await slip(pool, connection, city.ani)
    await lease_runs_out(connection)
    await Outbox(pool, FCM, phone, TEXTS, AT_ONCE).send_due()
    first, *later = phone.pushes
    assert sorted(push.key == first.key for push in later) == [False, True]
    assert {row["state"] for row in await deliveries(connection)} == {"sent"}


async def test_what_manners_defer_or_drop_stands_in_the_ledger(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_slips(connection, city, pool, 2)
    tomorrow = await connection.fetchval("SELECT clock_timestamp() + interval '1 day'")

    async def strict(_connection: Any, due: Sequence[ClaimedDelivery]) -> list[Verdict]:
        return [Defer(tomorrow, "hours"), Drop("reason_gone")][: len(due)]

    phone = Phone()
    await Outbox(pool, FCM, phone, TEXTS, AT_ONCE, strict).send_due()
    assert phone.pushes == []
    rows = {row["state"]: row for row in await deliveries(connection)}
    waiting = rows["queued"]
    assert (waiting["due_at"], waiting["attempts"], waiting["first_due_at"]) == (tomorrow, 0, None)
    assert rows["dropped"]["outcome"] == "reason_gone"
    steps = await connection.fetch("SELECT what, detail FROM delivery_event ORDER BY what")
    assert [tuple(each) for each in steps] == [("deferred", "hours"), ("dropped", "reason_gone")]


async def test_a_test_is_not_held_back_and_not_bundled(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_slips(connection, city, pool, 5)
    await connection.execute("UPDATE notice SET kind = 'test', target_id = NULL")
    phone = Phone()

    async def never(_connection: Any, due: Sequence[ClaimedDelivery]) -> list[Verdict]:
        return [Drop("no") for _ in due]

    await Outbox(pool, FCM, phone, TEXTS, AT_ONCE, never).send_due()
    assert len(phone.pushes) == 5


async def test_a_phone_whose_sign_in_ran_out_gets_nothing(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_slips(connection, city, pool, 1)
    device_id = await connection.fetchval("SELECT device_id FROM delivery")
    await connection.execute(
        "INSERT INTO session (id, employee_id, device_id, expires_at)"
        " VALUES (gen_random_uuid(), $1, $2, clock_timestamp() - interval '1 second')",
        city.ani,
        device_id,
    )
    phone = Phone()
    await Outbox(pool, FCM, phone, TEXTS, AT_ONCE).send_due()
    assert phone.pushes == []
    assert [row["state"] for row in await deliveries(connection)] == ["dropped"]


def test_everything_goes_out_where_nobody_asks_for_manners() -> None:
    assert Send() == Send(3)
