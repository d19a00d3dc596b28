"""The scenario in small: signed-in sockets that stay open."""

from benchmarks.scenarios import idle
from benchmarks.scenarios.idle import Size, measured, told


async def test_memory_and_rest_are_measured(rig):
    memory, resting = await measured(rig, 1, Size(sockets=6, settle_s=0.1))
    assert (len(memory.values), len(resting.values)) == (1, 1)
    assert memory.unit == "KB"
    assert resting.goal is None


def test_everybody_has_a_socket_of_their_own():
    openings = told(1, Size().sockets).openings
    assert len({opening[0] for opening in openings}) == 5_000 <= idle.TOWN.staff
