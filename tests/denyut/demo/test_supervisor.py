"""The demo's supervisor answers what the phones send, and leaves everybody else alone."""

import asyncio

import asyncpg

from denyut.demo.phones import ringing
from denyut.demo.supervisor import SupervisorOptions, answering
from tests.denyut.demo.conftest import LIVELY, PASSWORD, Served

ALWAYS = SupervisorOptions(after_s=0.02, approved_share=1.0, returned_share=0.0, said_share=1.0)


async def test_reports_of_the_phones_are_approved_with_a_word(
    served: Served, pool: asyncpg.Pool
) -> None:
    supervisor = served.cast["supervisor"]
    near = [player for player in served.players if player.unit_id == supervisor.unit_id]
    assert near
    employees = [player.id for player in near]
    asked = """
        SELECT count(*) FROM feedback f JOIN report r ON r.id = f.report_id
         WHERE f.author_id = $1 AND r.employee_id = ANY ($2) AND r.status = 'approved'
           AND f.made_at > now() - interval '1 hour'
    """
    async with (
        answering(served.url, supervisor, PASSWORD, employees, ALWAYS),
        ringing(served.url, near, PASSWORD, LIVELY),
    ):
        while await pool.fetchval(asked, supervisor.id, employees) < 3:
            await asyncio.sleep(0.05)


async def test_nobody_elses_reports_are_touched(served: Served, pool: asyncpg.Pool) -> None:
    began = await pool.fetchval("SELECT clock_timestamp()")
    supervisor = served.cast["supervisor"]
    near = [player for player in served.players if player.unit_id == supervisor.unit_id]
    async with (
        answering(served.url, supervisor, PASSWORD, [], ALWAYS),
        ringing(served.url, near, PASSWORD, LIVELY) as phones,
    ):
        while min(phone.sent for phone in phones) < 5:
            await asyncio.sleep(0.05)
    decided = await pool.fetchval(
        "SELECT count(*) FROM report WHERE decided_at > $1 AND received_at > $1", began
    )
    assert decided == 0
