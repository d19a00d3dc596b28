"""My data: everything that the service keeps about me, as one file.

Invariant: people ask for their own only. It is made in the background like every export, and says
as well who looked at it all.
"""

from fastapi import APIRouter

from api.dependencies import Caller, Database
from api.exports import export_view
from mobile_contract.data import NewDataExport
from mobile_contract.exports import ExportView
from models.queries.exports import Wish, export_asked, export_row
from models.rules.documents import DocumentFormat, DocumentKind
from models.rules.refusals import NotFound

router = APIRouter(tags=["exports"])


@router.post("/v1/me/data-exports", status_code=202)
async def ask(body: NewDataExport, caller: Caller, database: Database) -> ExportView:
    """Asks for a zip of everything about me; a notice says when it is there."""
    me = caller.person.employee_id
    wish = Wish(
        body.id,
        DocumentKind.MY_DATA,
        employee_id=me,
        format=DocumentFormat.ZIP,
        language=body.language,
    )
    await export_asked(database, me, wish)
    row = await export_row(database, body.id, me)
    if row is None:
        raise NotFound
    return export_view(row)
