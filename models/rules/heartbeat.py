"""When the service's own heartbeat tells that it was away.

Source: domain.md: "reports made during a recorded outage count as on time"; so the service keeps
the ledger of its outages itself. Invariant: a heart that beats in time records nothing, and what is
recorded begins with the last beat before and ends with the first one after.
"""

from datetime import datetime, timedelta

from models.rules.calendars import TimeRange


def gap(before: datetime | None, now: datetime, longest: timedelta) -> TimeRange | None:
    """The outage between two beats, or None when they are at most `longest` apart.

    `before`: the last beat, None: there was none yet, so nobody can say that we were away. A clock
    that was set back shows no gap either.
    """
    if before is None or now - before <= longest:
        return None
    return TimeRange(before, now)
