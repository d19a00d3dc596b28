"""The matrix of routes: who may ask for what, and what those hear who may not.

This table is the specification; `calls.py` says how each row is asked for. Read a row as: the
route, who gets it, who is refused and how, and what of the subject the answer holds. `rest` is
everybody signed in who is not named before; where no row says otherwise, a deactivated person
hears `session_revoked` and whoever shows no token `not_signed_in`.
"""

from tests.matrix import (
    rows_agreements,
    rows_appraisal,
    rows_evidence,
    rows_export,
    rows_guidance,
    rows_standing,
    rows_support,
    rows_survey,
)
from tests.matrix.rows import row
from tests.matrix.who import (
    DECIDERS,
    EVERYBODY,
    HEADS,
    HR,
    KEEPERS,
    LINE,
    NOT_DECIDING,
    READERS,
    REST,
    TOP,
    UNDER_TODAYS_HEADS,
)

ME = (
    row("GET /v1/me", yes="self", nothing=REST, shows="name nip"),
    row("PATCH /v1/me", yes="self", nothing=REST, shows="name nip"),
    row("PUT /v1/me/password", wrong_credentials=REST),
    row("GET /v1/me/sessions", yes="self", nothing=REST, shows="phone"),
    row("DELETE /v1/me/sessions", yes=REST),
    row("DELETE /v1/me/sessions/{session_id}", yes="self", not_found=REST),
    row("DELETE /v1/sessions/current", yes=REST),
    row("GET /v1/me/targets", yes="self", nothing=REST, shows="goal"),
    row("GET /v1/me/views", yes=REST),
    row("PUT /v1/devices/{device_id}", yes="self", nothing=REST),
    row("DELETE /v1/devices/{device_id}", yes="self", not_found=REST),
    row("GET /v1/inbox", yes="self", nothing=REST, shows="notice"),
    row("POST /v1/inbox/{notice_id}/read", yes="self", not_found=REST),
    row("POST /v1/inbox/{notice_id}/acknowledge", yes="self", not_found=REST),
    row("POST /v1/inbox/{notice_id}/opened", yes="self", not_found=REST),
    row(
        "GET /v1/notices/{notice_id}/deliveries",
        yes=f"self {HR}",
        not_found=REST,
        traced=True,
    ),
    row("GET /v1/me/notice-preferences", yes=REST),
    row("PUT /v1/me/notice-preferences", yes=REST),
)

PEOPLE = (
    row(
        "GET /v1/people",
        yes=f"{READERS} administrator",
        nothing=REST,
        shows="name nip",
        traced=True,
    ),
    row(
        "GET /v1/people/{person_id}",
        yes=f"{READERS} administrator",
        not_allowed=REST,
        shows="name nip",
        traced=True,
    ),
    row("GET /v1/people/{person_id}/contact", yes=READERS, not_allowed=REST, traced=True),
    row(
        "GET /v1/people/{person_id}/targets",
        yes=READERS,
        not_allowed=REST,
        shows="goal",
        traced=True,
    ),
    row("GET /v1/people/{person_id}/deliveries", yes=f"self {HR}", not_allowed=REST, traced=True),
    row("GET /v1/people/{person_id}/views", yes=f"self {HR}", not_allowed=REST, traced=True),
    row(
        "GET /v1/people/{person_id}/sessions",
        yes=f"self {KEEPERS}",
        not_allowed=REST,
        shows="phone",
        traced=True,
    ),
    row("DELETE /v1/people/{person_id}/sessions", yes=f"self {KEEPERS}", not_allowed=REST),
    row(
        "DELETE /v1/people/{person_id}/sessions/{session_id}",
        yes=f"self {KEEPERS}",
        not_allowed=REST,
    ),
    row("POST /v1/people", yes=HR, not_allowed=REST),
    row("PATCH /v1/people/{person_id}", yes=HR, not_allowed=REST, shows="name nip"),
    row(
        "POST /v1/people/{person_id}/activation",
        yes=f"{DECIDERS} {HR}",
        not_allowed=REST,
        shows="name nip",
    ),
    row(
        "POST /v1/people/{person_id}/activation (of somebody with an office)",
        yes=HR,
        wider_role="head acting overruled successor beside",
        not_allowed=REST,
        shows="holder",
    ),
    row("POST /v1/units/{unit_id}/activations", yes=HR, not_allowed=REST, shows="holder desk"),
)

OFFICES = (
    row(
        "GET /v1/roles",
        yes="administrator",
        nothing="administrator_elsewhere",
        not_allowed=REST,
        shows="holder desk",
    ),
    row("POST /v1/roles", yes="administrator", not_allowed=REST, shows="holder desk"),
    row("DELETE /v1/roles/{grant_id}", yes="administrator", not_allowed=REST),
    row(
        "GET /v1/audit",
        yes=KEEPERS,
        nothing="hr_elsewhere administrator_elsewhere",
        not_allowed=REST,
        shows="cause",
        traced=True,
    ),
    row(
        "GET /v1/audit (what was agreed with somebody)",
        yes=HR,
        nothing="hr_elsewhere administrator administrator_elsewhere",
        not_allowed=REST,
        shows="goal",
        traced=True,
    ),
)

