"""When a person works, as data: hours, weeks, holidays, leave and rosters.

Source: domain.md, "Working time" (Perpres 21/2023). The named patterns are defaults to start
from, each marked there as assumed: an organisation stores its own and hands them in here.
Invariant: a value that exists is sound (sorted, disjoint, aware), so worktime.py never checks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class DayHours:
    """The working intervals of one day, in minutes after its local midnight, half-open.

    An interval begins on its day and may end on the next (22:00-06:00 is `(1320, 1800)`); it
    belongs to the day on which it begins. Raises ValueError unless sorted and disjoint.
    """

    intervals: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        free_from = 0
        for start, end in self.intervals:
            if not (free_from <= start < end <= 2 * DAY_MINUTES and start < DAY_MINUTES):
                raise ValueError(f"working intervals overlap or leave their day: {self.intervals}")
            free_from = end

    @classmethod
    def between(cls, start: str, end: str, pause: tuple[str, str] | None = None) -> "DayHours":
        """From `start` to `end`, local "HH:MM", without the `pause`; an earlier end is tomorrow's.

        Source: domain.md counts hours "without breaks".
        """
        opens, closes = _minutes(start), _minutes(end)
        if closes <= opens:
            closes += DAY_MINUTES
        if pause is None:
            return cls(((opens, closes),))
        return cls(((opens, _minutes(pause[0])), (_minutes(pause[1]), closes)))

    @property
    def minutes(self) -> int:
        """Working minutes of the day."""
        return sum(end - start for start, end in self.intervals)


OFF = DayHours()


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """The usual hours of the seven days, Monday first (as `date.weekday` counts)."""

    days: tuple[DayHours, DayHours, DayHours, DayHours, DayHours, DayHours, DayHours]

    @classmethod
    def from_lists(cls, days: Sequence[Sequence[Sequence[int]]]) -> "WeekPattern":
        """From seven lists of [start, end] in local minutes, as stored; ValueError if unsound."""
        hours = [DayHours(tuple((start, end) for start, end in day)) for day in days]
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = hours
        return cls((monday, tuesday, wednesday, thursday, friday, saturday, sunday))

    def as_lists(self) -> list[list[list[int]]]:
        """The form that is stored; `from_lists` reads it."""
        return [[[start, end] for start, end in day.intervals] for day in self.days]

    @property
    def weekly_hours(self) -> float:
        """Working hours of a week without holidays."""
        return sum(day.minutes for day in self.days) / 60


@dataclass(frozen=True, slots=True)
class DateRange:
    """Whole local days, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a range of dates ends before it begins")


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Two aware instants, half-open: leave for some hours, or an outage."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a range of instants needs time zones")
        if self.end < self.start:
            raise ValueError("a range of instants ends before it begins")


@dataclass(frozen=True, slots=True)
class Calendar:
    """One person's calendar. `zone` is that of the work unit, never of the phone.

    What a day's hours are, the first that fits: leave for the whole day, none; an entry in
    `shifts`, that entry (None: the usual hours); `roster`, none; otherwise the usual hours. The
    usual hours are none on a holiday, `ramadan_pattern` within `ramadan`, else `pattern`.
    So a shift on a holiday is worked, and leave of days takes a night shift that begins in it
    whole. Leave given as a `TimeRange` cuts hours out of what is left.
    """

    zone: str
    pattern: WeekPattern
    ramadan_pattern: WeekPattern
    ramadan: tuple[DateRange, ...] = ()
    holidays: frozenset[date] = frozenset()
    leave: tuple[DateRange | TimeRange, ...] = ()
    shifts: Mapping[date, DayHours | None] = field(
        default_factory=lambda: MappingProxyType[date, DayHours | None]({})
    )
    roster: bool = False

    def hours_on(self, day: date) -> DayHours:
        """The hours that hold on a local day, by the order above; leave by the hour is still in."""
        for leave in self.leave:
            if isinstance(leave, DateRange) and leave.first <= day <= leave.last:
                return OFF
        if day in self.shifts:
            rostered_hours = self.shifts[day]
            return self._usual_hours(day) if rostered_hours is None else rostered_hours
        return OFF if self.roster else self._usual_hours(day)

    def _usual_hours(self, day: date) -> DayHours:
        if day in self.holidays:
            return OFF
        for fast in self.ramadan:
            if fast.first <= day <= fast.last:
                return self.ramadan_pattern.days[day.weekday()]
        return self.pattern.days[day.weekday()]


def week(
    ordinary: DayHours, friday: DayHours, saturday: DayHours = OFF, sunday: DayHours = OFF
) -> WeekPattern:
    """A pattern whose Monday to Thursday are alike."""
    return WeekPattern((ordinary, ordinary, ordinary, ordinary, friday, saturday, sunday))


def rostered(shifts: Iterable[TimeRange], zone: str) -> dict[date, DayHours]:
    """A roster of instants as `Calendar.shifts`: by the local day on which each shift begins.

    Seconds are dropped, overlapping shifts count once, and one is cut at the second midnight.
    """
    by_day: dict[date, list[tuple[int, int]]] = {}
    for shift in sorted(shifts, key=lambda shift: shift.start):
        opens = shift.start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        closes = shift.end.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        midnight = datetime.combine(opens.date(), time.min)
        start = (opens - midnight) // timedelta(minutes=1)
        end = min((closes - midnight) // timedelta(minutes=1), 2 * DAY_MINUTES)
        intervals = by_day.setdefault(opens.date(), [])
        if intervals and start <= intervals[-1][1]:
            intervals[-1] = (intervals[-1][0], max(end, intervals[-1][1]))
        elif start < end:
            intervals.append((start, end))
    return {day: DayHours(tuple(intervals)) for day, intervals in by_day.items()}


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


# 37.5 hours a week.
FIVE_DAYS = week(
    DayHours.between("07:30", "16:00", pause=("12:00", "13:00")),
    DayHours.between("07:30", "16:30", pause=("11:30", "13:00")),
)
# 35.5 hours a week, as domain.md assumes them: no break is named, so none is taken out.
SIX_DAYS = week(
    DayHours.between("07:30", "14:00"),
    DayHours.between("07:30", "11:30"),
    DayHours.between("07:30", "13:00"),
)
# 32.5 hours a week.
RAMADAN_FIVE_DAYS = week(
    DayHours.between("08:00", "15:00", pause=("12:00", "12:30")),
    DayHours.between("08:00", "15:30", pause=("11:30", "12:30")),
)
# 32.5 hours a week too, since the regulation sets the week and not the days. domain.md names no
# hours, so this is our assumption: the six-day week begins at 08:00 instead of 07:30.
RAMADAN_SIX_DAYS = week(
    DayHours.between("08:00", "14:00"),
    DayHours.between("08:00", "11:30"),
    DayHours.between("08:00", "13:00"),
)
