"""The demo city as one value: who there is, what was agreed, and what happened up to `now`.

Everything is invented, follows from `seed` and `now` alone, and is consistent with itself: it is
what the service would hold had it run for two months. Nothing here touches a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from denyut.demo.answers import Answers, Step
from denyut.demo.books import TargetBook
from denyut.demo.calendars import Calendars, Layouts, kept
from denyut.demo.chronicle import Chronicle, Event
from denyut.demo.city_plan import CITY
from denyut.demo.habits import Habits, Outage
from denyut.demo.ids import Ids
from denyut.demo.months import Month, instant, local, months_before
from denyut.demo.organisation import Unit, planted, scaled
from denyut.demo.people import Staff, hired
from denyut.demo.targets import JobRow, Target, agreed, job_rows

MONTHS_BEFORE: Final = 2
FOUNDED_BEFORE: Final = timedelta(days=420)  # the history, so that everybody was placed by then
OUTAGE_FROM_H, OUTAGE_UNTIL_H = 12.7, 24.35  # local, on the last weekday of a month
FLUSH: Final = timedelta(hours=1)
Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""What is written of a city: a table's name, its columns, and as many values in each row."""


@dataclass(frozen=True, slots=True)
class CityOptions:
    """Which city. `scale` 1: the whole one of about 2,500 people; less makes its units smaller."""

    seed: int = 2026
    scale: float = 1.0


@dataclass(frozen=True, slots=True, repr=False)  # it would be a text of many megabytes
class DemoCity:
    """Everything that is to be written. `founded`: from when placements and headships hold."""

    options: CityOptions
    now: datetime
    founded: datetime
    months: Sequence[Month]
    units: Sequence[Unit]
    staff: Staff
    jobs: Mapping[str, JobRow]
    calendars: Calendars
    books: Sequence[TargetBook]
    chronicle: Chronicle
    events: Mapping[int, Sequence[Event]]
    outage: Outage
    ids: Ids

    @property
    def targets(self) -> list[Target]:
        """Every target, a person's together."""
        return [book.target for book in self.books]


def made_city(options: CityOptions, now: datetime, weeks: Sequence[Mapping[str, Any]]) -> DemoCity:
    """The city at `now`; `weeks` are the rows of work_pattern. Some seconds for the whole one."""
    months = months_before(now, MONTHS_BEFORE)
    founded = months[0].start - FOUNDED_BEFORE
    ids = Ids(Random(options.seed), founded)
    plan = CITY if options.scale == 1 else scaled(CITY, options.scale)
    today = local(now).date()
    units = planted(plan, ids)
    staff = hired(units, ids, today, now)
    jobs = job_rows(ids)
    calendars = kept(staff, weeks, months, today, ids)
    agreements = agreed(staff, jobs, months, now, ids)
    outage = outage_before(now, months, calendars)
    layouts = Layouts(calendars.by_person)
    chronicle = Chronicle({person.id: person for person in staff.people}, now, ids)
    books = _lived(
        agreements,
        Habits(layouts, outage, now, ids),
        Answers(layouts, (months[0].start, months[-1].end + timedelta(days=31)), now, ids.random),
        lambda target: TargetBook(
            target, layouts.of(target.person, target.start, target.end), now, outage
        ),
        chronicle,
    )
    return DemoCity(
        *(options, now, founded, months, units, staff, jobs, calendars, books, chronicle),
        *(chronicle.numbered(), outage, ids),
    )


def outage_before(now: datetime, months: Sequence[Month], calendars: Calendars) -> Outage:
    """The recorded outage: the afternoon of the last ordinary weekday of the last month.

    Where its phones would not have reported back by `now`, that of the month before.
    """
    holidays = {row["on_date"] for row in calendars.holidays}
    for month in reversed(months[:-1]):
        day: date = month.last
        while day.weekday() > 4 or day in holidays:
            day -= timedelta(days=1)
        outage = Outage(instant(day, OUTAGE_FROM_H), instant(day, OUTAGE_UNTIL_H))
        if outage.end + FLUSH < now:
            return outage
    raise AssertionError("an outage of two months ago is over")


def _lived(
    agreements: Mapping[UUID, Sequence[Target]],
    habits: Habits,
    answers: Answers,
    opened: Any,
    chronicle: Chronicle,
) -> list[TargetBook]:
    """Everybody's months, each target's book written to the end."""
    books: list[TargetBook] = []
    for targets in agreements.values():
        steps: dict[UUID, list[Step]] = defaultdict(list)
        periods: dict[tuple[datetime, datetime], list[Target]] = defaultdict(list)
        for target in targets:
            periods[target.start, target.end].append(target)
        for together in periods.values():
            for report in habits.reported(together[0].person, together):
                steps[report.target.id] += answers.to(report)
        for target in targets:
            book = opened(target)
            book.written(sorted(steps[target.id], key=lambda step: step.at), chronicle)
            books.append(book)
    return books
