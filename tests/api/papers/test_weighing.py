"""Any file is known by its size and its hash, however long it is."""

import hashlib
from pathlib import Path

from api.papers.weighing import READ_BYTES, Bound, weighed


def test_any_file_is_weighed(tmp_path: Path) -> None:
    for size in (0, 1, READ_BYTES, READ_BYTES + 1):
        file = tmp_path / "x.csv"
        file.write_bytes(b"x" * size)

        assert weighed(file, 3) == Bound(size, hashlib.sha256(b"x" * size).digest(), 3)
