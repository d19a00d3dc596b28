"""The photos of a person, put into the file of their own data.

Invariants: one photo is held at a time and no connection to the database; what is not put in is
named with the reason, so nothing is left out in silence; bytes come before their names.
"""

import asyncio
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from api.storage.storage import Storage
from models.queries.asking import Row
from models.rules.uploads import photo_key

MOST_BYTES: Final = 1_073_741_824  # of one export: some 7,000 photos as our phones send them
TOLD_EVERY: Final = 20  # photos; a maker that is silent for a minute is taken for dead

Reason: TypeAlias = Literal["lost", "too_much"]
Progress: TypeAlias = Callable[[int, int], Awaitable[None]]


@dataclass(slots=True)
class Packed:
    """What lies in the file, and what does not: digest and reason of each."""

    photos: int = 0
    bytes: int = 0
    left_out: list[dict[str, str]] = field(default_factory=list)


async def packed_photos(
    opened: zipfile.ZipFile,
    storage: Storage,
    photos: Sequence[Row],
    progress: Progress,
    most_bytes: int = MOST_BYTES,
) -> Packed:
    """Puts `photos` (id, sha256), in this order, under the names that `photos.json` gives.

    Beyond `most_bytes` a photo is named only (`too_much`), like one whose file the store has lost
    (`lost`). Raises StorageAway.
    """
    packed = Packed()
    for number, row in enumerate(photos):
        if number % TOLD_EVERY == 0:
            await progress(number, len(photos))
        sha256 = bytes(row["sha256"]).hex()
        if packed.bytes >= most_bytes:
            packed.left_out.append(_left_out(sha256, "too_much"))
            continue
        data = await storage.get(photo_key(row["id"], "full"))
        if data is None:
            packed.left_out.append(_left_out(sha256, "lost"))
            continue
        # A JPEG is as small as it gets; packing it once more costs time only.
        name = f"photos/{sha256}.jpg"
        await asyncio.to_thread(opened.writestr, name, data, zipfile.ZIP_STORED)
        packed.photos += 1
        packed.bytes += len(data)
    return packed


def told(packed: Packed) -> dict[str, Any]:
    """The same for the index of the file."""
    return {"count": packed.photos, "bytes": packed.bytes, "left_out": packed.left_out}


def _left_out(sha256: str, reason: Reason) -> dict[str, str]:
    return {"sha256": sha256, "reason": reason}
