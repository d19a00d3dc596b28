"""The rows of the first week, practice, mentors, signals, help, adoption and impact."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from tests.matrix.calls import Call, delete, get, instant, new_report, patch, post
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.who import DECIDERS, HEADS, HR, REST

HELPERS = f"{DECIDERS} {HR}"
"""Who give a mentor and offer help."""

OF_THE_UNIT = f"{HEADS} beside {HR}"
"""Who head the unit where the subject works, or one above, and its HR."""

ROWS = (
    row("GET /v1/me/checklist", yes=REST),
    row("POST /v1/me/checklist/{step}", yes=REST),
    row("POST /v1/me/practice-reports", yes=REST),
    row(
        "POST /v1/me/practice-reports (toward a target)",
        yes="self",
        unknown_target=REST,
        shows="goal",
    ),
    row("GET /v1/me/practice-reports", yes="self", nothing=REST, shows="note goal"),
    row("DELETE /v1/me/practice-reports", yes=REST),
    row(
        "GET /v1/mentorships",
        yes=f"self {HELPERS}",
        not_allowed=REST,
        shows="name",
        traced=True,
    ),
    row("POST /v1/mentorships", yes=HELPERS, not_allowed=REST, shows="name"),
    row("PATCH /v1/mentorships/{mentorship_id}", yes=HELPERS, not_allowed=REST, shows="name"),
    row("GET /v1/me/mentees", yes="mentor", nothing=REST, shows="name"),
    row(
        "GET /v1/mentees/{person_id}/targets",
        yes="mentor",
        not_allowed=REST,
        shows="goal",
        traced=True,
    ),
    row("POST /v1/mentees/{person_id}/reports", yes="mentor", not_allowed=REST),
    row(
        "GET /v1/units/{unit_id}/signals",
        yes=HR,
        not_allowed=REST,
        shows="name nip",
        traced=True,
    ),
    row("POST /v1/people/{person_id}/help-offers", yes=HELPERS, not_allowed=REST, shows="name"),
    row(
        "GET /v1/people/{person_id}/help-offers",
        yes=f"self {HELPERS}",
        not_allowed=REST,
        shows="name word",
        traced=True,
    ),
    row(
        "POST /v1/help-offers/{offer_id}/answer",
        yes="self",
        not_allowed=HELPERS,
        not_found=REST,
        shows="name word",
    ),
    row(
        "POST /v1/help-offers/{offer_id}/closing",
        yes=HELPERS,
        not_allowed="self",
        not_found=REST,
        shows="name word",
    ),
    row(
        "GET /v1/units/{unit_id}/adoption",
        yes=OF_THE_UNIT,
        not_allowed=REST,
        shows="desk",
        traced=True,
    ),
    row(
        "GET /v1/units/{unit_id}/impact",
        yes=OF_THE_UNIT,
        not_allowed=REST,
        shows="desk",
        traced=True,
    ),
)


def _practice(**change: str) -> Call:
    body = {"id": str(uuid4()), "quantity": 1, "note": "Latihan", "activity_at": instant()}
    return post("/v1/me/practice-reports", **(body | change))


CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "GET /v1/me/checklist": lambda s: get("/v1/me/checklist"),
    "POST /v1/me/checklist/{step}": lambda s: post("/v1/me/checklist/profile_checked"),
    "POST /v1/me/practice-reports": lambda s: _practice(),
    "POST /v1/me/practice-reports (toward a target)": lambda s: _practice(target_id=s["target"]),
    "GET /v1/me/practice-reports": lambda s: get("/v1/me/practice-reports"),
    "DELETE /v1/me/practice-reports": lambda s: delete("/v1/me/practice-reports"),
    "GET /v1/mentorships": lambda s: get("/v1/mentorships", employee_id=s["person"]),
    "POST /v1/mentorships": lambda s: post(
        "/v1/mentorships",
        employee_id=s["person"],
        mentor_id=s["author"],
        valid_from=instant(days=400),
        valid_to=instant(days=500),
    ),
    "PATCH /v1/mentorships/{mentorship_id}": lambda s: patch(
        f"/v1/mentorships/{s['mentorship']}", valid_to=instant(days=-210)
    ),
    "GET /v1/me/mentees": lambda s: get("/v1/me/mentees"),
    "GET /v1/mentees/{person_id}/targets": lambda s: get(f"/v1/mentees/{s['person']}/targets"),
    "POST /v1/mentees/{person_id}/reports": lambda s: post(
        f"/v1/mentees/{s['person']}/reports", **new_report(s)
    ),
    "GET /v1/units/{unit_id}/signals": lambda s: get(f"/v1/units/{s['unit']}/signals"),
    "POST /v1/people/{person_id}/help-offers": lambda s: post(
        f"/v1/people/{s['person']}/help-offers", id=str(uuid4()), text="Boleh kami bantu?"
    ),
    "GET /v1/people/{person_id}/help-offers": lambda s: get(
        f"/v1/people/{s['person']}/help-offers"
    ),
    "POST /v1/help-offers/{offer_id}/answer": lambda s: post(
        f"/v1/help-offers/{s['help_offer']}/answer", state="accepted"
    ),
    "POST /v1/help-offers/{offer_id}/closing": lambda s: post(
        f"/v1/help-offers/{s['help_offer']}/closing"
    ),
    "GET /v1/units/{unit_id}/adoption": lambda s: get(f"/v1/units/{s['unit']}/adoption"),
    "GET /v1/units/{unit_id}/impact": lambda s: get(
        f"/v1/units/{s['unit']}/impact", since="2026-08"
    ),
}
