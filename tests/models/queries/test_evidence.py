"""Evidence of a report: replaced as a whole, counted with it, and only added to once approved."""

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
OTHER = Evidence("photo", "cd" * 32)
ELSEWHERE = Evidence("photo", "https://contoh.go.id/foto.jpg")
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


async def test_what_is_approved_is_closed_and_a_return_opens_it(
    pool: asyncpg.Pool,
) -> None:
    city, report_id = await made(pool)
    await decide(pool, city.clinic_head, report_id, "return", "mana fotonya")
    await evidence_set(pool, report_id, [PHOTO])
    await submit(pool, "revise", city.ani, report_id=report_id)
    await decide(pool, city.clinic_head, report_id)
    for changed in ([LINK], [], [OTHER], [OTHER, PHOTO], [PHOTO, LINK], [PHOTO, ELSEWHERE]):
        with pytest.raises(ReportNotOpen):
            await evidence_set(pool, report_id, changed)
    with pytest.raises(UnknownReport):
        await evidence_set(pool, uuid4(), [LINK])
    assert len(await evidence_of(pool, report_id)) == 1


async def test_a_photo_that_comes_after_the_approval_lies_behind_the_rest_with_its_own_time(
    pool: asyncpg.Pool,
) -> None:
    city, report_id = await made(pool)
    await evidence_set(pool, report_id, [LINK])
    await decide(pool, city.clinic_head, report_id)
    await evidence_set(pool, report_id, [LINK, PHOTO])
    await evidence_set(pool, report_id, [LINK, PHOTO, OTHER])
    await evidence_set(pool, report_id, [LINK, PHOTO, OTHER])  # the answer was lost
    lying = await evidence_of(pool, report_id)
    assert [row["reference"] for row in lying] == [LINK.reference, PHOTO.reference, OTHER.reference]
    decided_at = await pool.fetchval("SELECT decided_at FROM report")
    assert [row["made_at"] > decided_at for row in lying] == [False, True, True]
    assert await pool.fetchval("SELECT evidence FROM report") == 3


async def test_a_withdrawn_report_takes_none(pool: asyncpg.Pool) -> None:
    city, report_id = await made(pool)
    await submit(pool, "withdraw", city.ani, report_id=report_id)
    with pytest.raises(ReportNotOpen):
        await evidence_set(pool, report_id, [PHOTO])
