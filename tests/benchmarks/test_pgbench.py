"""pgbench as the peer: the same statements, and a measurement only if all of them went well."""

import pytest

from benchmarks import pgbench
from benchmarks.rig import Rig
from benchmarks.town import Town

SMALL = Town(agencies=2, sections=2, people=3, targets=2)


@pytest.fixture
async def rig(database: str, tmp_path) -> Rig:
    """The small town in a database of the test's own."""
    made = Rig(database, tmp_path, SMALL)
    await made.settle_town()
    return made


async def test_it_does_what_the_service_does(rig):
    assert await pgbench.rate(rig, 1) > 0
    async with rig.connected() as connection:
        reports = await connection.fetchval("SELECT count(*) FROM report")
        assert reports > 0
        assert await connection.fetchval("SELECT count(*) FROM feed") == reports
        assert await connection.fetchval("SELECT sum(head) FROM feed_shard") == reports
        assert await connection.fetchval("SELECT sum(waiting) FROM target_pace") == reports
        # Each report lies where its person works, and each shard counts without a hole.
        strays = await connection.fetchval(
            "SELECT count(*) FROM report r JOIN employee e ON e.id = r.employee_id"
            " JOIN unit u ON u.id = e.unit_id WHERE r.unit_id <> u.id OR r.shard <> u.shard"
        )
        assert strays == 0
        holes = await connection.fetchval(
            "SELECT count(*) FROM (SELECT max(seq) <> count(*) AS hole FROM feed GROUP BY shard) s"
            " WHERE hole"
        )
        assert holes == 0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (1, "tps = 12.5 (without initial connection time)"),
        (0, "nothing of the kind"),
        (0, "number of failed transactions: 3 (0.1%)\ntps = 12.5"),
    ],
)
def test_what_went_wrong_is_no_measurement(status, said):
    with pytest.raises(RuntimeError, match="pgbench failed"):
        pgbench.tps(status, said, "complaint")


def test_the_rate_is_read():
    said = "number of failed transactions: 0 (0.000%)\ntps = 3512.25 (without initial)"
    assert pgbench.tps(0, said, "") == 3512.25


def test_ids_are_those_of_the_release():
    assert "uuidv7()" in pgbench.script(SMALL, 18)
    assert "uuidv7()" not in pgbench.script(SMALL, 15)
