"""How each row of the table of routes is asked for, about a given subject."""

from collections.abc import Callable, Mapping
from typing import TypeAlias
from uuid import UUID, uuid4

from mobile_contract.live import Cursor, person_topic, position_of, unit_topic
from realtime.cursors import cursor_text
from tests.builders import random_nip
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
from tests.matrix.calls import (
    Call,
    agreement,
    approve,
    delete,
    get,
    goal,
    hours,
    instant,
    new_report,
    patch,
    phone,
    post,
    put,
    said_anew,
    sign_out,
    sync,
    sync_after,
    word,
)
from tests.matrix.cast import AGENCY_SHARD
from tests.matrix.subjects import FAR, Subject

Calls: TypeAlias = Mapping[str, Callable[[Subject], Call]]
MUCH = 200  # of a list: the subject is among them, whoever else the city has


def calls(epoch: UUID) -> Calls:
    """By the label of its row, the call about a subject. `epoch`: the feed's."""
    return {
        **ME,
        **PEOPLE,
        **OFFICES,
        **REPORTS,
        **TARGETS,
        **_with_cursors(epoch),
        **ORGANISATION,
        **CALENDARS,
        **JOBS,
        **OPEN,
        **rows_agreements.CALLS,
        **rows_standing.CALLS,
        **rows_guidance.CALLS,
        **rows_appraisal.CALLS,
        **rows_survey.CALLS,
        **rows_export.CALLS,
        **rows_support.CALLS,
        **rows_evidence.CALLS,
    }


def from_the_beginning(subject: Subject, epoch: UUID, *also: str) -> str:
    """A cursor before the subject's first event in every topic that they are in, or were, and of
    others: whoever else the city had before is of no matter, however many they were."""
    topics = [person_topic(subject.employee_id), *map(unit_topic, subject.path[1:]), *also]
    if "left_unit" in subject.ids:
        topics.append(unit_topic(subject.ids["left_unit"]))
    return cursor_text(
        Cursor(epoch, dict.fromkeys(topics, position_of(AGENCY_SHARD, subject.before_seq)))
    )


def _with_cursors(epoch: UUID) -> Calls:
    return {
        "POST /v1/sync": lambda s: sync_after(from_the_beginning(s, epoch)),
        "GET /v1/feed (after a cursor that names both)": lambda s: get(
            "/v1/feed", cursor=from_the_beginning(s, epoch), limit=MUCH
        ),
    }


ME: Calls = {
    "GET /v1/me": lambda s: get("/v1/me"),
    "PATCH /v1/me": lambda s: patch("/v1/me", language="id"),
    "PUT /v1/me/password": lambda s: put(
        "/v1/me/password", current_password="bukan ini", new_password="kata sandi panjang 7"
    ),
    "GET /v1/me/sessions": lambda s: get("/v1/me/sessions"),
    "DELETE /v1/me/sessions": lambda s: sign_out("/v1/me/sessions"),
    "DELETE /v1/me/sessions/{session_id}": lambda s: delete(f"/v1/me/sessions/{s['session']}"),
    "DELETE /v1/sessions/current": lambda s: sign_out("/v1/sessions/current"),
    "GET /v1/me/targets": lambda s: get("/v1/me/targets"),
    "GET /v1/me/views": lambda s: get("/v1/me/views"),
    "PUT /v1/devices/{device_id}": lambda s: put(f"/v1/devices/{s['device']}", name="HP"),
    "DELETE /v1/devices/{device_id}": lambda s: delete(f"/v1/devices/{s['lost_device']}"),
    "GET /v1/inbox": lambda s: get("/v1/inbox"),
    "POST /v1/inbox/{notice_id}/read": lambda s: post(f"/v1/inbox/{s['notice']}/read"),
    "POST /v1/inbox/{notice_id}/opened": lambda s: post(f"/v1/inbox/{s['notice']}/opened"),
    "GET /v1/notices/{notice_id}/deliveries": lambda s: get(
        f"/v1/notices/{s['notice']}/deliveries"
    ),
    "GET /v1/me/notice-preferences": lambda s: get("/v1/me/notice-preferences"),
    "PUT /v1/me/notice-preferences": lambda s: put("/v1/me/notice-preferences"),
    "POST /v1/inbox/{notice_id}/acknowledge": lambda s: post(
        f"/v1/inbox/{s['notice']}/acknowledge"
    ),
}