REPORTS = (
    row("GET /v1/reports", yes="self", nothing=REST, shows="name note goal"),
    row(
        "GET /v1/reports (of somebody)",
        yes=f"{READERS} then",
        not_allowed=REST,
        shows="name note goal",
        traced=True,
    ),
    row(
        "GET /v1/reports (on a target)",
        yes=f"{READERS} then",
        not_found=REST,
        shows="name note goal",
        traced=True,
    ),
    row(
        "GET /v1/reports/{report_id}",
        yes=f"{READERS} then",
        unknown_report=REST,
        shows="name note goal word",
        traced=True,
    ),
    row("POST /v1/reports", yes="self", not_your_target=REST),
    row("POST /v1/reports/{report_id}/revisions", yes="self", unknown_report=REST),
    row("POST /v1/reports/{report_id}/withdrawal", yes="self", unknown_report=REST),
    row(
        "POST /v1/approvals",
        yes=DECIDERS,
        not_allowed=f"self {NOT_DECIDING} then {HR}",
        unknown_report=REST,
    ),
    row(
        "POST /v1/reports/{report_id}/return",
        yes=DECIDERS,
        not_allowed=f"self {NOT_DECIDING} then {HR}",
        unknown_report=REST,
    ),
    row(
        "POST /v1/reports/{report_id}/feedback",
        yes=LINE,
        not_allowed=f"self then {HR}",
        unknown_report=REST,
    ),
    row(
        "POST /v1/feedback/{feedback_id}/acknowledgement",
        yes="self",
        not_found=REST,
        shows="word",
    ),
)

OUTBOX = (
    row("POST /v1/sync", yes="self", nothing=REST, shows="name note goal"),
    row("POST /v1/sync (report.create)", yes="self", not_your_target=REST),
    row("POST /v1/sync (report.revise)", yes="self", unknown_report=REST),
    row("POST /v1/sync (report.withdraw)", yes="self", unknown_report=REST),
    row("POST /v1/sync (feedback.acknowledge)", yes="self", not_found=REST),
    row("POST /v1/sync (inbox.read)", yes="self", not_found=REST),
)

TARGETS = (
    row("GET /v1/targets/{target_id}", yes=READERS, not_found=REST, shows="goal", traced=True),
    row("GET /v1/targets/{target_id}/course", yes=READERS, not_found=REST, traced=True),
    row(
        "GET /v1/targets/{target_id}/changes",
        yes=READERS,
        not_found=REST,
        shows="cause",
        traced=True,
    ),
    row(
        "GET /v1/targets/{target_id}/feedback",
        yes=READERS,
        not_found=REST,
        shows="word",
        traced=True,
    ),
    row(
        "POST /v1/targets/{target_id}/feedback",
        yes=LINE,
        not_allowed=f"self {HR}",
        not_found=REST,
    ),
    row("POST /v1/targets", yes=f"{DECIDERS} {HR}", not_allowed=REST, shows="goal"),
    row(
        "PATCH /v1/targets/{target_id}",
        yes=f"{DECIDERS} {HR}",
        not_allowed=f"self {NOT_DECIDING}",
        not_found=REST,
        shows="goal",
    ),
    row(
        "POST /v1/targets/{target_id}/closing",
        yes=f"{DECIDERS} {HR}",
        not_allowed=f"self {NOT_DECIDING}",
        not_found=REST,
        shows="goal",
    ),
    row("POST /v1/targets/from-templates", yes=HR, not_allowed=REST, shows="name"),
)

FEED = (
    row(
        "GET /v1/feed",
        yes=f"self {UNDER_TODAYS_HEADS} assigned then",
        nothing=REST,
        shows="name note goal",
        traced=True,
    ),
    row(
        "GET /v1/feed (of the person)",
        yes=READERS,
        topic_not_allowed=REST,
        shows="name note goal",
        traced=True,
    ),
    row(
        "GET /v1/feed (of the unit)",
        yes=f"{UNDER_TODAYS_HEADS} {HR}",
        nothing="beside successor",
        topic_not_allowed=REST,
        shows="name note goal",
        traced=True,
    ),
    row(
        "GET /v1/feed (after a cursor that names both)",
        yes=f"{READERS} then",
        nothing=REST,
        shows="name note goal",
        traced=True,
    ),
    row("GET /v1/board", yes=f"{LINE} {HR}", nothing=REST, shows="name goal", traced=True),
    row(
        "GET /v1/board (of the unit)",
        yes=f"{HEADS} {HR}",
        nothing="beside",
        not_allowed=REST,
        shows="name goal",
        traced=True,
    ),
)

