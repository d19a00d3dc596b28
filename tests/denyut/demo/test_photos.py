"""Photos behind the reports that the demo's supervisor sees, and nobody else's."""

from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from api.storage.folder import FolderStorage
from denyut.demo.photos import photographed, photos_forgotten
from models.queries.evidence import Evidence, evidence_of, evidence_set
from models.rules.uploads import photo_key
from models.tables.columns import new_id
from tests.builders import City, make_city, make_report


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def with_photo(pool: asyncpg.Pool, city: City, who: UUID, word: str) -> UUID:
    report_id = new_id()
    await make_report(pool, who, city.targets[who], report_id=report_id)
    await evidence_set(pool, report_id, [Evidence("photo", word * 32)])
    return report_id


async def test_what_the_supervisor_and_the_employee_find_can_be_looked_at(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    storage = FolderStorage(tmp_path)
    below = await with_photo(pool, city, city.ani, "ab")
    own = await with_photo(pool, city, city.citra, "cd")
    elsewhere = await with_photo(pool, city, city.dedi, "ef")
    assert await photographed(pool, storage, city.clinic_head, city.citra) == 2
    held = [
        [piece["held"] for piece in await evidence_of(pool, each)]
        for each in (below, own, elsewhere)
    ]
    assert held == [[True], [True], [False]]
    for row in await pool.fetch("SELECT id FROM attachment"):
        assert (await storage.get(photo_key(row["id"], "full")) or b"").startswith(b"\xff\xd8")
        assert (await storage.get(photo_key(row["id"], "thumb")) or b"").startswith(b"\xff\xd8")
    assert await photographed(pool, storage, city.clinic_head, city.citra) == 0  # the next start


async def test_it_goes_on_until_there_are_enough(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    storage = FolderStorage(tmp_path)
    for word in ("ab", "cd", "ef"):
        await with_photo(pool, city, city.ani, word)
    assert await photographed(pool, storage, city.clinic_head, city.budi, most=2) == 2
    assert await photographed(pool, storage, city.clinic_head, city.budi, most=2) == 0
    assert await photographed(pool, storage, city.clinic_head, city.budi, most=9) == 1


async def test_a_city_that_goes_takes_its_photos_with_it_and_no_others(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    storage, other = FolderStorage(tmp_path), photo_key(new_id(), "full")
    await storage.put(other, b"another's")
    await with_photo(pool, city, city.ani, "ab")
    await photographed(pool, storage, city.clinic_head, city.citra)
    await photos_forgotten(pool, storage)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in left] == [b"another's"]


async def test_the_employees_own_come_first(pool: asyncpg.Pool, city: City, tmp_path: Path) -> None:
    own = await with_photo(pool, city, city.citra, "cd")
    await with_photo(pool, city, city.ani, "ab")
    storage = FolderStorage(tmp_path)
    assert await photographed(pool, storage, city.clinic_head, city.citra, most=1) == 1
    assert [piece["held"] for piece in await evidence_of(pool, own)] == [True]
