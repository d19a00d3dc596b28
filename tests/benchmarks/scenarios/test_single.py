"""The scenario in small: every report it counts is in the database."""

from benchmarks.scenarios import single


async def test_reports_are_counted_and_their_acknowledgements_timed(rig):
    size = single.Size(connections=4, log_mb=1, warm_s=0.1, round_s=1)
    rate, ack = await single.measured(rig, 1, size)
    assert (len(rate.values), len(rate.peer_values), len(ack.values)) == (1, 1, 1)
    assert rate.value > 0
    assert rate.ratio is not None
    assert ack.value > 0
    async with rig.connected() as connection:
        assert await connection.fetchval("SELECT count(*) FROM report") >= rate.value
        notes = await connection.fetchval("SELECT count(DISTINCT employee_id) FROM report")
        assert notes == rig.town.staff
