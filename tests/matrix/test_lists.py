"""Whom a list is about: with somebody in every scene at once, each caller sees theirs alone.

A scene is named after one of the callers who stand in it (`stage.PLACES`). The table says whose
names, and whose work, are in the lists of each caller; nobody else's mark may be anywhere in them.
"""

from collections.abc import Mapping

import pytest

from tests.matrix.calls import Call, get
from tests.matrix.stage import Stage
from tests.matrix.who import UNKNOWN, Who

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCENES = (Who.HEAD, Who.ACTING, Who.ASSIGNED, Who.THEN, Who.LEFT, Who.BESIDE)
EVERYBODY = frozenset(SCENES)
CLINIC = frozenset({Who.HEAD, Who.ASSIGNED, Who.THEN, Who.LEFT})
"""Whoever works in the clinic today, those who have moved there among them."""

WARD, ASSIGNED = frozenset({Who.ACTING}), frozenset({Who.ASSIGNED})
SELF = frozenset({Who.HEAD})
"""The scene whose subject calls as `self`."""

Seen = Mapping[Who, frozenset[Who]]

WORK: Seen = {
    Who.SELF: frozenset(),
    Who.HEAD: CLINIC,
    Who.GRAND: EVERYBODY,
    Who.MAYOR: EVERYBODY,
    Who.ACTING: WARD,
    Who.RESTING: WARD,
    Who.ASSIGNED: ASSIGNED,
    Who.HR: EVERYBODY,
    Who.CITY_HR: EVERYBODY,
}
PEOPLE: Seen = {**WORK, Who.SELF: SELF, Who.ADMINISTRATOR: EVERYBODY}
FOLLOWED: Seen = {
    Who.SELF: SELF,
    Who.HEAD: CLINIC - {Who.THEN},
    Who.GRAND: EVERYBODY,
    Who.MAYOR: EVERYBODY,
    Who.ACTING: WARD,
    Who.RESTING: WARD,
    Who.ASSIGNED: ASSIGNED,
    Who.THEN: frozenset({Who.THEN}),
}
"""What is in the topics that one has without asking; HR asks for those it looks into."""

OFFICES: Seen = dict.fromkeys((Who.HR, Who.CITY_HR, Who.ADMINISTRATOR), EVERYBODY)
ONESELF: Seen = {Who.SELF: SELF}
QUESTIONS: Seen = {
    Who.HEAD: CLINIC - ASSIGNED,
    Who.ACTING: WARD,
    Who.ASSIGNED: ASSIGNED,
    Who.GRAND: frozenset({Who.BESIDE}),
}
"""Whose questions wait for whom: for whoever decides now, and nobody else."""

LISTS: tuple[tuple[Call, Seen], ...] = (
    (get("/v1/people", limit=200), PEOPLE),
    (get("/v1/people", limit=200, inactive=True), PEOPLE),
    (get("/v1/board", limit=100), WORK),
    (get("/v1/appraisals", limit=200), WORK),
    (get("/v1/feed", limit=200), FOLLOWED),
    (get("/v1/audit", limit=200), OFFICES),
    (get("/v1/roles", limit=200), {Who.ADMINISTRATOR: EVERYBODY}),
    (get("/v1/reports", limit=200), ONESELF),
    (get("/v1/inbox", limit=200), ONESELF),
    (get("/v1/me"), ONESELF),
    (get("/v1/me/targets"), ONESELF),
    (get("/v1/me/appraisals"), ONESELF),
    (get("/v1/me/sessions"), ONESELF),
    (get("/v1/me/views"), {}),
    (get("/v1/me/feedback-requests"), ONESELF),
    (get("/v1/feedback-requests"), QUESTIONS),
    (get("/v1/announcements"), {}),
    (get("/v1/trainings"), {}),
    (get("/v1/holidays", year=2100), {}),
    (get("/v1/job-titles"), {}),
    (get("/v1/outages"), {}),
    (get("/metrics"), {}),
)
CALLERS = [who for who in Who if who not in {Who.OVERRULED, Who.SUCCESSOR, Who.LEFT, *UNKNOWN}]
"""Each person once; `then` and `left` are one, and so are three of the clinic's heads."""


@pytest.mark.parametrize(
    ("call", "seen"), LISTS, ids=[f"{call.path}?{'&'.join(call.params)}" for call, _ in LISTS]
)
async def test_a_list_holds_those_of_the_table_and_nobody_else(
    stage: Stage, call: Call, seen: Seen
) -> None:
    subjects = {scene: await stage.subject(scene) for scene in SCENES}
    wrong: dict[str, str] = {}
    for who in CALLERS:
        answer = await stage.ask(who, await stage.subject(who), call)
        found = {
            scene
            for scene, subject in subjects.items()
            if subject.marks_in(answer.text) - {"desk", "holder"}
            or (call.path == "/v1/roles" and subject.marks_in(answer.text))
        }
        expected = seen.get(who, frozenset())
        if found != expected:
            wrong[who] = f"{sorted(found)} instead of {sorted(expected)}"
    assert wrong == {}
