"""The shapes of support take what a phone means, and their words are those of the rules."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from mobile_contract import support
from mobile_contract.support import NewOffer, NewPractice, OfferAnswer, PracticeView, ReportFor
from mobile_contract.words import Wire
from models.rules.checklist import Step
from models.rules.signals import Signal

SHAPES = [
    shape
    for shape in vars(support).values()
    if isinstance(shape, type)
    and issubclass(shape, Wire)
    and shape is not Wire
    and "json_schema_extra" in shape.model_config
]


def test_steps_and_signals_are_those_of_the_rules() -> None:
    assert set(get_args(support.Step)) == {step.value for step in Step}
    assert set(get_args(support.Signal)) == {signal.value for signal in Signal}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_example_is_what_the_shape_takes(shape: type[Wire]) -> None:
    extra: Any = shape.model_config.get("json_schema_extra")
    for example in extra["examples"]:
        assert shape.model_validate(example)


@pytest.mark.parametrize("quantity", [-1, float("nan"), float("inf"), 1e9])
def test_practice_takes_no_impossible_quantity(quantity: float) -> None:
    body = {"id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b20", "activity_at": "2026-11-24T02:15:00Z"}
    with pytest.raises(ValidationError):
        NewPractice.model_validate(body | {"quantity": quantity})


def test_practice_is_always_marked() -> None:
    fields = PracticeView.model_fields
    assert (fields["practice"].default, fields["receipt"].default) == (True, "LATIHAN")


def test_a_report_for_somebody_has_no_place_for_a_location() -> None:
    assert "location" not in ReportFor.model_fields


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (OfferAnswer, {"state": "done"}),
        (NewOffer, {"id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b20", "text": " "}),
        (
            NewOffer,
            {"id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b20", "text": "Ya", "signals": ["lazy"]},
        ),
    ],
)
def test_what_means_nothing_is_refused(shape: type[Wire], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shape.model_validate(body)
