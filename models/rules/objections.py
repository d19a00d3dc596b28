"""The clock of an objection: fourteen days after the decision, counted where the person works.

Source: domain.md (PP 30/2019 art. 59): to the supervisor's supervisor, within 14 days of the
appraisal; that decision is final. Invariant: days are local days of the unit of the appraisal, so
the same instant may be day 14 in Jakarta and day 15 in Jayapura.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from models.rules.refusals import ObjectionTooLate

DAYS = 14
_MOST_LEVELS = 8  # no line of a city is longer


def last_day(decided_at: datetime, zone: str) -> date:
    """The last local day on which an objection may be made."""
    return decided_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=DAYS)


def check_in_time(decided_at: datetime, now: datetime, zone: str) -> None:
    """Raises ObjectionTooLate from the fifteenth day on; the newest decision starts the clock."""
    last = last_day(decided_at, zone)
    if now.astimezone(ZoneInfo(zone)).date() > last:
        raise ObjectionTooLate(last_day=last.isoformat())


def objection_decider(
    part_decider: UUID | None,
    decider_by_person: Mapping[UUID, UUID | None],
    never: frozenset[UUID],
) -> UUID | None:
    """Who decides an objection: whoever decides for the supervisor; None: there is nobody above.

    `never`: the employee, and whoever made the decision that is objected to, wherever they sit
    by now. Then it is for the next above them.
    """
    above = part_decider
    for _ in range(_MOST_LEVELS):
        above = decider_by_person.get(above) if above is not None else None
        if above is None or above not in never | {part_decider}:
            return above
    return None
