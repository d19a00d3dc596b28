"""Working time as arithmetic: how much of it lies between two instants, and where it runs out.

Source: domain.md, "Working time". A `Timetable` is one calendar laid out over one window with
running sums; building it costs a pass over the days, and each question then a binary search.
Instants are aware datetimes, answers are in UTC, intervals are half-open. Inside, everything is
whole microseconds since 1970: sums are exact, and the inverse really is the inverse.
Invariant: `seconds_between(a, b) + seconds_between(b, c) == seconds_between(a, c)`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.rules.calendars import Calendar, TimeRange

HORIZON = timedelta(days=400)  # beyond a year of leave, nobody can say when work begins again

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US
_DAY_US = 24 * 60 * _MINUTE_US

_Spans = list[tuple[int, int]]  # microseconds since 1970, half-open, in order and disjoint


class Timetable:
    """A calendar laid out over the window [start, end); read-only, safe to share.

    Questions about instants outside the window are answered as if nobody worked there.
    """

    __slots__ = ("_after", "_day_of", "_day_sums", "_ends", "_starts", "end", "start")

    def __init__(self, calendar: Calendar, start: datetime, end: datetime) -> None:
        self.start = start
        self.end = end
        opens, closes = _us(start), _us(end)
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._after: list[int] = []  # working time up to the end of each interval
        self._day_of: list[int] = []  # the working day each interval belongs to, counted from 0
        self._day_sums: list[int] = [0]  # working time before each working day, and after the last
        total = 0
        for spans in _days(calendar, start, end):
            before = total
            for span_start, span_end in spans:
                cut_start = span_start if span_start > opens else opens
                cut_end = span_end if span_end < closes else closes
                if cut_start < cut_end:
                    total += cut_end - cut_start
                    self._starts.append(cut_start)
                    self._ends.append(cut_end)
                    self._after.append(total)
                    self._day_of.append(len(self._day_sums) - 1)
            if total > before:
                self._day_sums.append(total)

    @property
    def total_s(self) -> float:
        """Working seconds of the whole window."""
        return self._day_sums[-1] / _SECOND_US

    @property
    def working_days(self) -> int:
        """Local days (of their beginning, for night shifts) with any working time in the window."""
        return len(self._day_sums) - 1

    def intervals(self) -> tuple[tuple[datetime, datetime], ...]:
        """The working intervals of the window, in order; touching ones of two days stay two."""
        return tuple(
            (_instant(start), _instant(end))
            for start, end in zip(self._starts, self._ends, strict=True)
        )

    def days(self) -> tuple[tuple[datetime, datetime], ...]:
        """When each working day of the window opens and closes, in order, breaks included.

        The window cuts the days at its ends.
        """
        spans: list[tuple[int, int]] = []
        for place, day in enumerate(self._day_of):
            if day == len(spans):
                spans.append((self._starts[place], self._ends[place]))
            else:
                spans[day] = (spans[day][0], self._ends[place])
        return tuple((_instant(opens), _instant(closes)) for opens, closes in spans)

    def seconds_between(self, start: datetime, end: datetime) -> float:
        """Working seconds from `start` to `end`; 0 when `end` is not later."""
        return max(0, self._elapsed(_us(end)) - self._elapsed(_us(start))) / _SECOND_US

    def instant_after(self, start: datetime, seconds: float) -> datetime | None:
        """The first instant by which `seconds` of working time have passed since `start`.

        With nothing to wait for it is `start` itself; None: the window ends before.
        """
        wanted = round(seconds * _SECOND_US)
        if wanted <= 0:
            return start
        wanted += self._elapsed(_us(start))
        at = bisect_left(self._after, wanted)
        if at == len(self._after):
            return None
        return _instant(self._ends[at] - (self._after[at] - wanted))

    def is_working(self, at: datetime) -> bool:
        """Whether the person works at this instant."""
        instant = _us(at)
        last = bisect_right(self._starts, instant) - 1
        return last >= 0 and instant < self._ends[last]

    def next_working_instant(self, at: datetime) -> datetime | None:
        """`at` itself in working time, else when work begins next; None: not in the window."""
        instant = _us(at)
        following = bisect_right(self._ends, instant)
        if following == len(self._ends):
            return None
        return _instant(max(instant, self._starts[following]))

    def working_day_before(self, at: datetime) -> datetime | None:
        """The instant one working day earlier; None: the window begins less than one before.

        Days count as one whatever their hours: halfway through Friday leads halfway through the
        working day before it, so that a later instant never leads to an earlier one. An instant
        at rest counts as the working instant that follows it.
        """
        following = bisect_right(self._ends, _us(at))
        if following == len(self._ends):
            day, done, length = self.working_days, 0, 1
        else:
            day = self._day_of[following]
            done = self._elapsed(_us(at)) - self._day_sums[day]
            length = self._day_sums[day + 1] - self._day_sums[day]
        if day == 0:
            return None
        day_start, day_end = self._day_sums[day - 1], self._day_sums[day]
        wanted = day_start + done * (day_end - day_start) // length
        earlier = bisect_right(self._after, wanted)
        return _instant(self._ends[earlier] - (self._after[earlier] - wanted))

    def working_days_after(self, at: datetime, days: int) -> datetime | None:
        """The instant `days` working days later; None: the window ends before.

        The inverse of `working_day_before`: halfway through Thursday leads halfway through the
        working day after it. An instant at rest counts as the working instant that follows it.
        """
        following = bisect_right(self._ends, _us(at))
        if following == len(self._ends):
            return None
        day = self._day_of[following]
        later = day + days
        if later >= self.working_days:
            return None
        done = self._elapsed(_us(at)) - self._day_sums[day]
        length = self._day_sums[day + 1] - self._day_sums[day]
        wanted = (
            self._day_sums[later]
            + done * (self._day_sums[later + 1] - self._day_sums[later]) // length
        )
        reached = bisect_right(self._after, wanted)
        return _instant(self._ends[reached] - (self._after[reached] - wanted))

    def _elapsed(self, instant: int) -> int:
        """Working time from the window's start to `instant`, in microseconds."""
        last = bisect_right(self._starts, instant) - 1
        if last < 0:
            return 0
        return self._after[last] - max(0, self._ends[last] - instant)


