"""How well work was reported: approved at once, returned, in time, with evidence.

Source: issue 4, "Quality"; domain.md, "What people complain of" (what an outage made late counts as
on time, and says so). Invariant: every share lies in 0-1 or is None, which means that there is
nothing yet to take a share of: missing is not zero. Withdrawn reports are counted nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.calendars import TimeRange
from models.rules.flags import ReportFlag

TIMELY_WITHIN = timedelta(hours=24)  # assumed: a day after the day of the activity is over


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters of reports that add up over days, people and units.

    `first_time`: approved and never returned. `returned_reports`: returned at least once, whatever
    became of them. `late` and `excused` are never the same report. `measured`: of targets whose
    values are measured (quality, time), which nobody may add up.
    """

    reports: int = 0
    approved_reports: int = 0
    first_time: int = 0
    returned_reports: int = 0
    late: int = 0
    excused: int = 0
    with_evidence: int = 0
    measured: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.reports + other.reports,
            self.approved_reports + other.approved_reports,
            self.first_time + other.first_time,
            self.returned_reports + other.returned_reports,
            self.late + other.late,
            self.excused + other.excused,
            self.with_evidence + other.with_evidence,
            self.measured + other.measured,
        )

    @property
    def decided(self) -> int:
        """Reports of which a supervisor has said at least once what is true of them."""
        return self.first_time + self.returned_reports


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares (0-1) of some counts; None: nothing yet to take a share of.

    `excused` reports count as on time and are told by their number. `observations`: decided ones.
    """

    reports: int
    approval_rate: float | None
    returned_share: float | None
    on_time_share: float | None
    excused: int
    evidence_rate: float | None
    observations: int


@dataclass(frozen=True, slots=True)
class Promptness:
    """Whether one report came late, and whether an outage excuses it. Never both."""

    late: bool
    excused: bool


def quality(counts: Counts) -> Quality:
    """The shares that follow from counters: approved at once of decided, on time of all, …"""
    decided, reports = counts.decided, counts.reports
    return Quality(
        reports=reports,
        approval_rate=_share(counts.first_time, decided),
        returned_share=_share(counts.returned_reports, decided),
        on_time_share=_share(reports - counts.late, reports),
        excused=counts.excused,
        evidence_rate=_share(counts.with_evidence, reports),
        observations=decided,
    )


def promptness(
    flags: int,
    day_end: datetime,
    corrected_at: datetime,
    outages: Iterable[TimeRange] = (),
    within: timedelta = TIMELY_WITHIN,
) -> Promptness:
    """How a report stands to the day of its activity, which ended at `day_end` (local midnight).

    Late: it came after its target's period (its flag says so), or its corrected time lies more
    than `within` after that day, and no outage lay in between. models/queries/cells.py says the
    same in SQL.
    """
    tardy = corrected_at > day_end + within
    covered = bool(flags & ReportFlag.OUTAGE) or (
        tardy and any(outage.start < corrected_at and outage.end > day_end for outage in outages)
    )
    late = bool(flags & ReportFlag.LATE) or (tardy and not covered)
    return Promptness(late, covered and not late)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
