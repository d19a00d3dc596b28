"""Rows as the wire shows them: nothing before its time, and frozen texts as they were written."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from api.appraisal_views import (
    appraisal_view,
    distribution_view,
    frozen_evidence,
    step_view,
    warning_view,
)
from models.queries.distributions import Distribution
from models.rules.distribution import warning
from models.rules.evidence import RULES, frozen
from models.rules.predicates import Predicate

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)


def row(**change: Any) -> dict[str, Any]:
    return {
        **{name: uuid4() for name in ("id", "employee_id", "unit_id")},
        **dict.fromkeys(("period_start", "period_end", "part_start", "part_end"), AT),
        **dict.fromkeys(("employee_name", "unit_name"), "Ani"),
        **dict.fromkeys(("self_rating", "self_at", "decided_by", "decided_by_name")),
        **dict.fromkeys(("result_rating", "behaviour_rating", "predicate")),
        "decided_at": None,
        "acknowledged_at": None,
        "opened_at": AT,
        "zone": "Asia/Jakarta",
        "kind": "month",
        "period": "2026-09",
        "state": "open",
        "version": 1,
        "reason": "",
        "decision_number": 0,
        "self_text": "",
        "nip": "0",
        "unit_path": [],
        **change,
    }


def test_nothing_is_said_of_what_nobody_has_said() -> None:
    view = appraisal_view(row())
    assert (view.self_assessment, view.objection_until, view.predicate) == (None, None, None)


@pytest.mark.parametrize(
    ("state", "until"),
    [("decided", date(2026, 10, 19)), ("acknowledged", date(2026, 10, 19)), ("final", None)],
)
def test_the_last_day_of_objections_is_shown_while_one_may_object(
    state: str, until: date | None
) -> None:
    assert appraisal_view(row(state=state, decided_at=AT)).objection_until == until


def test_a_self_assessment_has_its_instant() -> None:
    view = appraisal_view(row(self_text="Baik", self_rating="meets", self_at=AT))
    assert view.self_assessment is not None
    assert (view.self_assessment.text, view.self_assessment.at) == ("Baik", AT)


def test_frozen_evidence_carries_its_hash() -> None:
    made = frozen(
        {
            "rules": RULES,
            "number": 1,
            "working_s": 0.0,
            "bands": {"meets_from": 80.0},
            "targets": [],
            "satisfaction": {},
            "quality": {"approval_rate": None},
            "suggestion": {
                "result": {"rating": None, "mean": None, "missing": []},
                "behaviour": None,
            },
        }
    )
    view = frozen_evidence({"content": made.text, "sha256": made.sha256})
    assert (view.number, view.sha256) == (1, made.sha256.hex())


def test_details_of_steps_are_facts_whatever_the_driver_gives() -> None:
    step = {"at": AT, "by": None, "by_name": None, "what": "opened", "details": '{"a": 1}'}
    assert step_view(step).details == {"a": 1}


def test_a_distribution_shows_its_departures_or_none() -> None:
    counts = dict.fromkeys(Predicate, 0) | {Predicate.VERY_GOOD: 12}
    found = warning(counts, Predicate.POOR)
    unit_id = uuid4()
    view = distribution_view(
        unit_id, "2026-09", Distribution(counts, 3, Predicate.POOR, unit_id, "SK", found)
    )
    assert view.warning is not None
    assert view.warning.departures[0].predicate == "very_good"
    assert (view.decided, view.waiting) == (12, 3)
    assert warning_view(None) is None
