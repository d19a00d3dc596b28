"""The scenario in small: everybody hears every event, beside the peer where it is installed."""

from benchmarks import nchan
from benchmarks.scenarios import live

SIZE = live.Size(rate=20.0, steady_s=0.5, burst_outboxes=2, bursts=1, pause_s=0.05, come_s=0.05)


async def test_events_reach_everybody_and_are_paid_for(rig):
    latency, steady, burst = await live.measured(rig, 1, SIZE)
    assert latency.value > 0
    assert len(steady.values) == len(burst.values) == 1
    peers = 0 if nchan.installed() is None else 1
    assert len(steady.peer_values) == len(burst.peer_values) == peers
    assert steady.peer == (nchan.NAME if peers else None)


def test_its_size_is_the_contracts():
    size = live.Size()
    assert (size.rate, size.burst_events) == (20.0, 300)
    assert len(live.TOWN.hr()) == 1_000
    assert live.TOWN.sections * live.TOWN.people < 500  # or there would be a roll-up
