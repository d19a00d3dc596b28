"""What a report may carry beside its words: bits in the database, names on the wire.

A flag never refuses a report; it tells the supervisor what to look at.
"""

from enum import IntFlag
from typing import Final


class ReportFlag(IntFlag):
    """One bit a fact. `submit_batch_v1` sets the ones that need the target's period."""

    CLOCK_WRONG = 1  # the phone's clock was off; corrected_at was worked out
    CLOCK_UNKNOWN = 2  # no way to tell how wrong the phone's clock was
    LATE = 4  # arrived after the target's period had ended
    AFTER_CLOSING = 8  # captured before the appraisal was frozen, arrived after: counts on approval
    OUTSIDE_PERIOD = 16  # the activity lies outside the target's period
    LOCATION_DROPPED = 32  # the job's policy asks for no location, so it was not kept
    OUTAGE = 64  # arrived late because the service was away: counts as on time
    ON_BEHALF = 128  # captured by a mentor for somebody else


# Plain numbers: arithmetic on an IntFlag costs a report more than all its decoding.
_NAMES: Final = tuple((int(flag), str(flag.name).lower()) for flag in ReportFlag)


def flag_names(flags: int) -> list[str]:
    """The names on the wire, in the order of their bits; unknown bits are left out."""
    return [name for bit, name in _NAMES if bit & flags]
