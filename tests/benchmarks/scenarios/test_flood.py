"""The scenario in small: everybody hears every event while the outbox is at work."""

from benchmarks.scenarios import flood, live

SIZE = flood.Size(
    notices=3_000,
    feed=live.Size(rate=20.0, steady_s=0.3, burst_outboxes=1, bursts=1, pause_s=0.05, come_s=0.05),
)


async def test_the_feed_is_measured_with_and_without_pushes(rig):
    (latency,) = await flood.measured(rig, 1, SIZE)
    assert latency.value > 0
    assert len(latency.values) == len(latency.peer_values) == 1
    async with rig.connected() as connection:
        sent = await connection.fetchval("SELECT count(*) FROM delivery WHERE state = 'sent'")
    assert 0 < sent < SIZE.notices
