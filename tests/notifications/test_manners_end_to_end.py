"""Engine, ladder, outbox and re-check over one database: what phones really get."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.policies import unit_policy_set
from notifications.channels.channel import Outcome, Push, Sent
from notifications.outbox import Outbox, OutboxOptions
from notifications.recheck import rechecked
from notifications.slips import SlipEngine, SlipOptions
from notifications.texts import Texts
from tests.builders import City, decide, make_report
from tests.notifications.city import Announced, make_phone, make_slipping_target

PUSHING = SlipOptions(push_kinds=frozenset({"fcm_token"}))
NEVER_QUIET = {"quiet_start_minute": 0, "quiet_end_minute": 0, "cool_down_s": 0}


class Phones:
    """What each phone has shown, by its address: a tag is shown once."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    async def send(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Takes everything."""
        self.shown += ((str(push.data["kind"]), push.target.value) for push in pushes)
        return [Sent("m") for _ in pushes]

    def of(self, address: str) -> Counter[str]:
        """The kinds that one phone has shown."""
        return Counter(kind for kind, token in self.shown if token == address)


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
async def ready(connection: Any, city: City) -> City:
    """A city that never sleeps, with a phone for an employee and for each head above."""
    await unit_policy_set(connection, city.city, NEVER_QUIET, city.hr)
    for name in ("ani", "clinic_head"):
        await make_phone(connection, getattr(city, name), name)
    return city


def outbox(pool: asyncpg.Pool, phones: Phones) -> Outbox:
    return Outbox(pool, "fcm", phones.send, Texts.loaded(), OutboxOptions(), rechecked)


async def everything_goes_out(pool: asyncpg.Pool, connection: Any, *outboxes: Outbox) -> None:
    """The quarter hours pass, and whatever waits is looked at until nothing is due."""
    for _ in range(6):
        await connection.execute(
            "UPDATE delivery SET due_at = clock_timestamp() WHERE state = 'queued'"
        )
        await asyncio.gather(*(each.send_due() for each in outboxes))


async def engine(pool: asyncpg.Pool) -> None:
    await SlipEngine(pool, Announced(), PUSHING).settle()


async def over(connection: Any, target_ids: Sequence[UUID]) -> None:
    """The periods of these targets end now."""
    await connection.execute(
        "UPDATE target SET period_end = clock_timestamp() WHERE id = ANY ($1::uuid[])", target_ids
    )
    await connection.execute(
        "UPDATE target_pace SET period_end = clock_timestamp(), stale = true"
        " WHERE target_id = ANY ($1::uuid[])",
        target_ids,
    )


async def test_a_months_outbox_in_one_minute_buzzes_each_phone_once(
    pool: asyncpg.Pool, connection: Any, ready: City, phones: Phones
) -> None:
    """Twelve targets slipped and lapsed while the phone was in a valley; it brings 60 reports."""
    targets = [await make_slipping_target(connection, ready.ani) for _ in range(12)]
    await engine(pool)
    await everything_goes_out(pool, connection, outbox(pool, phones))
    assert phones.of("ani") == phones.of("clinic_head") == {"digest": 1}
    await over(connection, targets)
    await engine(pool)
    phones.shown.clear()

    one, two = SlipEngine(pool, Announced(), PUSHING), SlipEngine(pool, Announced(), PUSHING)
    for target_id in targets:
        for _ in range(5):
            await make_report(connection, ready.ani, target_id, quantity=18.0)
        await asyncio.gather(one.settle(), two.settle())
    await asyncio.gather(one.settle(), two.settle())
    await everything_goes_out(pool, connection, outbox(pool, phones), outbox(pool, phones))
    assert phones.of("ani") == phones.of("clinic_head") == {"late_reports": 1}
    kinds = Counter(
        row["kind"]
        for row in await connection.fetch(
            "SELECT kind FROM notice WHERE recipient_id = $1", ready.ani
        )
    )
    assert kinds == {"slip": 12, "recovery": 12, "achieved": 12, "late_reports": 1}
    left = await connection.fetchval("SELECT count(*) FROM delivery WHERE state = 'queued'")
    assert left == 0


async def test_what_recovered_before_the_quarter_hour_buzzes_the_supervisor_not_at_all(
    pool: asyncpg.Pool, connection: Any, ready: City, phones: Phones
) -> None:
    target_id = await make_slipping_target(connection, ready.ani)
    await engine(pool)
    await connection.execute(
        "UPDATE delivery SET due_at = clock_timestamp() WHERE employee_id = $1", ready.ani
    )
    await outbox(pool, phones).send_due()
    await make_report(connection, ready.ani, target_id, quantity=40.0)
    await engine(pool)
    await everything_goes_out(pool, connection, outbox(pool, phones))
    assert phones.of("ani") == {"slip": 1, "recovery": 1}
    assert phones.of("clinic_head") == Counter()


async def test_slipping_again_and_again_tells_each_slip_once(
    pool: asyncpg.Pool, connection: Any, ready: City, phones: Phones
) -> None:
    target_id = await make_slipping_target(connection, ready.ani)
    for _ in range(3):
        await engine(pool)
        await everything_goes_out(pool, connection, outbox(pool, phones), outbox(pool, phones))
        row = await make_report(connection, ready.ani, target_id, quantity=40.0)
        await engine(pool)
        await everything_goes_out(pool, connection, outbox(pool, phones), outbox(pool, phones))
        report_id = UUID(json.loads(row.content)["report_id"])
        await decide(connection, ready.clinic_head, report_id, "return", "Foto kurang jelas")
    assert phones.of("ani") == {"slip": 3, "recovery": 3}
    assert phones.of("clinic_head") == {"staff_slip": 3, "staff_recovery": 3}


async def test_the_cool_down_waits_and_then_asks_for_the_reason_again(
    pool: asyncpg.Pool, connection: Any, ready: City, phones: Phones
) -> None:
    await unit_policy_set(connection, ready.city, NEVER_QUIET | {"cool_down_s": 3600}, ready.hr)
    target_id = await make_slipping_target(connection, ready.ani)
    await engine(pool)
    await everything_goes_out(pool, connection, outbox(pool, phones))
    row = await make_report(connection, ready.ani, target_id, quantity=40.0)
    await engine(pool)
    await everything_goes_out(pool, connection, outbox(pool, phones))
    report_id = UUID(json.loads(row.content)["report_id"])
    await decide(connection, ready.clinic_head, report_id, "return", "Foto kurang jelas")
    await engine(pool)
    await everything_goes_out(pool, connection, outbox(pool, phones))
    assert phones.of("ani") == {"slip": 1, "recovery": 1}
    waiting = await connection.fetch(
        "SELECT d.due_at - clock_timestamp() AS wait, d.state FROM delivery d"
        " JOIN notice n ON n.id = d.notice_id WHERE n.kind = 'slip' AND d.state = 'queued'"
    )
    assert [row["state"] for row in waiting] == ["queued"]
    assert all(row["wait"] > timedelta(minutes=50) for row in waiting)
    await make_report(connection, ready.ani, target_id, quantity=60.0)
    await engine(pool)
    await everything_goes_out(pool, connection, outbox(pool, phones))
    assert phones.of("ani")["slip"] == 1