PEOPLE: Calls = {
    "GET /v1/people": lambda s: get("/v1/people", q=f"name-{s.mark}"),
    "GET /v1/people/{person_id}": lambda s: get(f"/v1/people/{s['person']}"),
    "GET /v1/people/{person_id}/contact": lambda s: get(f"/v1/people/{s['person']}/contact"),
    "GET /v1/people/{person_id}/targets": lambda s: get(f"/v1/people/{s['person']}/targets"),
    "GET /v1/people/{person_id}/deliveries": lambda s: get(f"/v1/people/{s['person']}/deliveries"),
    "GET /v1/people/{person_id}/views": lambda s: get(f"/v1/people/{s['person']}/views"),
    "GET /v1/people/{person_id}/sessions": lambda s: get(f"/v1/people/{s['person']}/sessions"),
    "DELETE /v1/people/{person_id}/sessions": lambda s: delete(
        f"/v1/people/{s['person']}/sessions"
    ),
    "DELETE /v1/people/{person_id}/sessions/{session_id}": lambda s: delete(
        f"/v1/people/{s['person']}/sessions/{s['session']}"
    ),
    "POST /v1/people": lambda s: post(
        "/v1/people", nip=random_nip(), name="Baru", unit_id=s["unit"], reason="diterima"
    ),
    "PATCH /v1/people/{person_id}": lambda s: patch(
        f"/v1/people/{s['person']}", name=f"name-{s.mark}", reason="ejaan"
    ),
    "POST /v1/people/{person_id}/activation": lambda s: post(
        f"/v1/people/{s['person']}/activation"
    ),
    "POST /v1/people/{person_id}/activation (of somebody with an office)": lambda s: post(
        f"/v1/people/{s['holder']}/activation"
    ),
    "POST /v1/units/{unit_id}/activations": lambda s: post(f"/v1/units/{s['desk']}/activations"),
}

OFFICES: Calls = {
    "GET /v1/roles": lambda s: get("/v1/roles", limit=MUCH),
    "POST /v1/roles": lambda s: post(
        "/v1/roles",
        employee_id=s["holder"],
        role="administrator",
        unit_id=s["desk"],
        reason="tugas",
    ),
    "DELETE /v1/roles/{grant_id}": lambda s: delete(f"/v1/roles/{s['grant']}", reason="selesai"),
    "GET /v1/audit": lambda s: get("/v1/audit", employee=s["person"], actor=s["author"]),
    "GET /v1/audit (what was agreed with somebody)": lambda s: get(
        "/v1/audit", employee=s["person"], actor=s["holder"]
    ),
}

REPORTS: Calls = {
    "GET /v1/reports": lambda s: get("/v1/reports"),
    "GET /v1/reports (of somebody)": lambda s: get("/v1/reports", employee_id=s["person"]),
    "GET /v1/reports (on a target)": lambda s: get("/v1/reports", target_id=s["target"]),
    "GET /v1/reports/{report_id}": lambda s: get(f"/v1/reports/{s['report']}"),
    "POST /v1/reports": lambda s: post("/v1/reports", **new_report(s)),
    "POST /v1/reports/{report_id}/revisions": lambda s: post(
        f"/v1/reports/{s['report']}/revisions", mutation_id=str(uuid4()), **said_anew()
    ),
    "POST /v1/reports/{report_id}/withdrawal": lambda s: post(
        f"/v1/reports/{s['report']}/withdrawal", mutation_id=str(uuid4())
    ),
    "POST /v1/approvals": approve,
    "POST /v1/reports/{report_id}/return": lambda s: post(
        f"/v1/reports/{s['report']}/return", reason="Foto kurang jelas"
    ),
    "POST /v1/reports/{report_id}/feedback": lambda s: post(
        f"/v1/reports/{s['report']}/feedback", **word()
    ),
    "POST /v1/feedback/{feedback_id}/acknowledgement": lambda s: post(
        f"/v1/feedback/{s['feedback']}/acknowledgement"
    ),
    "POST /v1/sync (report.create)": lambda s: sync("report.create", report=new_report(s)),
    "POST /v1/sync (report.revise)": lambda s: sync(
        "report.revise", revision={"report_id": s["report"]} | said_anew()
    ),
    "POST /v1/sync (report.withdraw)": lambda s: sync(
        "report.withdraw", withdrawal={"report_id": s["report"]}
    ),
    "POST /v1/sync (feedback.acknowledge)": lambda s: sync(
        "feedback.acknowledge", acknowledgement={"feedback_id": s["feedback"]}
    ),
    "POST /v1/sync (inbox.read)": lambda s: sync("inbox.read", read={"notice_id": s["notice"]}),
}

