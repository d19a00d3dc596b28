"""The rows of feedback, questions, announcements, trainings and my data, and how each is asked."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from tests.matrix.calls import Call, get, instant, post, put, word
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.who import DECIDERS, HR, LINE, READERS, REST

HERE = "self peer head overruled successor acting resting beside"
"""Who work in the subject's unit today."""

FEEDBACK = (
    row("POST /v1/people/{person_id}/feedback", yes=LINE, not_allowed=REST),
    row(
        "GET /v1/people/{person_id}/feedback",
        yes=READERS,
        not_allowed=REST,
        shows="word",
        traced=True,
    ),
    row("POST /v1/feedback/{feedback_id}/answer", yes="self", not_found=REST, shows="word"),
    row(
        "POST /v1/feedback-requests",
        yes="self",
        not_allowed=f"{LINE} {HR}",
        not_found=REST,
        shows="name",
    ),
    row("GET /v1/me/feedback-requests", yes="self", nothing=REST, shows="name word"),
    row(
        "GET /v1/feedback-requests",
        yes=DECIDERS,
        nothing=REST,
        shows="name word",
        traced=True,
    ),
    row("POST /v1/feedback-requests/{request_id}/withdrawal", yes="self", not_found=REST),
    row("GET /v1/people/{person_id}/response-times", yes=READERS, not_allowed=REST, traced=True),
    row("GET /v1/feedback/wordings", yes=REST),
)

ANNOUNCEMENTS = (
    row("POST /v1/announcements", yes=HR, not_allowed=REST),
    row("GET /v1/announcements", yes=HERE, nothing=REST, shows="desk"),
    row("GET /v1/announcements (of a unit)", yes=HR, not_allowed=REST, shows="desk"),
    row("POST /v1/announcements/{announcement_id}/reading", yes=HERE, not_found=REST),
    row(
        "GET /v1/announcements/{announcement_id}/readers",
        yes=HR,
        not_allowed=REST,
        shows="name",
        traced=True,
    ),
    row("POST /v1/announcements/{announcement_id}/withdrawal", yes=HR, not_allowed=REST),
)

TRAININGS = (
    row("POST /v1/trainings", yes=HR, not_allowed=REST),
    row("GET /v1/trainings", yes="self", nothing=REST, shows="desk"),
    row("GET /v1/trainings (of a unit)", yes=HR, not_allowed=REST, shows="desk"),
    row(
        "GET /v1/trainings/{training_id}",
        yes=HR,
        not_allowed=REST,
        shows="name desk",
        traced=True,
    ),
    row("PUT /v1/trainings/{training_id}/attendance", yes=HR, not_allowed=REST),
)

MY_DATA = (row("POST /v1/me/data-exports", yes=REST),)

ROWS = (*FEEDBACK, *ANNOUNCEMENTS, *TRAININGS, *MY_DATA)

CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "POST /v1/people/{person_id}/feedback": lambda s: post(
        f"/v1/people/{s['person']}/feedback", period="2026-11", **word()
    ),
    "GET /v1/people/{person_id}/feedback": lambda s: get(f"/v1/people/{s['person']}/feedback"),
    "POST /v1/feedback/{feedback_id}/answer": lambda s: post(
        f"/v1/feedback/{s['feedback']}/answer", answer="Siap"
    ),
    "POST /v1/feedback-requests": lambda s: post(
        "/v1/feedback-requests", id=str(uuid4()), target_id=s["target"], question="Apa dulu?"
    ),
    "GET /v1/me/feedback-requests": lambda s: get("/v1/me/feedback-requests"),
    "GET /v1/feedback-requests": lambda s: get("/v1/feedback-requests"),
    "POST /v1/feedback-requests/{request_id}/withdrawal": lambda s: post(
        f"/v1/feedback-requests/{s['request']}/withdrawal"
    ),
    "GET /v1/people/{person_id}/response-times": lambda s: get(
        f"/v1/people/{s['person']}/response-times", period="2026-11"
    ),
    "POST /v1/announcements": lambda s: post(
        "/v1/announcements", id=str(uuid4()), unit_id=s["unit"], title="Rapat", body="Besok"
    ),
    "GET /v1/announcements": lambda s: get("/v1/announcements"),
    "GET /v1/announcements (of a unit)": lambda s: get("/v1/announcements", unit=s["unit"]),
    "POST /v1/announcements/{announcement_id}/reading": lambda s: post(
        f"/v1/announcements/{s['announcement']}/reading"
    ),
    "GET /v1/announcements/{announcement_id}/readers": lambda s: get(
        f"/v1/announcements/{s['announcement']}/readers", limit=200
    ),
    "POST /v1/announcements/{announcement_id}/withdrawal": lambda s: post(
        f"/v1/announcements/{s['announcement']}/withdrawal"
    ),
    "POST /v1/trainings": lambda s: post(
        "/v1/trainings",
        id=str(uuid4()),
        unit_id=s["unit"],
        title="Latihan",
        starts_at=instant(1),
        ends_at=instant(1.1),
        employee_ids=[s["person"]],
    ),
    "GET /v1/trainings": lambda s: get("/v1/trainings"),
    "GET /v1/trainings (of a unit)": lambda s: get("/v1/trainings", unit=s["unit"]),
    "GET /v1/trainings/{training_id}": lambda s: get(f"/v1/trainings/{s['training']}"),
    "PUT /v1/trainings/{training_id}/attendance": lambda s: put(
        f"/v1/trainings/{s['training']}/attendance",
        items=[{"employee_id": s["person"], "state": "attended"}],
    ),
    "POST /v1/me/data-exports": lambda s: post("/v1/me/data-exports", id=str(uuid4())),
    "GET /v1/feedback/wordings": lambda s: get("/v1/feedback/wordings", kind="praise"),
}
