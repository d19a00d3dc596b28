"""The scenario in small: what falls due slips and is queued, what only exists stays."""

from benchmarks.scenarios.slips import PHONES, filled, settled_s


async def test_the_slips_are_queued_and_the_others_are_left_alone(rig):
    await filled(rig, 50)
    async with rig.connected() as connection:
        await connection.execute(PHONES, rig.town.staff)
        assert await settled_s(rig, iter(range(1, 100)), 4) > 0
        slipped = await connection.fetchval(
            "SELECT count(*) FROM target_pace WHERE state = 'slipped'"
        )
        queued = await connection.fetchval("SELECT count(*) FROM delivery")
        every = await connection.fetchval("SELECT count(*) FROM target_pace")
    assert (slipped, every) == (4, rig.town.all_targets + 50)
    assert queued >= 4
