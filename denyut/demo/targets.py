"""The targets of the demo's months, from each job's templates.

The slipping unit and the struggling employee also hold a target over all three months, so that
they are behind on the first day of a month too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from denyut.demo.ids import Ids
from denyut.demo.jobs import JOBS, Task
from denyut.demo.months import Month
from denyut.demo.people import Cast, Person, Staff
from models.rules.pace import Aspect, Direction, Goal

MADE_BEFORE: Final = timedelta(days=4)  # HR hands targets out before their month begins
CLOSED_AFTER: Final = timedelta(days=40)  # appraisals of a month are decided in the month after
LONG: Final = Task(
    "Rencana aksi triwulan",
    "kegiatan",
    45,
    ("Kegiatan rencana aksi selesai", "Langkah perbaikan dicatat"),
)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job title and its templates, with their ids."""

    id: UUID
    code: str
    templates: tuple[tuple[UUID, Task], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One person's goal in one period. `age`: of its month, as in `Month`."""

    id: UUID
    person: Person
    task: Task
    template_id: UUID | None
    goal: Goal
    start: datetime
    end: datetime
    age: int
    closed_at: datetime | None
    made_by: Person
    made_at: datetime


def job_rows(ids: Ids) -> dict[str, JobRow]:
    """Every job title by its code."""
    return {
        code: JobRow(ids.early(), code, tuple((ids.early(), task) for task in job.tasks))
        for code, job in JOBS.items()
    }


def agreed(
    staff: Staff, jobs: Mapping[str, JobRow], months: Sequence[Month], now: datetime, ids: Ids
) -> dict[UUID, list[Target]]:
    """The targets of each person, the oldest month first."""
    return {
        person.id: [
            *(
                target
                for month in months
                for target in _of_month(person, jobs[person.job.code], month, staff.cast, now, ids)
            ),
            *_long(person, months, staff.cast, ids),
        ]
        for person in staff.people
    }


def goal_of(task: Task, quantity: float) -> Goal:
    """What the task asks for, as the rules know it."""
    return Goal(quantity, Direction(task.direction), Aspect(task.aspect))


def _of_month(
    person: Person, job: JobRow, month: Month, cast: Cast, now: datetime, ids: Ids
) -> Iterator[Target]:
    closed_at = month.end + CLOSED_AFTER
    made_at = month.start - MADE_BEFORE
    for template_id, task in job.templates:
        yield Target(
            ids.at(made_at),
            person,
            task,
            template_id,
            goal_of(task, task.quantity),
            month.start,
            month.end,
            month.age,
            closed_at if closed_at < now else None,
            cast.hr,
            made_at,
        )


def _long(person: Person, months: Sequence[Month], cast: Cast, ids: Ids) -> Iterator[Target]:
    if person is not cast.struggling and person.unit.plan.role != "slipping":
        return
    made_at = months[0].start - MADE_BEFORE
    yield Target(
        ids.at(made_at),
        person,
        LONG,
        None,
        goal_of(LONG, LONG.quantity),
        months[0].start,
        months[-1].end,
        0,
        None,
        person.decider(made_at) or cast.hr,
        made_at,
    )
