"""A right that ends acts within a second, on an open socket and on a cached token.

Two services share a database. What ends a right is asked of one of them; whoever loses it listens
and asks at the other one, which has cached the token (good for ten minutes more). All of it with
the database alone, and with a Redis that is dead.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

from denyut.serving import serving
from denyut.settings import Settings
from mobile_contract import live
from mobile_contract.live import person_topic, position_of
from tests.builders import (
    make_assignment,
    make_employee,
    make_grant,
    make_head,
    make_report,
    make_session,
    make_target,
    make_unit,
)
from tests.making.support import make_mentorship
from tests.matrix.sockets import Ear, ear
from tests.matrix.stage import QUICK, Stage, opened_stage
from tests.matrix.who import Who
from tests.standins.cluster import SharedCluster
from tests.standins.redis_server import RedisServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEADLINE_S = 10.0  # far above a second, far below the ten minutes of the token


@dataclass(frozen=True)
class Pair:
    """`here` is where offices work; at `there` (its address) a client asks and listens."""

    here: Stage
    there: str
    client: httpx.AsyncClient


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=[False, True], ids=["no_redis", "redis_dead"]
)
async def pair(shared_postgres: SharedCluster, request: Any) -> AsyncIterator[Pair]:
    """Two services on one database, which are told of each other by the database alone."""
    async with AsyncExitStack() as parts:
        dsn = await parts.enter_async_context(shared_postgres.cloned())
        redis = parts.enter_context(RedisServer()) if request.param else None
        settings = {"redis_url": redis.url if redis else None}
        here = await parts.enter_async_context(opened_stage(dsn, **settings))
        chosen = Settings(database_url=dsn, port=0, **QUICK, **settings)
        service, there = await parts.enter_async_context(serving(chosen))
        transport = httpx.ASGITransport(service.app)
        client = httpx.AsyncClient(transport=transport, base_url="http://denyut.test")
        await parts.enter_async_context(client)
        if redis:
            redis.kill()
        yield Pair(here, there, client)


@dataclass(frozen=True)
class Bond:
    """`holder` may see `worker`, who works in `unit` below `above`, by one right alone."""

    above: UUID
    unit: UUID
    worker: UUID
    target: UUID
    holder: UUID
    token: str
    right: UUID


async def bond(stage: Stage, by: str) -> Bond:
    """Two new people and the right of the one: as `head`, as `hr`, or as `assigned`."""
    pool, now = stage.pool, datetime.now(UTC)
    since = now - timedelta(days=9)
    above = await make_unit(pool, "Bidang", stage.cast.health)
    unit = await make_unit(pool, "Seksi", above)
    worker = await make_employee(pool, unit)
    target = await make_target(pool, worker)
    holder = await make_employee(pool, stage.cast.office)
    match by:
        case "head":
            right = await make_head(pool, unit, holder, valid_from=since)
        case "hr":
            right = await make_grant(pool, holder, "hr", above)
        case _:
            right = await make_assignment(pool, worker, holder, valid_from=since)
    return Bond(above, unit, worker, target, holder, await make_session(pool, holder), right)


async def ask(pair: Pair, bond: Bond) -> str:
    """What the holder hears at the other service who asks for the worker's targets."""
    answer = await pair.client.get(
        f"/v1/people/{bond.worker}/targets", headers={"authorization": f"Bearer {bond.token}"}
    )
    return "yes" if answer.status_code == 200 else answer.json()["code"]


async def send(pair: Pair, bond: Bond) -> str:
    """What the holder hears at the other service who sends an outbox, the hot way."""
    headers = {"authorization": f"Bearer {bond.token}"}
    answer = await pair.client.post("/v1/sync", json={"mutations": []}, headers=headers)
    return "yes" if answer.status_code == 200 else answer.json()["code"]


async def listening(pair: Pair, bond: Bond, phone: Ear) -> None:
    """The holder follows the worker at the other service, and hears them."""
    await phone.hello(bond.token)
    await phone.say(live.Subscribe(person_topic(bond.worker)))
    assert await phone.settled() is None
    await hears_of(pair, bond, phone)


async def hears_of(pair: Pair, bond: Bond, phone: Ear) -> None:
    """The worker reports; the holder is told."""
    row = await make_report(pair.here.pool, bond.worker, bond.target)
    while position_of(row.shard, row.seq) not in phone.events:
        await phone.next()


async def hears_nothing_of(pair: Pair, bond: Bond, phone: Ear) -> None:
    """The worker reports and is told so on their own socket; the holder is not."""
    async with ear(pair.there) as own:
        await own.hello(await make_session(pair.here.pool, bond.worker))
        await own.settled()
        row = await make_report(pair.here.pool, bond.worker, bond.target)
        await own.until(person_topic(bond.worker), position_of(row.shard, row.seq))
    await phone.settled()
    assert position_of(row.shard, row.seq) not in phone.events


