"""A span of days cut into whole months and the days beside them, so that sums of both give it all.

Invariant: each day of the span lies in exactly one piece.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.periods import Days

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Months from the first of `months_from` up to, not including, `months_until`; and the rest.

    Without a whole month both are the same day.
    """

    months_from: date
    months_until: date
    edges: tuple[Days, ...]


def pieces(span: Days) -> Pieces:
    """The whole months of a span and its days before and after them. A span runs forward."""
    first = span.first if span.first.day == 1 else next_month(span.first)
    beyond = (span.last + DAY).replace(day=1)  # the first month that is not whole
    if first >= beyond:
        return Pieces(first, first, (span,))
    before = (Days(span.first, first - DAY),) if span.first < first else ()
    after = (Days(beyond, span.last),) if beyond <= span.last else ()
    return Pieces(first, beyond, before + after)


def next_month(day: date) -> date:
    """The first day of the month after this day's."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
