"""What people did: their reports of two months, each with the day it reached the office.

Reports follow the work: whoever keeps up reports what brings the target to where it should be by
the next time, so progress looks like a person's and not like a die's. The busy agency reports
three to five times a day (domain.md); the others every fourth day, so that the city is soon made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from denyut.demo.calendars import Layouts, WorkingDay
from denyut.demo.ids import Ids
from denyut.demo.people import Person
from denyut.demo.targets import Target

AFTERNOON_SHARE: Final = 0.6  # of reports come in the last two hours (domain.md)
EVERY: Final = 4  # working days between the reports of most people
MEASURED_SHARE: Final = 0.12  # chance of a measurement on a day of reports
BUSY_MEASURED_SHARE: Final = 0.45
LAST_STRETCH: Final = 0.96  # of the period's working time
PATCHY_SHARE: Final = 0.07  # of a field worker's reports wait for signal
PLACE: Final = (-0.6712, 100.7781)  # latitude and longitude around which locations are invented


@dataclass(slots=True, eq=False)
class Report:
    """A report; everything from `status` on is what became of it in the office."""

    id: UUID
    target: Target
    quantity: float
    note: str
    activity_at: datetime
    captured_at: datetime
    corrected_at: datetime
    received_at: datetime
    location: tuple[float, float, float] | None
    status: str = "received"
    version: int = 1
    flags: int = 0
    shard: int = -1
    seq: int = -1
    decided_by: Person | None = None
    decided_at: datetime | None = None
    returns: int = 0
    body_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Outage:
    """When nothing could be reached; phones hand over what they kept soon after its end."""

    start: datetime
    end: datetime


class Habits:
    """Makes the reports of one person and month after another."""

    def __init__(self, layouts: Layouts, outage: Outage, now: datetime, ids: Ids) -> None:
        self._layouts = layouts
        self._outage = outage
        self._now = now
        self._random = ids.random
        self._ids = ids

    def reported(self, person: Person, targets: Sequence[Target]) -> Iterator[Report]:
        """The reports toward targets of one period, as far as they have reached the office."""
        first = targets[0]
        layout = self._layouts.of(person, first.start, first.end)
        amounts = [target for target in targets if not target.task.measured]
        measures = [target for target in targets if target.task.measured]
        done = dict.fromkeys((target.id for target in amounts), 0.0)
        skill = person.skill[first.age]
        often = 1 if person.busy else EVERY
        turn = self._random.randrange(often)
        for number, day in enumerate(layout.days):
            if day.start > self._now:
                return
            place = (number + turn) % often
            if place and number:
                continue
            ahead = (often - place - 0.3) / len(layout.days)  # the next report is so far away
            for at in self._times(day, person.busy, len(amounts)):
                share = layout.timetable.seconds_between(first.start, at) / layout.total_s
                wanted = share + ahead
                # Only the last stretch tells who does more than was asked for.
                wanted = skill if wanted >= LAST_STRETCH else wanted * min(skill, 1.0)
                behind = [(t.goal.quantity * wanted - done[t.id], t) for t in amounts]
                short = max(behind, key=lambda each: each[0] / each[1].goal.quantity, default=None)
                if short is None or short[0] < 0.1 * short[1].task.step:
                    continue
                target = short[1]
                quantity = ceil(short[0] / target.task.step) * target.task.step
                done[target.id] += quantity
                yield from self._report(person, target, quantity, at, day)
            if measures and self._random.random() < (
                BUSY_MEASURED_SHARE if person.busy else MEASURED_SHARE
            ):
                target = self._random.choice(measures)
                at = day.end - timedelta(minutes=self._random.uniform(1, 40))
                yield from self._report(person, target, self._measured(target, skill), at, day)

    def _times(self, day: WorkingDay, busy: bool, amounts: int) -> list[datetime]:
        """When somebody takes down what was done, in order."""
        random = self._random
        length_s = (day.end - day.start).total_seconds()
        late_s = min(7_200.0, length_s / 2)
        times: list[float] = []
        for _ in range(random.randrange(3, 6) if busy else amounts):
            if random.random() < AFTERNOON_SHARE:
                times.append(length_s - late_s + random.random() * (late_s + 900))
            else:
                times.append(random.uniform(600, length_s))
        return [day.start + timedelta(seconds=each) for each in sorted(times)]

    def _measured(self, target: Target, skill: float) -> float:
        """A measured value, better than asked for by those who do well."""
        task, random = target.task, self._random
        if task.direction == "lower":
            value = task.quantity * random.uniform(0.45, 0.98) / min(1.0, skill)
        else:
            value = task.quantity * random.uniform(1.01, 1.12) * min(1.0, skill)
            value = min(value, 100.0)
        return round(round(value / task.step) * task.step, 2)

    def _report(
        self, person: Person, target: Target, quantity: float, at: datetime, day: WorkingDay
    ) -> Iterator[Report]:
        """One report, unless it is still on the phone."""
        random = self._random
        received_at = at + timedelta(seconds=self._on_its_way_s(person, at))
        if received_at > self._now:
            return
        worked_s = min((at - day.start).total_seconds(), random.uniform(300, 7_200))
        activity_at = (at - timedelta(seconds=worked_s)).replace(second=0, microsecond=0)
        location = None
        if person.job.asks_location and random.random() < 0.6:
            location = (
                round(PLACE[0] + random.gauss(0, 0.03), 6),
                round(PLACE[1] + random.gauss(0, 0.03), 6),
                round(random.uniform(4, 40), 1),
            )
        captured_at = at + person.clock_off
        yield Report(
            self._ids.at(captured_at),
            target,
            quantity,
            random.choice(target.task.notes),
            activity_at,
            captured_at,
            at,
            received_at,
            location,
        )

    def _on_its_way_s(self, person: Person, at: datetime) -> float:
        """From the phone to the office: a moment, or until there is signal or service again."""
        random = self._random
        if self._outage.start <= at < self._outage.end:
            # Most phones stand ready; a few are without signal until the office opens again.
            flush_s = (
                random.uniform(20, 1_500)
                if random.random() < 0.95
                else random.uniform(30_000, 200_000)
            )
            return (self._outage.end - at).total_seconds() + flush_s
        if person.job.field and random.random() < PATCHY_SHARE:
            return random.uniform(1_800, 70_000)
        return random.uniform(0.3, 6.0)
