"""The last step of an upload, broken off at every place: it is tried again, and one photo comes."""

import asyncio
import hashlib
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.finishing import finish
from api.images.press import ImageOptions, ImagePress, Photo
from api.parts import Parts
from api.storage.folder import FolderStorage
from models.queries.asking import Row
from models.queries.attachments import (
    attachment_begun,
    chunk_taken,
    finishing_claimed,
    my_attachment,
)
from models.rules.refusals import Busy, DigestMismatch, ImageUnreadable, StorageAway
from models.rules.uploads import UploadLimits, chunk_key, photo_key
from tests.builders import City
from tests.standins.photos import photo

DATA = photo()
DIGEST = hashlib.sha256(DATA).digest()


class Breaking(FolderStorage):
    """A store that is away for whatever has this word in its key, until it is mended."""

    broken: str | None = None

    async def put(self, key: str, data: bytes) -> None:
        self._look(key)
        await super().put(key, data)

    async def get(self, key: str) -> bytes | None:
        self._look(key)
        return await super().get(key)

    async def forget(self, prefix: str) -> None:
        self._look(f"forget {prefix}")
        await super().forget(prefix)

    def _look(self, key: str) -> None:
        if self.broken is not None and self.broken in key:
            raise StorageAway(retry_after_s=5)


@pytest.fixture
def storage(tmp_path: Path) -> Breaking:
    return Breaking(tmp_path)


@pytest.fixture
def keeping(parts: Parts, storage: Breaking) -> Parts:
    return replace(parts, storage=storage)


@pytest.fixture
async def row(pool: asyncpg.Pool, city: City, storage: Breaking) -> Row:
    """An upload of Ani's whose bytes are all there, in two pieces."""
    async with pool.acquire() as connection, connection.transaction():
        begun = await attachment_begun(connection, city.ani, DIGEST, len(DATA), UploadLimits())
    for begins_at, piece in ((0, DATA[:1_000]), (1_000, DATA[1_000:])):
        digest = hashlib.sha256(piece).digest()
        await storage.put(chunk_key(begun["id"], begins_at, digest), piece)
        await chunk_taken(pool, begun["id"], begins_at, len(piece), digest)
    found = await my_attachment(pool, city.ani, DIGEST)
    assert found is not None
    return found


async def state(pool: asyncpg.Pool) -> tuple[Any, ...]:
    return tuple(await pool.fetchrow("SELECT state, received_bytes, claimed_until FROM attachment"))


async def test_pieces_become_a_photo_and_are_gone(
    keeping: Parts, row: Row, storage: Breaking, tmp_path: Path
) -> None:
    done = await finish(keeping, row)
    assert (done["state"], done["width"], done["height"]) == ("ready", 480, 640)
    kept = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert kept == {"full", "thumb"}


@pytest.mark.parametrize("where", ["chunks/0", "chunks/1000", "full", "thumb"])
async def test_a_store_that_breaks_on_the_way_costs_nothing(
    keeping: Parts, row: Row, storage: Breaking, pool: asyncpg.Pool, where: str
) -> None:
    storage.broken = where
    with pytest.raises(StorageAway):
        await finish(keeping, row)
    assert await state(pool) == ("uploading", len(DATA), None)
    storage.broken = None
    assert (await finish(keeping, row))["state"] == "ready"


async def test_pieces_that_cannot_be_forgotten_hold_nobody_up(
    keeping: Parts, row: Row, storage: Breaking, pool: asyncpg.Pool
) -> None:
    storage.broken = "forget"
    assert (await finish(keeping, row))["state"] == "ready"
    assert await storage.get(photo_key(row["id"], "full")) is not None
    assert await pool.fetchval("SELECT count(*) FROM attachment_chunk") == 2  # for the sweep


async def test_of_many_at_once_one_finishes(keeping: Parts, row: Row) -> None:
    press = ImagePress(ImageOptions())
    parts = replace(keeping, images=press)
    answers = await asyncio.gather(*(finish(parts, row) for _ in range(3)), return_exceptions=True)
    ready = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(ready) >= 1
    assert all(isinstance(each, Busy) for each in answers if isinstance(each, BaseException))
    assert press.made == 1


async def test_a_press_that_is_busy_leaves_all_as_it_is(
    keeping: Parts, row: Row, pool: asyncpg.Pool
) -> None:
    with pytest.raises(Busy):
        await finish(replace(keeping, images=ImagePress(ImageOptions(waiting=0))), row)
    assert await state(pool) == ("uploading", len(DATA), None)