async def office(stage: Stage, method: str, path: str, body: Any = None) -> None:
    """Somebody with an office for the whole city does it."""
    await stage.sent(Who.CITY_HR, method, path, body)


def now() -> str:
    return datetime.now(UTC).isoformat()


async def role_ends(stage: Stage, bond: Bond) -> None:
    path = f"/v1/roles/{bond.right}?reason=selesai"
    await stage.sent(Who.ADMINISTRATOR, "DELETE", path, None)


async def headship_ends(stage: Stage, bond: Bond) -> None:
    body = {"valid_to": now(), "reason": "mutasi"}
    await office(stage, "PATCH", f"/v1/supervision/{bond.right}", body)


async def assignment_ends(stage: Stage, bond: Bond) -> None:
    body = {"valid_to": now(), "reason": "selesai"}
    await office(stage, "PATCH", f"/v1/assignments/{bond.right}", body)


async def another_is_assigned(stage: Stage, bond: Bond) -> None:
    """The end comes by a new beginning: the old assignment is cut, somebody else takes over."""
    await assignment_ends(stage, bond)
    body = {
        "employee_id": str(bond.worker),
        "supervisor_id": str(stage.cast.people[Who.PEER]),
        "valid_from": now(),
    }
    await office(stage, "POST", "/v1/assignments", body)


async def worker_is_transferred(stage: Stage, bond: Bond) -> None:
    body = {"unit_id": str(stage.cast.pharmacy), "reason": "mutasi"}
    await office(stage, "PATCH", f"/v1/people/{bond.worker}", body)


async def unit_is_moved(stage: Stage, bond: Bond) -> None:
    body = {"parent_id": str(stage.cast.works), "reason": "penataan"}
    await office(stage, "PATCH", f"/v1/units/{bond.unit}", body)


async def worker_rises_above(stage: Stage, bond: Bond) -> None:
    """Whoever works below a head becomes acting head above them: what they do goes up the line."""
    body = {
        "unit_id": str(bond.above),
        "supervisor_id": str(bond.worker),
        "kind": "acting",
        "valid_from": now(),
    }
    await office(stage, "POST", "/v1/supervision", body)


Ends = Callable[[Stage, Bond], Awaitable[None]]

RIGHTS_END: tuple[tuple[str, Ends], ...] = (
    ("hr", role_ends),
    ("head", headship_ends),
    ("assigned", assignment_ends),
    ("assigned", another_is_assigned),
    ("head", worker_is_transferred),
    ("hr", unit_is_moved),
    ("head", worker_rises_above),
)


@pytest.mark.parametrize(("by", "ends"), RIGHTS_END, ids=[ends.__name__ for _, ends in RIGHTS_END])
async def test_a_right_that_ends_is_gone_at_the_other_service(
    pair: Pair, by: str, ends: Ends
) -> None:
    lost = await bond(pair.here, by)
    async with ear(pair.there) as phone:
        await listening(pair, lost, phone)
        assert await ask(pair, lost) == "yes"
        await ends(pair.here, lost)
        async with asyncio.timeout(DEADLINE_S):
            while await ask(pair, lost) == "yes":
                await asyncio.sleep(0.01)
            while live.Revoked(person_topic(lost.worker)) not in phone.messages:
                await phone.next()
        assert await ask(pair, lost) == "not_allowed"
        await hears_nothing_of(pair, lost, phone)
        await phone.say(live.Subscribe(person_topic(lost.worker)))
        assert await phone.settled() == "topic_not_allowed"


async def test_a_headship_ends_by_its_date_with_nobody_doing_anything(pair: Pair) -> None:
    lost = await bond(pair.here, "head")
    async with ear(pair.there) as phone:
        await listening(pair, lost, phone)
        soon = datetime.now(UTC) + timedelta(seconds=0.5)
        body = {"valid_to": soon.isoformat(), "reason": "masa tugas selesai"}
        await office(pair.here, "PATCH", f"/v1/supervision/{lost.right}", body)
        async with asyncio.timeout(DEADLINE_S):
            while live.Revoked(person_topic(lost.worker)) not in phone.messages:
                await phone.next()
        assert await ask(pair, lost) == "not_allowed"
        await hears_nothing_of(pair, lost, phone)


