"""Counters of reports, in SQL: by person, day, target and unit, and summed up the tree of units.

A cell is what one person reported of one target in one unit on one local day of that unit's zone.
Withdrawn reports are in no cell. Unit and path are those of the report's own time: the path stands
with its first event in the feed; where retention has dropped that event, today's path is taken.
What is late and what is excused is said in words by `models.rules.quality.promptness`.

Invariant: sums are rounded to 6 decimals at each step, so that adding differences gives the same
number as counting anew.
"""

from models.rules.flags import ReportFlag

COUNTERS = (
    *("reports", "approved_reports", "first_time", "returned_reports"),
    *("late", "excused", "with_evidence", "measured"),
)
"""Whole numbers, as `models.rules.quality.Counts` names them."""

SUMS = ("approved", "pending")
"""In the unit of measure."""

COUNTED = (*COUNTERS, *SUMS)
CELL_KEY = ("employee_id", "on_day", "target_id", "unit_id")
CELL = (*CELL_KEY, "unit_path", "indicator", "unit_of_measure", *COUNTED)
"""The columns of `person_day`, in the order of `cells`."""


def cells(reports: str, within_h: str, only: str = "true") -> str:
    """A query of cells over these reports. `reports`: an item of FROM with the alias `r`;
    `within_h`: an expression, the hours after its day within which a report is not late;
    `only`: a condition more, which may ask for `d.on_day`."""
    return f"""
    SELECT r.employee_id, d.on_day, r.target_id, r.unit_id,
           max(coalesce(f.unit_path, u.path)) AS unit_path,
           max(t.indicator) AS indicator, max(t.unit_of_measure) AS unit_of_measure,
           count(*)::int AS reports,
           (count(*) FILTER (WHERE r.status = 'approved'))::int AS approved_reports,
           (count(*) FILTER (WHERE r.status = 'approved' AND r.returns = 0))::int AS first_time,
           (count(*) FILTER (WHERE r.returns > 0))::int AS returned_reports,
           (count(*) FILTER (WHERE l.late))::int AS late,
           (count(*) FILTER (WHERE c.covered AND NOT l.late))::int AS excused,
           (count(*) FILTER (WHERE r.evidence > 0))::int AS with_evidence,
           (count(*) FILTER (WHERE t.aspect IN ('quality', 'time')))::int AS measured,
           {rounded("coalesce(sum(r.quantity) FILTER (WHERE r.status = 'approved'), 0)")}
               AS approved,
           {rounded(PENDING)} AS pending
      FROM {reports}
      JOIN unit u ON u.id = r.unit_id
      JOIN target t ON t.id = r.target_id
      LEFT JOIN feed f ON f.shard = r.shard AND f.seq = r.seq
      CROSS JOIN LATERAL (SELECT (r.activity_at AT TIME ZONE u.zone)::date AS on_day) d
      CROSS JOIN LATERAL (
           SELECT (d.on_day + 1)::timestamp AT TIME ZONE u.zone AS day_end) e
      CROSS JOIN LATERAL (
           SELECT r.corrected_at > e.day_end + {within_h} * interval '1 hour' AS tardy) a
      CROSS JOIN LATERAL (
           SELECT r.flags & {int(ReportFlag.OUTAGE)} <> 0 OR a.tardy AND EXISTS (
                  SELECT FROM outage o
                   WHERE o.starts_at < r.corrected_at AND o.ends_at > e.day_end) AS covered) c
      CROSS JOIN LATERAL (
           SELECT r.flags & {int(ReportFlag.LATE)} <> 0 OR a.tardy AND NOT c.covered AS late) l
     WHERE r.status <> 'withdrawn' AND {only}
     GROUP BY r.employee_id, d.on_day, r.target_id, r.unit_id"""


def rounded(number: str) -> str:
    """The same number with at most 6 decimals."""
    return f"round(({number})::numeric, 6)::float8"


# What came after the closing waits for the supervisor's word, as in submit_batch_v1.
PENDING = f"""coalesce(sum(r.quantity) FILTER (WHERE r.status IN ('received', 'revised')
               AND r.flags & {int(ReportFlag.AFTER_CLOSING)} = 0), 0)"""


def summed(sign: str = "") -> str:
    """The list of sums of all counters, each with its name; `sign`: an expression to multiply by.

    Multiplied sums are differences; others are totals.
    """
    times = f"{sign} * " if sign else ""
    whole = [f"sum({times}{name})::int AS {name}" for name in COUNTERS]
    parts = [f"{rounded(f'sum({times}{name})')} AS {name}" for name in SUMS]
    return ", ".join((*whole, *parts))


def by_unit(cells_from: str) -> str:
    """The days of every unit on the paths of these cells."""
    return f"""
    SELECT x.unit_id, c.on_day, c.indicator, c.unit_of_measure, {summed()}
      FROM {cells_from} c, unnest(c.unit_path) AS x(unit_id)
     GROUP BY x.unit_id, c.on_day, c.indicator, c.unit_of_measure"""


def by_month(days_from: str) -> str:
    """The months of these days of units."""
    return f"""
    SELECT d.unit_id, date_trunc('month', d.on_day)::date AS month, d.indicator, d.unit_of_measure,
           {summed()}
      FROM {days_from} d
     GROUP BY d.unit_id, date_trunc('month', d.on_day), d.indicator, d.unit_of_measure"""
