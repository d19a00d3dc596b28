"""The scenario in small: everybody of the first agency gets their targets, a month a round."""

from benchmarks.scenarios.templates import TEMPLATES, measured
from benchmarks.town import Town


async def test_every_round_makes_everybodys_targets_of_another_month(rig) -> None:
    town: Town = rig.town
    made, shown = await measured(rig, 2)
    assert (len(made.values), len(shown.values)) == (2, 2)
    assert made.goal is not None
    people = town.sections * town.people
    async with rig.connected() as connection:
        counts = await connection.fetch(
            "SELECT period_start, count(*) AS targets, count(DISTINCT quantity) AS goals"
            " FROM target WHERE template_id = ANY ($1::uuid[]) GROUP BY 1",
            list(TEMPLATES),
        )
    assert [row["targets"] for row in counts] == [people * len(TEMPLATES)] * 2
    assert {row["goals"] for row in counts} == {people // 2 + 1}
