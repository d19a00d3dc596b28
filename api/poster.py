"""The poster of a service point: one sheet for the counter, with the code that citizens scan.

Invariant: the QR code holds the address that stands under it in letters, and nothing else, so
nobody scans what they cannot read.
"""

import asyncio
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.dependencies import Caller, Database
from api.papers.typesetting import pdf
from api.services import keeps, root_of
from models.queries.asking import Row
from models.queries.services import point_row

router = APIRouter(tags=["services"])

SENTENCES: Final = (
    "Pindai dengan kamera ponsel: sembilan pertanyaan, tanpa nama.",
    "Scan with your phone's camera: nine questions, no name.",
)
CODE_NEEDED: Final = (
    "Mintalah kode kunjungan kepada petugas.",
    "Please ask the staff for a visit code.",
)


@router.get(
    "/v1/service-points/{point_id}/poster.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "One A4 page."}},
)
async def poster(point_id: UUID, caller: Caller, database: Database, request: Request) -> Response:
    """The poster to print: A4, with the QR code of this point's survey."""
    point = keeps(caller.person, await point_row(database, point_id))
    printed = await asyncio.to_thread(poster_pdf, point, root_of(request))
    headers = {"content-disposition": f'inline; filename="poster-{point["code"]}.pdf"'}
    return Response(printed, media_type="application/pdf", headers=headers)


def poster_pdf(point: Row, root: str) -> bytes:
    """The poster of a point (a row of `point_row`); `root`: where citizens reach us."""
    data = poster_data(point, root)
    return pdf("poster", data, qr=data["address"])


def poster_data(point: Row, root: str) -> dict[str, Any]:
    """What the form of a poster shows."""
    sentences = [*SENTENCES, *(CODE_NEEDED if point["asks_visit_code"] else ())]
    return {
        "language": "id",
        "title": "Bagaimana layanan kami?",
        "city": point["city_name"] if point["city_name"] != point["unit_name"] else "",
        "unit": point["unit_name"],
        "service": point["service_name"],
        "point": point["name"],
        "sentences": sentences,
        "address": f"{root}/s/{point['code']}",
    }
