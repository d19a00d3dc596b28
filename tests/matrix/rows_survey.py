"""The rows of services, the public's verdict and its index, and how each is asked."""

from collections.abc import Callable, Mapping
from uuid import uuid4

import httpx

from models.rules.satisfaction import ELEMENTS
from tests.matrix.calls import Call, get, patch, post
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.who import EVERYBODY, HEADS, HR, KEEPERS, REST

THEIR_HEADS = f"{HEADS} beside"
"""Who head the subject's unit or one above, whoever decides there."""

READERS_OF_VERDICTS = f"{THEIR_HEADS} {HR}"

SERVICES = (
    row(
        "GET /v1/units/{unit_id}/services",
        yes=f"{READERS_OF_VERDICTS} administrator",
        not_allowed=REST,
    ),
    row("POST /v1/units/{unit_id}/services", yes=KEEPERS, not_allowed=REST),
    row("PATCH /v1/services/{service_id}", yes=KEEPERS, not_allowed=REST),
    row("POST /v1/services/{service_id}/points", yes=KEEPERS, not_allowed=REST),
    row("PATCH /v1/service-points/{point_id}", yes=KEEPERS, not_allowed=REST),
    row("POST /v1/service-points/{point_id}/visit-codes", yes=KEEPERS, not_allowed=REST),
    row("GET /v1/service-points/{point_id}/poster.pdf", yes=KEEPERS, not_allowed=REST),
)

VERDICTS = (
    row(
        "GET /v1/units/{unit_id}/verdicts",
        yes=READERS_OF_VERDICTS,
        not_allowed=REST,
        shows="word",
        traced=True,
    ),
    row(
        "POST /v1/verdicts/{verdict_id}/reply",
        yes=READERS_OF_VERDICTS,
        not_found=REST,
        shows="word",
    ),
    row(
        "POST /v1/verdicts/{verdict_id}/hiding",
        yes=KEEPERS,
        not_allowed=THEIR_HEADS,
        not_found=REST,
    ),
    row(
        "GET /v1/units/{unit_id}/satisfaction",
        yes=READERS_OF_VERDICTS,
        not_allowed=REST,
        traced=True,
    ),
    row(
        "GET /v1/services/{service_id}/satisfaction",
        yes=READERS_OF_VERDICTS,
        not_allowed=REST,
        traced=True,
    ),
)

OPEN = (
    row("GET /v1/survey/{code}", yes=EVERYBODY),
    row("POST /v1/survey/{code}", yes=EVERYBODY),
    row("GET /v1/verdicts/{receipt}", yes=EVERYBODY),
    row("GET /s/style.css", yes=EVERYBODY),
    row("GET /s/{code}", yes=EVERYBODY),
    row("POST /s/{code}", yes=EVERYBODY),
    row("GET /s/verdicts/{receipt}", yes=EVERYBODY),
)

ROWS = (*SERVICES, *VERDICTS, *OPEN)


def code_of(subject: Subject) -> str:
    """The code of the subject's service point (things_survey.py)."""
    return subject.mark[:8].upper()


def a_page(answer: httpx.Response) -> None:
    """Whatever is wrong with a form is said on the form itself: that is an answer."""
    assert answer.headers["content-type"].startswith("text/html"), answer.text


CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "GET /v1/units/{unit_id}/services": lambda s: get(f"/v1/units/{s['unit']}/services"),
    "POST /v1/units/{unit_id}/services": lambda s: post(
        f"/v1/units/{s['unit']}/services", name=f"Layanan {uuid4()}"
    ),
    "PATCH /v1/services/{service_id}": lambda s: patch(
        f"/v1/services/{s['service']}", yearly_users=900
    ),
    "POST /v1/services/{service_id}/points": lambda s: post(
        f"/v1/services/{s['service']}/points", name="Loket 2"
    ),
    "PATCH /v1/service-points/{point_id}": lambda s: patch(
        f"/v1/service-points/{s['point']}", name="Loket utama"
    ),
    "POST /v1/service-points/{point_id}/visit-codes": lambda s: post(
        f"/v1/service-points/{s['point']}/visit-codes", count=2, days=7
    ),
    "GET /v1/service-points/{point_id}/poster.pdf": lambda s: get(
        f"/v1/service-points/{s['point']}/poster.pdf"
    ),
    "GET /v1/units/{unit_id}/verdicts": lambda s: get(f"/v1/units/{s['unit']}/verdicts", limit=200),
    "POST /v1/verdicts/{verdict_id}/reply": lambda s: post(
        f"/v1/verdicts/{s['verdict']}/reply", reply="Terima kasih"
    ),
    "POST /v1/verdicts/{verdict_id}/hiding": lambda s: post(
        f"/v1/verdicts/{s['verdict']}/hiding", reason="Menyebut nama"
    ),
    "GET /v1/units/{unit_id}/satisfaction": lambda s: get(f"/v1/units/{s['unit']}/satisfaction"),
    "GET /v1/services/{service_id}/satisfaction": lambda s: get(
        f"/v1/services/{s['service']}/satisfaction"
    ),
    "GET /v1/survey/{code}": lambda s: get(f"/v1/survey/{code_of(s)}"),
    "POST /v1/survey/{code}": lambda s: post(
        f"/v1/survey/{code_of(s)}",
        id=str(uuid4()),
        answers={element.value: 4 for element in ELEMENTS},
    ),
    "GET /v1/verdicts/{receipt}": lambda s: get(f"/v1/verdicts/{s['verdict']}"),
    "GET /s/style.css": lambda s: get("/s/style.css"),
    "GET /s/{code}": lambda s: get(f"/s/{code_of(s)}"),
    "POST /s/{code}": lambda s: Call("POST", f"/s/{code_of(s)}", code_of=a_page),
    "GET /s/verdicts/{receipt}": lambda s: get(f"/s/verdicts/{s['verdict']}"),
}
