"""What the slip engine reads and writes: which targets are due, what they stand at, the claim.

Invariant: reading takes no lock. Each row is read with its version, and `claimed` writes only
where the version still holds, so what was worked out from an older row never becomes true.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.feed import FEED_COLUMNS, FeedRow, feed_row

# The predicates below are those of the partial indexes target_pace_due, _at_risk, _ends and
# _stale, word for word: each question reads as many index entries as rows are due, never all.
_DUE = "p.state IN ('on_track', 'at_risk') AND p.slips_at IS NOT NULL"
_AT_RISK = "p.state = 'on_track' AND p.at_risk_at IS NOT NULL"
_ENDS = (
    "p.state IN ('on_track', 'at_risk', 'slipped')"
    " AND (p.paced_at IS NULL OR p.paced_at < p.period_end)"
)

AGENDA = f"""
    SELECT s.shard, statement_timestamp() AS now,
           EXISTS (SELECT FROM target_pace p WHERE p.shard = s.shard AND p.stale) AS stale,
           least((SELECT p.slips_at FROM target_pace p
                   WHERE p.shard = s.shard AND {_DUE} ORDER BY p.slips_at LIMIT 1),
                 (SELECT p.at_risk_at FROM target_pace p
                   WHERE p.shard = s.shard AND {_AT_RISK} ORDER BY p.at_risk_at LIMIT 1),
                 (SELECT p.period_end FROM target_pace p
                   WHERE p.shard = s.shard AND {_ENDS} ORDER BY p.period_end LIMIT 1)) AS next_at
      FROM feed_shard s
"""

_SEEN = """
    SELECT statement_timestamp() AS now, p.xmin::text AS seen, p.target_id, p.employee_id,
           e.name AS employee_name, e.active, p.state, p.approved, p.pending, p.observations,
           p.slip_number, p.paced_at, t.indicator, t.unit_of_measure, t.aspect, t.direction,
           t.quantity, t.low, t.high, t.tolerance, t.grace, t.minimum_observations,
           t.period_start, t.period_end, t.closed_at, u.zone
"""
_WITH = """
      JOIN target t ON t.id = p.target_id
      JOIN employee e ON e.id = p.employee_id
      JOIN unit u ON u.id = e.unit_id
"""

# What has slipped goes before what was asked to be worked out again.
DUE = f"""
    WITH candidate AS (
        (SELECT p.target_id, 1 AS turn FROM target_pace p
          WHERE p.shard = $1 AND {_DUE} AND p.slips_at <= statement_timestamp()
          ORDER BY p.slips_at LIMIT $2)
        UNION ALL
        (SELECT p.target_id, 2 FROM target_pace p
          WHERE p.shard = $1 AND {_AT_RISK} AND p.at_risk_at <= statement_timestamp()
          ORDER BY p.at_risk_at LIMIT $2)
        UNION ALL
        (SELECT p.target_id, 3 FROM target_pace p
          WHERE p.shard = $1 AND {_ENDS} AND p.period_end <= statement_timestamp()
          ORDER BY p.period_end LIMIT $2)
        UNION ALL
        (SELECT p.target_id, 4 FROM target_pace p WHERE p.shard = $1 AND p.stale LIMIT $2)
    ), picked AS MATERIALIZED (
        SELECT target_id FROM candidate GROUP BY target_id ORDER BY min(turn), target_id LIMIT $2
    )
    {_SEEN}
      FROM picked
      JOIN target_pace p ON p.target_id = picked.target_id
      {_WITH}
"""

SEEN = f"{_SEEN} FROM target_pace p {_WITH} WHERE p.target_id = ANY ($1::uuid[])"

TOLD = """
    SELECT target_id, key, kind, recipient_id, (content->>'done')::float8 AS done,
           acknowledged_at IS NOT NULL AS acknowledged
      FROM notice WHERE target_id = ANY ($1::uuid[])
"""

SHARDS = """
    SELECT e.id, u.shard FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.id = ANY ($1::uuid[])
