"""How a push behaves: when a person may be reached, how often, and when it is better not sent.

Sources: domain.md, "What people complain of"; the hours and limits are assumed there, so they are
settings of a unit. A word that comes at a bad time is deferred, not dropped; it is dropped only
when there is no reason for it any more, or its reader knows it or does not want it.
Invariants: nothing is sent outside a person's working time or inside their quiet hours, nothing
whose reason is gone; `next_moment` never lies before the instant it was asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from models.rules.calendars import DAY_MINUTES, Calendar
from models.rules.worktime import Timetable, next_working_instant

REACH = timedelta(days=31)  # longer leave is looked at again after that time

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rung(StrEnum):
    """The steps of the ladder; a unit may take each one out."""

    AT_RISK = "at_risk"
    SLIP = "slip"
    STAFF_SLIP = "staff_slip"
    UNANSWERED = "unanswered"
    """Still slipped, nobody took note: the supervisor alone is asked again."""
    UNANSWERED_ABOVE = "unanswered_above"
    """Then the supervisor's supervisor."""
    ACHIEVED = "achieved"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start_minute` to `end_minute` of the local day, over midnight if the end is earlier.

    Both 0-1439; equal ends: never quiet.
    """

    start_minute: int = 18 * 60
    end_minute: int = 7 * 60

    def __post_init__(self) -> None:
        if not (0 <= self.start_minute < DAY_MINUTES and 0 <= self.end_minute < DAY_MINUTES):
            raise ValueError("quiet hours lie within a day")

    def covers(self, minute: float) -> bool:
        """Whether this minute of the local day is quiet."""
        if self.start_minute <= self.end_minute:
            return self.start_minute <= minute < self.end_minute
        return minute >= self.start_minute or minute < self.end_minute


@dataclass(frozen=True, slots=True)
class NoticePolicy:
    """The settings of a unit; `policy_of` reads them. Every default is assumed (domain.md).

    `cool_down_s`: between two pushes of one kind about one target on one phone. `daily_cap`:
    pushes on one phone in one local day. `digest_above`: more than so many that are due together
    go out as one. `escalate_after_working_days`: of the supervisor; then of the one above.
    """

    quiet_start_minute: int = 18 * 60
    quiet_end_minute: int = 7 * 60
    digest_minutes: int = 15
    digest_above: int = 3
    cool_down_s: int = 3600
    daily_cap: int = 12
    escalate_after_working_days: int = 1
    escalate_above_after_working_days: int = 3
    nudge_before_close_minutes: int = 45
    rungs_off: frozenset[Rung] = frozenset()

    def __post_init__(self) -> None:
        self.quiet_hours  # noqa: B018 - a policy with impossible hours must not exist
        if not 1 <= self.digest_minutes <= 60 or 60 % self.digest_minutes:
            raise ValueError("digest_minutes must divide an hour")
        if self.digest_above < 1 or self.daily_cap < 1 or self.cool_down_s < 0:
            raise ValueError("digest_above and daily_cap are at least 1, cool_down_s at least 0")
        first, second = self.escalate_after_working_days, self.escalate_above_after_working_days
        if not 1 <= first <= second <= 30:
            raise ValueError("escalations come after 1 to 30 working days, in this order")
        if not 5 <= self.nudge_before_close_minutes <= 240:
            raise ValueError("a nudge comes 5 to 240 minutes before the day closes")

    @property
    def quiet_hours(self) -> QuietHours:
        """The hours in which nobody of the unit is disturbed."""
        return QuietHours(self.quiet_start_minute, self.quiet_end_minute)

    def has(self, rung: Rung) -> bool:
        """Whether the unit takes this step."""
        return rung not in self.rungs_off


DEFAULT_POLICY = NoticePolicy()
SETTINGS = frozenset(field.name for field in fields(NoticePolicy))


def policy_of(settings: Iterable[Mapping[str, Any]]) -> NoticePolicy:
    """The policy of a unit from the stored settings on its path, the city's first.

    The nearest unit that sets a name wins. Raises ValueError for a name that is none, or a value
    that makes no sense.
    """
    merged: dict[str, Any] = {}
    for each in settings:
        merged |= each
    if not merged:
        return DEFAULT_POLICY
    if unknown := merged.keys() - SETTINGS:
        raise ValueError(f"no setting of a notice policy: {', '.join(sorted(unknown))}")
    for name, value in merged.items():
        if name != "rungs_off" and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValueError(f"{name} must be a whole number")
    if "rungs_off" in merged:
        merged["rungs_off"] = frozenset(Rung(rung) for rung in merged["rungs_off"])
    return replace(DEFAULT_POLICY, **merged)


@dataclass(frozen=True, slots=True)
class Hours:
    """When one person may be reached: in working time (leave and holidays are out), never in
    quiet hours. For a rostered person hand in only quiet hours of their own: a night shift is
    their day.
    """

    calendar: Calendar
    quiet: QuietHours | None = None

    def next_moment(self, at: datetime) -> datetime | None:
        """`at` itself if the person may be reached, else when next; None: not within REACH."""
        zone, limit, here = ZoneInfo(self.calendar.zone), at + REACH, at
        while here < limit:
            working = next_working_instant(self.calendar, here, limit - here)
            if working is None:
                return None
            here = _end_of_quiet(self.quiet, working, zone)
            if here == working:
                return working
        return None


def next_digest(policy: NoticePolicy, at: datetime) -> datetime:
    """The next full quarter of an hour (or what the policy says); `at` itself if it is one."""
    step = timedelta(minutes=policy.digest_minutes)
    return _EPOCH - (_EPOCH - at) // step * step


def local_day(zone: str, at: datetime) -> tuple[datetime, datetime]:
    """The local day of an instant as instants [start, end)."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return _midnight(zone, day), _midnight(zone, day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """One working day of a person; `day` is the local date on which it opens."""

    day: date
    opens: datetime
    closes: datetime

    def nudge_at(self, policy: NoticePolicy) -> datetime:
        """When to look whether anything was reported; in a short day, at its opening."""
        before = timedelta(minutes=policy.nudge_before_close_minutes)
        return max(self.opens, self.closes - before)


def working_days_around(calendar: Calendar, now: datetime) -> tuple[WorkingDay, ...]:
    """The days that are not closed at `now`, the one under way first; whole days, no cut ones."""
    zone, start, end = ZoneInfo(calendar.zone), now - timedelta(days=2), now + REACH
    return tuple(
        WorkingDay(opens.astimezone(zone).date(), opens, closes)
        for opens, closes in Timetable(calendar, start, end).days()
        if closes > now and start < opens and closes < end
    )


class Reason(StrEnum):
    """Whether what a push says is still so."""

    HOLDS = "holds"
    GONE = "gone"
    UNSETTLED = "unsettled"
    """Something arrived that may change it and is being worked out."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one delivery at the moment before it is sent.

    `noted`: its reader has read or acknowledged the notice. `wanted`: the reader's preference for
    this kind and channel. `last_alike_at`: when this phone last got a push of this kind about
    this target. `sent_today`: pushes that this phone got in its local day.
    """

    reason: Reason = Reason.HOLDS
    noted: bool = False
    wanted: bool = True
    last_alike_at: datetime | None = None
    sent_today: int = 0


@dataclass(frozen=True, slots=True)
class Send:
    """Now. More than `digest_above` on one phone go out as one.

    `ttl_s`: after so many seconds the phone need not show it any more; None: no need to hurry.
    """

    digest_above: int = DEFAULT_POLICY.digest_above
    ttl_s: int | None = None


@dataclass(frozen=True, slots=True)
class Defer:
    """Look again at `until`, which lies later than now."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Never; the inbox has the notice."""

    why: str


Verdict: TypeAlias = Send | Defer | Drop

SETTLING_S = 5  # how soon a target that is being worked out is looked at again


def verdict(policy: NoticePolicy, situation: Situation, hours: Hours, now: datetime) -> Verdict:
    """What becomes of a push that is due. The reasons are short words for the ledger."""
    if situation.reason is Reason.GONE:
        return Drop("reason_gone")
    if situation.noted:
        return Drop("noted")
    if not situation.wanted:
        return Drop("preference")
    moment = hours.next_moment(now)
    if moment is None:
        return Defer(now + REACH, "away")
    if moment > now:
        return Defer(moment, "hours")
    if situation.reason is Reason.UNSETTLED:
        return Defer(now + timedelta(seconds=SETTLING_S), "unsettled")
    if situation.last_alike_at is not None:
        cool = situation.last_alike_at + timedelta(seconds=policy.cool_down_s)
        if cool > now:
            return Defer(cool, "cool_down")
    if situation.sent_today >= policy.daily_cap:
        _, tomorrow = local_day(hours.calendar.zone, now)
        return Defer(hours.next_moment(tomorrow) or now + REACH, "daily_cap")
    return Send(policy.digest_above)


def _end_of_quiet(quiet: QuietHours | None, at: datetime, zone: ZoneInfo) -> datetime:
    """`at` itself unless it is quiet, else when the quiet hours that hold then are over."""
    if quiet is None:
        return at
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if not quiet.covers(minute):
        return at
    day = local.date() + timedelta(days=int(minute >= quiet.end_minute))
    end = datetime.combine(day, time(*divmod(quiet.end_minute, 60)), zone)
    return end.astimezone(UTC)


def _midnight(zone: str, day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
