"""Durable reports out of outboxes: `POST /v1/sync` with 50 reports each, as after a valley.

The peer is pgbench with the same statements, one transaction for each report.
"""

from dataclasses import dataclass

from benchmarks import pgbench, phones
from benchmarks.figures import Figure, Goal
from benchmarks.load import closed_loop, connected
from benchmarks.rig import Rig
from benchmarks.town import Town

TOWN = Town()


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. `connections`: outboxes under way, about three batches of the intake."""

    connections: int = 32
    log_mb: int = 3_072
    warm_s: float = 4.0
    round_s: int = 5


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """The rate of reports beside pgbench's."""
    size = size or Size()
    make = phones.outboxes(rig.town)
    rate = Figure(
        "batch", "durable reports, 50 at once", "1/s", Goal("at_least", 6.0, "ratio"), pgbench.NAME
    )
    await rig.worn_in(size.log_mb)
    async with rig.service() as service:
        async with connected(service.port, size.connections) as callers:
            await closed_loop(callers, make, size.warm_s)
        await pgbench.rate(rig, 1)
        for _ in range(rounds):
            rate.peer_values.append(await pgbench.rate(rig, size.round_s))
            async with connected(service.port, size.connections) as callers:
                answers = (await closed_loop(callers, make, size.round_s)).whole()
            rate.values.append(answers.rate * phones.SYNC_ITEMS)
    return [rate]