@pytest.mark.parametrize("ends_in_s", [0.0, 0.5], ids=["by_a_word", "by_its_date"])
async def test_a_mentor_reports_for_nobody_once_the_mentorship_has_ended(
    pair: Pair, ends_in_s: float
) -> None:
    pool, began = pair.here.pool, datetime.now(UTC) - timedelta(days=1)
    worker = await make_employee(pool, pair.here.cast.clinic)
    mentor = await make_employee(pool, pair.here.cast.office)
    target, token = await make_target(pool, worker), await make_session(pool, mentor)
    right = await make_mentorship(pool, worker, mentor, valid_from=began)

    async def capture() -> str:
        report = {"id": str(uuid4()), "target_id": str(target), "quantity": 1, "activity_at": now()}
        answer = await pair.client.post(
            f"/v1/mentees/{worker}/reports",
            json=report,
            headers={"authorization": f"Bearer {token}"},
        )
        return "yes" if answer.status_code == 201 else answer.json()["code"]

    async with asyncio.timeout(DEADLINE_S):
        while await capture() != "yes":
            await asyncio.sleep(0.01)
    ends_at = datetime.now(UTC) + timedelta(seconds=ends_in_s)
    await office(pair.here, "PATCH", f"/v1/mentorships/{right}", {"valid_to": ends_at.isoformat()})
    async with asyncio.timeout(DEADLINE_S):
        while await capture() == "yes":
            await asyncio.sleep(0.01)
    assert await capture() == "not_allowed"


async def account_is_closed(stage: Stage, bond: Bond) -> None:
    body = {"active": False, "reason": "pensiun"}
    await office(stage, "PATCH", f"/v1/people/{bond.holder}", body)


async def office_ends_sessions(stage: Stage, bond: Bond) -> None:
    await office(stage, "DELETE", f"/v1/people/{bond.holder}/sessions")


async def lost_phone_is_ended(stage: Stage, bond: Bond) -> None:
    """By its owner, who is signed in elsewhere too."""
    other = await make_session(stage.pool, bond.holder)
    await stage.sent_with(other, "DELETE", "/v1/me/sessions", None)


async def phone_signs_out(stage: Stage, bond: Bond) -> None:
    await stage.sent_with(bond.token, "DELETE", "/v1/sessions/current", None)


async def new_code_is_issued(stage: Stage, bond: Bond) -> None:
    await office(stage, "POST", f"/v1/people/{bond.holder}/activation")


SESSIONS_END: tuple[Ends, ...] = (
    account_is_closed,
    office_ends_sessions,
    lost_phone_is_ended,
    phone_signs_out,
    new_code_is_issued,
)


@pytest.mark.parametrize("ends", SESSIONS_END, ids=[ends.__name__ for ends in SESSIONS_END])
async def test_a_session_that_ends_is_gone_at_the_other_service(pair: Pair, ends: Ends) -> None:
    lost = await bond(pair.here, "head")
    async with ear(pair.there) as phone:
        await listening(pair, lost, phone)
        assert await ask(pair, lost) == await send(pair, lost) == "yes"
        await ends(pair.here, lost)
        async with asyncio.timeout(DEADLINE_S):
            while await ask(pair, lost) == "yes":
                await asyncio.sleep(0.01)
            assert await phone.ended() == ("session_revoked", live.CLOSE_NOT_SIGNED_IN)
        assert await ask(pair, lost) == "session_revoked"
        assert await send(pair, lost) == "session_revoked"


async def test_who_stays_responsible_goes_on_hearing_after_a_transfer(pair: Pair) -> None:
    """A personal supervisor follows a person, wherever they work: in another agency's shard too."""
    kept = await bond(pair.here, "assigned")
    async with ear(pair.there) as phone:
        await listening(pair, kept, phone)
        body = {"unit_id": str(pair.here.cast.roads), "reason": "mutasi"}
        await office(pair.here, "PATCH", f"/v1/people/{kept.worker}", body)
        async with asyncio.timeout(DEADLINE_S):
            while not any(isinstance(each, live.Reset) for each in phone.messages):
                await phone.next()
        await hears_of(pair, kept, phone)


async def test_an_acting_head_takes_the_decision_and_leaves_the_sight(pair: Pair) -> None:
    kept = await bond(pair.here, "head")
    report_id = (await _reported(pair.here.pool, kept))["id"]
    headers = {"authorization": f"Bearer {kept.token}"}

    async def approve() -> str:
        body = {"report_ids": [str(report_id)], "decision": "return", "reason": "foto"}
        answer = await pair.client.post("/v1/approvals", json=body, headers=headers)
        (result,) = answer.json()["results"]
        return result["problem"]["code"] if result["problem"] else result["outcome"]

    async with ear(pair.there) as phone:
        await listening(pair, kept, phone)
        body = {
            "unit_id": str(kept.unit),
            "supervisor_id": str(pair.here.cast.people[Who.PEER]),
            "kind": "acting",
            "valid_from": now(),
        }
        await office(pair.here, "POST", "/v1/supervision", body)
        assert await approve() == "not_allowed"
        assert await ask(pair, kept) == "yes"
        await hears_of(pair, kept, phone)


async def _reported(pool: asyncpg.Pool, bond: Bond) -> Any:
    await make_report(pool, bond.worker, bond.target)
    return await pool.fetchrow("SELECT id FROM report WHERE employee_id = $1", bond.worker)
