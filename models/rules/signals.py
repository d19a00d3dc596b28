"""Signs that somebody struggles with reporting, so that help is offered: never a sanction.

Source: issue 4, "People who struggle". All limits are assumed and are settings. Invariants: an
outage never speaks against a person; whoever was away for the whole window gives no sign; more
trouble never takes a sign away.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Signal(StrEnum):
    """What was noticed. The words of an offer go by it."""

    NEVER_SIGNED_IN = "never_signed_in"
    ALWAYS_LATE = "always_late"
    MANY_RETURNS = "many_returns"
    OUTBOX_STUCK = "outbox_stuck"


@dataclass(frozen=True, slots=True)
class SignalLimits:
    """From when on something is a sign that somebody needs help. All assumed; shares are 0-1."""

    window_days: int = 30  # how far back reports are counted
    never_after_days: int = 14  # after the first placement, without an activated account
    late_reports: int = 5  # so many at least, before their share means anything
    late_share: float = 0.8  # of reports that came late and that no outage excused
    decided_reports: int = 5  # so many at least, before the share of returns means anything
    returned_share: float = 0.3  # of decided reports that were returned at least once
    stuck_s: int = 259_200  # a report that lay in a phone for three days is stuck
    stuck_reports: int = 2  # so many stuck ones are a sign
    stuck_window_days: int = 14  # how far back stuck ones are counted, by their arrival
    silent_working_days: int = 5  # the person's own, leave left out, without a word of the phone


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of one person in the window.

    `days_in_service`: calendar days since they were first placed. `late` leaves out what an outage
    excused. `decided` counts reports approved or returned at least once, `returned` the latter.
    `stuck`: reports that lay in the phone for too long. `silent_working_days`: their own working
    days since the phone was last heard (None: never heard). `away`: they had no working day in the
    whole window.
    """

    activated: bool
    days_in_service: int
    reports: int = 0
    late: int = 0
    decided: int = 0
    returned: int = 0
    stuck: int = 0
    silent_working_days: int | None = None
    away: bool = False


DEFAULT_LIMITS = SignalLimits()


def signals(facts: PersonFacts, limits: SignalLimits = DEFAULT_LIMITS) -> frozenset[Signal]:
    """What stands out about a person; nothing is the usual answer."""
    if facts.away:
        return frozenset()
    found: set[Signal] = set()
    if not facts.activated and facts.days_in_service >= limits.never_after_days:
        found.add(Signal.NEVER_SIGNED_IN)
    if facts.reports >= limits.late_reports and _share(facts.late, facts.reports) >= (
        limits.late_share
    ):
        found.add(Signal.ALWAYS_LATE)
    if facts.decided >= limits.decided_reports and _share(facts.returned, facts.decided) >= (
        limits.returned_share
    ):
        found.add(Signal.MANY_RETURNS)
    silent = facts.silent_working_days
    if facts.activated and (
        facts.stuck >= limits.stuck_reports
        or (silent is not None and silent >= limits.silent_working_days)
    ):
        found.add(Signal.OUTBOX_STUCK)
    return frozenset(found)


def in_order(found: Collection[Signal]) -> list[Signal]:
    """Each once, in the order of their definition, so that an answer never depends on a set's."""
    return [signal for signal in Signal if signal in found]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
