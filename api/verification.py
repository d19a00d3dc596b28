"""Whether a document is ours: open to everybody who holds a paper with a code.

Invariants: an answer names nobody in full; an unknown code and one that was never printed sound the
same; looks are counted by address, though a code of 60 random bits is not guessed.
"""

from collections.abc import Mapping
from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from api.dependencies import Database, TheParts
from api.survey_html import PAGE_POLICY
from api.survey_limits import address_of
from mobile_contract.exports import MAX_DOCUMENT_CODE_CHARACTERS, VerifiedDocument
from mobile_contract.problems import Language
from models.queries.documents import Issued, issued_under
from models.rules.documents import DocumentKind, masked, shown
from models.rules.refusals import NotFound

router = APIRouter(tags=["verification"])

DocumentCode = Annotated[
    str, Path(max_length=MAX_DOCUMENT_CODE_CHARACTERS, examples=["7K2M-9QXA-3D4EF"])
]

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "id": {
        "title": "Pemeriksaan dokumen",
        "yes": "Dokumen ini diterbitkan oleh layanan ini.",
        "no": "Tidak ada dokumen dengan kode ini. Periksa kembali kode pada kertas.",
        "code": "Kode",
        "kind": "Jenis",
        "period": "Periode",
        "holder": "Atas nama",
        "unit": "Unit",
        "issued": "Diterbitkan",
        "hash": "SHA-256 berkas",
        "person_recap": "Dokumen kinerja",
        "unit_recap": "Rekapitulasi unit",
        "unit_documents": "Kumpulan dokumen kinerja",
        "national": "Data untuk sistem nasional",
        "my_data": "Data pribadi",
    },
    "en": {
        "title": "Check of a document",
        "yes": "This service issued this document.",
        "no": "There is no document with this code. Please compare it with the paper again.",
        "code": "Code",
        "kind": "Kind",
        "period": "Period",
        "holder": "In the name of",
        "unit": "Unit",
        "issued": "Issued",
        "hash": "SHA-256 of the file",
        "person_recap": "Performance document",
        "unit_recap": "Recap of a unit",
        "unit_documents": "Performance documents of a unit",
        "national": "Data for a national system",
        "my_data": "Personal data",
    },
}


@router.get("/v1/verify/{code}")
async def verify(
    code: DocumentCode, request: Request, database: Database, parts: TheParts
) -> VerifiedDocument:
    """What was issued under a code. `not_found`: nothing, so the paper is not ours."""
    await parts.survey.looked(address_of(request))
    issued = await issued_under(database, code)
    if issued is None:
        raise NotFound
    return VerifiedDocument(
        code=shown(issued.code),
        kind=DocumentKind(issued.kind),
        period=issued.period,
        holder=_holder(issued),
        unit=issued.unit_name,
        issued_at=issued.issued_at,
        sha256=issued.sha256.hex(),
    )


@router.get("/verify/{code}", response_class=HTMLResponse, include_in_schema=False)
async def verify_page(
    code: DocumentCode,
    request: Request,
    database: Database,
    parts: TheParts,
    lang: Annotated[Language, Query()] = "id",
) -> HTMLResponse:
    """The same as a page, where the QR code of a document leads."""
    await parts.survey.looked(address_of(request))
    issued = await issued_under(database, code)
    return HTMLResponse(
        page(issued, lang),
        status_code=200 if issued else 404,
        headers={"content-security-policy": PAGE_POLICY, "cache-control": "no-store"},
    )


def page(issued: Issued | None, language: Language) -> str:
    """What somebody sees who scanned a document's code; None: there is no such document."""
    words = _WORDS[language]
    if issued is None:
        body = f"<p>{words['no']}</p>"
    else:
        facts = {
            "code": shown(issued.code),
            "kind": words[issued.kind],
            "period": issued.period or "–",
            "holder": _holder(issued),
            "unit": issued.unit_name,
            "issued": f"{issued.issued_at:%Y-%m-%d %H:%M} UTC",
            "hash": issued.sha256.hex(),
        }
        rows = "".join(
            f"<dt>{words[name]}</dt><dd>{escape(value)}</dd>" for name, value in facts.items()
        )
        body = f"<p>{words['yes']}</p><dl>{rows}</dl>"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{words["title"]}</title><link rel="stylesheet" href="/s/style.css"></head>'
        f"<body><main><h1>{words['title']}</h1>{body}</main></body></html>"
    )


def _holder(issued: Issued) -> str:
    return masked(issued.holder) if issued.of_person else issued.holder
