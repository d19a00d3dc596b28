"""Before and after: what changed in a unit, and what must be said beside the figures.

Source: issue 4, "an impact view by unit … with its caveats". A difference is never called an
effect: `not_a_cause` stands beside every one. The limits are assumed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from models.rules.periods import Days

FEW_RESPONSES: Final = 30
SAME_STAFF_SHARE: Final = 0.8
MOST_MONTHS: Final = 12


class Caveat(StrEnum):
    """Why a difference may mean less than it seems."""

    BEFORE_HAS_NO_DATA = "before_has_no_data"
    AFTER_IS_RUNNING = "after_is_running"
    FEW_RESPONSES = "few_responses"
    SEASONAL_RAMADAN = "seasonal_ramadan"
    OTHER_STAFF = "other_staff"
    NOT_A_CAUSE = "not_a_cause"


@dataclass(frozen=True, slots=True)
class Windows:
    """As many months before the turning point as from it on; days are local."""

    before: Days
    after: Days


def windows(since: date, months: int) -> Windows:
    """The `months` (1 to MOST_MONTHS) before the month of `since`, and those from it on."""
    begins = _plus_months(since, 0)
    return Windows(
        Days(_plus_months(begins, -months), date.fromordinal(begins.toordinal() - 1)),
        Days(begins, date.fromordinal(_plus_months(begins, months).toordinal() - 1)),
    )


def caveats(
    spans: Windows,
    *,
    today: date,
    reports_before: int,
    responses: tuple[int, int],
    ramadans: Iterable[Days],
    staff: tuple[int, int],
) -> tuple[Caveat, ...]:
    """What must be said, in the order of definition.

    `today`: the unit's local day; a window that has not ended has fewer reports than it will have.
    `responses`: verdicts before and after; a unit that has none at all is not asked about.
    `staff`: how many people worked there in both windows, and in either.
    """
    found = {Caveat.NOT_A_CAUSE}
    if reports_before == 0:
        found.add(Caveat.BEFORE_HAS_NO_DATA)
    if spans.after.last >= today:
        found.add(Caveat.AFTER_IS_RUNNING)
    if any(responses) and min(responses) < FEW_RESPONSES:
        found.add(Caveat.FEW_RESPONSES)
    fasts = tuple(ramadans)
    if _touched(spans.before, fasts) is not _touched(spans.after, fasts):
        found.add(Caveat.SEASONAL_RAMADAN)
    stayed, ever = staff
    if ever and stayed / ever < SAME_STAFF_SHARE:
        found.add(Caveat.OTHER_STAFF)
    return tuple(caveat for caveat in Caveat if caveat in found)


def _touched(span: Days, fasts: tuple[Days, ...]) -> bool:
    return any(fast.first <= span.last and fast.last >= span.first for fast in fasts)


def _plus_months(day: date, months: int) -> date:
    """The first day of the month that lies so many months after that of `day`."""
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)
