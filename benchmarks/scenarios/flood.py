"""The live feed while pushes go out by the thousand, in one process.

The same thousand sockets and reports as in `live`, once with an empty outbox and once while it
works through more notices than it can send meanwhile. A supervisor must not feel it.
"""

from dataclasses import dataclass, field

from benchmarks import phones
from benchmarks.audience import Audience, listening
from benchmarks.figures import Figure, Goal
from benchmarks.load import connected, volley
from benchmarks.phones import Make
from benchmarks.rig import Rig, Served
from benchmarks.scenarios import live, outbox

TOWN = live.TOWN
LEFT = "SELECT count(*) FROM delivery WHERE state = 'queued'"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. `notices`: more than go out while the reports are sent."""

    notices: int = 60_000
    feed: live.Size = field(default_factory=live.Size)


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Commit to socket, p99, with the flood; its peer is the same service without it."""
    size, town = size or Size(), rig.town
    latency = Figure(
        "flood",
        "commit to socket, p99, while pushes go out",
        "ms",
        Goal("at_most", 1.2, "ratio"),
        "no pushes",
    )
    reporters = town.sections * town.people  # the first agency's
    singles = phones.singles(town, 1, reporters * town.targets)
    async with rig.connected() as connection, outbox.google(rig) as environment:
        await outbox.always_at_work(connection)
        for _ in range(rounds):
            await outbox.queued(connection, size.notices, town.staff)
            async with rig.service(environment) as service:
                async with connected(service.port, live.PUBLISHERS) as callers:
                    (await volley(callers, singles, reporters * 4)).whole()
                async with listening(live.told(town, service.port)) as audience:
                    latency.peer_values.append(await _p99_ms(service, singles, audience, size))
                    await connection.execute(outbox.START)
                    latency.values.append(await _p99_ms(service, singles, audience, size))
                if not await connection.fetchval(LEFT):
                    raise RuntimeError("the flood was over too early")
    return [latency]


async def _p99_ms(service: Served, make: Make, audience: Audience, size: Size) -> float:
    """The latency of reports sent one by one, in milliseconds."""
    (await live.steadily(service.port, make, size.feed)).whole()
    return (await audience.heard(size.feed.steady_events)).p99_ms
