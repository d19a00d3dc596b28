"""The rows of feedback, questions, announcements, trainings and my data, and how each is asked."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from tests.matrix.calls import Call, get, post, word
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

ROWS = (*FEEDBACK,)

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
    "GET /v1/feedback/wordings": lambda s: get("/v1/feedback/wordings", kind="praise"),
}
