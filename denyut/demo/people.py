"""Who works in the demo city: heads, staff, how well each does, and the few the story is about.

Invariant: a head works in the unit that they head, and answers to the nearest head above it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from denyut.demo.ids import Ids
from denyut.demo.jobs import JOBS, Job
from denyut.demo.names import Registry
from denyut.demo.organisation import Unit

AT_RISK_SHARE: Final = 0.03  # of the staff: a little too slow, so that there is something to see
WRONG_CLOCK_SHARE: Final = 0.015
HURRIED: Final = 0.2  # more than others do
NURSING: Final = (", A.Md.Kep.", ", S.Kep.", ", A.Md.Keb.")
TEACHING: Final = (", S.Pd.", ", S.Pd.SD", ", S.Pd.")
TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "guru_sd": TEACHING,
    "guru_smp": TEACHING,
    "kepala_sekolah": (", S.Pd.", ", M.Pd."),
    "perawat": NURSING[:2],
    "bidan": NURSING[2:],
    "pimpinan": (", S.E.", ", S.Sos.", ", M.Si.", ", S.T., M.T.", ", S.STP."),
    "sekda": (", S.H., M.H.",),
}


@dataclass(slots=True, eq=False)
class Person:
    """An employee and their habits.

    `skill`: how far the work keeps up with what is expected (1: exactly), by the age of the month
    in months. `clock_off`: how wrong the phone's clock is. `busy`: reports several times a day.
    `deciders`: who decides from when on, the latest first. `mentor`: who captures some of their
    reports from `mentored_since` on.
    """

    id: UUID
    nip: str
    name: str
    unit: Unit
    job: Job
    heads: Unit | None
    device_id: UUID
    skill: tuple[float, ...]
    returned_share: float = 0.03
    clock_off: timedelta = timedelta()
    busy: bool = False
    deciders: list[tuple[datetime, "Person"]] = field(default_factory=list)
    mentor: "Person | None" = field(default=None, repr=False)
    mentored_since: datetime | None = None

    @property
    def pattern(self) -> str | None:
        """A week of their own: heads of wards work office hours."""
        return "five_days" if self.heads and self.unit.pattern == "roster" else None

    def decider(self, at: datetime) -> "Person | None":
        """Who decides on this person's reports at an instant."""
        for since, decider in self.deciders:
            if since <= at:
                return decider
        return None


@dataclass(frozen=True, slots=True)
class Cast:
    """The people whom the demo introduces, signs in, or tells a story with."""

    employee: Person
    supervisor: Person
    outsider: Person
    hr: Person
    administrator: Person
    struggling: Person
    absent_head: Person
    acting_head: Person
    assigned: Person
    assigned_to: Person


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, heads first in their units, and the cast."""

    people: list[Person]
    by_unit: dict[UUID, list[Person]]
    cast: Cast
    acting_since: datetime


def hired(units: Sequence[Unit], ids: Ids, today: date, now: datetime) -> Staff:
    """The staff of these units, each with a decider."""
    registry = Registry(ids.random, today)
    by_unit = {unit.id: list(_of_unit(unit, ids, registry)) for unit in units}
    people = [person for unit in units for person in by_unit[unit.id]]
    cast = _cast(units, by_unit)
    acting_since = now - timedelta(days=5)
    _answer_to(people, by_unit, now)
    for person in by_unit[cast.absent_head.unit.id]:
        if person not in (cast.absent_head, cast.acting_head):
            person.deciders.insert(0, (acting_since, cast.acting_head))
    cast.assigned.deciders.insert(0, (now - timedelta(days=30), cast.assigned_to))
    _habits(people, cast)
    cast.struggling.mentor = cast.employee
    cast.struggling.mentored_since = now - timedelta(days=10)
    return Staff(people, by_unit, cast, acting_since)


def _of_unit(unit: Unit, ids: Ids, registry: Registry) -> list[Person]:
    random = ids.random
    jobs = [unit.plan.head, *(job for job, count in unit.plan.staff for _ in range(count))]
    found: list[Person] = []
    for place, code in enumerate(jobs):
        somebody = registry.somebody(TITLES[code]) if code in TITLES else registry.somebody()
        at_risk = random.random() < AT_RISK_SHARE
        skill = random.uniform(0.84, 0.9) if at_risk else max(0.99, random.gauss(1.05, 0.04))
        off_minutes = random.choice((-95, -42, 17, 63))
        found.append(
            Person(
                ids.early(),
                somebody.nip,
                somebody.name,
                unit,
                JOBS[code],
                unit if place == 0 else None,
                ids.early(),
                (skill, max(skill, random.gauss(1.03, 0.06)), random.gauss(1.05, 0.05)),
                clock_off=timedelta(minutes=off_minutes)
                if random.random() < WRONG_CLOCK_SHARE
                else timedelta(),
            )
        )
    return found


def _answer_to(
    people: Sequence[Person], by_unit: Mapping[UUID, Sequence[Person]], now: datetime
) -> None:
    """The head of one's unit; heads answer to the one above."""
    always = now - timedelta(days=4_000)
    for person in people:
        path = person.unit.path[:-1] if person.heads else person.unit.path
        if path:
            person.deciders.append((always, by_unit[path[-1]][0]))


def _cast(units: Sequence[Unit], by_unit: Mapping[UUID, Sequence[Person]]) -> Cast:
    played = {unit.plan.role: by_unit[unit.id] for unit in reversed(units) if unit.plan.role}
    supervisor, employee, struggling = played["supervised"][:3]
    return Cast(
        employee=employee,
        supervisor=supervisor,
        outsider=played["school"][0],
        hr=played["hr"][1],
        administrator=played["administrator"][1],
        struggling=struggling,
        absent_head=played["acting"][0],
        acting_head=played["acting"][1],
        assigned=played["school"][1],
        assigned_to=played["hr"][0],
    )


def _habits(people: Sequence[Person], cast: Cast) -> None:
    """One agency reports several times a day, one unit slips, one hurries, one person struggles."""
    for person in people:
        person.busy = person.unit.agency_id == cast.supervisor.unit.agency_id
        if person.unit.plan.role == "slipping":
            person.skill = (person.skill[0] * 0.66, *person.skill[1:])
        if person.unit.plan.role == "hurried":  # and the public says so: denyut/demo/verdicts.py
            person.skill = tuple(skill + HURRIED for skill in person.skill)
    for told in (cast.employee, cast.supervisor):
        told.skill, told.clock_off = (1.06, 1.04, 1.05), timedelta()
    cast.struggling.skill = (0.48, 0.62, 0.8)
    cast.struggling.returned_share = 0.5
