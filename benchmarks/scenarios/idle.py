"""What an idle signed-in socket costs in memory: 5,000 of them, each of a person of their own."""

import asyncio
from dataclasses import dataclass

import msgspec

from benchmarks.audience import listening
from benchmarks.figures import Figure, Goal
from benchmarks.listeners import Told
from benchmarks.rig import Rig, Served
from benchmarks.town import Town, token
from mobile_contract.live import Hello

TOWN = Town(sections=36, targets=1)  # 5,040 people
KB = 1_024  # bytes


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. `settle_s`: until views are written and memory is as it stays."""

    sockets: int = 5_000
    settle_s: float = 3.0


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Resident memory of the service for each socket, and its processor time while all rest."""
    size = size or Size()
    memory = Figure("idle", "resident memory of a socket", "KB", Goal("at_most", 20.0))
    resting = Figure("idle", f"processor for {size.sockets:,} resting sockets", "%")
    for _ in range(rounds):
        async with rig.service() as service:
            before_bytes = await _settled_bytes(service, size)
            async with listening(told(service.port, size.sockets)) as audience:
                after_bytes = await _settled_bytes(service, size)
                memory.values.append((after_bytes - before_bytes) / audience.sockets / KB)
                before_s = service.cpu_s()
                await asyncio.sleep(size.settle_s)
                resting.values.append((service.cpu_s() - before_s) / size.settle_s * 100)
    return [memory, resting]


def told(port: int, sockets: int) -> Told:
    """Everybody says hello, and no more."""
    hellos = [msgspec.json.encode(Hello(token(n))).decode() for n in range(1, sockets + 1)]
    return Told(port, "/v1/live", [[hello] for hello in hellos], 1)


async def _settled_bytes(service: Served, size: Size) -> int:
    await asyncio.sleep(size.settle_s)
    return service.resident_bytes()
