"""Uploads as they come in, and photos as they are read.

Invariants: a person finds their own attachments, or those beside a report that they may read, and
no other; an upload's length and its chunk are written together; one caller at a time finishes it,
and whoever has lost that claim (`claimed_until`, as it was when it was taken) changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import QuotaSpent
from models.rules.uploads import DAY_S, UploadLimits
from models.tables.columns import new_id

CLAIM_S: Final = 60.0  # longer than any photo takes to decode

COLUMNS: Final = """
    a.id, a.employee_id, a.sha256, a.state, a.size_bytes, a.received_bytes, a.media_type, a.width,
    a.height, a.problem, a.made_at, a.claimed_until
"""

# One at a time for each person, so that two requests at once do not pass the quota together.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('attachment ' || $1::text, 0))"

MINE = f"SELECT {COLUMNS} FROM attachment a WHERE a.employee_id = $1 AND a.sha256 = $2"

BESIDE = f"""
    SELECT {COLUMNS}
      FROM report_evidence e
      JOIN report r ON r.id = e.report_id
      JOIN attachment a ON a.employee_id = r.employee_id AND a.sha256 = $2
     WHERE e.report_id = $1 AND e.reference = encode($2, 'hex') LIMIT 1
"""

ALL_MINE = """
    SELECT a.id, a.sha256 FROM attachment a
     WHERE a.employee_id = $1 AND a.state = 'ready' ORDER BY a.made_at DESC, a.id
"""

SPENT = """
    SELECT count(*)::int AS files, coalesce(sum(a.size_bytes), 0)::bigint AS bytes
      FROM attachment a
     WHERE a.employee_id = $1 AND a.made_at > statement_timestamp() - make_interval(secs => $2)
"""

BEGIN = f"""
    INSERT INTO attachment AS a (id, employee_id, sha256, size_bytes) VALUES ($1, $2, $3, $4)
    RETURNING {COLUMNS}
"""

GROW = """
    WITH grown AS (
        UPDATE attachment SET received_bytes = $2 + $3, touched_at = statement_timestamp()
         WHERE id = $1 AND state = 'uploading' AND received_bytes = $2
        RETURNING id
    )
    INSERT INTO attachment_chunk (attachment_id, begins_at, size_bytes, sha256)
    SELECT id, $2, $3, $4 FROM grown RETURNING begins_at
"""

CLAIM = f"""
    UPDATE attachment a SET claimed_until = statement_timestamp() + make_interval(secs => $2),
           touched_at = statement_timestamp()
     WHERE a.id = $1 AND a.state = 'uploading' AND a.received_bytes = a.size_bytes
       AND (a.claimed_until IS NULL OR a.claimed_until < statement_timestamp())
    RETURNING {COLUMNS}
"""

CHUNKS = """
    SELECT c.begins_at, c.size_bytes, c.sha256 FROM attachment_chunk c
     WHERE c.attachment_id = $1 ORDER BY c.begins_at
"""
FORGET_CHUNKS = "DELETE FROM attachment_chunk WHERE attachment_id = $1"
READY = """
    UPDATE attachment SET state = 'ready', media_type = $2, width = $3, height = $4,
           claimed_until = NULL, touched_at = statement_timestamp()
     WHERE id = $1 AND state = 'uploading' AND claimed_until = $5 RETURNING id
"""
REFUSE = """
    UPDATE attachment SET state = 'refused', problem = $2, claimed_until = NULL,
           touched_at = statement_timestamp()
     WHERE id = $1 AND state = 'uploading' AND claimed_until = $3 RETURNING id
"""
BEGIN_ANEW = """
    UPDATE attachment SET received_bytes = 0, claimed_until = NULL,
           touched_at = statement_timestamp()
     WHERE id = $1 AND state = 'uploading' AND claimed_until = $2 RETURNING id
"""
LET_GO = """
    UPDATE attachment SET claimed_until = NULL
     WHERE id = $1 AND state = 'uploading' AND claimed_until = $2
"""
LOSE = """
    UPDATE attachment SET state = 'uploading', received_bytes = 0,
           touched_at = statement_timestamp()
     WHERE id = $1 AND state = 'ready' RETURNING id
"""

# Uploads and refusals that nobody came back to, and photos that no report refers to.
ABANDON = """
    UPDATE attachment a SET state = 'abandoned' FROM (
        SELECT o.id FROM attachment o
         WHERE o.touched_at < statement_timestamp() - make_interval(days => $1)
           AND (o.state IN ('uploading', 'refused', 'abandoned')
                OR (o.state = 'ready'
                    AND o.touched_at < statement_timestamp() - make_interval(days => $2)
                    AND NOT EXISTS (
                        SELECT FROM report_evidence e JOIN report r ON r.id = e.report_id
                         WHERE e.reference = encode(o.sha256, 'hex')
                           AND r.employee_id = o.employee_id)))
         ORDER BY o.touched_at LIMIT $3 FOR UPDATE OF o SKIP LOCKED) old
     WHERE a.id = old.id RETURNING a.id
"""
LEFT_OVER = """
    SELECT DISTINCT c.attachment_id
      FROM attachment_chunk c JOIN attachment a ON a.id = c.attachment_id
     WHERE a.state IN ('ready', 'refused')
       AND a.touched_at < statement_timestamp() - interval '1 hour'
     LIMIT $1
