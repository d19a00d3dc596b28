"""Clocks that are ten minutes wrong: a phone's, and that of the machine that the service runs on.

The office has one clock, the database's. Nothing slips early or late, nothing is sent outside its
reader's hours, leases hold, and a report is as late as it is and not as some clock says.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from models.queries.policies import quiet_hours_set, unit_policy_set
from models.rules.flags import ReportFlag
from models.tables.columns import new_id
from tests.builders import City, make_session, make_target
from tests.drills.street import (
    NEVER_QUIET,
    Street,
    each_is_told_once,
    quiet_around_now,
    running,
    slips_of,
    the_street_has_heard,
    until,
    until_calm,
)
from tests.notifications.city import DAY, make_city_at_work, make_phone, make_slipping_target
from tests.standins.fcm import FcmStandIn
from tests.standins.service_process import ServiceProcess
from tests.standins.web_push import Reply, WebPushStandIn

pytestmark = pytest.mark.drill

AHEAD = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
LEASE_S = 30.0
SHARE_A_MINUTE = 100 * 0.85 / (30 * 1440)  # of a target of 100, with its tolerance, in 30 days


@dataclass(frozen=True)
class Office:
    """A service with a clock of its own, and browsers that it may push to."""

    pool: asyncpg.Pool
    city: City
    service: ServiceProcess
    environment: dict[str, str]
    browsers: WebPushStandIn

    async def now(self) -> datetime:
        """The database's time."""
        return await self.pool.fetchval("SELECT clock_timestamp()")

    async def report(
        self, target_id: UUID, made_ago: timedelta, phone_ahead: timedelta
    ) -> dict[str, Any]:
        """Ani's report, made so long ago and sent now by a phone whose clock is wrong."""
        phone_now = await self.now() + phone_ahead
        report_id = new_id()
        body = {
            "id": str(report_id),
            "target_id": str(target_id),
            "quantity": 1,
            "activity_at": (phone_now - made_ago).isoformat(),
            "captured_at": (phone_now - made_ago).isoformat(),
        }
        token = await make_session(self.pool, self.city.ani)
        headers = {
            "authorization": f"Bearer {token}",
            "denyut-sent-at": phone_now.isoformat(),
        }
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.post(f"{self.service.url}/v1/reports", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return dict(
            await self.pool.fetchrow(
                "SELECT *, corrected_at - received_at AS corrected_by FROM report WHERE id = $1",
                report_id,
            )
        )


@pytest.fixture(params=[AHEAD, -AHEAD], ids=["ahead", "behind"])
async def office(
    request: pytest.FixtureRequest, database: str, pool: asyncpg.Pool
) -> AsyncGenerator[Office]:
    """The service's machine is ten minutes ahead or behind, or what the test asks for."""
    city = await make_city_at_work(pool)
    await unit_policy_set(pool, city.city, NEVER_QUIET, city.hr)
    environment = {
        "DENYUT_DATABASE_URL": database,
        "DENYUT_WEB_PUSH__NEAR_ENDPOINTS": "true",
        "DENYUT_WEB_PUSH__CONTACT": "mailto:it@kota.example",
        "DENYUT_OUTBOX__LEASE_S": str(LEASE_S),
        "DENYUT_OUTBOX__SETTLE_S": "1",
    }
    service = ServiceProcess(environment, clock_ahead_s=int(request.param.total_seconds()))
    async with WebPushStandIn.running() as browsers, running(service):
        yield Office(pool, city, service, environment, browsers)


async def slips_in(pool: asyncpg.Pool, employee_id: UUID, minutes: float) -> UUID:
    """A target that slips so many minutes from now, by the arithmetic of a city at work."""
    made = await make_slipping_target(pool, employee_id)
    await pool.execute(
        "UPDATE target_pace p SET approved = $2 * extract(epoch FROM clock_timestamp()"
        " + make_interval(secs => $3) - t.period_start) / 60, stale = true"
        " FROM target t WHERE t.id = p.target_id AND t.id = $1",
        made,
        SHARE_A_MINUTE,
        minutes * 60,
    )
    return made


async def test_a_slip_comes_at_its_instant_by_the_databases_clock(office: Office) -> None:
    """One that slips in five minutes has not slipped; one that slips in seconds soon has."""
    pool, ani = office.pool, office.city.ani
    later = await slips_in(pool, ani, 5.0)
    soon = await slips_in(pool, ani, 0.1)
    await until(pool, "SELECT state = 'slipped' FROM target_pace WHERE target_id = $1", soon)
    told = await pool.fetchrow(
        "SELECT p.state_since >= p.paced_at - interval '1 minute' AS now,"
        " f.at BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() AS is_dated"
        " FROM target_pace p JOIN feed f USING (target_id)"
        " WHERE p.target_id = $1 AND f.kind = 'slip'",
        soon,
    )
    assert told["now"]
    assert told["is_dated"]
    pace = await pool.fetchrow("SELECT * FROM target_pace WHERE target_id = $1", later)
    assert pace["state"] == "at_risk"
    assert timedelta(0) < pace["slips_at"] - await office.now() < 5 * MINUTE
    assert await slips_of(pool, later) == []
    await each_is_told_once(pool)


async def test_nothing_is_sent_in_quiet_hours_by_anybodys_clock(office: Office) -> None:
    """Ani's quiet hours end in five minutes, Budi's ended five minutes ago, Citra's begin then."""
    pool, city = office.pool, office.city
    quiet = {"ani": (-60, 6), "budi": (-60, -5), "citra": (6, 60)}
    for name, span in quiet.items():
        await quiet_hours_set(pool, city.people[name], quiet_around_now(*span))
        await make_phone(pool, city.people[name], office.browsers.subscribed(name), "web_push")
        await make_slipping_target(pool, city.people[name])
    await until(
        pool, "SELECT count(*) = 2 FROM delivery WHERE channel = 'web_push' AND state = 'sent'"
    )
    await until_calm(pool)
    assert sorted(each.browser for each in office.browsers.received) == ["budi", "citra"]
    waiting = await pool.fetchrow(
        "SELECT d.*, d.due_at - clock_timestamp() AS left FROM delivery d"
        " WHERE d.employee_id = $1 AND channel = 'web_push'",
        city.ani,
    )
    assert waiting["state"] == "queued"
    assert timedelta(0) < waiting["left"] <= 6 * MINUTE


async def test_a_lease_holds_against_a_service_with_another_clock(office: Office) -> None:
    """The push is on its way when another service, whose clock is right, looks for work."""
    pool, city = office.pool, office.city
    office.browsers.answers("ani", Reply(delay_s=2.0))
    await make_phone(pool, city.ani, office.browsers.subscribed("ani"), "web_push")
    await make_slipping_target(pool, city.ani)
    await until(pool, "SELECT count(*) = 1 FROM delivery WHERE lease_id IS NOT NULL")
    left = await pool.fetchval("SELECT max(due_at) - clock_timestamp() FROM delivery")
    assert left <= timedelta(seconds=LEASE_S)
    async with running(ServiceProcess(office.environment)):
        await until_calm(pool)
    rows = await pool.fetch("SELECT state, attempts FROM delivery")
    assert [tuple(row) for row in rows] == [("sent", 1)]
    assert len(office.browsers.received) == 1


every_clock = pytest.mark.parametrize(
    "office", [timedelta(0), AHEAD, -AHEAD], ids=["right", "ahead", "behind"], indirect=True
)


@every_clock
async def test_a_report_is_reckoned_by_the_offices_clock(office: Office) -> None:
    """Made three minutes ago on a phone without a signal: whoever's clock is wrong, it was then."""
    target_id = office.city.targets[office.city.ani]
    for phone_ahead in (timedelta(0), AHEAD, -AHEAD):
        report = await office.report(target_id, 3 * MINUTE, phone_ahead)
        assert abs(report["corrected_by"] + 3 * MINUTE) < MINUTE
        wrong = ReportFlag.CLOCK_WRONG if phone_ahead else ReportFlag(0)
        assert ReportFlag(report["flags"]) == wrong


@every_clock
async def test_a_report_from_before_the_closing_is_taken(office: Office) -> None:
    """The target was closed a minute ago, the report was made four minutes before that."""
    pool = office.pool
    target_id = await make_target(pool, office.city.ani, now=await office.now() - DAY)
    await pool.execute(
        "UPDATE target SET closed_at = clock_timestamp() - interval '1 minute' WHERE id = $1",
        target_id,
    )
    for phone_ahead in (timedelta(0), AHEAD, -AHEAD):
        report = await office.report(target_id, 5 * MINUTE, phone_ahead)
        assert ReportFlag.AFTER_CLOSING in ReportFlag(report["flags"])


@every_clock
async def test_a_phone_ahead_hurries_no_slip_and_no_recovery(office: Office) -> None:
    """Its report brings a slipped target back at once, and one that still has time stays so."""
    pool, ani = office.pool, office.city.ani
    target_id = await slips_in(pool, ani, -0.1)
    waiting = await slips_in(pool, ani, 5.0)
    await until(pool, "SELECT state = 'slipped' FROM target_pace WHERE target_id = $1", target_id)
    await office.report(target_id, timedelta(0), AHEAD)
    await until(pool, "SELECT state <> 'slipped' FROM target_pace WHERE target_id = $1", target_id)
    assert await slips_of(pool, target_id) == ["slip", "recovery"]
    assert await slips_of(pool, waiting) == []
    await each_is_told_once(pool)


async def test_google_takes_no_signature_of_the_future_and_the_pushes_wait(
    street: Street, google: FcmStandIn, environment: dict[str, str]
) -> None:
    """Nothing is lost with a machine that is ahead: each push waits, and goes out by another."""
    pool, hold = street.pool, {"DENYUT_OUTBOX__RETRY__HOLD_S": "1"}
    async with running(ServiceProcess({**environment, **hold}, clock_ahead_s=600)):
        await until(pool, "SELECT count(*) >= 6 FROM delivery_event WHERE what = 'held'")
    assert google.received == []
    held = await pool.fetch(
        "SELECT state, attempts FROM delivery"
        " WHERE outcome LIKE 'refused: %' OR outcome = 'the provider rests'"
    )
    assert len(held) == 6
    assert {row["state"] for row in held} == {"queued"}
    assert max(row["attempts"] for row in held) <= 1
    async with running(ServiceProcess(environment)):
        await until_calm(pool)
    await the_street_has_heard(street, google)
