"""Two services at once; one is frozen (SIGSTOP) past its lease and thawed: it changes nothing more.

A frozen process is not dead: its connections live, its statements end, and when it is thawed it
goes on in the middle of what it did, without knowing that another has done it meanwhile.
"""

import asyncio

import pytest

from tests.builders import make_report
from tests.drills.street import (
    Street,
    each_is_told_once,
    locked,
    phones_show_each_once,
    running,
    slips_are_told,
    slips_of,
    the_street_has_heard,
    until,
    until_calm,
    until_waiting,
)
from tests.notifications.city import contiguous, make_slipping_target, notices
from tests.standins.fcm import FcmStandIn, Reply
from tests.standins.service_process import ServiceProcess

pytestmark = pytest.mark.drill

ANSWERS_LATE = Reply(delay_s=2.0)
SHORT = pytest.param({}, id="a lease of seconds")
TRUE = pytest.param(
    {"DENYUT_OUTBOX__LEASE_S": "60", "DENYUT_OUTBOX__SETTLE_S": "5"},
    id="a lease of a minute",
    marks=pytest.mark.long,
)
LEDGER = (
    "SELECT delivery_id, at, what, detail FROM delivery_event WHERE what <> 'dropped'"
    " ORDER BY at, delivery_id"
)
SETTLED = "SELECT * FROM delivery WHERE state <> 'queued' ORDER BY id"


@pytest.mark.parametrize("lease", [SHORT, TRUE])
async def test_a_sender_that_froze_with_its_pushes_on_the_way(
    street: Street, google: FcmStandIn, environment: dict[str, str], lease: dict[str, str]
) -> None:
    """Google has the pushes, the answer comes to a frozen process; another sends them again."""
    sleeper, other = (ServiceProcess({**environment, **lease}) for _ in range(2))
    for phone in ("ani", "budi"):
        google.answers(phone, ANSWERS_LATE)
    async with running(sleeper):
        async with asyncio.timeout(60):
            while {each.address for each in google.received} != {"ani", "budi"}:
                await asyncio.sleep(0.02)
        sleeper.freeze()
        async with running(other):
            await until(
                street.pool,
                "SELECT bool_or(attempts = 2) FROM delivery WHERE state = 'sent'",
                patience_s=120,
            )
            await until_calm(street.pool)
            before = [await street.pool.fetch(question) for question in (SETTLED, LEDGER)]
            sent_again = len(google.delivered)
            other.freeze()
            sleeper.thaw()
            await the_thawed_one_works(street, google)
            sent_now = google.delivered[sent_again:]
            assert len(sent_now) == 1
            told = await street.pool.fetch(LEDGER)
            assert told[: len(before[1])] == before[1]
            assert len(told) == len(before[1]) + 1
            rows = {row["id"]: row for row in await street.pool.fetch(SETTLED)}
            assert [rows[row["id"]] for row in before[0]] == before[0]
    await the_street_has_heard(street, google, more=1)


async def the_thawed_one_works(street: Street, google: FcmStandIn) -> None:
    """It has come back to itself when it sends what is new, since nobody else is awake."""
    target_id = await make_slipping_target(street.pool, street.city.ani)
    await slips_are_told(street.pool)
    await until(
        street.pool,
        "SELECT bool_and(d.state = 'sent') FROM delivery d JOIN notice n ON n.id = d.notice_id"
        " WHERE n.target_id = $1",
        target_id,
    )


@pytest.mark.parametrize(
    "asleep_s", [0, pytest.param(60, marks=pytest.mark.long)], ids=["a while", "a minute"]
)
async def test_an_engine_that_froze_before_its_claim(
    street: Street, google: FcmStandIn, environment: dict[str, str], asleep_s: int
) -> None:
    """It worked out a slip; another one told it, and its end, and a second slip meanwhile."""
    pool, ani = street.pool, street.city.ani
    sleeper, other = ServiceProcess(environment), ServiceProcess(environment)
    async with running(sleeper):
        await until_calm(pool)
        async with locked(pool, "notice_policy", "ACCESS EXCLUSIVE"):
            target_id = await make_slipping_target(pool, ani)
            await until_waiting(pool, "JOIN notice_policy")
            sleeper.freeze()
        await asyncio.sleep(asleep_s)
        async with running(other):
            await until(pool, "SELECT state = 'slipped' FROM target_pace WHERE target_id = $1",
                        target_id)  # fmt: skip
            await until_calm(pool)
            await make_report(pool, ani, target_id, quantity=40.0)
            await until_calm(pool)
            told = await notices(pool, target_id)
            assert await slips_of(pool, target_id) == ["slip", "recovery"]
            other.freeze()
            sleeper.thaw()
            new_id = await make_slipping_target(pool, ani)
            await until(pool, "SELECT NOT stale FROM target_pace WHERE target_id = $1", new_id)
            await until_calm(pool)
    assert await slips_of(pool, new_id) == ["slip"]
    assert await slips_of(pool, target_id) == ["slip", "recovery"]
    assert await notices(pool, target_id) == told
    pace = await pool.fetchrow("SELECT * FROM target_pace WHERE target_id = $1", target_id)
    assert (pace["state"], pace["slip_number"]) == ("on_track", 1)
    await each_is_told_once(pool)
    await phones_show_each_once(pool, google)
    assert await contiguous(pool)


async def test_a_sender_that_froze_between_its_claim_and_its_send_sends_nothing(
    street: Street, google: FcmStandIn, environment: dict[str, str]
) -> None:
    """Its lease is over when it thaws, and what it was to say may no longer be so."""
    pool = street.pool
    sleeper, other = ServiceProcess(environment), ServiceProcess(environment)
    try:
        async with locked(pool, "quiet_hours", "ACCESS EXCLUSIVE"):
            await asyncio.to_thread(sleeper.start)
            await until_waiting(pool, "FROM quiet_hours")
            sleeper.freeze()
        async with running(other):
            await until(pool, "SELECT count(*) = 6 FROM delivery WHERE state = 'sent'")
            await until_calm(pool)
            sent = len(google.received)
            other.freeze()
            sleeper.thaw()
            await the_thawed_one_works(street, google)
            assert len(google.received) == sent + 1  # the one by which it shows that it works
    finally:
        sleeper.end()
    await the_street_has_heard(street, google, more=1)
