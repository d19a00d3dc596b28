"""kill -9 of a service between every two steps of its outbox; another one takes over.

How it is stopped exactly there, without a hook in it: the step waits for a lock that the drill
holds in the database, or for Google's answer, and is killed while it waits. What the database was
asked then either happens nevertheless, with nobody there to read the answer, or is undone.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest

from tests.drills.street import (
    Street,
    locked,
    running,
    slips_of,
    the_street_has_heard,
    until,
    until_calm,
    until_waiting,
    what_it_asked_is_undone,
)
from tests.notifications.city import contiguous, make_slipping_target
from tests.standins.fcm import ANSWER_LOST, FcmStandIn, Reply
from tests.standins.service_process import ServiceProcess

pytestmark = pytest.mark.drill

HANGS = Reply(delay_s=3600.0)
OUTBOXES = 2  # Firebase's and that of Web Push, which has nothing to do


@dataclass(frozen=True)
class Scene:
    """What stops a step: the database and Google."""

    pool: asyncpg.Pool
    google: FcmStandIn
    service: ServiceProcess

    async def starts(self) -> None:
        """The service that is going to die."""
        await asyncio.to_thread(self.service.start)


@asynccontextmanager
async def before_the_claim(scene: Scene) -> AsyncGenerator[None]:
    """The notice is committed; the claim is asked for and waits."""
    async with locked(scene.pool, "delivery"):
        await scene.starts()
        await until_waiting(scene.pool, "claim_deliveries", OUTBOXES)
        yield


@asynccontextmanager
async def after_the_claim(scene: Scene) -> AsyncGenerator[None]:
    """The claim is committed; manners are asked."""
    async with locked(scene.pool, "quiet_hours", "ACCESS EXCLUSIVE"):
        await scene.starts()
        await until_waiting(scene.pool, "FROM quiet_hours")
        assert await scene.pool.fetchval(
            "SELECT bool_or(lease_id IS NOT NULL AND attempts = 1) FROM delivery"
        )
        yield


@asynccontextmanager
async def before_the_digest_is_marked(scene: Scene) -> AsyncGenerator[None]:
    """Manners have answered; the digest is about to be written down."""
    async with AsyncExitStack() as manners, AsyncExitStack() as marks:
        await manners.enter_async_context(locked(scene.pool, "quiet_hours", "ACCESS EXCLUSIVE"))
        await scene.starts()
        await until_waiting(scene.pool, "FROM quiet_hours")
        await marks.enter_async_context(locked(scene.pool, "delivery"))
        await manners.aclose()
        await until_waiting(scene.pool, "SET digest_id")
        yield


@asynccontextmanager
async def while_google_thinks(scene: Scene) -> AsyncGenerator[None]:
    """Google has every push, and nobody has an answer."""
    for phone in ("ani", "budi"):
        scene.google.answers(phone, HANGS)
    await scene.starts()
    async with asyncio.timeout(60):
        while {each.address for each in scene.google.received} != {"ani", "budi"}:
            await asyncio.sleep(0.02)
    yield


@asynccontextmanager
async def before_the_settlement(scene: Scene) -> AsyncGenerator[None]:
    """Google has answered; what it said is about to be written down."""
    async with locked(scene.pool, "delivery_event"):
        await scene.starts()
        await until_waiting(scene.pool, "settle_deliveries")
        yield


@asynccontextmanager
async def before_a_lost_answer_is_settled(scene: Scene) -> AsyncGenerator[None]:
    """Google has shown the push, its answer was lost, and nobody has written down either."""
    for phone in ("ani", "budi"):
        scene.google.answers(phone, ANSWER_LOST)
    async with before_the_settlement(scene):
        yield


@asynccontextmanager
async def before_the_next_try_of_a_lost_answer(scene: Scene) -> AsyncGenerator[None]:
    """It is written down that the push is to be tried again, and it is not due yet."""
    for phone in ("ani", "budi"):
        scene.google.answers(phone, ANSWER_LOST)
    await scene.starts()
    await until(
        scene.pool,
        "SELECT count(DISTINCT e.delivery_id) = 6 FROM delivery_event e WHERE e.what = 'retried'",
    )
    yield


@asynccontextmanager
async def between_two_batches(scene: Scene) -> AsyncGenerator[None]:
    """One is settled; the next is asked for and waits. Batches are of one here."""
    async with AsyncExitStack() as settling, AsyncExitStack() as claims:
        await settling.enter_async_context(locked(scene.pool, "delivery_event"))
        await scene.starts()
        await until_waiting(scene.pool, "settle_deliveries")
        stopping = asyncio.create_task(claims.enter_async_context(locked(scene.pool, "delivery")))
        await until_waiting(scene.pool, "LOCK TABLE delivery IN")
        await settling.aclose()
        await stopping
        await until_waiting(scene.pool, "claim_deliveries", OUTBOXES)
        assert await scene.pool.fetchval("SELECT count(*) FROM delivery_event") == 1
        yield


ONE_BY_ONE = {"DENYUT_OUTBOX__BATCH": "1", "DENYUT_OUTBOX__SENDERS": "1"}
PATIENT = {"DENYUT_OUTBOX__RETRY__BACKOFF_FIRST_S": "8"}
Step = Callable[[Scene], AbstractAsyncContextManager[None]]


@pytest.mark.parametrize(
    ("step", "is_undone", "options"),
    [
        pytest.param(before_the_claim, True, {}, id="notice committed, no claim"),
        pytest.param(before_the_claim, False, {}, id="claimed by the dead"),
        pytest.param(after_the_claim, False, {}, id="claimed, not sent"),
        pytest.param(before_the_digest_is_marked, True, {}, id="manners asked, digest not marked"),
        pytest.param(before_the_digest_is_marked, False, {}, id="digest marked, not sent"),
        pytest.param(while_google_thinks, False, {}, id="sent, not answered"),
        pytest.param(before_the_settlement, True, {}, id="answered, not settled"),
        pytest.param(before_the_settlement, False, {}, id="settled, nobody knows"),
        pytest.param(before_a_lost_answer_is_settled, True, {}, id="answer lost, not settled"),
        pytest.param(before_the_next_try_of_a_lost_answer, True, PATIENT, id="answer lost, waits"),
        pytest.param(between_two_batches, True, ONE_BY_ONE, id="settled, next not claimed"),
    ],
)
async def test_a_kill_at_this_step_loses_nothing_and_shows_nothing_twice(
    street: Street,
    google: FcmStandIn,
    environment: dict[str, str],
    step: Step,
    is_undone: bool,
    options: dict[str, str],
) -> None:
    victim = ServiceProcess({**environment, **options})
    try:
        async with step(Scene(street.pool, google, victim)):
            await asyncio.to_thread(victim.kill)
            if is_undone:
                await what_it_asked_is_undone(street.pool)
    finally:
        victim.end()
    async with running(ServiceProcess(environment)):
        await until_calm(street.pool)
    await the_street_has_heard(street, google)


@pytest.mark.parametrize("is_undone", [True, False])
async def test_a_kill_in_the_commit_of_a_slip_tells_it_once(
    street: Street, google: FcmStandIn, environment: dict[str, str], is_undone: bool
) -> None:
    """The claim of the slip waits for its shard; nobody is there any more when it gets it."""
    victim = ServiceProcess(environment)
    async with locked(street.pool, "feed_shard"), running(victim):
        target_id = await make_slipping_target(street.pool, street.city.ani)
        await until_waiting(street.pool, "claim_slips")
        await asyncio.to_thread(victim.kill)
        if is_undone:
            await what_it_asked_is_undone(street.pool)
    async with running(ServiceProcess(environment)):
        await until(
            street.pool, "SELECT NOT stale FROM target_pace WHERE target_id = $1", target_id
        )
        await until_calm(street.pool)
    assert await slips_of(street.pool, target_id) == ["slip"]
    kinds = await street.pool.fetch("SELECT kind FROM notice WHERE target_id = $1", target_id)
    assert sorted(row["kind"] for row in kinds) == ["slip", "staff_slip"]
    ani = [each for each in google.delivered if each.address == "ani"]
    assert len({each.message["android"]["collapse_key"] for each in ani}) == 2
    assert await contiguous(street.pool)
