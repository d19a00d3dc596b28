"""The rows of roll-ups, quality and evidence, and how each is asked."""

from collections.abc import Callable, Mapping

from tests.matrix.calls import Call, get, put
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.things_standing import COUNTED_IN
from tests.matrix.who import HEADS, HR, LINE, READERS, REST

# Whoever heads a unit sees it as a whole, also what another head of the same unit reported.
ROWS = (
    row(
        "GET /v1/units/{unit_id}/rollup",
        yes=f"{HEADS} beside {HR}",
        not_allowed=REST,
        shows="goal desk",
        traced=True,
    ),
    row("GET /v1/me/quality", yes=REST),
    row("GET /v1/people/{person_id}/quality", yes=READERS, not_allowed=REST, traced=True),
    row(
        "GET /v1/reports/{report_id}/evidence",
        yes=f"{READERS} then",
        unknown_report=REST,
        shows="note",
        traced=True,
    ),
    row(
        "PUT /v1/reports/{report_id}/evidence",
        yes="self",
        not_allowed=f"{LINE} then {HR}",
        unknown_report=REST,
    ),
)

CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "GET /v1/units/{unit_id}/rollup": lambda s: get(
        f"/v1/units/{s['unit']}/rollup", period=COUNTED_IN
    ),
    "GET /v1/me/quality": lambda s: get("/v1/me/quality", period=COUNTED_IN),
    "GET /v1/people/{person_id}/quality": lambda s: get(
        f"/v1/people/{s['person']}/quality", period=COUNTED_IN
    ),
    "GET /v1/reports/{report_id}/evidence": lambda s: get(f"/v1/reports/{s['report']}/evidence"),
    "PUT /v1/reports/{report_id}/evidence": lambda s: put(
        f"/v1/reports/{s['report']}/evidence",
        evidence=[{"kind": "link", "reference": "https://contoh.go.id/berkas"}],
    ),
}
