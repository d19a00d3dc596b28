"""Targets as the engine reads them, without a database: 100 visits in 30 days, a third passed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.queries.slips import SeenTarget
from models.rules.calendars import Calendar, DayHours, WeekPattern
from models.rules.worktime import Timetable

TARGET, SARI, HEAD = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = datetime(2026, 11, 11, tzinfo=UTC)
START, END = NOW - timedelta(days=10), NOW + timedelta(days=20)
DAY_AND_NIGHT = DayHours(((0, 1440),))
ALWAYS = WeekPattern((DAY_AND_NIGHT,) * 7)
TIMETABLE = Timetable(Calendar("Asia/Jakarta", ALWAYS, ALWAYS), START, END)

TARGET_READ = SeenTarget(
    now=NOW,
    seen="700",
    target_id=TARGET,
    employee_id=SARI,
    employee_name="Sari",
    active=True,
    state="on_track",
    approved=0.0,
    pending=0.0,
    observations=0,
    slip_number=0,
    is_new=False,
    indicator="Kunjungan rumah",
    unit_of_measure="kali",
    aspect="quantity",
    direction="higher",
    quantity=100.0,
    low=None,
    high=None,
    tolerance=0.15,
    grace=0.10,
    minimum_observations=10,
    period_start=START,
    period_end=END,
    closed_at=None,
)


def seen(**changes: Any) -> SeenTarget:
    """A target with some things changed."""
    return replace(TARGET_READ, **changes)
