"""Evidence beside a report: links, and the digests of photos and documents.

Invariants: a report's evidence is replaced as a whole, until it is approved; from then on nothing
is taken away or changed, and only photos come behind the rest, since a text never waits for its
photos and is often approved before they arrive. `made_at` says when each piece came.
`report.evidence` is how many there are, and the day is counted anew, in the same transaction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.rolling import due_again
from models.rules.refusals import ReportNotOpen, UnknownReport

OPEN = """
    SELECT r.status, r.employee_id, (r.activity_at AT TIME ZONE u.zone)::date AS on_day
      FROM report r JOIN unit u ON u.id = r.unit_id WHERE r.id = $1 FOR NO KEY UPDATE OF r
"""
COUNT = "UPDATE report SET evidence = $2 WHERE id = $1"
KNOWN = "SELECT kind, reference FROM report_evidence WHERE report_id = $1 ORDER BY number"
FORGET = "DELETE FROM report_evidence WHERE report_id = $1"
WRITE = """
    INSERT INTO report_evidence (report_id, number, kind, reference)
    SELECT $1, n.number + $4::int, n.kind, n.reference
      FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS n(kind, reference, number)
"""
READ = """
    SELECT e.kind, e.reference, e.made_at, a.id IS NOT NULL AS held
      FROM report_evidence e
      JOIN report r ON r.id = e.report_id
      LEFT JOIN attachment a ON a.employee_id = r.employee_id AND a.state = 'ready'
           AND a.sha256 = CASE WHEN e.reference ~ '^[0-9a-f]{64}$'
                               THEN decode(e.reference, 'hex') END
     WHERE e.report_id = $1 ORDER BY e.number
"""

_PHOTO = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece. `kind`: photo, document or link; `reference`: an address, or a digest in hex."""

    kind: str
    reference: str


async def evidence_set(connection: Any, report_id: UUID, evidence: Sequence[Evidence]) -> None:
    """Replaces the evidence of a report; what stays in its place keeps the time when it came.

    In a transaction. Raises UnknownReport; ReportNotOpen once it is withdrawn, or once it is
    approved for all but photos that come behind what was there.
    """
    row = await asked_one(connection, OPEN, report_id)
    if row is None:
        raise UnknownReport
    known = [
        Evidence(each["kind"], each["reference"])
        for each in await asked(connection, KNOWN, report_id)
    ]
    goes_on = list(evidence[: len(known)]) == known
    added = list(evidence[len(known) :]) if goes_on else list(evidence)
    if row["status"] == "withdrawn" or (
        row["status"] == "approved" and not (goes_on and all(map(_is_photo, added)))
    ):
        raise ReportNotOpen
    if not goes_on:
        await asked(connection, FORGET, report_id)
    kinds, references = [each.kind for each in added], [each.reference for each in added]
    before = len(evidence) - len(added)
    await asked(connection, WRITE, report_id, kinds, references, before)
    await asked(connection, COUNT, report_id, len(evidence))
    await due_again(connection, [(row["employee_id"], row["on_day"])])


def _is_photo(piece: Evidence) -> bool:
    return piece.kind == "photo" and _PHOTO.fullmatch(piece.reference) is not None


async def evidence_of(connection: Any, report_id: UUID) -> Sequence[Row]:
    """The pieces of one report: kind, reference, made_at, in their order; `held`: the photo of this
    digest has been uploaded."""
    return await asked(connection, READ, report_id)
