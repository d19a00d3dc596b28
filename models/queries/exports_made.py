"""Exports as their maker sees them: claimed, told how far they are, finished or given up, swept.

A claim is a lease that a living maker renews; when it runs out somebody else begins anew. Each
claim has its number (`attempts`), and pieces carry it: a maker that was only slow writes pieces
that nobody reads and cannot finish what is no longer its own. Invariants: a file is whole or
there is none; an export is finished once; after MOST_ATTEMPTS it is given up with a reason.
Locks: the asker's shard before the export's row, as everywhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.documents import NewDocument, document_issued
from models.queries.exports import COLUMNS, PIECES_AN_ATTEMPT
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.telling import Word, told

MOST_ATTEMPTS: Final = 3

CLAIM = f"""
    UPDATE export x
       SET state = 'running', attempts = x.attempts + 1, done = 0, total = 0,
           lease_until = clock_timestamp() + make_interval(secs => $1)
     WHERE x.id = (SELECT o.id FROM export o
                    WHERE o.state IN ('queued', 'running') AND o.attempts < $2
                      AND (o.state = 'queued' OR o.lease_until < clock_timestamp())
                    ORDER BY o.made_at, o.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING {COLUMNS}
"""

RENEW = """
    UPDATE export SET done = $3, total = $4,
           lease_until = clock_timestamp() + make_interval(secs => $5)
     WHERE id = $1 AND state = 'running' AND attempts = $2 RETURNING id
"""

PIECE = "INSERT INTO export_piece (export_id, number, data) VALUES ($1, $2, $3)"

FINISH = """
    UPDATE export
       SET state = 'done', done = total, bytes = $3, code = $4, lease_until = NULL,
           finished_at = clock_timestamp(),
           expires_at = clock_timestamp() + make_interval(days => $5)
     WHERE id = $1 AND state = 'running' AND attempts = $2 RETURNING id
"""

OTHER_PIECES = """
    DELETE FROM export_piece
     WHERE export_id = $1 AND (number < $2 OR number >= $2 + $3::int)
"""

AGAIN = """
    UPDATE export SET state = 'queued', lease_until = NULL, problem = $3
     WHERE id = $1 AND state = 'running' AND attempts = $2 AND attempts < $4 RETURNING id
"""

GIVE_UP = """
    UPDATE export SET state = 'failed', lease_until = NULL, problem = $3,
           finished_at = clock_timestamp()
     WHERE id = $1 AND state = 'running' AND attempts = $2 RETURNING id
"""

ABANDONED = f"""
    SELECT {COLUMNS} FROM export x
     WHERE x.state = 'running' AND x.attempts >= $1 AND x.lease_until < clock_timestamp()
     ORDER BY x.made_at LIMIT 20
"""

SWEEP = """
    UPDATE export x SET state = 'expired', bytes = 0
     WHERE x.id IN (SELECT o.id FROM export o
                     WHERE o.state = 'done' AND o.expires_at < clock_timestamp()
                     ORDER BY o.expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING x.id
"""

REMOVE_PIECES = "DELETE FROM export_piece WHERE export_id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An export that is this maker's own until its lease runs out."""

    id: UUID
    asked_by: UUID
    kind: str
    employee_id: UUID | None
    unit_id: UUID | None
    period: str | None
    format: str
    language: str
    attempt: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that is complete. `subject`: what the notice calls it, such as the period."""

    bytes: int
    document: NewDocument
    keep_days: int
    subject: str = ""


class Lost(Exception):
    """Somebody else has this export by now, or its asker took it away."""


async def export_claimed(connection: Any, lease_s: float) -> Claimed | None:
    """The oldest export that waits, or whose maker died; None: there is none."""
    row = await asked_one(connection, CLAIM, lease_s, MOST_ATTEMPTS)
    return None if row is None else _claimed(row)


async def export_renewed(
    connection: Any, claimed: Claimed, done: int, total: int, lease_s: float
) -> None:
    """Says how far it is and that its maker lives. Raises Lost."""
    row = await asked_one(connection, RENEW, claimed.id, claimed.attempt, done, total, lease_s)
    if row is None:
        raise Lost


async def piece_written(connection: Any, claimed: Claimed, number: int, data: bytes) -> None:
    """A piece of the file, counted from 0."""
    place = claimed.attempt * PIECES_AN_ATTEMPT + number
    await asked(connection, PIECE, claimed.id, place, data)


async def export_finished(
    connection: Any, claimed: Claimed, finished: Finished, push_kinds: Collection[str]
) -> list[FeedRow]:
    """Makes the file readable and its code good, and tells the asker. Raises Lost.

    In a transaction; announce the answer after its commit.
    """
    await locked_units_of(connection, [claimed.asked_by])
    row = await asked_one(
        connection,
        FINISH,
        claimed.id,
        claimed.attempt,
        finished.bytes,
        finished.document.code,
        finished.keep_days,
    )
    if row is None:
        raise Lost
    first = claimed.attempt * PIECES_AN_ATTEMPT
    await asked(connection, OTHER_PIECES, claimed.id, first, PIECES_AN_ATTEMPT)
    await document_issued(connection, finished.document)
    word = Word(
        "export_ready",
        f"export_ready:{claimed.id}",
        claimed.asked_by,
        about_id=claimed.id,
        subject=finished.subject,
    )
    return await told(connection, [word], push_kinds)


async def export_put_back(connection: Any, claimed: Claimed, problem: str) -> bool:
    """Lets somebody try once more; False: it was tried often enough, or is no longer ours."""
    row = await asked_one(connection, AGAIN, claimed.id, claimed.attempt, problem, MOST_ATTEMPTS)
    return row is not None


async def export_given_up(
    connection: Any, claimed: Claimed, problem: str, push_kinds: Collection[str], subject: str = ""
) -> list[FeedRow]:
    """Says that it could not be made, and tells the asker; nothing when it is no longer ours.

    In a transaction; announce the answer after its commit. `problem` is a code, never a text that
    somebody wrote.
    """
    await locked_units_of(connection, [claimed.asked_by])
    if await asked_one(connection, GIVE_UP, claimed.id, claimed.attempt, problem) is None:
        return []
    await asked(connection, REMOVE_PIECES, [claimed.id])
    word = Word(
        "export_failed",
        f"export_failed:{claimed.id}",
        claimed.asked_by,
        about_id=claimed.id,
        subject=subject,
    )
    return await told(connection, [word], push_kinds)


async def exports_abandoned(connection: Any) -> list[Claimed]:
    """Those whose last maker died: nobody will claim them again."""
    return [_claimed(row) for row in await asked(connection, ABANDONED, MOST_ATTEMPTS)]


async def exports_swept(connection: Any, limit: int) -> int:
    """Takes away the files that were kept for their days; how many. In a transaction."""
    ids = [row["id"] for row in await asked(connection, SWEEP, limit)]
    if ids:
        await asked(connection, REMOVE_PIECES, ids)
    return len(ids)


def _claimed(row: Row) -> Claimed:
    return Claimed(
        row["id"],
        row["asked_by"],
        row["kind"],
        row["employee_id"],
        row["unit_id"],
        row["period"],
        row["format"],
        row["language"],
        row["attempts"],
        row["made_at"],
    )
