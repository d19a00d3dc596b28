"""Simulated phones against the real service: what they say is in the office, exactly once."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec

from denyut.demo.jobs import JOBS
from denyut.demo.phones import feedback_in, reported_quantity, ringing
from mobile_contract.client.outbox import Flushed
from mobile_contract.live import Event, Events
from mobile_contract.targets import Pace, TargetView
from tests.denyut.demo.conftest import LIVELY, PASSWORD, Served


async def test_everything_that_was_sent_is_in_the_office_once(
    served: Served, pool: asyncpg.Pool
) -> None:
    before = await pool.fetchval("SELECT count(*) FROM report")
    async with ringing(served.url, served.players, PASSWORD, LIVELY) as phones:
        while min(phone.sent for phone in phones) < 5:
            await asyncio.sleep(0.05)
    sent = sum(phone.sent for phone in phones)
    known = await pool.fetchval("SELECT count(*) FROM report") - before
    # What was on its way when the phones were switched off may have arrived without its answer.
    assert sent <= known <= sent + sum(phone.waiting for phone in phones)
    reporters = await pool.fetch(
        "SELECT DISTINCT employee_id FROM report WHERE received_at > now() - interval '1 hour'"
    )
    assert {player.id for player in served.players} <= {row[0] for row in reporters}


async def test_phones_wait_for_a_service_that_is_not_there(served: Served) -> None:
    async with ringing("http://127.0.0.1:1", served.players, PASSWORD, LIVELY) as phones:
        await asyncio.sleep(0.2)
        assert [phone.sent for phone in phones] == [0, 0]


def target_view(**changes: Any) -> TargetView:
    pace = Pace(
        approved=0, pending=0, observations=0, state="on_track", working_days_left=5, waiting=0
    )
    values: dict[str, Any] = {
        "id": uuid4(),
        "employee_id": uuid4(),
        "indicator": "Pasien dilayani",
        "unit_of_measure": "pasien",
        "aspect": "quantity",
        "direction": "higher",
        "quantity": 300,
        "tolerance": 0.15,
        "grace": 0.1,
        "period_start": datetime(2026, 11, 1, tzinfo=UTC),
        "period_end": datetime(2026, 12, 1, tzinfo=UTC),
        "version": 1,
        "pace": pace,
    }
    return TargetView(**(values | changes))


def test_quantities_are_small_steps_and_measured_values_are_near_the_goal() -> None:
    task = JOBS["perawat"].tasks[0]
    steps = {reported_quantity(target_view(), task) for _ in range(200)}
    assert steps <= {1.0, 2.0, 3.0, 4.0}
    waits = target_view(aspect="time", direction="lower", quantity=60)
    values = [reported_quantity(waits, JOBS["perawat"].tasks[2]) for _ in range(200)]
    assert min(values) >= 30
    assert max(values) <= 60
    shares = target_view(aspect="quality", direction="higher", quantity=98)
    assert max(reported_quantity(shares, None) for _ in range(200)) <= 100


def test_only_unread_feedback_to_this_person_is_read() -> None:
    me, other, feedback_id = uuid4(), uuid4(), uuid4()

    def event(position: int, employee_id: Any, **content: Any) -> Event:
        body = msgspec.Raw(msgspec.json.encode({"feedback_id": feedback_id} | content))
        at = datetime(2026, 11, 24, tzinfo=UTC)
        return Event(position, "feedback", at, employee_id, content=body)

    frame = Events(
        "person:x",
        0,
        64,
        [
            event(16, me, text="bagus"),
            event(32, other, text="bukan untuk saya"),
            event(48, me, acknowledged_at="2026-11-24T00:00:00Z"),
        ],
    )
    flushed = Flushed([], [], 0, 0, 0.0, changes=[frame])
    assert feedback_in(flushed, me) == [feedback_id]
