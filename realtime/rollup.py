"""Big scopes: what happened today below each child of a unit, and a few events to look at.

A person cannot read what 2,500 report. Counts begin from the database (`Today`) and go on with
the events. Invariant: once seeded, a row equals what the database would count up to the newest
event, each event counted once however the seed and the events overlap.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from mobile_contract.live import RollupRow, position_of, unit_topic
from models.queries.feed import FeedRow
from realtime.frames import encoded, rollup_message, text_frame

SAMPLE_EVENTS: Final = 20  # as many rows a second as a person can glance at


@dataclass(frozen=True, slots=True)
class Today:
    """What the database counted: all events of `day` (in the unit's zone) up to number `seq`."""

    seq: int
    day: date
    rows: Sequence[RollupRow]


@dataclass(slots=True)
class _Counts:
    reports: int = 0
    approvals: int = 0
    returns: int = 0
    slips: int = 0
    last_at: datetime | None = None

    def row(self, unit_id: UUID) -> RollupRow:
        return RollupRow(
            unit_id, self.reports, self.approvals, self.returns, self.slips, self.last_at
        )


class Tally:
    """The counts of one unit's children. Pure: events, seeds and times come from outside."""

    __slots__ = (
        "_changed",
        "_counts",
        "_day",
        "_early",
        "_sample",
        "_seq",
        "shard",
        "unit_id",
        "zone",
    )

    def __init__(self, unit_id: UUID, shard: int, zone: ZoneInfo) -> None:
        self.unit_id = unit_id
        self.shard = shard
        self.zone = zone
        self._day: date | None = None
        self._seq = 0
        self._early: list[FeedRow] = []
        self._counts: dict[UUID, _Counts] = {}
        self._changed: set[UUID] = set()
        self._sample: deque[FeedRow] = deque(maxlen=SAMPLE_EVENTS)

    @property
    def seeded(self) -> bool:
        """Whether the counts are known; before that there is nothing to show."""
        return self._day is not None

    def seed(self, today: Today) -> None:
        """Begins from what the database counted; events that came meanwhile follow it."""
        self._seq = today.seq
        self._day = today.day
        self._counts = {
            row.unit_id: _Counts(row.reports, row.approvals, row.returns, row.slips, row.last_at)
            for row in today.rows
        }
        self._changed = set(self._counts)
        early, self._early = self._early, []
        for row in early:
            self.add(row)

    def unseed(self) -> None:
        """The counts are no longer sure; they begin from the database again."""
        self._day = None
        self._early = []
        self._sample.clear()

    def add(self, row: FeedRow) -> None:
        """An event of the unit or below it, in the order of its shard."""
        if self._day is None:
            self._early.append(row)
            return
        if row.seq <= self._seq:
            return  # in the seed already
        self._seq = row.seq
        self._roll_over(row.at)
        self._sample.append(row)
        if row.at.astimezone(self.zone).date() != self._day:
            return  # stamped just before midnight, numbered after: it belongs to yesterday
        child_id = self._child_of(row)
        counts = self._counts.setdefault(child_id, _Counts())
        self._changed.add(child_id)
        counts.last_at = row.at if counts.last_at is None else max(counts.last_at, row.at)
        match row.kind:
            case "report":
                counts.reports += 1
            case "approval":
                counts.approvals += 1
            case "return":
                counts.returns += 1
            case "slip":
                counts.slips += 1
            case _:
                pass  # the others show in `last_at` and in the sample

    def changes(self, now: datetime) -> bytes | None:
        """The rows that changed since the last call and the newest events; None: nothing did."""
        self._roll_over(now)
        if self._day is None or not (self._changed or self._sample):
            return None
        rows = [self._counts[unit_id].row(unit_id) for unit_id in sorted(self._changed)]
        sample = [encoded(row).json for row in self._sample]
        self._changed.clear()
        self._sample.clear()
        return self._message(now, rows, sample)

    def whole(self, now: datetime) -> bytes | None:
        """Every row, for a socket that has none yet; None before the counts are known."""
        self._roll_over(now)
        if self._day is None:
            return None
        return self._message(now, [counts.row(unit) for unit, counts in self._counts.items()], [])

    def _message(self, now: datetime, rows: list[RollupRow], sample: list[bytes]) -> bytes:
        upto = position_of(self.shard, self._seq)
        return text_frame(rollup_message(unit_topic(self.unit_id), upto, now, rows, sample))

    def _roll_over(self, now: datetime) -> None:
        """A new day begins with zeros, for every child that had a row."""
        day = now.astimezone(self.zone).date()
        if self._day is not None and day > self._day:
            self._day = day
            self._counts = {unit_id: _Counts() for unit_id in self._counts}
            self._changed = set(self._counts)

    def _child_of(self, row: FeedRow) -> UUID:
        """The child that the event lies under; the unit itself for its own people."""
        path = list(row.unit_path)
        below = path.index(self.unit_id) + 1
        return path[below] if below < len(path) else self.unit_id
