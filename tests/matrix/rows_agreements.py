"""The rows of agreements, proposals and rollover, and how each is asked for."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from tests.matrix.calls import Body, Call, get, post, put
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.things_agreements import FREE_YEAR
from tests.matrix.who import DECIDERS, HR, LINE, NOT_DECIDING, READERS, REST

WRITERS = f"self {DECIDERS} {HR}"
"""Who may draft and propose an agreement of the subject."""

NOT_AGREEING = f"self {NOT_DECIDING} {HR}"
"""Who see an agreement and do not decide on it."""

AGREEMENTS = (
    row("GET /v1/me/agreements", yes="self", nothing=REST, shows="name goal"),
    row(
        "GET /v1/people/{person_id}/agreements",
        yes=READERS,
        not_allowed=REST,
        shows="name goal",
        traced=True,
    ),
    row("GET /v1/agreements", yes=DECIDERS, nothing=REST, shows="name goal", traced=True),
    row(
        "GET /v1/agreements/{agreement_id}",
        yes=READERS,
        not_found=REST,
        shows="name goal",
        traced=True,
    ),
    row(
        "GET /v1/agreements/{agreement_id}/changes",
        yes=READERS,
        not_found=REST,
        shows="cause",
        traced=True,
    ),
    row(
        "GET /v1/agreements/{agreement_id}/superior-results",
        yes=WRITERS,
        not_allowed=NOT_DECIDING,
        not_found=REST,
    ),
    row("POST /v1/agreements", yes=WRITERS, not_allowed=REST, shows="name goal"),
    row(
        "PUT /v1/agreements/{agreement_id}/results",
        yes=WRITERS,
        not_allowed=NOT_DECIDING,
        not_found=REST,
        shows="name goal",
    ),
    row(
        "PUT /v1/agreements/{agreement_id}/results (of what is agreed)",
        yes=DECIDERS,
        not_allowed=NOT_AGREEING,
        not_found=REST,
        shows="name goal",
    ),
    row(
        "POST /v1/agreements/{agreement_id}/proposal",
        yes=WRITERS,
        not_allowed=NOT_DECIDING,
        not_found=REST,
        shows="name goal",
    ),
    row(
        "POST /v1/agreements/{agreement_id}/agreement",
        yes=DECIDERS,
        not_allowed=NOT_AGREEING,
        not_found=REST,
        shows="name goal",
    ),
    row(
        "POST /v1/agreements/{agreement_id}/return",
        yes=DECIDERS,
        not_allowed=NOT_AGREEING,
        not_found=REST,
        shows="name goal",
    ),
)

PROPOSALS = (
    row(
        "POST /v1/target-proposals",
        yes="self",
        not_allowed=f"{LINE} {HR}",
        not_found=REST,
        shows="name",
    ),
    row("GET /v1/target-proposals", yes=DECIDERS, nothing=REST, shows="name goal", traced=True),
    row(
        "GET /v1/people/{person_id}/target-proposals",
        yes=READERS,
        not_allowed=REST,
        shows="name goal",
        traced=True,
    ),
    row(
        "POST /v1/target-proposals/{proposal_id}/decision",
        yes=DECIDERS,
        not_allowed=NOT_AGREEING,
        not_found=REST,
        shows="name goal",
    ),
    row(
        "POST /v1/target-proposals/{proposal_id}/withdrawal",
        yes="self",
        not_allowed=f"{LINE} {HR}",
        not_found=REST,
        shows="name goal",
    ),
)

TARGETS = (
    row(
        "POST /v1/targets/{target_id}/rollover",
        yes=f"{DECIDERS} {HR}",
        not_allowed=f"self {NOT_DECIDING} then left",
        not_found=REST,
        shows="goal",
    ),
    row("POST /v1/imports/targets", yes=f"{HR} hr_elsewhere", not_allowed=REST),
)

ROWS = (*AGREEMENTS, *PROPOSALS, *TARGETS)


def promised(subject: Subject) -> list[Body]:
    """The results of an agreement."""
    return [{"id": str(uuid4()), "title": f"goal-{subject.mark}"}]


CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "GET /v1/me/agreements": lambda s: get("/v1/me/agreements"),
    "GET /v1/people/{person_id}/agreements": lambda s: get(f"/v1/people/{s['person']}/agreements"),
    "GET /v1/agreements": lambda s: get("/v1/agreements"),
    "GET /v1/agreements/{agreement_id}": lambda s: get(f"/v1/agreements/{s['agreement']}"),
    "GET /v1/agreements/{agreement_id}/changes": lambda s: get(
        f"/v1/agreements/{s['agreement']}/changes"
    ),
    "GET /v1/agreements/{agreement_id}/superior-results": lambda s: get(
        f"/v1/agreements/{s['agreement']}/superior-results"
    ),
    "POST /v1/agreements": lambda s: post(
        "/v1/agreements",
        id=str(uuid4()),
        employee_id=s["person"],
        year=FREE_YEAR,
        results=promised(s),
    ),
    "PUT /v1/agreements/{agreement_id}/results": lambda s: put(
        f"/v1/agreements/{s['drafted']}/results", base_version=1, results=promised(s)
    ),
    "PUT /v1/agreements/{agreement_id}/results (of what is agreed)": lambda s: put(
        f"/v1/agreements/{s['agreed']}/results",
        base_version=1,
        results=promised(s),
        reason="tugas baru",
    ),
    "POST /v1/agreements/{agreement_id}/proposal": lambda s: post(
        f"/v1/agreements/{s['drafted']}/proposal"
    ),
    "POST /v1/agreements/{agreement_id}/agreement": lambda s: post(
        f"/v1/agreements/{s['agreement']}/agreement"
    ),
    "POST /v1/agreements/{agreement_id}/return": lambda s: post(
        f"/v1/agreements/{s['agreement']}/return", reason="kurang terukur"
    ),
    "POST /v1/target-proposals": lambda s: post(
        "/v1/target-proposals",
        id=str(uuid4()),
        kind="change",
        target_id=s["target"],
        body={"quantity": 90},
        reason="cuti",
    ),
    "GET /v1/target-proposals": lambda s: get("/v1/target-proposals"),
    "GET /v1/people/{person_id}/target-proposals": lambda s: get(
        f"/v1/people/{s['person']}/target-proposals"
    ),
    "POST /v1/target-proposals/{proposal_id}/decision": lambda s: post(
        f"/v1/target-proposals/{s['proposal']}/decision", decision="agree"
    ),
    "POST /v1/target-proposals/{proposal_id}/withdrawal": lambda s: post(
        f"/v1/target-proposals/{s['proposal']}/withdrawal"
    ),
    "POST /v1/imports/targets": lambda s: post("/v1/imports/targets", no="file"),
    "POST /v1/targets/{target_id}/rollover": lambda s: post(
        f"/v1/targets/{s['lapsed']}/rollover", period=f"{FREE_YEAR}-01", reason="banjir"
    ),
}
