"""The rows of appraisals, objections and distributions, and how each is asked for."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import uuid4

from models.rules.ratings import Value
from tests.making.appraisal import month_before
from tests.matrix.calls import Body, Call, get, post, put
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.who import DECIDERS, HEADS, HR, LINE, NOT_DECIDING, READERS, REST

MUCH = 200  # of a list: the subject is among them, whoever else the city has
OTHERS = f"{LINE} {HR}"
"""Who reads the subject's appraisal besides the subject."""

APPRAISALS = (
    row("GET /v1/me/appraisals", yes="self", nothing=REST, shows="name word cause"),
    row(
        "GET /v1/people/{person_id}/appraisals",
        yes=READERS,
        not_allowed=REST,
        shows="name word cause",
        traced=True,
    ),
    row("GET /v1/appraisals", yes=OTHERS, nothing=REST, shows="name word cause", traced=True),
    row(
        "GET /v1/appraisals/{appraisal_id}",
        yes=READERS,
        not_found=REST,
        shows="name word goal",
        traced=True,
    ),
    row(
        "POST /v1/appraisals/{appraisal_id}/self-assessment",
        yes="self",
        not_allowed=OTHERS,
        not_found=REST,
        shows="name word",
    ),
    row(
        "POST /v1/appraisals/{appraisal_id}/decision",
        yes=DECIDERS,
        not_allowed=f"self {NOT_DECIDING} {HR}",
        not_found=REST,
        shows="name word goal cause",
    ),
    row(
        "POST /v1/appraisals/{appraisal_id}/acknowledgement",
        yes="self",
        not_allowed=OTHERS,
        not_found=REST,
        shows="name cause",
    ),
    row(
        "POST /v1/appraisals/{appraisal_id}/reopening",
        yes=HR,
        not_allowed=f"self {LINE}",
        not_found=REST,
        shows="name cause",
    ),
)

OBJECTIONS = (
    row(
        "POST /v1/appraisals/{appraisal_id}/objection",
        yes="self",
        not_allowed=OTHERS,
        not_found=REST,
        shows="cause",
    ),
    row(
        "POST /v1/objections/{objection_id}/decision",
        yes="grand",
        not_allowed=f"self {DECIDERS} mayor resting overruled {HR}",
        not_found=REST,
        shows="cause",
    ),
)

UNITS = (
    row("POST /v1/units/{unit_id}/appraisals", yes=HR, not_allowed=REST),
    row(
        "GET /v1/units/{unit_id}/distribution",
        yes=f"{HEADS} beside {HR}",
        not_allowed=REST,
        traced=True,
    ),
    row("PUT /v1/units/{unit_id}/predicate", yes=HR, not_allowed=REST),
)

ROWS = (*APPRAISALS, *OBJECTIONS, *UNITS)
PERIOD = month_before(datetime.now(UTC))


def ratings(subject: Subject) -> Body:
    """What a supervisor decides who has something to say."""
    shown = [{"value": each, "rating": "meets", "example": "Contoh"} for each in Value]
    reason = f"cause-{subject.mark}"
    return {"base_version": 1, "result_rating": "meets", "behaviour": shown, "reason": reason}


CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "GET /v1/me/appraisals": lambda s: get("/v1/me/appraisals"),
    "GET /v1/people/{person_id}/appraisals": lambda s: get(f"/v1/people/{s['person']}/appraisals"),
    "GET /v1/appraisals": lambda s: get("/v1/appraisals", limit=MUCH),
    "GET /v1/appraisals/{appraisal_id}": lambda s: get(f"/v1/appraisals/{s['appraisal']}"),
    "POST /v1/appraisals/{appraisal_id}/self-assessment": lambda s: post(
        f"/v1/appraisals/{s['appraisal']}/self-assessment", text=f"word-{s.mark}", rating="meets"
    ),
    "POST /v1/appraisals/{appraisal_id}/decision": lambda s: post(
        f"/v1/appraisals/{s['appraisal']}/decision", **ratings(s)
    ),
    "POST /v1/appraisals/{appraisal_id}/acknowledgement": lambda s: post(
        f"/v1/appraisals/{s['decided_appraisal']}/acknowledgement"
    ),
    "POST /v1/appraisals/{appraisal_id}/reopening": lambda s: post(
        f"/v1/appraisals/{s['decided_appraisal']}/reopening", reason=f"cause-{s.mark}"
    ),
    "POST /v1/appraisals/{appraisal_id}/objection": lambda s: post(
        f"/v1/appraisals/{s['decided_appraisal']}/objection",
        id=str(uuid4()),
        reasons=f"cause-{s.mark}",
    ),
    "POST /v1/objections/{objection_id}/decision": lambda s: post(
        f"/v1/objections/{s['objection']}/decision", outcome="upheld", reason=f"cause-{s.mark}"
    ),
    "POST /v1/units/{unit_id}/appraisals": lambda s: post(
        f"/v1/units/{s['unit']}/appraisals", period=PERIOD
    ),
    "GET /v1/units/{unit_id}/distribution": lambda s: get(
        f"/v1/units/{s['unit']}/distribution", period=PERIOD
    ),
    "PUT /v1/units/{unit_id}/predicate": lambda s: put(
        f"/v1/units/{s['unit']}/predicate", period=PERIOD, predicate="good", decree="SK 1"
    ),
}
