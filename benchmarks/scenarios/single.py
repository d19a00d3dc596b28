"""Durable single reports: 64 signed-in connections, each sending its next report when one is safe.

The peer is pgbench with the same statements on the same server. The second figure is the time to
an acknowledgement at half the rate that the first one found, sent at planned instants.
"""

from dataclasses import dataclass

from benchmarks import pgbench, phones
from benchmarks.figures import Figure, Goal
from benchmarks.load import closed_loop, connected, open_loop
from benchmarks.rig import Rig
from benchmarks.town import Town

TOWN = Town()


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. While it warms up everybody's token becomes known to the service."""

    connections: int = 64
    log_mb: int = 3_072
    warm_s: float = 4.0
    round_s: int = 5


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """The highest rate beside pgbench's, and the acknowledgement's p99 at half of it."""
    size = size or Size()
    make = phones.singles(rig.town)
    rate = Figure("single", "durable reports", "1/s", Goal("at_least", 1.5, "ratio"), pgbench.NAME)
    ack = Figure("single", "acknowledgement p99 at half the rate", "ms", Goal("at_most", 25.0))
    await rig.worn_in(size.log_mb)
    async with rig.service() as service:
        async with connected(service.port, size.connections) as callers:
            await closed_loop(callers, make, size.warm_s)
        await pgbench.rate(rig, 1)
        for _ in range(rounds):
            rate.peer_values.append(await pgbench.rate(rig, size.round_s))
            async with connected(service.port, size.connections) as callers:
                rate.values.append((await closed_loop(callers, make, size.round_s)).whole().rate)
        for _ in range(rounds):
            async with connected(service.port, size.connections) as callers:
                answers = (await open_loop(callers, make, rate.value / 2, size.round_s)).whole()
            ack.values.append(answers.percentile_ms(0.99))
    return [rate, ack]
