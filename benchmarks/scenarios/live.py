"""From the commit to the socket: 1,000 subscribers in one process, steadily and in bursts.

The subscribers are a thousand people who hold HR for one agency and follow its topic; the reports
come from that agency's staff through the ordinary intake. What a delivered event costs is the
service's processor time with the subscribers, less its time for the same reports without them,
divided by events and subscribers. The peer is measured in the same way with the same payload.

The latency is counted from the event's own instant, which the database writes before it commits,
to the moment the reading process has the bytes; so it holds a little more than its name says.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from benchmarks import nchan, phones
from benchmarks.audience import Audience, Heard, listening
from benchmarks.figures import Figure, Goal
from benchmarks.listeners import Told
from benchmarks.load import Answers, connected, open_loop, volley
from benchmarks.phones import Make
from benchmarks.rig import Rig
from benchmarks.town import Town, agency, token
from mobile_contract.live import Hello, Subscribe, unit_topic

SUBSCRIBERS = 1_000
TOWN = Town(hr_of_first_agency=SUBSCRIBERS)
REPORTERS = TOWN.sections * TOWN.people  # the first agency's; fewer than need a roll-up

RATE = 20.0  # reports a second
STEADY_S = 6.0
BURST_EVENTS = 300
BURSTS = 5  # of a round: one alone is short for the system's clock of processor time
PAUSE_S = 0.2  # after a burst, so that the next one is one, too
PUBLISHERS = 6  # connections; ours sends as many outboxes at once

Send = Callable[[], Awaitable[Answers]]


@dataclass(frozen=True, slots=True)
class Source:
    """How events are made. `steadily` and `burst` raise Unanswered."""

    steadily: Send
    burst: Send
    cpu_s: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of processor time for one delivered event, and what the sockets heard."""

    steady_us: float
    burst_us: float
    heard: Heard


async def measured(rig: Rig, rounds: int) -> list[Figure]:
    """Latency, and the cost of an event steadily and in a burst."""
    peer_is_here = nchan.installed() is not None
    peer = "nchan" if peer_is_here else None
    latency = Figure("live", "commit to socket, p99", "ms", Goal("at_most", 100.0), peer)
    steady = Figure("live", "CPU per event", "µs", Goal("at_most", 1.0, "ratio"), peer)
    burst = Figure("live", "CPU per event of 300", "µs", Goal("at_most", 0.4, "ratio"), peer)
    if not peer_is_here:
        print(nchan.NOTICE, flush=True)
    for _ in range(rounds):
        ours = await _ours(rig)
        latency.values.append(ours.heard.p99_ms)
        steady.values.append(ours.steady_us)
        burst.values.append(ours.burst_us)
        if peer_is_here:
            theirs = await _theirs(rig, ours.heard.sample.encode())
            latency.peer_values.append(theirs.heard.p99_ms)
            steady.peer_values.append(theirs.steady_us)
            burst.peer_values.append(theirs.burst_us)
    return [latency, steady, burst]


async def _ours(rig: Rig) -> Cost:
    """A fresh service: one that had subscribers keeps their topics warm for a minute."""
    town = rig.town
    singles = phones.singles(town, 1, REPORTERS * town.targets)
    outboxes = phones.outboxes(town, 1, REPORTERS)
    async with rig.service() as service:
        source = Source(
            lambda: _steadily(service.port, singles),
            lambda: _burst(service.port, outboxes, BURST_EVENTS // phones.SYNC_ITEMS),
            service.cpu_s,
        )
        async with connected(service.port, PUBLISHERS) as callers:  # everybody's token is known
            await volley(callers, singles, REPORTERS * 4)
        return await _cost(source, told(town, service.port))


async def _theirs(rig: Rig, payload: bytes) -> Cost:
    make = nchan.publications(payload)
    async with nchan.running(rig.folder / "nginx", os.geteuid() == 0) as peer:
        source = Source(
            lambda: _steadily(peer.port, make),
            lambda: _burst(peer.port, make, BURST_EVENTS),
            peer.cpu_s,
        )
        await source.burst()
        return await _cost(source, Told(peer.port, nchan.SUBSCRIBE, [[]] * SUBSCRIBERS, 0))


def told(town: Town, port: int) -> Told:
    """A thousand people who sign in and ask for the agency's topic."""
    subscribe = msgspec.json.encode(Subscribe(unit_topic(agency(1)))).decode()
    hellos = [msgspec.json.encode(Hello(token(number))).decode() for number in town.hr()]
    return Told(port, "/v1/live", [[hello, subscribe] for hello in hellos], 2)


async def _cost(source: Source, told: Told) -> Cost:
    """The difference that the subscribers make."""
    steady_alone_s, _ = await _spent_s(source.cpu_s, lambda: _sent(source.steadily, None))
    bursts_alone_s, _ = await _spent_s(source.cpu_s, lambda: _bursts(source, None))
    async with listening(told) as audience:
        await asyncio.sleep(1.0)  # what their coming costs is not what an event costs
        steady_s, heard = await _spent_s(source.cpu_s, lambda: _sent(source.steadily, audience))
        bursts_s, _ = await _spent_s(source.cpu_s, lambda: _bursts(source, audience))
    deliveries = RATE * STEADY_S * SUBSCRIBERS
    burst_deliveries = BURST_EVENTS * BURSTS * SUBSCRIBERS
    assert heard is not None
    return Cost(
        (steady_s - steady_alone_s) / deliveries * 1e6,
        (bursts_s - bursts_alone_s) / burst_deliveries * 1e6,
        heard,
    )


async def _spent_s(
    cpu_s: Callable[[], float], act: Callable[[], Awaitable[Heard | None]]
) -> tuple[float, Heard | None]:
    before_s = cpu_s()
    heard = await act()
    return cpu_s() - before_s, heard


async def _sent(send: Send, audience: Audience | None) -> Heard | None:
    """Sends, and waits until everybody heard it."""
    answers = await send()
    if answers.refused:
        raise RuntimeError(f"{answers.refused} requests were refused")
    return None if audience is None else await audience.heard(int(RATE * STEADY_S))


async def _bursts(source: Source, audience: Audience | None) -> None:
    for _ in range(BURSTS):
        answers = await source.burst()
        if answers.refused:
            raise RuntimeError(f"{answers.refused} requests were refused")
        if audience is not None:
            await audience.heard(BURST_EVENTS)
        await asyncio.sleep(PAUSE_S)


async def _steadily(port: int, make: Make) -> Answers:
    async with connected(port, PUBLISHERS) as callers:
        return await open_loop(callers, make, RATE, STEADY_S)


async def _burst(port: int, make: Make, requests: int) -> Answers:
    async with connected(port, PUBLISHERS) as callers:
        return await volley(callers, make, requests)
