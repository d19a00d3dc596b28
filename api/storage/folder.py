"""Photos in a folder of this machine, or of a network file system that several machines share.

Invariants: a file is there as a whole or not at all, and on disk when `put` returns; nothing
outside of the folder is touched, whatever a key says.
"""

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from api.storage.storage import AWAY_RETRY_S
from models.rules.refusals import StorageAway

_KEY: Final = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*/?")
_FOLDER_MODE: Final = 0o700  # photos are nobody's but the service's

T = TypeVar("T")


class FolderStorage:
    """A `Storage` of files. The folder is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, data: bytes) -> None:
        """Keeps these bytes."""
        await _away_when_it_fails(lambda: self._write(self._path(key), data))

    async def get(self, key: str) -> bytes | None:
        """The bytes, if there are any."""
        return await _away_when_it_fails(lambda: _read(self._path(key)))

    async def forget(self, prefix: str) -> None:
        """Removes the folder of this name with all that is in it."""
        await _away_when_it_fails(lambda: _remove(self._path(prefix)))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"no key of ours: {key!r}")
        return self._folder / key

    def _write(self, path: Path, data: bytes) -> None:
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(handle)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        self._settled(path.parent)

    def _settled(self, folder: Path) -> None:
        """New names are on disk when their folders are: each up to ours."""
        while True:
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if folder == self._folder:
                return
            folder = folder.parent


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _remove(path: Path) -> None:
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        return


async def _away_when_it_fails(work: Callable[[], T]) -> T:
    """Beside the event loop: a disk may take its time."""
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise StorageAway(retry_after_s=AWAY_RETRY_S) from error
