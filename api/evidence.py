"""The evidence beside a report: put there by its reporter; once it is approved, photos only come.

Invariant: files themselves are not kept here; a digest says which file was meant. Photos are sent
and read by `attachments.py`, before or after.
"""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database
from api.rights import require_report
from mobile_contract.quality import EvidenceChange, EvidenceView
from models.queries.audit import Change, audited, viewed
from models.queries.evidence import Evidence, evidence_of, evidence_set
from models.rules.access import Action

router = APIRouter(tags=["reports"])


@router.get("/v1/reports/{report_id}/evidence")
async def evidence(report_id: UUID, caller: Caller, database: Database) -> list[EvidenceView]:
    """What lies beside a report of mine, or of somebody whose work I may see."""
    subject = await require_report(database, caller.person, Action.READ_REPORT, report_id)
    my_id = caller.person.employee_id
    await viewed(database, my_id, "report", employee_ids=[subject.employee_id])
    return [EvidenceView(**row) for row in await evidence_of(database, report_id)]


@router.put("/v1/reports/{report_id}/evidence")
async def set_evidence(
    report_id: UUID, body: EvidenceChange, caller: Caller, database: Database
) -> list[EvidenceView]:
    """Replaces what lies beside a report of mine, until it is approved.

    A text never waits for its photos: to an approved report photos are still added, by what lies
    there already followed by them; everything else is refused with `report_not_open`.
    """
    await require_report(database, caller.person, Action.ADD_EVIDENCE, report_id)
    pieces = [Evidence(piece.kind, piece.reference) for piece in body.evidence]
    await evidence_set(database, report_id, pieces)
    my_id = caller.person.employee_id
    details = {"report_id": report_id, "pieces": len(pieces)}
    await audited(database, my_id, Change("evidence_set", employee_id=my_id, details=details))
    return [EvidenceView(**row) for row in await evidence_of(database, report_id)]
