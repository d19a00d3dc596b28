"""The tree of the demo city: which units there are, who works in them, and in what week.

Source: domain.md, "A realistic demo city": agencies and approximate staff. The city, its districts
and its schools are inventions. A `Plan` is data; `planted` gives its units ids, paths and shards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from denyut.demo.ids import Ids

SHARDS: Final = 16
STORY_STAFF: Final = 3  # of each job in the units that the story is about, in any size of city
Kind = Literal["city", "agency", "unit"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A unit to be: `head` is its head's job, `staff` the jobs below and how many of each.

    `pattern`: a row of work_pattern, for everything below as well. `many`: how many units of this
    shape there are, named by counting; `role` marks the units that the demo's story is about.
    """

    name: str
    head: str = "pimpinan"
    staff: tuple[tuple[str, int], ...] = ()
    children: tuple["Plan", ...] = ()
    pattern: str = "five_days"
    kind: Kind = "unit"
    many: int = 1
    role: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its place in the tree; columns of table `unit`."""

    id: UUID
    code: str
    name: str
    kind: Kind
    parent_id: UUID | None
    agency_id: UUID
    shard: int
    path: tuple[UUID, ...]
    pattern: str
    plan: Plan


def planted(plan: Plan, ids: Ids) -> list[Unit]:
    """The units of a city's plan, parents first."""
    city_id = ids.early()
    city = Unit(city_id, "K", plan.name, "city", None, city_id, 0, (city_id,), plan.pattern, plan)
    units = [city]
    for number, agency in enumerate(each(plan.children), 1):
        agency_id = ids.early()
        units.append(
            Unit(
                agency_id,
                f"{number:02}",
                agency.name,
                "agency",
                city_id,
                agency_id,
                number % SHARDS,
                (city_id, agency_id),
                agency.pattern,
                agency,
            )
        )
        units += _below(units[-1], ids)
    return units


def each(plans: Sequence[Plan]) -> Iterator[Plan]:
    """The plans one by one, those of `many` counted in their names."""
    for plan in plans:
        if plan.many == 1:
            yield plan
            continue
        for number in range(1, plan.many + 1):
            yield replace(plan, name=f"{plan.name} {number:02}", many=1)


def scaled(plan: Plan, scale: float) -> Plan:
    """A smaller city of the same shape: every job, kind of unit and part of the story stays."""
    least = STORY_STAFF if plan.role else 1
    return replace(
        plan,
        staff=tuple(
            (job, max(min(least, count), round(count * scale))) for job, count in plan.staff
        ),
        children=tuple(scaled(child, scale) for child in plan.children),
        many=max(1, round(plan.many * scale)),
    )


def _below(parent: Unit, ids: Ids) -> Iterator[Unit]:
    for number, plan in enumerate(each(parent.plan.children), 1):
        unit_id = ids.early()
        unit = Unit(
            unit_id,
            f"{parent.code}.{number:02}",
            plan.name,
            "unit",
            parent.id,
            parent.agency_id,
            parent.shard,
            (*parent.path, unit_id),
            plan.pattern if plan.pattern != "five_days" else parent.pattern,
            plan,
        )
        yield unit
        yield from _below(unit, ids)
