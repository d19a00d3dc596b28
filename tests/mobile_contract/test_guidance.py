"""Guidance on the wire: bounded lists, ids of the sender, and null where nothing is known."""

from typing import Any, cast
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from mobile_contract import guidance
from mobile_contract.guidance import (
    MOST_INVITED,
    AttendanceMarks,
    NewAnnouncement,
    NewFeedbackRequest,
    NewTraining,
    ResponseTimesView,
)

SHAPES = [
    shape
    for shape in vars(guidance).values()
    if isinstance(shape, type) and issubclass(shape, BaseModel) and shape.model_config
]


def examples(shape: type[BaseModel]) -> list[dict[str, Any]]:
    """The examples that a shape shows as its own."""
    extra = shape.model_config.get("json_schema_extra")
    return cast(list[dict[str, Any]], extra["examples"]) if isinstance(extra, dict) else []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_an_example_is_one(shape: type[BaseModel]) -> None:
    for example in examples(shape):
        shape.model_validate(example)


@pytest.mark.parametrize("shape", [NewFeedbackRequest, NewAnnouncement, NewTraining])
def test_what_is_made_is_named_by_its_sender(shape: type[BaseModel]) -> None:
    (example,) = examples(shape)
    with pytest.raises(ValidationError):
        shape.model_validate({name: each for name, each in example.items() if name != "id"})


def test_a_training_holds_a_bounded_number_of_people() -> None:
    (example,) = examples(NewTraining)
    people = [str(UUID(int=number)) for number in range(MOST_INVITED + 1)]
    assert len(NewTraining.model_validate(example | {"employee_ids": people[1:]}).employee_ids)
    with pytest.raises(ValidationError):
        NewTraining.model_validate(example | {"employee_ids": people})
    with pytest.raises(ValidationError):
        AttendanceMarks.model_validate({"items": []})


def test_a_time_that_nobody_knows_is_null() -> None:
    (example,) = examples(ResponseTimesView)
    empty = example | {"decided": 0, "median_working_hours": None, "p90_working_hours": None}
    shown = ResponseTimesView.model_validate(empty).model_dump(mode="json")
    assert shown["median_working_hours"] is None
