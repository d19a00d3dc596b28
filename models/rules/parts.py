"""Which unit judges which stretch of a period: each supervisor their own part.

Source: issue 4, "transfer mid-period (each supervisor judges their part); acting supervisor".
Invariant: parts lie inside the period, do not overlap, and two neighbours are of different units.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from models.rules.access import Subject, UnitHeads, decider_of, reporting_path

_LONGEST_FEAST = 31  # days; nobody's offices are closed for longer


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody works over [start, end); None: until further notice."""

    unit_id: UUID
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The stretch [start, end) of a period in one unit."""

    unit_id: UUID
    start: datetime
    end: datetime


def parts(placements: Iterable[Placement], period: tuple[datetime, datetime]) -> list[Part]:
    """The parts of a period in order; a unit that follows itself without a gap is one part."""
    first, last = period
    found: list[Part] = []
    for placement in sorted(placements, key=lambda each: each.start):
        start, end = max(placement.start, first), min(placement.end or last, last)
        if start >= end:
            continue
        before = found[-1] if found else None
        if before is not None and before.unit_id == placement.unit_id and before.end == start:
            found[-1] = Part(before.unit_id, before.start, end)
        else:
            found.append(Part(placement.unit_id, start, end))
    return found


def part_decider(
    unit_path: tuple[UUID, ...],
    heads_then: frozenset[UUID],
    heads_now: Mapping[UUID, UnitHeads],
    today: Subject,
) -> UUID | None:
    """Who decides the appraisal of a part now; None: nobody does.

    `unit_path` leads to the unit of the part, `heads_then` are the units that the employee headed
    at its end, `today` is the employee as they stand now. Where they still work it is today's
    decider, a personal one included. Of a part elsewhere it is whoever decides in that unit
    today: its head of then if they still do, an acting head, or a successor; and where nobody
    heads it or a unit above, today's decider.
    """
    if unit_path == today.unit_path:
        return today.decider_id
    above = reporting_path(unit_path, heads_then)
    decider = decider_of(None, heads_now, above, today.employee_id)
    return decider if decider is not None else today.decider_id


def opening_day(last: date, is_working: Callable[[date], bool]) -> date:
    """The first working day after a period's last day."""
    day = last + timedelta(days=1)
    for _ in range(_LONGEST_FEAST):
        if is_working(day):
            return day
        day += timedelta(days=1)
    return last + timedelta(days=1)