"""

CLAIM = (
    f"SELECT part, {FEED_COLUMNS} FROM claim_slips_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
    " $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)"
)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What waits, by the database's clock at `now`.

    `shards`: those with something to do. `next_at`: when the next target of all falls due by
    itself; None: none ever will as things stand.
    """

    now: datetime
    shards: tuple[int, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeenTarget:
    """A target as it was read at `now`; `seen` is the version of its pace row.

    `state` and `slip_number` are the stored ones; `is_new`: nobody has ever worked it out;
    `active`: its employee's account is open; `zone` is that of their unit.
    """

    now: datetime
    seen: str
    target_id: UUID
    employee_id: UUID
    employee_name: str
    active: bool
    state: str
    approved: float
    pending: float
    observations: int
    slip_number: int
    is_new: bool
    indicator: str
    unit_of_measure: str
    aspect: str
    direction: str
    quantity: float
    low: float | None
    high: float | None
    tolerance: float
    grace: float
    minimum_observations: int
    period_start: datetime
    period_end: datetime
    closed_at: datetime | None
    zone: str = "UTC"

    @property
    def done(self) -> float:
        """Approved and pending together."""
        return self.approved + self.pending


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that somebody has of a target; `done`: what was done when it was made, if known."""

    target_id: UUID
    key: str
    kind: str
    recipient_id: UUID
    done: float | None = None
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class PaceChange:
    """What a target's pace row becomes, if it still is as it was seen."""

    target_id: UUID
    seen: str
    state: str
    slips_at: datetime | None
    at_risk_at: datetime | None
    period_end: datetime
    slip_number: int


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event for the target's employee and their unit; `content` is JSON text."""

    kind: str
    content: str


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to insert unless its key exists; `content` is JSON text, for inbox and feed."""

    notice_id: UUID
    key: str
    recipient_id: UUID
    kind: str
    content: str
    pushed: bool
    not_before: datetime


@dataclass(frozen=True, slots=True)
class TargetClaim:
    """What one target becomes, and what is said of it.

    `over`: kinds of notices of this target that hold no longer. `is_new`: nobody knew it before,
    so its employee's working days are watched from now on.
    """

    change: PaceChange
    events: tuple[NewEvent, ...] = ()
    notices: tuple[NewNotice, ...] = ()
    over: tuple[str, ...] = ()
    is_new: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether nobody hears of it, so that no shard is needed."""
        return not self.events and not self.notices


@dataclass(frozen=True, slots=True)
class Claim:
    """What one call of `claim_slips_v1` is to make true.

    `now` is the instant it was worked out for. `shards` are those of the employees that events
    are about and of all recipients. `push_kinds`: kinds of push targets that can be served.
    """

    now: datetime
    shards: Collection[int]
    push_kinds: Collection[str]
    targets: Sequence[TargetClaim]


@dataclass(frozen=True, slots=True)
class Claimed:
    """The targets that were still as they were seen, and the events to announce."""

    target_ids: frozenset[UUID]
    events: tuple[FeedRow, ...]


async def agenda(connection: Any) -> Agenda:
    """Which shards have something to do, and when the next target falls due."""
    rows = await connection.fetch(AGENDA)
    now = rows[0]["now"]
    waiting = [row for row in rows if row["stale"] or (row["next_at"] and row["next_at"] <= now)]
    later = [row["next_at"] for row in rows if row["next_at"] and row["next_at"] > now]
    return Agenda(now, tuple(row["shard"] for row in waiting), min(later, default=None))


async def due_targets(connection: Any, shard: int, limit: int) -> list[SeenTarget]:
    """At most `limit` targets of a shard that slip, are at risk, end, or are stale; no locks."""
    return [_seen(row) for row in await connection.fetch(DUE, shard, limit)]


async def seen_targets(connection: Any, target_ids: Collection[UUID]) -> dict[UUID, SeenTarget]:
    """These targets as they are now, due or not; no locks."""
    rows = await connection.fetch(SEEN, list(target_ids)) if target_ids else []
    return {row["target_id"]: _seen(row) for row in rows}


def _seen(row: Any) -> SeenTarget:
    return SeenTarget(
        now=row["now"],
        seen=row["seen"],
        target_id=row["target_id"],
        employee_id=row["employee_id"],
        employee_name=row["employee_name"],
        active=row["active"],
        state=row["state"],
        approved=row["approved"],
        pending=row["pending"],
        observations=row["observations"],
        slip_number=row["slip_number"],
        is_new=row["paced_at"] is None,
        indicator=row["indicator"],
        unit_of_measure=row["unit_of_measure"],
        aspect=row["aspect"],
        direction=row["direction"],
        quantity=row["quantity"],
        low=row["low"],
        high=row["high"],
        tolerance=row["tolerance"],
        grace=row["grace"],
        minimum_observations=row["minimum_observations"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        closed_at=row["closed_at"],
        zone=row["zone"],
    )


async def told_of(connection: Any, target_ids: Collection[UUID]) -> list[Told]:
    """Every notice that anybody has of these targets."""
    if not target_ids:
        return []
    rows = await connection.fetch(TOLD, list(target_ids))
    return [Told(**row) for row in rows]


async def shards_of(connection: Any, employee_ids: Collection[UUID]) -> dict[UUID, int]:
    """In which shard each person's own events lie today."""
    rows = await connection.fetch(SHARDS, list(employee_ids)) if employee_ids else []
    return {row["id"]: row["shard"] for row in rows}


async def claimed(connection: Any, claim: Claim) -> Claimed:
    """Commits what of the claim still holds. Outside a transaction block; announce afterwards."""
    changes = [target.change for target in claim.targets]
    events = [(each.change.target_id, event) for each in claim.targets for event in each.events]
    notices = [(each.change.target_id, notice) for each in claim.targets for notice in each.notices]
    rows = await connection.fetch(
        CLAIM,
        sorted(claim.shards),
        claim.now,
        [change.target_id for change in changes],
        [change.seen for change in changes],
        [change.state for change in changes],
        [change.slips_at for change in changes],
        [change.at_risk_at for change in changes],
        [change.period_end for change in changes],
        [change.slip_number for change in changes],
        [target_id for target_id, _ in events],
        [event.kind for _, event in events],
        [event.content for _, event in events],
        [target_id for target_id, _ in notices],
        [notice.notice_id for _, notice in notices],
        [notice.key for _, notice in notices],
        [notice.recipient_id for _, notice in notices],
        [notice.kind for _, notice in notices],
        [notice.content for _, notice in notices],
        [notice.pushed for _, notice in notices],
        [notice.not_before for _, notice in notices],
        list(claim.push_kinds),
        [each.change.target_id for each in claim.targets for _ in each.over],
        [kind for each in claim.targets for kind in each.over],
        [each.change.target_id for each in claim.targets if each.is_new],
    )
    return Claimed(
        frozenset(row["target_id"] for row in rows if row["part"] == "claimed"),
        tuple(feed_row(row) for row in rows if row["part"] == "event"),
    )
