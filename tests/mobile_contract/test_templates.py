"""A template is a goal that can be meant, for one length of period."""

from typing import Any

import pytest
from pydantic import ValidationError

from mobile_contract.templates import JobTitleChange, NewJobTitle, NewTemplate

PATIENTS: dict[str, Any] = {"indicator": "Pasien", "unit_of_measure": "orang", "quantity": 300}


def test_a_template_is_for_months_unless_it_says_otherwise() -> None:
    assert NewTemplate.model_validate(PATIENTS).period == "month"
    assert NewTemplate.model_validate(PATIENTS | {"period": "quarter"}).period == "quarter"


@pytest.mark.parametrize(
    "wrong",
    [{"quantity": -1}, {"period": "week"}, {"direction": "range", "low": 1}, {"indicator": " "}],
)
def test_what_no_target_could_be_is_no_template(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewTemplate.model_validate(PATIENTS | wrong)


def test_a_job_asks_for_no_location_unless_it_says_so() -> None:
    assert NewJobTitle(code="perawat", name="Perawat").asks_location is False
    assert JobTitleChange().asks_location is None
