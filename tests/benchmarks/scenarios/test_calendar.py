"""The scenario in small: everybody's pace is worked out anew, each round."""

from benchmarks.scenarios.calendar import measured


async def test_every_target_is_worked_out_in_every_round(rig):
    (figure,) = await measured(rig, 2)
    assert len(figure.values) == 2
    assert figure.goal is not None
    async with rig.connected() as connection:
        states = await connection.fetch("SELECT DISTINCT state, stale FROM target_pace")
    assert [tuple(row) for row in states] == [("on_track", False)]
