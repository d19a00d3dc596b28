"""Abandoned uploads go with their bytes; what was interrupted is found again."""

from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.storage.folder import FolderStorage
from api.storage.storage import NoStorage
from denyut.sweeping import Sweeper, SweepOptions, sweep_figures
from models.rules.uploads import UploadLimits, chunk_key, photo_key
from tests.builders import City, make_city

OPTIONS = SweepOptions()


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def kept(pool: asyncpg.Pool, storage: FolderStorage, who: UUID, state: str) -> UUID:
    """An attachment with a chunk and a photo, last touched long ago."""
    attachment_id, digest = uuid4(), b"c" * 32
    await pool.execute(
        "INSERT INTO attachment (id, employee_id, sha256, size_bytes, state, touched_at)"
        " VALUES ($1, $2, $3, 9, $4, now() - interval '9 days')",
        *(attachment_id, who, uuid4().bytes, state),
    )
    await pool.execute(
        "INSERT INTO attachment_chunk (attachment_id, begins_at, size_bytes, sha256)"
        " VALUES ($1, 0, 9, $2)",
        *(attachment_id, digest),
    )
    await storage.put(chunk_key(attachment_id, 0, digest), b"piece")
    await storage.put(photo_key(attachment_id, "full"), b"photo")
    return attachment_id


async def test_bytes_and_rows_go_and_finished_photos_stay(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    storage = FolderStorage(tmp_path)
    gone = await kept(pool, storage, city.ani, "uploading")
    stays = await kept(pool, storage, city.ani, "ready")
    sweeper = Sweeper(pool, storage, UploadLimits(), OPTIONS)
    assert await sweeper.settle() == OPTIONS.every_s
    assert await pool.fetch("SELECT id FROM attachment") == [(stays,)]
    assert await storage.get(photo_key(gone, "full")) is None
    assert await storage.get(photo_key(stays, "full")) == b"photo"
    assert await storage.get(chunk_key(stays, 0, b"c" * 32)) is None  # only its photo is needed
    assert await pool.fetchval("SELECT count(*) FROM attachment_chunk") == 0
    (figure,) = [each for each in sweep_figures(sweeper).collect() if "uploads" in each.name]
    assert figure.samples[0].value == 1


async def test_a_store_that_is_away_is_waited_for_and_no_row_is_lost(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    storage = FolderStorage(tmp_path)
    gone = await kept(pool, storage, city.ani, "uploading")
    sweeper = Sweeper(pool, NoStorage(), UploadLimits(), OPTIONS)
    assert await sweeper.settle() == OPTIONS.pause_s
    assert await pool.fetchval("SELECT state FROM attachment") == "abandoned"
    await Sweeper(pool, storage, UploadLimits(), OPTIONS).settle()
    assert await pool.fetchval("SELECT count(*) FROM attachment") == 0
    assert await storage.get(photo_key(gone, "full")) is None


async def test_a_round_says_how_long_to_rest(pool: asyncpg.Pool, tmp_path: Path) -> None:
    sweeper = Sweeper(pool, FolderStorage(tmp_path), UploadLimits(), OPTIONS)
    async with sweeper.running():
        assert await sweeper.settle() == OPTIONS.every_s
    assert (sweeper.swept, sweeper.failures) == (0, 0)
