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

TOWN = Town(hr_of_first_agency=1_000)
PUBLISHERS = 6  # connections; as many outboxes make a burst


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. The subscribers are those who hold HR for the first agency.

    `bursts`: of a round; one alone is short for the system's clock of processor time. `pause_s`:
    after a burst, so that the next one is one, too; and after the subscribers have come.
    """

    rate: float = 20.0  # reports a second
    steady_s: float = 6.0
    burst_outboxes: int = 6  # 300 events
    bursts: int = 5
    pause_s: float = 0.2
    come_s: float = 1.0

    @property
    def steady_events(self) -> int:
        """Those that are sent one by one."""
        return int(self.rate * self.steady_s)

    @property
    def burst_events(self) -> int:
        """Those of one burst."""
        return self.burst_outboxes * phones.SYNC_ITEMS


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


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Latency, and the cost of an event steadily and in a burst."""
    size = size or Size()
    peer_is_here = nchan.installed() is not None
    peer = nchan.NAME if peer_is_here else None
    latency = Figure("live", "commit to socket, p99", "ms", Goal("at_most", 100.0), peer)
    steady = Figure("live", "CPU of a delivered event", "µs", Goal("at_most", 1.0, "ratio"), peer)
    burst = Figure(
        "live",
        f"CPU of an event in {size.burst_events} at once",
        "µs",
        Goal("at_most", 0.4, "ratio"),
        peer,
    )
    if not peer_is_here:
        print(nchan.NOTICE, flush=True)
    for _ in range(rounds):
        ours = await _ours(rig, size)
        latency.values.append(ours.heard.p99_ms)
        steady.values.append(ours.steady_us)
        burst.values.append(ours.burst_us)
        if peer_is_here:
            theirs = await _theirs(rig, size, ours.heard.sample.encode())
            latency.peer_values.append(theirs.heard.p99_ms)
            steady.peer_values.append(theirs.steady_us)
            burst.peer_values.append(theirs.burst_us)
    return [latency, steady, burst]


async def _ours(rig: Rig, size: Size) -> Cost:
    """A fresh service: one that had subscribers keeps their topics warm for a minute."""
    town = rig.town
    reporters = town.sections * town.people  # the first agency's; fewer than need a roll-up
    singles = phones.singles(town, 1, reporters * town.targets)
    outboxes = phones.outboxes(town, 1, reporters)
    async with rig.service() as service:
        source = Source(
            lambda: steadily(service.port, singles, size),
            lambda: _burst(service.port, outboxes, size.burst_outboxes),
            service.cpu_s,
        )
        async with connected(service.port, PUBLISHERS) as callers:  # everybody's token is known
            (await volley(callers, singles, reporters * 4)).whole()
        return await _cost(source, size, told(town, service.port))


async def _theirs(rig: Rig, size: Size, payload: bytes) -> Cost:
    make = nchan.publications(payload)
    async with nchan.running(rig.folder / "nginx", os.geteuid() == 0) as peer:
        source = Source(
            lambda: steadily(peer.port, make, size),
            lambda: _burst(peer.port, make, size.burst_events),
            peer.cpu_s,
        )
        await source.burst()
        subscribers = [()] * len(rig.town.hr())
        return await _cost(source, size, Told(peer.port, nchan.SUBSCRIBE, subscribers, 0))


def told(town: Town, port: int) -> Told:
    """Everybody who holds HR for the first agency signs in and asks for its topic."""
    subscribe = msgspec.json.encode(Subscribe(unit_topic(agency(1)))).decode()
    hellos = [msgspec.json.encode(Hello(token(number))).decode() for number in town.hr()]
    return Told(port, "/v1/live", [[hello, subscribe] for hello in hellos], 2)


async def _cost(source: Source, size: Size, told: Told) -> Cost:
    """The difference that the subscribers make."""
    steady_alone_s, _ = await _spent_s(source, lambda: _sent(source, size, None))
    bursts_alone_s, _ = await _spent_s(source, lambda: _bursts(source, size, None))
    async with listening(told) as audience:
        await asyncio.sleep(size.come_s)  # what their coming costs is not what an event costs
        steady_s, heard = await _spent_s(source, lambda: _sent(source, size, audience))
        bursts_s, _ = await _spent_s(source, lambda: _bursts(source, size, audience))
    sockets = len(told.openings)
    assert heard is not None
    return Cost(
        (steady_s - steady_alone_s) / (size.steady_events * sockets) * 1e6,
        (bursts_s - bursts_alone_s) / (size.bursts * size.burst_events * sockets) * 1e6,
        heard,
    )


async def _spent_s(
    source: Source, act: Callable[[], Awaitable[Heard | None]]
) -> tuple[float, Heard | None]:
    """Processor time of the server while something is done, in seconds."""
    before_s = source.cpu_s()
    heard = await act()
    return source.cpu_s() - before_s, heard


async def _sent(source: Source, size: Size, audience: Audience | None) -> Heard | None:
    """Sends one by one, and waits until everybody heard it."""
    (await source.steadily()).whole()
    return None if audience is None else await audience.heard(size.steady_events)


async def _bursts(source: Source, size: Size, audience: Audience | None) -> None:
    for _ in range(size.bursts):
        (await source.burst()).whole()
        if audience is not None:
            await audience.heard(size.burst_events)
        await asyncio.sleep(size.pause_s)


async def steadily(port: int, make: Make, size: Size) -> Answers:
    """Sends one by one at the size's rate. Raises Unanswered."""
    async with connected(port, PUBLISHERS) as callers:
        return await open_loop(callers, make, size.rate, size.steady_s)


async def _burst(port: int, make: Make, requests: int) -> Answers:
    async with connected(port, PUBLISHERS) as callers:
        return await volley(callers, make, requests)