async def test_no_room_for_the_file_is_said_of_the_store_and_not_of_the_photo(
    keeping: Parts, row: Row, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(StorageAway):
        await finish(keeping, row)
    assert await state(pool) == ("uploading", len(DATA), None)
    monkeypatch.undo()
    assert (await finish(keeping, row))["state"] == "ready"


class Waiting(ImagePress):
    """A press that takes longer than a claim lasts: meanwhile somebody else does it all."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(ImageOptions())
        self._meanwhile = meanwhile

    async def pressed(self, source: Path, most_pixels: int) -> Photo:
        await self._meanwhile()
        return await super().pressed(source, most_pixels)


async def test_whoever_was_too_slow_finds_it_done_and_spoils_nothing(
    keeping: Parts, row: Row, pool: asyncpg.Pool, storage: Breaking
) -> None:
    async def another() -> None:
        await pool.execute("UPDATE attachment SET claimed_until = now() - interval '1 second'")
        assert (await finish(keeping, row))["state"] == "ready"

    done = await finish(replace(keeping, images=Waiting(another)), row)
    assert (done["state"], done["width"]) == ("ready", 480)
    assert await storage.get(photo_key(row["id"], "full")) is not None
    assert await state(pool) == ("ready", len(DATA), None)


async def test_whoever_is_too_slow_to_find_it_wrong_spoils_nothing_either(
    keeping: Parts, row: Row, pool: asyncpg.Pool
) -> None:
    class Refusing(Waiting):
        async def pressed(self, source: Path, most_pixels: int) -> Photo:
            await self._meanwhile()
            raise ImageUnreadable

    async def another() -> None:
        await pool.execute("UPDATE attachment SET claimed_until = now() - interval '1 second'")
        await finish(keeping, row)

    assert (await finish(replace(keeping, images=Refusing(another)), row))["state"] == "ready"


async def test_the_first_piece_of_a_new_attempt_is_not_taken_with_the_old_ones(
    keeping: Parts, row: Row, pool: asyncpg.Pool, storage: Breaking
) -> None:
    await pool.execute("UPDATE attachment SET sha256 = $1", b"d" * 32)  # what came is another file
    row = {**row, "sha256": b"d" * 32}
    with pytest.raises(DigestMismatch):
        await finish(keeping, row)
    piece, digest = DATA[:1_000], hashlib.sha256(DATA[:1_000]).digest()
    await storage.put(chunk_key(row["id"], 0, digest), piece)
    assert await chunk_taken(pool, row["id"], 0, len(piece), digest)
    assert await storage.get(chunk_key(row["id"], 0, digest)) == piece
    assert await pool.fetchval("SELECT count(*) FROM attachment_chunk") == 1


@pytest.mark.parametrize("already", [(), ("full",), ("full", "thumb")])
async def test_a_service_that_was_killed_at_the_end_is_replaced(
    keeping: Parts, row: Row, storage: Breaking, pool: asyncpg.Pool, already: tuple[str, ...]
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        assert await finishing_claimed(connection, row["id"]) is not None
    for size in already:
        await storage.put(photo_key(row["id"], size), b"half of it")
    with pytest.raises(Busy):  # whoever had the claim may still live
        await finish(keeping, row)
    await pool.execute("UPDATE attachment SET claimed_until = now() - interval '1 second'")
    assert (await finish(keeping, row))["state"] == "ready"
    assert (await storage.get(photo_key(row["id"], "full")) or b"").startswith(b"\xff\xd8")


async def test_a_request_that_is_broken_off_lets_go(
    keeping: Parts, row: Row, pool: asyncpg.Pool
) -> None:
    task = asyncio.create_task(finish(keeping, row))
    while (await state(pool))[2] is None:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert (await finish(keeping, row))["state"] == "ready"


async def test_a_piece_that_the_store_has_lost_makes_it_another_file(
    keeping: Parts, row: Row, storage: Breaking, pool: asyncpg.Pool
) -> None:
    await storage.forget(f"photos/{row['id'].hex[-2:]}/{row['id'].hex}/chunks/")
    with pytest.raises(DigestMismatch):
        await finish(keeping, row)
    assert await state(pool) == ("uploading", 0, None)