"""
REMOVE = "DELETE FROM attachment WHERE id = $1 AND state = 'abandoned'"


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo as it is kept. Width and height are in pixels."""

    media_type: str
    width: int
    height: int


async def my_attachment(connection: Any, employee_id: UUID, sha256: bytes) -> Row | None:
    """Somebody's own attachment of this digest; None: they have sent none."""
    return await asked_one(connection, MINE, employee_id, sha256)


async def my_photos(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """Everything finished of somebody's own, id and sha256, newest first."""
    return await asked(connection, ALL_MINE, employee_id)


async def attachment_beside(connection: Any, report_id: UUID, sha256: bytes) -> Row | None:
    """The reporter's attachment, if the report refers to it."""
    return await asked_one(connection, BESIDE, report_id, sha256)


async def attachment_begun(
    connection: Any, employee_id: UUID, sha256: bytes, size_bytes: int, limits: UploadLimits
) -> Row:
    """Somebody's attachment of this digest, made if there is none. In a transaction.

    Raises QuotaSpent when this one would be too much for a day.
    """
    await asked(connection, ONE_AT_A_TIME, str(employee_id))
    known = await my_attachment(connection, employee_id, sha256)
    if known is not None:
        return known
    spent = await asked_one(connection, SPENT, employee_id, float(DAY_S))
    assert spent is not None, "a count always answers"
    if spent["files"] >= limits.day_files or spent["bytes"] + size_bytes > limits.day_bytes:
        raise QuotaSpent(retry_after_s=DAY_S // 24)
    begun = await asked_one(connection, BEGIN, new_id(), employee_id, sha256, size_bytes)
    assert begun is not None, "an insert answers with its row"
    return begun


async def chunk_taken(
    connection: Any, attachment_id: UUID, begins_at: int, size_bytes: int, sha256: bytes
) -> bool:
    """Moves an upload on by a chunk that lies in the storage; False: it stands elsewhere now."""
    taken = await asked_one(connection, GROW, attachment_id, begins_at, size_bytes, sha256)
    return taken is not None


async def finishing_claimed(connection: Any, attachment_id: UUID) -> Row | None:
    """The attachment, all there and now ours to finish; None: another's, or done."""
    return await asked_one(connection, CLAIM, attachment_id, CLAIM_S)


async def chunks_in_order(connection: Any, attachment_id: UUID) -> Sequence[Row]:
    """The chunks of an upload: begins_at, size_bytes, sha256."""
    return await asked(connection, CHUNKS, attachment_id)


async def finished(connection: Any, claimed: Row, kept: Kept) -> bool:
    """The photo lies in the storage and can be read; its chunks are not needed any more.

    False, here and below: the claim was lost, and nothing was changed.
    """
    about = (kept.media_type, kept.width, kept.height, claimed["claimed_until"])
    return await asked_one(connection, READY, claimed["id"], *about) is not None


async def refused(connection: Any, claimed: Row, problem: str) -> bool:
    """It is no photo that we take, and the same bytes never will be."""
    row = await asked_one(connection, REFUSE, claimed["id"], problem, claimed["claimed_until"])
    return row is not None


async def begun_anew(connection: Any, claimed: Row) -> bool:
    """What came was something else: the upload stands at its beginning again. In a transaction.

    Its chunks are gone from the storage already: the first one of the next attempt may follow.
    """
    row = await asked_one(connection, BEGIN_ANEW, claimed["id"], claimed["claimed_until"])
    if row is None:
        return False
    await asked(connection, FORGET_CHUNKS, claimed["id"])
    return True


async def chunks_forgotten(connection: Any, attachment_id: UUID) -> None:
    """The chunks of an upload that is over are gone from the storage."""
    await asked(connection, FORGET_CHUNKS, attachment_id)


async def let_go(connection: Any, claimed: Row) -> None:
    """Finishing failed for a reason of ours; anybody may try again at once."""
    await asked(connection, LET_GO, claimed["id"], claimed["claimed_until"])


async def lost(connection: Any, attachment_id: UUID) -> None:
    """A finished photo is gone from the storage, and its sender has it still: it comes anew."""
    if await asked_one(connection, LOSE, attachment_id) is not None:
        await asked(connection, FORGET_CHUNKS, attachment_id)


async def abandoned(connection: Any, limits: UploadLimits, limit: int) -> list[UUID]:
    """Marks what is to be removed, at most `limit`; their bytes go first, then `removed`.

    Who was marked and not removed, since the process ended, is found again.
    """
    days = (limits.abandoned_days, limits.unused_days)
    return [row["id"] for row in await asked(connection, ABANDON, *days, limit)]


async def left_over(connection: Any, limit: int) -> list[UUID]:
    """Uploads that are over and whose chunks wait still, since the process or the store ended."""
    return [row["attachment_id"] for row in await asked(connection, LEFT_OVER, limit)]


async def removed(connection: Any, attachment_id: UUID) -> None:
    """Takes an abandoned attachment's row away, after its bytes. In a transaction."""
    await asked(connection, FORGET_CHUNKS, attachment_id)
    await asked(connection, REMOVE, attachment_id)
