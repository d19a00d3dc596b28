"""An installation keeps photos in a folder unless it names a bucket."""

import subprocess
import sys
from pathlib import Path

from api.storage.folder import FolderStorage
from api.storage.opening import opened_storage
from api.storage.storage import StorageOptions


async def test_a_folder_by_default(tmp_path: Path) -> None:
    storage = opened_storage(StorageOptions(), tmp_path)
    assert isinstance(storage, FolderStorage)
    assert list(tmp_path.iterdir()) == []
    await storage.put("a", b"x")
    assert (tmp_path / "photos" / "a").read_bytes() == b"x"


async def test_another_folder_where_one_is_named(tmp_path: Path) -> None:
    storage = opened_storage(StorageOptions(folder=tmp_path / "elsewhere"), tmp_path)
    await storage.put("a", b"x")
    assert (tmp_path / "elsewhere" / "a").exists()


def test_nothing_large_is_loaded_by_a_service_that_keeps_files() -> None:
    code = (
        "import sys, denyut.wiring;"
        "assert not {'PIL', 'obstore', 'api.storage.bucket'} & sys.modules.keys()"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
