"""Agreements on the wire: what cannot be meant is refused, and the examples can be."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from mobile_contract import agreements
from mobile_contract.agreements import (
    CHANGEABLE,
    MOST_RESULTS,
    NEEDED,
    NewAgreement,
    ProposedGoal,
)

RESULT: dict[str, Any] = {"id": UUID(int=3), "title": "Kunjungan"}
AGREEMENT: dict[str, Any] = {
    "id": UUID(int=1),
    "employee_id": UUID(int=2),
    "year": 2026,
    "results": [RESULT],
}


def test_a_result_is_a_main_one_unless_it_says_otherwise() -> None:
    (result,) = NewAgreement.model_validate(AGREEMENT).results
    assert (result.kind, result.serves_id, result.place) == ("main", None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": 1999},
        {"results": [RESULT | {"title": " "}]},
        {"results": [RESULT | {"kind": "weighted"}]},
        {"results": [RESULT] * (MOST_RESULTS + 1)},
    ],
)
def test_an_agreement_that_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewAgreement.model_validate(AGREEMENT | wrong)


def test_what_a_proposal_needs_or_may_change_is_part_of_a_goal() -> None:
    assert {*CHANGEABLE, *NEEDED} < set(ProposedGoal.model_fields)


def test_every_example_is_sound() -> None:
    shapes = [
        shape
        for shape in vars(agreements).values()
        if isinstance(shape, type)
        and issubclass(shape, BaseModel)
        and shape.__module__ == agreements.__name__
    ]
    found = 0
    for shape in shapes:
        extra = shape.model_config.get("json_schema_extra")
        if isinstance(extra, dict):
            examples: Any = extra["examples"]
            for example in examples:
                shape.model_validate(example)
                found += 1
    assert found >= 5
