"""The documents of everybody in a town as one PDF of a thousand pages and more.

Measured is a real service with its press beside it: the memory of both together at its highest,
and how many pages come out a second, from the wish to the last byte in the database. Memory that
several processes have in common is shared out among them (PSS): a process that was just begun is
still its parent's copy.
"""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

import psutil

from api.papers.joining import pages_of
from benchmarks.figures import Figure, Goal
from benchmarks.rig import Rig
from benchmarks.town import CITY, Town, uid
from models.queries.asking import asked_one
from models.queries.exports import Wish, export_asked, file_piece
from models.rules.documents import DocumentKind
from models.tables.columns import new_id

TOWN = Town(agencies=5, sections=20)  # 1,000 people; each has a page or more
MB = 1_000_000  # bytes
EMPLOYEE = 2  # the kind of id of people in a town


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it: the town says. `limit_mb`: what service and press may take together."""

    period: str = "2026-Q4"
    limit_mb: float = 300.0
    look_every_s: float = 0.05
    settle_s: float = 3.0


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Peak memory, and pages a second, from the claim to the last byte in the database."""
    size = size or Size()
    memory = Figure(
        "papers", "service and press at their peak", "MB", Goal("at_most", size.limit_mb)
    )
    grown = Figure("papers", "of it more than the service at rest", "MB")
    pages = Figure("papers", f"documents of {rig.town.staff:,} people", "pages")
    speed = Figure("papers", "pages set and joined", "pages/s")
    for _ in range(rounds):
        async with rig.service() as service:
            process = psutil.Process(service.pid)
            await asyncio.sleep(size.settle_s)
            resting = family_bytes(process)
            began = time.monotonic()
            export_id, peak = await made(rig, process, size)
            took_s = time.monotonic() - began
            pages.values.append(await pages_made(rig, export_id))
            speed.values.append(pages.values[-1] / took_s)
            memory.values.append(peak / MB)
            grown.values.append((peak - resting) / MB)
    return [memory, grown, pages, speed]


async def made(rig: Rig, process: psutil.Process, size: Size) -> tuple[UUID, int]:
    """Has the whole town's documents made: the export, and the most memory seen, in bytes."""
    wish = Wish(new_id(), DocumentKind.UNIT_DOCUMENTS, unit_id=CITY, period=size.period)
    peak = 0
    async with rig.connected() as connection:
        async with connection.transaction():
            await export_asked(connection, uid(EMPLOYEE, 1), wish)
        while True:
            peak = max(peak, family_bytes(process))
            row = await asked_one(connection, "SELECT state FROM export WHERE id = $1", wish.id)
            if row is None or row["state"] in ("failed", "expired"):
                raise RuntimeError("the documents could not be made")
            if row["state"] == "done":
                return wish.id, peak
            await asyncio.sleep(size.look_every_s)


async def pages_made(rig: Rig, export_id: UUID) -> int:
    """How many pages the finished file has, read as whoever fetches it does."""
    whole, number = rig.folder / "whole.pdf", 0
    async with rig.connected() as connection:
        with whole.open("wb") as opened:
            while (piece := await file_piece(connection, export_id, number)) is not None:
                opened.write(piece)
                number += 1
    return await asyncio.to_thread(pages_of, whole)


def family_bytes(process: psutil.Process) -> int:
    """Resident memory of a process and of everything that it started, what is shared once."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_full_info().pss
        except psutil.NoSuchProcess:  # it ended between the list and the look
            continue
    return total
