"""What a store of photos is, and what an installation says of its own.

Invariants: what `put` has confirmed survives a loss of power; a store that does not answer raises
`StorageAway` and nothing else. Values are small: a piece of an upload, or a photo written anew.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from models.rules.refusals import StorageAway

AWAY_RETRY_S: Final = 5  # about what a restart or a new mount takes


class Storage(Protocol):
    """Bytes by key. A key is made of `a-z`, `0-9`, `-` and `/`, by `models.rules.uploads`."""

    async def put(self, key: str, data: bytes) -> None:
        """Keeps these bytes, instead of what was there. Raises StorageAway."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The bytes; None: nothing is kept there. Raises StorageAway."""
        ...

    async def forget(self, prefix: str) -> None:
        """Removes everything whose key begins so; `prefix` ends with `/`. Raises StorageAway."""
        ...


class NoStorage:
    """A `Storage` that is always away: of an installation that keeps no photos."""

    async def put(self, key: str, data: bytes) -> None:
        """Raises StorageAway."""
        raise StorageAway(retry_after_s=AWAY_RETRY_S)

    async def get(self, key: str) -> bytes | None:
        """Raises StorageAway."""
        raise StorageAway(retry_after_s=AWAY_RETRY_S)

    async def forget(self, prefix: str) -> None:
        """Raises StorageAway."""
        raise StorageAway(retry_after_s=AWAY_RETRY_S)


@dataclass(frozen=True, slots=True)
class StorageOptions:
    """Where photos are kept. With a bucket the folder is not used.

    `access_key` and `secret_key` may be left out where the machine itself is known to the store.
    """

    folder: Path | None = None  # without one: `photos` in the data folder
    bucket: str | None = None  # of an S3-compatible store
    endpoint: str | None = None  # of the store, as https://…; without one: Amazon's
    region: str = "us-east-1"  # many other stores take any word here
    access_key: str | None = field(default=None, repr=False)  # keep it in the environment alone
    secret_key: str | None = field(default=None, repr=False)  # keep it in the environment alone
    timeout_s: float = 20.0  # a store that takes longer is away
