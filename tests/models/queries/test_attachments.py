"""Uploads in the database: whose they are, how they grow, who finishes them, and what is swept."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.asking import Row
from models.queries.attachments import (
    Kept,
    abandoned,
    attachment_begun,
    attachment_beside,
    begun_anew,
    chunk_taken,
    chunks_forgotten,
    chunks_in_order,
    finished,
    finishing_claimed,
    left_over,
    let_go,
    lost,
    my_attachment,
    my_photos,
    refused,
    removed,
)
from models.queries.evidence import Evidence, evidence_of, evidence_set
from models.rules.refusals import QuotaSpent
from models.rules.uploads import UploadLimits
from tests.builders import City, make_city, make_report

LIMITS = UploadLimits(day_files=3, day_bytes=100)
DIGEST = b"d" * 32
KEPT = Kept("image/jpeg", 640, 480)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def begun(pool: asyncpg.Pool, who: UUID, digest: bytes = DIGEST, size: int = 10) -> UUID:
    async with pool.acquire() as connection, connection.transaction():
        return (await attachment_begun(connection, who, digest, size, LIMITS))["id"]


async def whole(pool: asyncpg.Pool, who: UUID, digest: bytes = DIGEST) -> UUID:
    """An upload whose bytes are all there."""
    attachment_id = await begun(pool, who, digest)
    assert await chunk_taken(pool, attachment_id, 0, 4, b"a" * 32)
    assert await chunk_taken(pool, attachment_id, 4, 6, b"b" * 32)
    return attachment_id


async def claimed(pool: asyncpg.Pool, attachment_id: UUID) -> Row:
    """The claim of whoever finishes it now."""
    claim = await finishing_claimed(pool, attachment_id)
    assert claim is not None
    return claim


async def aged(pool: asyncpg.Pool, attachment_id: UUID, days: float) -> None:
    await pool.execute(
        "UPDATE attachment SET touched_at = touched_at - make_interval(secs => $2) WHERE id = $1",
        attachment_id,
        days * 86_400,
    )


async def test_asking_again_is_the_same_upload_and_others_have_their_own(
    pool: asyncpg.Pool, city: City
) -> None:
    assert await begun(pool, city.ani) == await begun(pool, city.ani)
    assert await begun(pool, city.budi) != await begun(pool, city.ani)


async def test_a_day_has_room_for_so_many_however_many_ask_at_once(
    pool: asyncpg.Pool, city: City
) -> None:
    answers = await asyncio.gather(
        *(begun(pool, city.ani, bytes([number]) * 32) for number in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, UUID) for answer in answers) == 3
    assert sum(isinstance(answer, QuotaSpent) for answer in answers) == 5
    with pytest.raises(QuotaSpent):
        await begun(pool, city.budi, size=101)


async def test_yesterdays_photos_do_not_count(pool: asyncpg.Pool, city: City) -> None:
    await begun(pool, city.ani, size=100)
    await pool.execute("UPDATE attachment SET made_at = made_at - interval '25 hours'")
    await begun(pool, city.ani, b"e" * 32, size=100)


async def test_of_two_chunks_for_one_place_one_is_taken(pool: asyncpg.Pool, city: City) -> None:
    attachment_id = await begun(pool, city.ani)
    taken = await asyncio.gather(
        chunk_taken(pool, attachment_id, 0, 4, b"a" * 32),
        chunk_taken(pool, attachment_id, 0, 5, b"b" * 32),
    )
    assert sorted(taken) == [False, True]
    (chunk,) = await chunks_in_order(pool, attachment_id)
    row = await my_attachment(pool, city.ani, DIGEST)
    assert row is not None
    assert row["received_bytes"] == chunk["size_bytes"]


async def test_one_caller_at_a_time_finishes(pool: asyncpg.Pool, city: City) -> None:
    attachment_id = await whole(pool, city.ani)
    claims = await asyncio.gather(*(finishing_claimed(pool, attachment_id) for _ in range(4)))
    assert sum(claim is not None for claim in claims) == 1
    (first,) = [claim for claim in claims if claim is not None]
    await let_go(pool, first)
    claim = await claimed(pool, attachment_id)
    assert await finished(pool, claim, KEPT)
    assert await finishing_claimed(pool, attachment_id) is None
    row = await my_attachment(pool, city.ani, DIGEST)
    assert row is not None
    assert (row["state"], row["width"], row["height"]) == ("ready", 640, 480)


async def test_whoever_died_while_finishing_is_replaced(pool: asyncpg.Pool, city: City) -> None:
    attachment_id = await whole(pool, city.ani)
    slow = await claimed(pool, attachment_id)
    await pool.execute("UPDATE attachment SET claimed_until = now() - interval '1 second'")
    next_one = await claimed(pool, attachment_id)
    await let_go(pool, slow)  # and the slow one changes nothing any more
    assert not await refused(pool, slow, "image_unreadable")
    assert not await begun_anew(pool, slow)
    assert not await finished(pool, slow, KEPT)
    assert len(await chunks_in_order(pool, attachment_id)) == 2
    assert await finished(pool, next_one, KEPT)
    assert not await finished(pool, next_one, KEPT)


async def test_a_photo_that_the_store_has_lost_comes_anew(pool: asyncpg.Pool, city: City) -> None:
    attachment_id = await whole(pool, city.ani)
    await lost(pool, attachment_id)  # not finished: nothing to lose
    assert await finished(pool, await claimed(pool, attachment_id), KEPT)
    await lost(pool, attachment_id)
    row = await my_attachment(pool, city.ani, DIGEST)
    assert row is not None
    assert (row["state"], row["received_bytes"]) == ("uploading", 0)
    assert await chunks_in_order(pool, attachment_id) == []
    assert await chunk_taken(pool, attachment_id, 0, 10, b"c" * 32)


async def test_an_upload_that_is_not_all_there_is_nobodys_to_finish(
    pool: asyncpg.Pool, city: City
) -> None:
    attachment_id = await begun(pool, city.ani)
    assert await finishing_claimed(pool, attachment_id) is None


async def test_another_file_begins_anew(pool: asyncpg.Pool, city: City) -> None:
    attachment_id = await whole(pool, city.ani)
    assert await begun_anew(pool, await claimed(pool, attachment_id))
    assert await chunks_in_order(pool, attachment_id) == []
    assert await chunk_taken(pool, attachment_id, 0, 10, b"c" * 32)


async def test_what_lies_beside_a_report_is_found_by_the_report_alone(
    pool: asyncpg.Pool, city: City
) -> None:
    attachment_id = await whole(pool, city.ani)
    await whole(pool, city.budi)
    report_id = uuid4()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    assert await attachment_beside(pool, report_id, DIGEST) is None
    await evidence_set(pool, report_id, [Evidence("photo", DIGEST.hex())])
    found = await attachment_beside(pool, report_id, DIGEST)
    assert found is not None
    assert found["id"] == attachment_id
    assert [piece["held"] for piece in await evidence_of(pool, report_id)] == [False]
    assert await finished(pool, await claimed(pool, attachment_id), KEPT)
    assert [piece["held"] for piece in await evidence_of(pool, report_id)] == [True]


async def test_what_nobody_goes_on_with_is_swept(pool: asyncpg.Pool, city: City) -> None:
    old, young = await begun(pool, city.ani), await begun(pool, city.budi)
    await aged(pool, old, 8)
    await aged(pool, young, 6)
    assert await abandoned(pool, LIMITS, 10) == [old]
    assert await abandoned(pool, LIMITS, 10) == [old]  # until its row is gone
    assert not await chunk_taken(pool, old, 0, 4, b"a" * 32)
    await removed(pool, old)
    assert await my_attachment(pool, city.ani, DIGEST) is None
    assert await abandoned(pool, LIMITS, 10) == []


@pytest.mark.parametrize(("days", "used", "swept"), [(31, False, 1), (29, False, 0), (90, True, 0)])
async def test_a_photo_is_kept_as_long_as_a_report_refers_to_it(
    pool: asyncpg.Pool, city: City, days: int, used: bool, swept: int
) -> None:
    attachment_id = await whole(pool, city.ani)
    assert await finished(pool, await claimed(pool, attachment_id), KEPT)
    report_id = uuid4()
    who = city.ani if used else city.budi  # what a colleague refers to is another photo
    await make_report(pool, who, city.targets[who], report_id=report_id)
    await evidence_set(pool, report_id, [Evidence("photo", DIGEST.hex())])
    await aged(pool, attachment_id, days)
    assert len(await abandoned(pool, LIMITS, 10)) == swept


@pytest.mark.parametrize("end", [finished, refused])
async def test_chunks_of_what_is_over_are_found_until_they_are_gone(
    pool: asyncpg.Pool, city: City, end: Any
) -> None:
    attachment_id = await whole(pool, city.ani)
    claim = await claimed(pool, attachment_id)
    assert await end(pool, claim, KEPT if end is finished else "image_unreadable")
    assert await left_over(pool, 10) == []  # somebody is at it just now
    await aged(pool, attachment_id, 0.1)
    assert await left_over(pool, 10) == [attachment_id]
    await chunks_forgotten(pool, attachment_id)
    assert await left_over(pool, 10) == []


async def test_my_own_finished_photos_are_found_newest_first(
    pool: asyncpg.Pool, city: City
) -> None:
    old, young = b"o" * 32, b"y" * 32
    for who, digest in ((city.ani, old), (city.ani, young), (city.budi, old)):
        attachment_id = await whole(pool, who, digest)
        assert await finished(pool, await claimed(pool, attachment_id), KEPT)
    await whole(pool, city.ani, b"u" * 32)  # nobody has finished it
    await pool.execute(
        "UPDATE attachment SET made_at = made_at - interval '1 day' WHERE sha256 = $1", old
    )
    assert [bytes(row["sha256"]) for row in await my_photos(pool, city.ani)] == [young, old]
