"""The plan has the agencies and about the staff that the domain's description names."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from denyut.demo.city_plan import CITY, division, office
from denyut.demo.ids import Ids
from denyut.demo.jobs import JOBS
from denyut.demo.organisation import Unit, planted


@pytest.fixture(scope="module")
def units() -> list[Unit]:
    return planted(CITY, Ids(Random(1), datetime(2025, 1, 1, tzinfo=UTC)))


def staff_by_agency(units: list[Unit]) -> Counter[str]:
    names = {unit.id: unit.name for unit in units}
    counted: Counter[str] = Counter()
    for unit in units:
        counted[names[unit.agency_id]] += 1 + sum(count for _, count in unit.plan.staff)
    return counted


def test_there_are_about_2500_people_and_250_heads(units: list[Unit]) -> None:
    assert 2_400 <= staff_by_agency(units).total() <= 2_600
    assert 225 <= len(units) <= 275


def test_agencies_are_as_large_as_described(units: list[Unit]) -> None:
    counted = staff_by_agency(units)
    for name, about in (
        ("Dinas Pendidikan", 1_000),
        ("Dinas Kesehatan", 600),
        ("Dinas Kependudukan dan Pencatatan Sipil", 35),
        ("Dinas Pekerjaan Umum", 80),
        ("Dinas Sosial", 45),
        ("Dinas Perhubungan", 50),
        ("Dinas Lingkungan Hidup", 70),
        ("BKPSDM", 35),
    ):
        assert abs(counted[name] - about) <= about * 0.05


def test_there_are_63_primary_and_14_junior_schools_and_6_health_centres(
    units: list[Unit],
) -> None:
    kinds = Counter(unit.name.rsplit(" ", 1)[0] for unit in units)
    assert (kinds["SD Negeri"], kinds["SMP Negeri"], kinds["Puskesmas"]) == (63, 14, 6)


def test_every_unit_of_the_story_is_there_and_every_job_is_known(units: list[Unit]) -> None:
    roles = {unit.plan.role for unit in units}
    assert {"supervised", "slipping", "school", "hr", "administrator", "acting"} <= roles
    for unit in units:
        assert unit.plan.head in JOBS
        assert all(job in JOBS for job, _ in unit.plan.staff)


def test_an_office_has_a_secretariat_and_a_division_may_be_empty() -> None:
    agency = office("Dinas Uji", 3, division("Bidang", "staf", 0, division("Seksi", "staf", 2)))
    assert [child.name for child in agency.children] == ["Sekretariat", "Bidang"]
    assert agency.children[1].staff == ()
