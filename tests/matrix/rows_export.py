"""The rows of exports and of the check of documents, and how each is asked."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from tests.matrix.calls import Call, delete, get, post
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.things_export import code_of
from tests.matrix.who import EVERYBODY, HEADS, HR, READERS, REST

ROWS = (
    row("POST /v1/exports", yes=READERS, not_allowed=REST),
    row("POST /v1/exports (of a unit)", yes=f"{HEADS} beside {HR}", not_allowed=REST),
    row("POST /v1/exports (for a national system)", yes=HR, not_allowed=REST),
    row("GET /v1/exports", yes=REST),
    row("GET /v1/exports/{export_id}", yes="self", not_found=REST),
    row("GET /v1/exports/{export_id}/file", yes="self", not_found=REST),
    row("DELETE /v1/exports/{export_id}", yes="self", not_found=REST),
    row("GET /v1/verify/{code}", yes=EVERYBODY),
    row("GET /verify/{code}", yes=EVERYBODY),
)


def _asked(kind: str, **about: str) -> Call:
    return post("/v1/exports", id=str(uuid4()), kind=kind, period="2026-Q3", **about)


CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "POST /v1/exports": lambda s: _asked("person_recap", employee_id=s["person"]),
    "POST /v1/exports (of a unit)": lambda s: _asked("unit_recap", unit_id=s["unit"]),
    "POST /v1/exports (for a national system)": lambda s: _asked(
        "national", unit_id=s["unit"], format="csv"
    ),
    "GET /v1/exports": lambda s: get("/v1/exports"),
    "GET /v1/exports/{export_id}": lambda s: get(f"/v1/exports/{s['export']}"),
    "GET /v1/exports/{export_id}/file": lambda s: get(f"/v1/exports/{s['export']}/file"),
    "DELETE /v1/exports/{export_id}": lambda s: delete(f"/v1/exports/{s['unwanted_export']}"),
    "GET /v1/verify/{code}": lambda s: get(f"/v1/verify/{code_of(s.mark)}"),
    "GET /verify/{code}": lambda s: get(f"/verify/{code_of(s.mark)}"),
}
