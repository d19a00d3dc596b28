"""Planting a plan: paths, shards and names, whatever its size."""

from datetime import UTC, datetime
from random import Random

from denyut.demo.ids import Ids
from denyut.demo.organisation import SHARDS, Plan, each, planted, scaled

PLAN = Plan(
    "Kota",
    children=(
        Plan(
            "Dinas",
            children=(Plan("Sekolah", many=3, pattern="six_days", children=(Plan("Kelas"),)),),
            kind="agency",
        ),
        Plan("Badan", staff=(("staf", 10),), kind="agency"),
    ),
    kind="city",
)


def ids() -> Ids:
    return Ids(Random(1), datetime(2025, 1, 1, tzinfo=UTC))


def test_a_path_runs_from_the_city_to_the_unit() -> None:
    units = {unit.id: unit for unit in planted(PLAN, ids())}
    for unit in units.values():
        assert unit.path[-1] == unit.id
        parent = units.get(unit.parent_id) if unit.parent_id else None
        assert unit.path[:-1] == (parent.path if parent else ())


def test_a_unit_shares_the_shard_of_its_agency() -> None:
    units = {unit.id: unit for unit in planted(PLAN, ids())}
    for unit in units.values():
        assert unit.shard == units[unit.agency_id].shard
        assert 0 <= unit.shard < SHARDS
        assert (unit.agency_id == unit.id) == (unit.kind != "unit")


def test_units_of_one_shape_are_counted_in_their_names() -> None:
    assert [plan.name for plan in each(PLAN.children[0].children)] == [
        "Sekolah 01",
        "Sekolah 02",
        "Sekolah 03",
    ]


def test_a_week_goes_down_the_tree_until_somebody_has_another() -> None:
    patterns = {unit.name: unit.pattern for unit in planted(PLAN, ids())}
    assert patterns["Dinas"] == "five_days"
    assert patterns["Sekolah 01"] == patterns["Kelas"] == "six_days"


def test_a_smaller_city_keeps_every_job_and_every_kind_of_unit() -> None:
    small = scaled(PLAN, 0.01)
    assert small.children[1].staff == (("staf", 1),)
    assert small.children[0].children[0].many == 1
    assert {unit.name for unit in planted(small, ids())} >= {"Dinas", "Sekolah", "Kelas", "Badan"}