def working_intervals(
    calendar: Calendar, start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """The working intervals within [start, end), in UTC."""
    return Timetable(calendar, start, end).intervals()


def working_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Working seconds within [start, end)."""
    return Timetable(calendar, start, end).total_s


def instant_after(
    calendar: Calendar, start: datetime, seconds: float, horizon: timedelta = HORIZON
) -> datetime | None:
    """When `seconds` of working time have passed since `start`; None: not within `horizon`."""
    return Timetable(calendar, start, start + horizon).instant_after(start, seconds)


def is_working(calendar: Calendar, at: datetime) -> bool:
    """Whether the person works at this instant."""
    return Timetable(calendar, at, at + timedelta(microseconds=1)).total_s > 0


def next_working_instant(
    calendar: Calendar, at: datetime, horizon: timedelta = HORIZON
) -> datetime | None:
    """`at` itself in working time, else when work begins next; None: not within `horizon`."""
    # Nearly always a night or a weekend away, seldom more than a leave of some weeks.
    for reach in (timedelta(days=4), timedelta(days=40), horizon):
        found = Timetable(calendar, at, at + min(reach, horizon)).next_working_instant(at)
        if found is not None:
            return found
    return None


def working_day_before(
    calendar: Calendar, at: datetime, horizon: timedelta = HORIZON
) -> datetime | None:
    """The instant one working day of this person earlier; None: not within `horizon`.

    See `Timetable.working_day_before` for what one working day is.
    """
    zone = ZoneInfo(calendar.zone)
    edge = timedelta(days=2)  # a day that the window's beginning cuts must not pass for a whole one
    for reach in (timedelta(days=10), horizon):  # a weekend or a feast is nearly always enough
        first = at.astimezone(zone).date() - min(reach, horizon) - edge
        start = datetime.combine(first, time.min, zone)
        found = Timetable(calendar, start, at + edge).working_day_before(at)
        if found is not None and found - start >= edge:
            return found
    return None


def _days(calendar: Calendar, start: datetime, end: datetime) -> Iterator[_Spans]:
    """The working spans of each local day that may touch [start, end), leave taken out.

    Spans of all days are in order and disjoint: where a night shift reaches into the next
    day's hours, the shared time belongs to the shift.
    """
    zone = ZoneInfo(calendar.zone)
    first = start.astimezone(zone).toordinal() - 1  # yesterday's night shift may reach in
    last = end.astimezone(zone).toordinal()
    offsets_us = [_offset_us(zone, datetime.fromordinal(day)) for day in range(first, last + 3)]
    absences = _absences(calendar)
    busy_until = _us(start) - 3 * _DAY_US
    for place, ordinal in enumerate(range(first, last + 1)):
        hours = calendar.hours_on(date.fromordinal(ordinal))
        if not hours.intervals:
            continue
        steady = offsets_us[place] == offsets_us[place + 2]
        midnight = (ordinal - _EPOCH_ORDINAL) * _DAY_US - offsets_us[place]
        spans: _Spans = []
        for opens, closes in hours.intervals:
            if steady:
                span_start, span_end = midnight + opens * _MINUTE_US, midnight + closes * _MINUTE_US
            else:  # the clocks change: ask for each end by itself
                span_start = _local_us(zone, ordinal, opens)
                span_end = _local_us(zone, ordinal, closes)
            span_start = max(span_start, busy_until)
            if span_start < span_end:
                busy_until = span_end
                spans.append((span_start, span_end))
        yield _without(spans, absences) if absences else spans


def _absences(calendar: Calendar) -> _Spans:
    """The leave given in instants, in order and merged."""
    merged: _Spans = []
    for start, end in sorted(
        (_us(leave.start), _us(leave.end))
        for leave in calendar.leave
        if isinstance(leave, TimeRange)
    ):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without(spans: _Spans, absences: _Spans) -> _Spans:
    """What is left of `spans` when `absences` are cut out; both in order and disjoint."""
    left: _Spans = []
    for start, end in spans:
        here = start
        for away, back in absences:
            if back <= here:
                continue
            if away >= end:
                break
            if here < away:
                left.append((here, away))
            here = back
        if here < end:
            left.append((here, end))
    return left


def _local_us(zone: ZoneInfo, ordinal: int, minutes: int) -> int:
    """The instant of a local clock time, by the rules of its zone."""
    offset_us = _offset_us(zone, datetime.fromordinal(ordinal) + timedelta(minutes=minutes))
    return (ordinal - _EPOCH_ORDINAL) * _DAY_US + minutes * _MINUTE_US - offset_us


def _offset_us(zone: ZoneInfo, local: datetime) -> int:
    """How far local clocks are ahead of UTC at a (naive) local time."""
    offset = zone.utcoffset(local) or timedelta()
    return offset.days * _DAY_US + offset.seconds * _SECOND_US


def _us(at: datetime) -> int:
    """Whole microseconds since 1970; TypeError for a naive datetime."""
    since = at - _EPOCH
    return since.days * _DAY_US + since.seconds * _SECOND_US + since.microseconds


def _instant(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)
