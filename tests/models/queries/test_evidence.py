"""Evidence of a report: replaced as a whole, counted with it, and closed with its approval."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.evidence import Evidence, evidence_of, evidence_set
from models.queries.rolling import is_behind
from models.rules.refusals import ReportNotOpen, UnknownReport
from models.tables.columns import new_id
from tests.builders import City, decide, make_city, make_report, submit
from tests.models.queries.test_rolling import roll, row_of

PHOTO = Evidence("photo", "ab" * 32)
LINK = Evidence("link", "https://contoh.go.id/berkas")


async def made(pool: asyncpg.Pool) -> tuple[City, UUID]:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    return city, report_id


async def test_it_is_kept_in_order_and_replaced_as_a_whole(pool: asyncpg.Pool) -> None:
    _, report_id = await made(pool)
    await evidence_set(pool, report_id, [PHOTO, LINK])
    assert [(row["kind"], row["reference"]) for row in await evidence_of(pool, report_id)] == [
        ("photo", PHOTO.reference),
        ("link", LINK.reference),
    ]
    await evidence_set(pool, report_id, [LINK])
    assert [row["kind"] for row in await evidence_of(pool, report_id)] == ["link"]
    assert await pool.fetchval("SELECT evidence FROM report") == 1


async def test_its_day_is_counted_anew(pool: asyncpg.Pool) -> None:
    city, report_id = await made(pool)
    await roll(pool)
    await evidence_set(pool, report_id, [PHOTO, LINK])
    assert await is_behind(pool)
    await roll(pool)
    assert (await row_of(pool, city.city))["with_evidence"] == 1
    await evidence_set(pool, report_id, [])
    await roll(pool)
    assert "with_evidence" not in await row_of(pool, city.city)


async def test_what_is_approved_or_withdrawn_is_closed_and_a_return_opens_it(
    pool: asyncpg.Pool,
) -> None:
    city, report_id = await made(pool)
    await decide(pool, city.clinic_head, report_id, "return", "mana fotonya")
    await evidence_set(pool, report_id, [PHOTO])
    await submit(pool, "revise", city.ani, report_id=report_id)
    await decide(pool, city.clinic_head, report_id)
    with pytest.raises(ReportNotOpen):
        await evidence_set(pool, report_id, [LINK])
    with pytest.raises(UnknownReport):
        await evidence_set(pool, uuid4(), [LINK])
    assert len(await evidence_of(pool, report_id)) == 1
