"""Goals that cannot be meant are refused before anybody is measured by them."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from mobile_contract.targets import NewTarget, TargetChange, TargetsFromTemplates

GOAL: dict[str, Any] = {
    "employee_id": UUID(int=1),
    "indicator": "Jam mengajar",
    "unit_of_measure": "jam",
    "quantity": 96,
    "period_start": "2026-11-01T00:00:00+07:00",
    "period_end": "2026-12-01T00:00:00+07:00",
}


def test_a_goal_needs_no_more_than_what_is_agreed() -> None:
    target = NewTarget.model_validate(GOAL)
    assert (target.aspect, target.direction, target.tolerance) == ("quantity", "higher", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": -1},
        {"quantity": float("nan")},
        {"quantity": 1_000_001},
        {"tolerance": 1},
        {"direction": "range", "low": 2},
        {"direction": "range", "low": 3, "high": 2},
        {"period_end": GOAL["period_start"]},
        {"period_start": "2026-11-01T00:00:00"},
        {"indicator": ""},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewTarget.model_validate(GOAL | wrong)


def test_a_range_with_both_ends_is_a_goal() -> None:
    target = NewTarget.model_validate(GOAL | {"direction": "range", "low": 2, "high": 2})
    assert (target.low, target.high) == (2.0, 2.0)


def test_a_change_gives_a_reason_and_leaves_the_rest_alone() -> None:
    change = TargetChange.model_validate({"quantity": 80, "reason": "cuti melahirkan"})
    assert change.model_fields_set == {"quantity", "reason"}
    with pytest.raises(ValidationError):
        TargetChange.model_validate({"quantity": 80})


def test_targets_from_templates_are_shown_before_they_are_made() -> None:
    asked = {"job_title_id": UUID(int=1), "unit_id": UUID(int=2), "period": "2026-11"}
    assert TargetsFromTemplates.model_validate(asked).preview
    with pytest.raises(ValidationError):
        TargetsFromTemplates.model_validate(asked | {"period": "November 2026"})
