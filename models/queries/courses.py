"""The course of one target: its reports by local day, over its person's own calendar."""

from datetime import datetime
from typing import Any

from models.queries.asking import Row, asked
from models.queries.calendars import calendar_of
from models.queries.standings import goal_of
from models.rules.course import CoursePoint, DaySum, course
from models.rules.flags import ReportFlag
from models.rules.worktime import Timetable

# What counts for the target's progress: approved, or waiting for a decision and not after closing.
BY_DAY = f"""
    SELECT (activity_at AT TIME ZONE $2::text)::date AS day, sum(quantity) AS quantity,
           count(*)::int AS reports
      FROM report
     WHERE target_id = $1
       AND (status = 'approved' OR (status IN ('received', 'revised')
                                    AND flags & {int(ReportFlag.AFTER_CLOSING)} = 0))
     GROUP BY 1
"""


async def course_of(connection: Any, row: Row, now: datetime) -> list[CoursePoint]:
    """Each local day of the period of a target (a row with TARGET_COLUMNS), in order."""
    start, end = row["period_start"], row["period_end"]
    calendars = await calendar_of(connection, [row["employee_id"]], (start, end))
    calendar = calendars[row["employee_id"]]
    found = await asked(connection, BY_DAY, row["id"], calendar.zone)
    sums = {each["day"]: DaySum(float(each["quantity"]), each["reports"]) for each in found}
    timetable = Timetable(calendar, start, end)
    return course(goal_of(row), timetable, (start, end), calendar.zone, sums, now)
