"""Files of a folder: whole or not there, gone with their prefix, and nowhere else."""

from pathlib import Path

import pytest

from api.storage.folder import FolderStorage
from models.rules.refusals import StorageAway


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "photos")


async def test_what_is_put_is_got_and_forgotten_by_its_prefix(
    storage: FolderStorage, tmp_path: Path
) -> None:
    assert await storage.get("a/b/full") is None
    await storage.put("a/b/full", b"one")
    await storage.put("a/b/full", b"two")
    await storage.put("a/c/full", b"three")
    assert await storage.get("a/b/full") == b"two"
    await storage.forget("a/b/")
    await storage.forget("a/b/")
    assert await storage.get("a/b/full") is None
    assert await storage.get("a/c/full") == b"three"
    assert (tmp_path / "photos").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "a//b", "a/../../b", "A", ".", ""])
async def test_nothing_outside_is_touched(storage: FolderStorage, key: str) -> None:
    for work in (storage.get(key), storage.put(key, b"x"), storage.forget(key)):
        with pytest.raises(ValueError, match="no key of ours"):
            await work


async def test_a_folder_that_cannot_be_used_is_away(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file where a folder should be")
    storage = FolderStorage(tmp_path / "photos")
    for work in (storage.put("a/b", b"x"), storage.get("a/b"), storage.forget("a/b/")):
        with pytest.raises(StorageAway):
            await work


async def test_an_interrupted_write_leaves_nothing(
    storage: FolderStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.storage.folder.os.fsync", full)
    with pytest.raises(StorageAway):
        await storage.put("a/b", b"x")
    assert [path for path in (tmp_path / "photos").rglob("*") if path.is_file()] == []