TARGETS: Calls = {
    "GET /v1/targets/{target_id}": lambda s: get(f"/v1/targets/{s['target']}"),
    "GET /v1/targets/{target_id}/course": lambda s: get(f"/v1/targets/{s['target']}/course"),
    "GET /v1/targets/{target_id}/changes": lambda s: get(f"/v1/targets/{s['target']}/changes"),
    "GET /v1/targets/{target_id}/feedback": lambda s: get(f"/v1/targets/{s['target']}/feedback"),
    "POST /v1/targets/{target_id}/feedback": lambda s: post(
        f"/v1/targets/{s['target']}/feedback", **word()
    ),
    "POST /v1/targets": lambda s: post("/v1/targets", **agreement(s)),
    "PATCH /v1/targets/{target_id}": lambda s: patch(
        f"/v1/targets/{s['target']}", quantity=101, reason="disepakati"
    ),
    "POST /v1/targets/{target_id}/closing": lambda s: post(
        f"/v1/targets/{s['target']}/closing", reason="dinilai"
    ),
    "POST /v1/targets/from-templates": lambda s: post(
        "/v1/targets/from-templates",
        job_title_id=s["nurse"],
        unit_id=s["unit"],
        period="2027-01",
    ),
    "GET /v1/feed": lambda s: get("/v1/feed", limit=MUCH),
    "GET /v1/feed (of the person)": lambda s: get(
        "/v1/feed", topic=person_topic(s.employee_id), limit=MUCH
    ),
    "GET /v1/feed (of the unit)": lambda s: get(
        "/v1/feed", topic=unit_topic(s.unit_id), limit=MUCH
    ),
    "GET /v1/board": lambda s: get("/v1/board", limit=100),
    "GET /v1/board (of the unit)": lambda s: get("/v1/board", unit=s["unit"], limit=100),
}

ORGANISATION: Calls = {
    "GET /v1/units": lambda s: get("/v1/units"),
    "POST /v1/units": lambda s: post(
        "/v1/units", code=uuid4().hex, name="Loket", parent_id=s["unit"], reason="dibentuk"
    ),
    "PATCH /v1/units/{unit_id}": lambda s: patch(
        f"/v1/units/{s['desk']}", name=f"desk-{s.mark}", reason="ejaan"
    ),
    "GET /v1/units/{unit_id}/notice-policy": lambda s: get(f"/v1/units/{s['unit']}/notice-policy"),
    "PUT /v1/units/{unit_id}/notice-policy": lambda s: put(
        f"/v1/units/{s['unit']}/notice-policy", digest_above=4, reason="rapat"
    ),
    "GET /v1/supervision": lambda s: get(
        "/v1/supervision", unit_id=s["unit"], at="2001-01-01T00:00:00Z"
    ),
    "POST /v1/supervision": lambda s: post(
        "/v1/supervision",
        unit_id=s["desk"],
        supervisor_id=s["holder"],
        kind="acting",
        valid_from=instant(40_000),
    ),
    "PATCH /v1/supervision/{supervision_id}": lambda s: patch(
        f"/v1/supervision/{s['headship']}", valid_to=instant(40_000), reason="pensiun"
    ),
    "GET /v1/assignments": lambda s: get("/v1/assignments", employee_id=s["person"]),
    "POST /v1/assignments": lambda s: post(
        "/v1/assignments",
        employee_id=s["person"],
        supervisor_id=s["holder"],
        valid_from=instant(40_000),
    ),
    "PATCH /v1/assignments/{assignment_id}": lambda s: patch(
        f"/v1/assignments/{s['assignment']}", valid_to=instant(-250), reason="ralat"
    ),
}