ORGANISATION = (
    row("GET /v1/units", yes=f"{HEADS} beside {KEEPERS}", nothing=REST, shows="desk"),
    row("POST /v1/units", yes=KEEPERS, not_allowed=REST),
    row("PATCH /v1/units/{unit_id}", yes=KEEPERS, not_allowed=REST, shows="desk"),
    row("GET /v1/units/{unit_id}/notice-policy", yes=HR, not_allowed=REST),
    row("PUT /v1/units/{unit_id}/notice-policy", yes=HR, not_allowed=REST),
    row("GET /v1/supervision", yes=f"self peer {HEADS} beside {KEEPERS}", not_allowed=REST),
    row("POST /v1/supervision", yes=KEEPERS, not_allowed=REST, shows="holder"),
    row("PATCH /v1/supervision/{supervision_id}", yes=KEEPERS, not_allowed=REST, shows="holder"),
    row(
        "GET /v1/assignments",
        yes=f"{READERS} administrator",
        not_allowed=REST,
        shows="holder",
    ),
    row("POST /v1/assignments", yes=HR, not_allowed=REST, shows="holder"),
    row("PATCH /v1/assignments/{assignment_id}", yes=HR, not_allowed=REST, shows="holder"),
)

CALENDARS = (
    row("GET /v1/leave", yes=READERS, not_allowed=REST, shows="leave", traced=True),
    row("POST /v1/leave", yes=HR, not_allowed=REST, shows="leave"),
    row("DELETE /v1/leave/{leave_id}", yes=HR, not_allowed=REST),
    row("GET /v1/shifts", yes=READERS, not_allowed=REST, traced=True),
    row("POST /v1/shifts", yes=HR, not_allowed=REST),
    row("GET /v1/holidays", yes=REST),
    row("POST /v1/holidays", yes=KEEPERS, not_allowed=REST),
    row("POST /v1/holidays (for everybody)", yes=TOP, not_allowed=REST),
    row("POST /v1/holidays/national", yes=TOP, not_allowed=REST),
    row("DELETE /v1/holidays/{holiday_id}", yes=KEEPERS, not_allowed=REST),
    row("DELETE /v1/holidays/{holiday_id} (for everybody)", yes=TOP, not_allowed=REST),
    row("GET /v1/ramadan", yes=REST),
    row("POST /v1/ramadan", yes=TOP, not_allowed=REST),
    row("DELETE /v1/ramadan/{starts_on}", yes=TOP, not_allowed=REST),
    row("GET /v1/work-patterns", yes=REST),
    row("PUT /v1/work-patterns/{code}", yes=TOP, not_allowed=REST),
    row("DELETE /v1/work-patterns/{code}", yes=TOP, not_allowed=REST),
    row("GET /v1/outages", yes=REST),
    row("POST /v1/outages", yes=TOP, not_allowed=REST),
)

JOBS = (
    row("GET /v1/job-titles", yes=REST),
    row("POST /v1/job-titles", yes=TOP, not_allowed=REST),
    row("PATCH /v1/job-titles/{job_title_id}", yes=TOP, not_allowed=REST),
    row("DELETE /v1/job-titles/{job_title_id}", yes=TOP, not_allowed=REST),
    row("GET /v1/job-titles/{job_title_id}/templates", yes=REST),
    row("POST /v1/job-titles/{job_title_id}/templates", yes=TOP, not_allowed=REST),
    row("PUT /v1/templates/{template_id}", yes=TOP, not_allowed=REST),
    row("DELETE /v1/templates/{template_id}", yes=TOP, not_allowed=REST),
)

OPEN = (
    row("POST /v1/sessions", wrong_credentials=EVERYBODY),
    row("POST /v1/sessions/refresh", not_signed_in=EVERYBODY),
    row("POST /v1/activations", activation_invalid=EVERYBODY),
    row("GET /v1/push/key", yes=EVERYBODY),
    row("GET /live", yes=EVERYBODY),
    row("GET /ready", yes=EVERYBODY),
    row("GET /metrics", yes=EVERYBODY),
    row("GET /docs", yes=EVERYBODY),
    row("GET /docs/start.js", yes=EVERYBODY),
    row("GET /docs/{name}", yes=EVERYBODY),
    row("GET /v1/openapi.json", yes=EVERYBODY),
    row("GET /v1/asyncapi.json", yes=EVERYBODY),
    row("GET /v1/errors", yes=EVERYBODY),
    row("GET /v1/limits", yes=EVERYBODY),
)

ROUTES = (
    *ME,
    *PEOPLE,
    *OFFICES,
    *REPORTS,
    *OUTBOX,
    *TARGETS,
    *FEED,
    *ORGANISATION,
    *CALENDARS,
    *JOBS,
    *OPEN,
    *rows_agreements.ROWS,
    *rows_standing.ROWS,
    *rows_guidance.ROWS,
    *rows_appraisal.ROWS,
    *rows_survey.ROWS,
    *rows_export.ROWS,
    *rows_support.ROWS,
    *rows_evidence.ROWS,
)
