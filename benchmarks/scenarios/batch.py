"""Durable reports out of outboxes: `POST /v1/sync` with 50 reports each, as after a valley.

The peer is pgbench with the same statements, one transaction for each report.
"""

from benchmarks import pgbench, phones
from benchmarks.figures import Figure, Goal
from benchmarks.load import Answers, closed_loop, connected
from benchmarks.rig import Rig, Served
from benchmarks.scenarios.single import whole
from benchmarks.town import Town

TOWN = Town()
CONNECTIONS = 32  # outboxes under way: three batches' worth
WARM_S = 4.0
ROUND_S = 5


async def measured(rig: Rig, rounds: int) -> list[Figure]:
    """The rate of reports beside pgbench's."""
    rate = Figure(
        "batch", "durable reports, 50 at once", "1/s", Goal("at_least", 6.0, "ratio"), pgbench.NAME
    )
    async with rig.service() as service:
        await flushed(rig, service, WARM_S)
        await pgbench.rate(rig, rig.town, 1)
        for _ in range(rounds):
            rate.peer_values.append(await pgbench.rate(rig, rig.town, ROUND_S))
            answers = await flushed(rig, service, ROUND_S)
            rate.values.append(answers.rate * phones.SYNC_ITEMS)
    return [rate]


async def flushed(rig: Rig, service: Served, seconds: float) -> Answers:
    """Outbox after outbox over all connections."""
    async with connected(service.port, CONNECTIONS) as callers:
        return whole(await closed_loop(callers, phones.outboxes(rig.town), seconds))
