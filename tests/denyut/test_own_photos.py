"""Photos in the file of one's own data: each once, and whatever is not there is named."""

import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.storage.folder import FolderStorage
from api.storage.storage import NoStorage
from denyut.own_photos import TOLD_EVERY, packed_photos, told
from models.rules.refusals import StorageAway
from models.rules.uploads import photo_key


async def photos(storage: FolderStorage, *contents: bytes) -> list[dict[str, Any]]:
    """Rows as the database has them, with their files."""
    rows = [{"id": uuid4(), "sha256": bytes([number]) * 32} for number in range(len(contents))]
    for row, data in zip(rows, contents, strict=True):
        await storage.put(photo_key(UUID(str(row["id"])), "full"), data)
    return rows


async def silent(done: int, total: int) -> None:
    """Nobody listens."""


async def test_each_lies_under_its_digest_as_it_is(tmp_path: Path) -> None:
    storage, written = FolderStorage(tmp_path), io.BytesIO()
    rows = await photos(storage, b"one" * 500, b"two")
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        packed = await packed_photos(opened, storage, rows, silent)
        assert opened.namelist() == [f"photos/{'00' * 32}.jpg", f"photos/{'01' * 32}.jpg"]
        assert {each.compress_type for each in opened.infolist()} == {zipfile.ZIP_STORED}
        assert opened.read(f"photos/{'01' * 32}.jpg") == b"two"
    assert told(packed) == {"count": 2, "bytes": 1_503, "left_out": []}


async def test_what_is_too_much_or_lost_is_named(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    rows = await photos(storage, b"first", b"lost", b"second", b"third")
    await storage.forget(f"photos/{rows[1]['id'].hex[-2:]}/{rows[1]['id'].hex}/")
    with zipfile.ZipFile(io.BytesIO(), "w") as opened:
        packed = await packed_photos(opened, storage, rows, silent, most_bytes=10)
    assert packed.photos == 2
    assert packed.left_out == [
        {"sha256": "01" * 32, "reason": "lost"},
        {"sha256": "03" * 32, "reason": "too_much"},
    ]


async def test_a_store_that_is_away_is_no_reason_to_leave_photos_out(tmp_path: Path) -> None:
    rows = await photos(FolderStorage(tmp_path), b"one")
    with zipfile.ZipFile(io.BytesIO(), "w") as opened, pytest.raises(StorageAway):
        await packed_photos(opened, NoStorage(), rows, silent)


async def test_it_says_now_and_then_that_it_lives(tmp_path: Path) -> None:
    storage, steps = FolderStorage(tmp_path), []
    rows = await photos(storage, *(b"x" for _ in range(TOLD_EVERY + 1)))

    async def progress(done: int, total: int) -> None:
        steps.append((done, total))

    with zipfile.ZipFile(io.BytesIO(), "w") as opened:
        await packed_photos(opened, storage, rows, progress)
    assert steps == [(0, TOLD_EVERY + 1), (TOLD_EVERY, TOLD_EVERY + 1)]
