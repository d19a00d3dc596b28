"""Everything that the service keeps about one person, file by file, for that person's own export.

Source: domain.md, "Personal data": export of one's data. Invariant: every column that points to a
person is named, by a file of `my_data_files` or here as left out with its reason; a test compares
both with the tables, so that nobody forgets a new one.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from models.queries.asking import Row, asked, decoded
from models.queries.audit import who_saw
from models.queries.my_data_files import FILES

VIEWS: Final = "who_looked_at_me.json"
"""The file that `who_saw` fills, with views of whole units."""

_BY_OFFICE: Final = "done by office to others: `what_i_did.json` names it without them"
_DERIVED: Final = "counted from reports, which are all there"
EXEMPT: Final[Mapping[str, str]] = {
    "agreement.agreed_by": _BY_OFFICE,
    "agreement.made_by": _BY_OFFICE,
    "agreement_change.by": _BY_OFFICE,
    "announcement.made_by": _BY_OFFICE,
    "appraisal.decided_by": _BY_OFFICE,
    "appraisal_step.by": _BY_OFFICE,
    "attendance.marked_by": _BY_OFFICE,
    "export.employee_id": "asked by others: `who_looked_at_me.json` names it",
    "feedback.author_id": "words to others: they are in the export of those who heard them",
    "feedback_request.asked_id": "questions of others: they are in the export of who asked",
    "help_offer.offered_by": _BY_OFFICE,
    "issued_document.issued_by": _BY_OFFICE,
    "mentorship.made_by": _BY_OFFICE,
    "mentorship.mentor_id": "whom one mentors is the data of the mentored",
    "notice.employee_id": "a notice to somebody else: it is in the export of who read it",
    "notice_policy.set_by": _BY_OFFICE,
    "nudge.employee_id": "when to look next, an instant that nobody sees",
    "objection.decided_by": _BY_OFFICE,
    "outage.recorded_by": _BY_OFFICE,
    "person_day.employee_id": _DERIVED,
    "personal_assignment.supervisor_id": "whom one supervises is the data of the supervised",
    "report.decided_by": _BY_OFFICE,
    "role_grant.granted_by": _BY_OFFICE,
    "rollup_due.employee_id": _DERIVED,
    "target.made_by": _BY_OFFICE,
    "target_change.by": _BY_OFFICE,
    "target_proposal.decided_by": _BY_OFFICE,
    "training.made_by": _BY_OFFICE,
    "unit_predicate.set_by": _BY_OFFICE,
    "verdict.replied_by": _BY_OFFICE,
}
"""Columns that point to a person and fill no file, each with why."""


async def everything_about(
    connection: Any, employee_id: UUID
) -> AsyncIterator[tuple[str, Sequence[Row]]]:
    """The name of each file and its rows, an empty one too, so that nothing looks forgotten.

    One file at a time is held: what a person reported in ten years is some megabytes.
    """
    for file in FILES:
        rows = await asked(connection, file.statement, employee_id)
        yield file.name, [_shown(row, file.structured) for row in rows]
    looks = await who_saw(connection, employee_id)
    yield VIEWS, [look.shown() for look in looks]


def _shown(row: Row, structured: tuple[str, ...]) -> Row:
    return {**row} | {name: decoded(row[name]) for name in structured}
