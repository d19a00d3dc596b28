"""The scenario in small: the same answers from a short history and a longer one."""

from dataclasses import replace

from benchmarks.rig import DATABASE, Rig, built_rig
from benchmarks.scenarios import cycle
from benchmarks.town import Town
from models.queries.recount import differences

SMALL = Town(agencies=2, sections=2, people=3, targets=2)
SIZE = cycle.Size(few=24, many=24 * 40, calls=2, indicators=3)


async def test_the_same_questions_are_asked_of_both(tmp_path) -> None:
    async with built_rig(tmp_path, SMALL) as rig:
        figures = await cycle.measured(rig, 1, SIZE)
        for name in ("few", "many"):
            async with beside(rig, name).connected() as connection:
                assert await differences(connection) == []
                assert await connection.fetchval("SELECT count(*) FROM target") == 24 * 2
                counted = await connection.fetchval(
                    "SELECT count(DISTINCT indicator) FROM unit_month"
                )
                assert counted == 3
    assert [figure.metric for figure in figures] == [
        "a board of 3,000, 960 reports",
        "a board of 3,000, 960 reports, the same",
        "a city's month, 960 reports",
        "a city's month, 960 reports, the same",
        "a city's year, 960 reports",
        "an agency's month, 960 reports",
        "an agency's month, 960 reports, the same",
    ]
    assert {str(figure.goal) for figure in figures} == {"≤ 50", "≤ 1.5 × peer"}
    assert all(figure.value > 0 and figure.ratio is not None for figure in figures)


def beside(rig: Rig, name: str) -> Rig:
    """The database that the scenario made."""
    return replace(rig, dsn=rig.dsn.replace(f"/{DATABASE}?", f"/{name}?"))


def test_its_size_is_the_issues():
    assert (cycle.Size().few, cycle.Size().many) == (10_000, 3_000_000)
    assert cycle.TOWN.sections * cycle.TOWN.people == 3_000


def test_rows_are_those_of_the_leaves():
    leaf = {"Actual Rows": 2.5, "Actual Loops": 4, "Rows Removed by Filter": 1}
    assert cycle.rows_read({"Plans": [leaf, leaf], "Actual Rows": 1, "Actual Loops": 1}) == 28
