"""Durable single reports: 64 signed-in connections, each sending its next report when one is safe.

The peer is pgbench with the same statements on the same server. The second figure is the time to
an acknowledgement at half the rate that the first one found, sent at planned instants.
"""

from benchmarks import pgbench, phones
from benchmarks.figures import Figure, Goal
from benchmarks.load import Answers, closed_loop, connected, open_loop
from benchmarks.rig import Rig, Served
from benchmarks.town import Town

TOWN = Town()
CONNECTIONS = 64
WARM_S = 4.0
ROUND_S = 5


async def measured(rig: Rig, rounds: int) -> list[Figure]:
    """The highest rate beside pgbench's, and the acknowledgement's p99 at half of it."""
    rate = Figure("single", "durable reports", "1/s", Goal("at_least", 1.5, "ratio"), pgbench.NAME)
    ack = Figure("single", "ack p99 at half the rate", "ms", Goal("at_most", 25.0))
    async with rig.service() as service:
        await highest(rig, service, WARM_S)
        await pgbench.rate(rig, rig.town, 1)
        for _ in range(rounds):
            rate.peer_values.append(await pgbench.rate(rig, rig.town, ROUND_S))
            rate.values.append((await highest(rig, service, ROUND_S)).rate)
        for _ in range(rounds):
            async with connected(service.port, CONNECTIONS) as callers:
                make = phones.singles(rig.town)
                answers = whole(await open_loop(callers, make, rate.value / 2, ROUND_S))
            ack.values.append(answers.percentile_ms(0.99))
    return [rate, ack]


async def highest(rig: Rig, service: Served, seconds: float) -> Answers:
    """As fast as 64 connections get answers."""
    async with connected(service.port, CONNECTIONS) as callers:
        return whole(await closed_loop(callers, phones.singles(rig.town), seconds))


def whole(answers: Answers) -> Answers:
    """The answers, if nothing was refused."""
    if answers.refused:
        raise RuntimeError(f"{answers.refused} reports were refused")
    return answers
