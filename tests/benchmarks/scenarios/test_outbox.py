"""The scenario in small: every notice goes out through the real service."""

from benchmarks.scenarios.outbox import Size, measured


async def test_speed_and_memory_are_measured(rig):
    speed, memory = await measured(rig, 1, Size(notices=30))
    assert speed.value > 0
    assert memory.value > 1
    async with rig.connected() as connection:
        states = await connection.fetch("SELECT DISTINCT state FROM delivery")
    assert [row["state"] for row in states] == ["sent"]