CALENDARS: Calls = {
    "GET /v1/leave": lambda s: get("/v1/leave", employee_id=s["person"]),
    "POST /v1/leave": lambda s: post(
        "/v1/leave",
        employee_id=s["person"],
        starts_on="2099-01-01",
        ends_on="2099-01-02",
        decree=f"leave-{s.mark}",
    ),
    "DELETE /v1/leave/{leave_id}": lambda s: delete(f"/v1/leave/{s['leave']}"),
    "GET /v1/shifts": lambda s: get(
        "/v1/shifts", employee_id=s["person"], **{"from": instant(), "to": instant(7)}
    ),
    "POST /v1/shifts": lambda s: post(
        "/v1/shifts",
        starts_at="2099-01-01T00:00:00Z",
        ends_at="2099-01-02T00:00:00Z",
        shifts=[
            {
                "employee_id": s["person"],
                "starts_at": "2099-01-01T00:00:00Z",
                "ends_at": "2099-01-01T08:00:00Z",
            }
        ],
    ),
    "GET /v1/holidays": lambda s: get("/v1/holidays", year=FAR.year),
    "POST /v1/holidays": lambda s: post(
        "/v1/holidays", on_date="2099-01-01", name="Libur", unit_id=s["desk"]
    ),
    "POST /v1/holidays (for everybody)": lambda s: post(
        "/v1/holidays", on_date="2099-01-01", name="Libur", kind="national"
    ),
    "POST /v1/holidays/national": lambda s: post("/v1/holidays/national", year=2029),
    "DELETE /v1/holidays/{holiday_id}": lambda s: delete(f"/v1/holidays/{s['day_off']}"),
    "DELETE /v1/holidays/{holiday_id} (for everybody)": lambda s: delete(
        f"/v1/holidays/{s['free_day']}"
    ),
    "GET /v1/ramadan": lambda s: get("/v1/ramadan"),
    "POST /v1/ramadan": lambda s: post("/v1/ramadan", starts_on="2099-01-01", ends_on="2099-01-30"),
    "DELETE /v1/ramadan/{starts_on}": lambda s: delete(f"/v1/ramadan/{s.day}"),
    "GET /v1/work-patterns": lambda s: get("/v1/work-patterns"),
    "PUT /v1/work-patterns/{code}": lambda s: put(f"/v1/work-patterns/{s.pattern}", **hours()),
    "DELETE /v1/work-patterns/{code}": lambda s: delete(f"/v1/work-patterns/{s.pattern}"),
    "GET /v1/outages": lambda s: get("/v1/outages"),
    "POST /v1/outages": lambda s: post(
        "/v1/outages", starts_at=instant(-300), ends_at=instant(-299), reason="listrik"
    ),
}

JOBS: Calls = {
    "GET /v1/job-titles": lambda s: get("/v1/job-titles"),
    "POST /v1/job-titles": lambda s: post("/v1/job-titles", code=uuid4().hex, name="Baru"),
    "PATCH /v1/job-titles/{job_title_id}": lambda s: patch(
        f"/v1/job-titles/{s['job']}", name="Lain"
    ),
    "DELETE /v1/job-titles/{job_title_id}": lambda s: delete(f"/v1/job-titles/{s['job']}"),
    "GET /v1/job-titles/{job_title_id}/templates": lambda s: get(
        f"/v1/job-titles/{s['job']}/templates"
    ),
    "POST /v1/job-titles/{job_title_id}/templates": lambda s: post(
        f"/v1/job-titles/{s['job']}/templates", **goal()
    ),
    "PUT /v1/templates/{template_id}": lambda s: put(f"/v1/templates/{s['template']}", **goal()),
    "DELETE /v1/templates/{template_id}": lambda s: delete(f"/v1/templates/{s['template']}"),
}

OPEN: Calls = {
    "POST /v1/sessions": lambda s: post(
        "/v1/sessions", nip=s.nip, password="tebakan", device=phone(s)
    ),
    "POST /v1/sessions/refresh": lambda s: post("/v1/sessions/refresh", refresh_token="tebakan"),
    "POST /v1/activations": lambda s: post(
        "/v1/activations",
        nip=s.nip,
        code="AAAA-BBBB-CCCC",
        password="kata sandi panjang 7",
        device=phone(s),
    ),
    "GET /v1/push/key": lambda s: get("/v1/push/key"),
    "GET /live": lambda s: get("/live"),
    "GET /ready": lambda s: get("/ready"),
    "GET /metrics": lambda s: get("/metrics"),
    "GET /docs": lambda s: get("/docs"),
    "GET /docs/start.js": lambda s: get("/docs/start.js"),
    "GET /docs/{name}": lambda s: get("/docs/swagger-ui.css"),
    "GET /v1/openapi.json": lambda s: get("/v1/openapi.json"),
    "GET /v1/asyncapi.json": lambda s: get("/v1/asyncapi.json"),
    "GET /v1/errors": lambda s: get("/v1/errors"),
    "GET /v1/limits": lambda s: get("/v1/limits"),
}
