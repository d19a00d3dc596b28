"""What an idle signed-in socket costs in memory: 5,000 of them, each of a person of their own."""

import asyncio

import msgspec

from benchmarks.audience import listening
from benchmarks.figures import Figure, Goal
from benchmarks.listeners import Told
from benchmarks.rig import Rig, Served
from benchmarks.town import Town, token
from mobile_contract.live import Hello

SOCKETS = 5_000
TOWN = Town(sections=36, targets=1)  # 5,040 people
KB = 1_024  # bytes
SETTLE_S = 3.0  # until views and contacts are written and the collector has run


async def measured(rig: Rig, rounds: int) -> list[Figure]:
    """Resident memory of the service for each socket, and its processor time while all are idle."""
    memory = Figure("idle", "resident memory of a socket", "KB", Goal("at_most", 20.0))
    resting = Figure("idle", "CPU of 5,000 idle sockets", "%")
    for _ in range(rounds):
        async with rig.service() as service:
            before_bytes = await _settled_bytes(service)
            async with listening(told(service.port)) as audience:
                after_bytes = await _settled_bytes(service)
                memory.values.append((after_bytes - before_bytes) / audience.sockets / KB)
                before_s = service.cpu_s()
                await asyncio.sleep(SETTLE_S)
                resting.values.append((service.cpu_s() - before_s) / SETTLE_S * 100)
    return [memory, resting]


def told(port: int) -> Told:
    """Everybody says hello, and no more."""
    hellos = [msgspec.json.encode(Hello(token(n))).decode() for n in range(1, SOCKETS + 1)]
    return Told(port, "/v1/live", [[hello] for hello in hellos], 1)


async def _settled_bytes(service: Served) -> int:
    await asyncio.sleep(SETTLE_S)
    return service.resident_bytes()
